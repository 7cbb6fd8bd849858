//! The suite over the lanes of a registry: which there are, and one case on one of them.

use crate::{
    commands::conform::{
        cover::Candidate,
        selection::{Extent, Selection},
        shelf::Shelf,
        subject::Running,
    },
    drive::workload::{Files, Workload},
    fleet::Fleet,
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
};
use api::conformance::{Case, Rig, Setup, Sides, Subject, Traits, cases};
use std::{collections::HashMap, path::PathBuf, sync::Arc};

/// Everything that a case needs: the lanes, and where their processes come from.
pub struct Conform {
    roster: Roster,
    fleet: Fleet,
    golden: PathBuf,
    /// What cases leave to each other, by the name of their lane: of those that take long to start.
    shelves: HashMap<String, Arc<Shelf>>,
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
    /// What [`Conform::end_shared`] is called beside the cases.
    pub const END: &'static str = "ends_what_its_cases_shared";

    /// The suite over these lanes. `program` is the file of a program whose `main` is
    /// [`crate::main`] over the same lanes.
    ///
    /// # Errors
    /// When the files that the processes share cannot be written.
    pub fn new(lanes: &Lanes, program: PathBuf) -> Result<Self, String> {
        let workload = Workload::load(&Files::default()).map_err(|failure| failure.to_string())?;
        let fleet = Fleet::new(program, &workload).map_err(|failure| failure.to_string())?;
        Self::over(Roster::new(lanes), fleet)
    }

    /// The suite over these lanes and what starts them.
    pub(super) fn over(roster: Roster, fleet: Fleet) -> Result<Self, String> {
        // One question for nothing: right on every engine, a wrong and a slow one included.
        let golden = fleet.write_golden(
            "golden.jsonl",
            "{\"user_id\":\"user_0\",\"max_results\":0,\"product_ids\":[]}\n",
        );
        let shelves = roster.known.iter().filter(|lane| shares(lane));
        let shelves = shelves.map(|lane| (lane.about.name.clone(), Arc::default())).collect();
        let golden = golden.map_err(|failure| failure.to_string())?;
        Ok(Self { roster, fleet, golden, shelves })
    }

    /// Every lane, available or not.
    pub fn lanes(&self) -> Vec<Subjected> {
        self.roster.known.iter().map(subjected).collect()
    }

    /// Which cases of the lanes that can run here a run of this extent holds.
    pub fn selection(&self, extent: Extent) -> Selection {
        let here = self.roster.known.iter().filter(|lane| lane.about.available);
        let candidates: Vec<Candidate<'_>> = here.map(candidate).collect();
        let cases = cases().into_iter().map(|case| case.name).collect();
        Selection::of(&candidates, cases, extent)
    }

    /// Runs one case on a lane.
    ///
    /// # Errors
    /// A sentence that says what the lane did wrong.
    pub fn run(&self, lane: &str, case: &Case) -> Result<(), String> {
        let known = self.roster.find(lane).ok_or_else(|| format!("there is no lane {lane}"))?;
        let fresh = |setup| Running::start(&self.fleet, &self.golden, known, setup);
        let alone = || held(known, case, &mut |setup| fresh(setup));
        let shelf = self.shelves.get(lane).filter(|_| case.sides == Sides::MayBeUsed);
        let Some(mut visitor) = shelf.and_then(|shelf| shelf.begin(case.name)) else {
            return alone();
        };
        let outcome = held(known, case, &mut |setup| visitor.sides(setup, || fresh(setup)));
        outcome.or_else(|what| visitor.failed(what, alone))
    }

    /// True where the cases of a lane leave their sides to each other: where a side is another
    /// program, which may take long to start, or a server stands between.
    pub fn shares(&self, lane: &str) -> bool {
        self.shelves.contains_key(lane)
    }

    /// Ends the sides that the cases of a lane left to each other. To be called when all of its
    /// cases have begun; it waits for those under way.
    ///
    /// # Errors
    /// What did not end as it should, or went wrong between cases and in none of them alone.
    pub fn end_shared(&self, lane: &str) -> Result<(), String> {
        self.shelves.get(lane).map_or(Ok(()), |shelf| shelf.close())
    }
}

fn shares(lane: &Known) -> bool {
    !lane.is_own() || lane.about.server.is_some()
}

/// Starts sides, or says why it cannot.
type StartRunning<'a> = dyn FnMut(Setup) -> Result<Running, String> + 'a;

/// Holds a lane to a case.
fn held(known: &Known, case: &Case, start: &mut StartRunning<'_>) -> Result<(), String> {
    let traits = traits_of(known);
    let mut start = |setup| start(setup).map(|running| Box::new(running) as Box<dyn Subject>);
    let outcome = (case.run)(&mut Rig { traits: &traits, start: &mut start });
    outcome.map_err(|failed| failed.to_string())
}

fn candidate(lane: &Known) -> Candidate<'_> {
    Candidate {
        name: &lane.about.name,
        caller: &lane.about.caller,
        transport: &lane.about.transport,
        callee: &lane.about.callee,
        is_own: lane.is_own(),
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
        stamps: !lane.is_translated,
        deadline: lane.about.properties.deadline,
        modes: lane.modes.clone(),
    }
}
