//! The coordinator, held to scripts: processes that nobody starts, and a time that nobody waits
//! for. Tests look at the record, at the exit code, and at the orders that the script saw.

mod faults;
mod groups;
mod interrupts;
mod lanes;
mod order;
mod placements;
mod under_way;

use super::{
    Run,
    conclusion::{Keeper, code, settle},
    prepare::{Means, Settled},
    timetable::Timetable,
    visits::Visits,
};
use crate::{
    drive::workload::{Files, Workload},
    fleet::launch::scripted::{
        Heard, ScriptedWorld,
        script::{Phase, Script, What, When},
    },
    lanes::roster::{Known, Roster},
    machine::{environment::environment, placement::Placement},
    measure::session::Session,
    plan::{Plan, grid},
    protocol::{Order, Visit},
    shell::{
        failure::{Code, Failure},
        program::this_program,
        progress::Progress,
    },
};
use api::{EngineKind, Mode};
use reports::record::{Cell, Environment, Record, read};
use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

/// Read once: what a machine is takes longer than any of these runs.
pub(crate) static MACHINE: LazyLock<Environment> = LazyLock::new(environment);

pub(crate) static WORKLOAD: LazyLock<Workload> =
    LazyLock::new(|| Workload::load(&Files::default()).expect("it is built in"));

/// A run that is over.
pub(crate) struct Ran {
    pub(crate) record: Record,
    code: Option<Code>,
    world: Arc<ScriptedWorld>,
    /// When the record was kept: after so many restarts, and whether that was the end.
    kept: Vec<(u32, bool)>,
    /// Every record that was kept, and that of the first page.
    written: Vec<Record>,
    /// What was said aloud.
    said: Vec<String>,
    /// Of the time that was predicted, what was left in the end.
    left: Duration,
    /// What was predicted at first.
    predicted: Duration,
}

/// Notes when a record was kept, and writes none.
#[derive(Default)]
struct InMemory {
    /// After so many restarts, and whether that was the end.
    kept: Vec<(u32, bool)>,
    /// These records, and that of the first page.
    written: Vec<Record>,
}

impl Keeper for InMemory {
    fn begin(&mut self, session: &mut Session<'_>, visits: &Visits) -> Result<(), Failure> {
        self.written.push(visits.first_figures(&session.recorder)?);
        Ok(())
    }

    fn keep(
        &mut self,
        session: &mut Session<'_>,
        done: u32,
        finished: bool,
    ) -> Result<(), Failure> {
        self.written.push(session.so_far(done, finished)?);
        self.kept.push((done, finished));
        Ok(())
    }
}

/// A small run of two restarts on one core: single calls and one batch, one engine.
pub(crate) fn plan() -> Plan {
    Plan {
        batch: vec![1, 8],
        spread: Vec::new(),
        sizes: vec![10],
        modes: vec![Mode::Chatty, Mode::Batched],
        engines: vec![EngineKind::Stub],
        placements: vec![Placement::One],
        starts: 2,
        budget: Duration::from_secs(3),
        seed: 7,
        ..Plan::standard()
    }
}

/// The same with twice the time: more blocks.
fn long_plan() -> Plan {
    Plan { budget: Duration::from_secs(6), ..plan() }
}

/// The same with loads behind the visits.
fn loaded_plan() -> Plan {
    Plan { load: Some(Duration::from_millis(500)), ..plan() }
}

/// Three lanes: one in a process, two between processes.
pub(crate) fn three() -> Vec<Known> {
    vec![
        lanes::in_process("inside", 0),
        lanes::between_processes("near", 20),
        lanes::between_processes("far", 60),
    ]
}

/// Every visit of these lanes is disturbed.
fn never_quiet() -> Script {
    let noisy =
        |script: Script, lane| script.event(lane, Phase::Visit, When::Always, What::Disturb);
    ["inside", "near", "far"].into_iter().fold(Script::default(), noisy)
}

/// Runs the plan over these lanes as the script says.
pub(crate) fn run(script: Script, lanes: Vec<Known>, plan: &Plan) -> Ran {
    let roster = &Roster { known: lanes };
    let scripted = ScriptedWorld::new(script);
    let world = scripted.world();
    let chosen: Vec<&Known> = roster.known.iter().collect();
    let cells = grid::cells(plan, &chosen);
    let parts = Timetable::new(plan, roster, &chosen, &cells, world.around.now());
    let predicted = parts.predicted;
    let settled = Settled {
        plan,
        roster,
        chosen,
        left_out: Vec::new(),
        unplaced: None,
        cells,
        workload: &WORKLOAD,
    };
    let program = this_program().expect("it is there");
    let means = Means { world, program, progress: Progress::kept(predicted) };
    let session = settled.session(means, MACHINE.clone(), &parts).expect("all is there");
    let mut run = Run::new(session, parts, InMemory::default());
    let done = run.restarts().expect("what fails costs lanes, and not the run");
    let Run { mut session, mut kept, starts, .. } = run;
    let record = settle(&mut session, &mut kept, done, starts).expect("it can be made");
    assert_eq!(scripted.alive(), 0, "nothing is left behind");
    Ran {
        record: readable(&record),
        code: code(&session, &record, false),
        world: scripted,
        kept: kept.kept,
        written: kept.written,
        said: session.progress.said(),
        left: session.progress.left(),
        predicted,
    }
}

/// Whatever happened, the record is one that can be read.
pub(crate) fn readable(record: &Record) -> Record {
    let json = serde_json::to_vec(record).expect("a record is JSON");
    read::from_bytes(&json).expect("it can be read")
}

impl Ran {
    /// Cells of this lane, single calls first.
    fn cells(&self, lane: &str) -> Vec<&Cell> {
        self.record.cells.iter().filter(|cell| cell.lane == lane).collect()
    }

    /// How each cell of this lane stands.
    fn statuses(&self, lane: &str) -> Vec<&str> {
        self.cells(lane).iter().map(|cell| cell.status.as_str()).collect()
    }

    /// What the script saw in this phase.
    fn heard(&self, phase: Phase) -> Vec<Heard> {
        let mut heard = self.world.heard();
        heard.retain(|heard| heard.phase == phase);
        heard
    }

    /// Visits of whole calls as they were asked for, with their lane.
    fn visits(&self) -> Vec<(String, Visit)> {
        self.visits_in(Phase::Visit)
    }

    /// The same in another phase.
    fn visits_in(&self, phase: Phase) -> Vec<(String, Visit)> {
        let visit = |heard: Heard| match heard.order {
            Some(Order::Visit(visit)) => Some((heard.lane, visit)),
            _ => None,
        };
        self.heard(phase).into_iter().filter_map(visit).collect()
    }
}
