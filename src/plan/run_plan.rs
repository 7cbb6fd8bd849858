//! What a run measures, decided: every value is there and fits. How it comes about from defaults,
//! flags and file is in `keys/`.

use crate::{
    drive::workload::Files,
    fleet::against,
    lanes::roster::Known,
    machine::placement::Placement,
    plan::{
        change::Change,
        order::Order,
        precision::{Preset, Wanted},
    },
};
use api::{EngineKind, Mode};
use fixtures::{WorkloadKind, WorkloadSize};
use reports::record::NO_ENGINE;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// What is to be measured. The empty plan is what the table of keys fills; [`Plan::standard`] is
/// one to measure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// `default`, `quick`, `thorough`, `first look`, `custom`.
    pub(crate) name: &'static str,
    /// As the user named them; none stands for the default lanes.
    pub(crate) lanes: Vec<String>,
    /// Where the plan file names them, as `tollgate.toml line 2: lanes:`; none where a flag does.
    pub(crate) lanes_named_at: Option<String>,
    /// Full names of lanes that nobody named and that every run measures; known once lanes are
    /// chosen.
    pub(crate) also_measured: Vec<String>,
    pub(crate) batch: Vec<u32>,
    /// Items per action of the chatty, pipelined and streamed cells.
    pub(crate) spread: Vec<u32>,
    /// What is asked.
    pub(crate) workload: WorkloadKind,
    /// Sizes of its questions, in the workload's unit; the first is the main one.
    pub(crate) sizes: Vec<u32>,
    pub(crate) modes: Vec<Mode>,
    pub(crate) engines: Vec<EngineKind>,
    /// Restarts; where a precision is wanted, the pilot decides.
    pub(crate) starts: u32,
    pub(crate) precision: Option<Wanted>,
    /// Time to measure; time of the whole run where a precision is wanted.
    pub(crate) budget: Duration,
    /// How long each visit lasts; none where the budget decides.
    pub(crate) visit: Option<Duration>,
    pub(crate) order: Order,
    /// Lanes alive at once, at most.
    pub(crate) alive: u32,
    /// The columns of its tables; the first is the main one.
    pub(crate) placements: Vec<Placement>,
    pub(crate) deadline: Duration,
    /// How long the user's own callee works for an item.
    pub(crate) service_time: Option<Duration>,
    /// Single calls per second that the user's own system makes.
    pub(crate) calls_per_s: Option<f64>,
    /// How long a load lasts at each point; none where there are no loads.
    pub(crate) load: Option<Duration>,
    pub(crate) seed: u64,
    pub(crate) out: PathBuf,
    /// What the user calls this machine. Not part of the command: whoever repeats the run has a
    /// machine of their own.
    pub(crate) label: Option<String>,
    /// Another build, to be set against this one.
    pub(crate) against: Option<against::Other>,
    /// Where criterion keeps what it measured of this build.
    pub(crate) criterion: Option<PathBuf>,
    /// The name under which the record is kept.
    pub(crate) save: Option<String>,
    pub(crate) files: Files,
    pub(crate) endpoints: BTreeMap<String, String>,
    /// What is to become other of the latest record, in the place of a plan of its own.
    pub(crate) change: Change,
    /// The command that repeats it.
    pub(crate) command: String,
}

/// The engine of calls of this workload as a record names it.
pub(crate) fn engine_name(engine: EngineKind, workload: WorkloadKind) -> &'static str {
    if workload.has_engine() { engine.name() } else { NO_ENGINE }
}

impl Plan {
    /// Asks this, in its usual sizes and batches.
    pub(crate) fn ask(&mut self, workload: WorkloadKind) {
        self.workload = workload;
        self.sizes = workload.usual_sizes().to_vec();
        self.batch = workload.usual_batch().to_vec();
        self.spread = usual_spread(workload);
    }

    /// True where the user has named no items per action.
    pub(crate) fn has_usual_batch(&self) -> bool {
        self.batch == self.workload.usual_batch() && self.spread == usual_spread(self.workload)
    }

    /// What a preset says, and nothing else.
    pub(crate) fn take_preset(&mut self, preset: Preset) {
        self.name = preset.name;
        self.budget = preset.budget;
        self.precision = Some(Wanted::new(preset.percent, Some(preset)));
    }

    /// What is asked, in each size of the plan: the main one first.
    pub(crate) fn questions(&self) -> impl Iterator<Item = WorkloadSize> {
        let workload = self.workload;
        self.sizes.iter().map(move |&size| WorkloadSize { workload, size })
    }

    /// What the main cells ask.
    pub(crate) fn main_question(&self) -> WorkloadSize {
        WorkloadSize { workload: self.workload, size: self.sizes[0] }
    }

    /// The placement of whatever is measured in one only.
    pub(crate) fn main_placement(&self) -> Placement {
        self.placements.first().copied().unwrap_or_default()
    }

    /// The placements in which this lane is measured: all where something crosses between cores
    /// that this run can move.
    pub(crate) fn placements_of(&self, lane: &Known) -> &[Placement] {
        let moved = lane.has_two_sides() && self.endpoint_of(lane).is_none();
        let many = if moved { self.placements.len() } else { 1 };
        &self.placements[..many.min(self.placements.len())]
    }

    /// The longest answer of an engine that the plan asks for, ids.
    pub(crate) fn most_ids(&self) -> u32 {
        let asked = if self.workload.has_engine() { self.sizes.as_slice() } else { &[] };
        asked.iter().copied().max().unwrap_or(1)
    }

    /// The engine of the main cells as the record names it.
    pub(crate) fn main_engine_name(&self) -> &'static str {
        engine_name(self.engines[0], self.workload)
    }

    /// The endpoint that the user named for a lane.
    pub(crate) fn endpoint_of(&self, lane: &Known) -> Option<&String> {
        self.endpoints
            .get(&lane.about.name)
            .or_else(|| self.endpoints.get(&lane.about.short))
    }
}

/// Items per action of the chatty, pipelined and streamed cells where the user names none.
fn usual_spread(workload: WorkloadKind) -> Vec<u32> {
    match workload {
        WorkloadKind::Recommendations => vec![8, 64],
        WorkloadKind::Bytes => spread_of(workload.usual_batch()),
    }
}

/// Sizes of the chatty, pipelined and streamed cells for these batch sizes: those up to 64, or 64
/// where all are larger. Beyond that a chatty action is its single calls, one after another.
pub(crate) fn spread_of(batch: &[u32]) -> Vec<u32> {
    let small: Vec<u32> = batch.iter().copied().filter(|items| (2..=64).contains(items)).collect();
    let all_larger = small.is_empty() && batch.iter().any(|items| *items > 64);
    if all_larger { vec![64] } else { small }
}
