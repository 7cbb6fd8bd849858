//! The record: everything that one run measured, as versioned JSON. The harness writes it;
//! everything in this crate reads it and nothing else. `schema/record-v2.schema.json` says the same
//! for other programs.
//!
//! Units stand last in names. A value that was not measured is absent, never 0. No host name, user
//! name, path, environment value or credential belongs in a record.

pub(crate) mod asked;
pub(crate) mod cell;
pub(crate) mod contrast;
pub(crate) mod groups;
pub(crate) mod lane;
pub(crate) mod loads;
pub(crate) mod noise;
pub(crate) mod processes;
pub mod read;
pub(crate) mod run;
pub(crate) mod stages;

pub use crate::record::{
    asked::{Asked, BYTES, NO_ENGINE, RECOMMENDATIONS, STUB, amount},
    cell::{CallerFloor, Cell, CellStart, Cold, Visit},
    contrast::{Contrast, ContrastStart},
    groups::{Anchor, Group, IdleUse},
    lane::{
        DEFAULT_SET, FFI, FUNCTION, HTTP, Lane, PIPE, Properties, QUEUE, ROLES, RPC, SERVER_SIDE,
        SHM, SOCKET, Setting, base_of_role, equal, role_of_version_1,
    },
    loads::{LaneLoads, Little, LoadPoint, LoadStart, Loads, Percentiles, SearchStep, Verdict},
    noise::Noise,
    processes::{
        allocations::Allocations,
        part::{
            AllocatedPart, CellPart, LoadPart, OfPart, Part, PartUse, ProcessUse, ReadyPart,
            of_part,
        },
    },
    run::{
        Build, Environment, Limits, Plan, PlannedWorkload, Progress, UnderWay,
        additions::{Addition, AnchorRatio, farthest_of},
        controls::{Controls, Settling, Uninterrupted},
        criterion::{CODEC_CALL, CriterionEstimate, LANE_CALL},
        data::Data,
        head::RecordHead,
        precision::{PilotLane, Precision},
    },
    stages::{
        Floor, FloorStart, Ladder, LadderStart, MissingRung, Resources, ResourcesStart, RungStart,
        StampsMean,
    },
};
use serde::{Deserialize, Serialize};

/// The `format` field of every record.
pub const FORMAT: &str = "tollgate-record";
/// The placement of cells whose processes all run on one core.
pub const ON_ONE_CORE: &str = "one";
/// The placement in which the scheduler decides where processes run.
pub const FREE: &str = "free";
/// The kind of cells that were measured as calls: a request that is answered.
pub const CALL: &str = "call";
/// What is said first of all where the engine of the tests answers.
pub const WRONG_ON_PURPOSE: &str =
    "Answers wrong on purpose (engine wrong, made for tests): use nothing here.";
/// The version this program writes, and the newest it reads.
pub const VERSION: u32 = 2;
/// Begins the reason of what was not measured so far, in a run that goes on.
pub const NOT_YET: &str = "not yet";
/// Stands in the reason of what is void because a file of its lane was replaced meanwhile.
pub const FILE_CHANGED: &str = "changed during the run";

/// Everything that one run measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Always [`FORMAT`].
    pub format: String,
    /// Format version, [`VERSION`].
    pub version: u32,
    /// What wrote it.
    pub tollgate: Build,
    /// The other build, where one was set against this one (contrasts of the kind `against`).
    #[serde(default)]
    pub against: Option<Build>,
    /// Start of the run, RFC 3339, UTC.
    pub started_at: String,
    /// From the first process started to the last stopped, seconds.
    pub elapsed_s: f64,
    /// The command that repeats the plan; files are left out.
    pub command: String,
    /// The seed of order, padding and request choice.
    pub seed: u64,
    /// What was planned.
    pub plan: Plan,
    /// What the engines answer from.
    pub data: Data,
    /// How far the run came.
    pub progress: Progress,
    /// What the run expects while it goes on; absent once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_way: Option<UnderWay>,
    /// The machine.
    pub environment: Environment,
    /// Every lane that Tollgate knows, measured or not, tight to loose.
    pub lanes: Vec<Lane>,
    /// Every planned cell, measured or not.
    pub cells: Vec<Cell>,
    /// Pairs of lanes that were asked in turns, and lanes against themselves.
    #[serde(default)]
    pub contrasts: Vec<Contrast>,
    /// Parts of a call of each lane.
    #[serde(default)]
    pub ladders: Vec<Ladder>,
    /// What the processes of each lane used.
    #[serde(default)]
    pub resources: Vec<Resources>,
    /// Limits of this machine.
    #[serde(default)]
    pub floors: Vec<Floor>,
    /// What a call over each lane allocates.
    #[serde(default)]
    pub allocations: Vec<Allocations>,
    /// How each lane holds under load, where that was asked for.
    #[serde(default)]
    pub loads: Option<Loads>,
    /// What interleaving does to a call.
    #[serde(default)]
    pub controls: Option<Controls>,
    /// Which lanes were alive together, start by start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What criterion measured of the same build, where `cargo bench` made the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criterion: Vec<CriterionEstimate>,
    /// What was measured after the run and put into its record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additions: Vec<Addition>,
    /// Every visit in the order in which they were made.
    pub visits: Vec<Visit>,
    /// The cold path of each lane and start.
    pub cold: Vec<Cold>,
    /// What a reader should know: a driver that died, a disturbed visit, an interruption.
    pub notes: Vec<Note>,
}

impl Record {
    /// The machine as the head of every rendering names it: `one machine`, with what its user calls
    /// it.
    pub fn machine(&self) -> String {
        let label = self.environment.label.as_ref();
        label.map_or_else(|| "one machine".to_owned(), |label| format!("one machine ({label})"))
    }

    /// What a run says of itself first that was made with the engine of the tests, whose answers
    /// are wrong.
    pub fn wrong_on_purpose(&self) -> Option<&'static str> {
        let wrong = self.plan.engines.iter().any(|engine| engine == "wrong");
        wrong.then_some(WRONG_ON_PURPOSE)
    }

    /// Where the calls went, as far as it is known.
    pub fn network(&self) -> String {
        let given: Vec<&str> = self
            .lanes
            .iter()
            .filter(|lane| lane.given_endpoint)
            .map(|lane| lane.short.as_str())
            .collect();
        if given.is_empty() {
            "loopback".to_owned()
        } else {
            format!("loopback (not known for {})", given.join(", "))
        }
    }

    /// The name of a lane as shown; its full name where the record does not describe it.
    pub(crate) fn name_of<'r>(&'r self, full: &'r str) -> &'r str {
        let lane = self.lanes.iter().find(|lane| lane.name == full);
        lane.map_or(full, |lane| lane.short.as_str())
    }
}

/// Something a reader should know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    /// Which start, where it belongs to one.
    pub start: Option<u32>,
    /// Full name of the lane, where it belongs to one.
    pub lane: Option<String>,
    /// One sentence.
    pub text: String,
}
