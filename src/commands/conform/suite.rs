//! The suite over the lanes of a registry: which there are, and one case on one of them.

use crate::{
    commands::conform::subject::Running,
    drive::workload::{Files, Workload},
    fleet::Fleet,
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
};
use api::conformance::{Case, Rig, Setup, Subject, Traits};
use std::path::PathBuf;

/// Everything that a case needs: the lanes, and where their processes come from.
pub struct Conform {
    roster: Roster,
    fleet: Fleet,
    golden: PathBuf,
}

/// A lane, and why it cannot be tested here, if so.
pub struct Subjected {
    /// Full name.
    pub name: String,
    /// Why it is not available.
    pub unavailable: Option<String>,
    /// What the suite needs to know of it.
    pub traits: Traits,
}

impl Conform {
    /// The suite over these lanes. `program` is the file of a program whose `main` is
    /// [`crate::main`] over the same lanes.
    ///
    /// # Errors
    /// When the files that the processes share cannot be written.
    pub fn new(lanes: &Lanes, program: PathBuf) -> Result<Self, String> {
        let workload = Workload::load(&Files::default()).map_err(|failure| failure.to_string())?;
        let fleet = Fleet::new(program, &workload).map_err(|failure| failure.to_string())?;
        // One question for nothing: right on every engine, a wrong and a slow one included.
        let golden = fleet.write_golden(
            "golden.jsonl",
            "{\"user_id\":\"user_0\",\"max_results\":0,\"product_ids\":[]}\n",
        );
        Ok(Self {
            roster: Roster::new(lanes),
            fleet,
            golden: golden.map_err(|failure| failure.to_string())?,
        })
    }

    /// Every lane, available or not.
    pub fn lanes(&self) -> Vec<Subjected> {
        self.roster.known.iter().map(subjected).collect()
    }

    /// Runs one case on a lane.
    ///
    /// # Errors
    /// A sentence that says what the lane did wrong.
    pub fn run(&self, lane: &str, case: &Case) -> Result<(), String> {
        let known = self.roster.find(lane).ok_or_else(|| format!("there is no lane {lane}"))?;
        let traits = traits_of(known);
        let mut start = |setup: Setup| -> Result<Box<dyn Subject>, String> {
            Running::start(&self.fleet, &self.golden, known, setup)
                .map(|running| Box::new(running) as Box<dyn Subject>)
        };
        (case.run)(&mut Rig { traits: &traits, start: &mut start })
            .map_err(|failed| failed.to_string())
    }
}

fn subjected(lane: &Known) -> Subjected {
    Subjected {
        name: lane.about.name.clone(),
        unavailable: lane.about.reason.clone(),
        traits: traits_of(lane),
    }
}

fn traits_of(lane: &Known) -> Traits {
    Traits {
        in_process: lane.about.in_process,
        answers: lane.about.answers,
        encodes: lane.about.codec.is_some(),
        carries: lane.about.carrier.is_some(),
        deadline: lane.about.properties.deadline,
        modes: lane.modes.clone(),
    }
}
