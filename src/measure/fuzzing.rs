//! What the fuzz target `driver_answers` runs (fuzz/), and the test of what it found: a line of a
//! driver as the answer to each order, and what a run makes of it. Hidden from the documentation:
//! nothing else needs it.

use crate::{
    drive::workload::Workload,
    lanes::roster::Roster,
    machine::{
        environment::environment,
        surroundings::{ThisMachine, noise::Disturbance},
    },
    measure::{load::request::counted, stages::stage_sum::StageSum, visit::Answer},
    plan::{Flags, Plan, grid, schedule::Schedule, schedule::Slot},
    protocol::{Asked, Done, Echoed, Hello, Loaded, Opened, Refused, Visited, answers},
    recorder::{Beginning, Bytes, CellVisit, Recorder},
};
use reports::{
    figures::load::{
        Load,
        counted::{Asked as AskedLoad, Loop},
    },
    record::{Environment, LoadPoint, Loads, Progress, Record, read},
};
use std::{sync::Arc, time::Duration};

/// What is measured, without a figure.
struct Base {
    plan: Plan,
    workload: Workload,
    roster: Roster,
    environment: Environment,
}

thread_local! {
    static BASE: Base = Base {
        plan: Plan::from_flags(&Flags::default()).expect("defaults"),
        workload: Workload::load(&Default::default()).expect("built in"),
        roster: Roster::new(&crate::lanes::lanes()),
        environment: environment(),
    };
}

/// Reads the line as an answer to every order; what is one is merged and recorded twice, as the
/// answers to two orders.
///
/// # Panics
/// Where the record that comes of it cannot be read: that is what is looked for.
pub fn driver_answers(line: &[u8]) {
    let line = String::from_utf8_lossy(line);
    let _: [bool; 6] = [
        answers::read::<Refused>(&line).is_ok(),
        answers::read::<Hello>(&line).is_ok(),
        answers::read::<Opened>(&line).is_ok(),
        answers::read::<Asked>(&line).is_ok(),
        answers::read::<Echoed>(&line).is_ok(),
        answers::read::<Done>(&line).is_ok(),
    ];
    if let Ok(visited) = answers::read::<Visited>(&line) {
        BASE.with(|base| visits(base, &visited));
    }
    if let Ok(loaded) = answers::read::<Loaded>(&line) {
        BASE.with(|base| load(base, loaded));
    }
}

fn recorder(base: &Base) -> Recorder {
    let chosen: Vec<_> = base.roster.known.iter().take(1).collect();
    let cells = grid::cells(&base.plan, &chosen);
    let schedule = Schedule::new(&base.plan, base.plan.budget, &cells);
    let mut recorder = Recorder::new(Beginning {
        plan: &base.plan,
        workload: &base.workload,
        roster: &base.roster,
        lanes: &chosen,
        cells: &cells,
        schedule: &schedule,
        environment: base.environment.clone(),
        around: Arc::new(ThisMachine),
    });
    recorder.start(0);
    recorder
}

/// The record must be one that can be read.
fn must_be_readable(record: &Record) {
    let json = serde_json::to_vec(record).expect("a record is JSON");
    read::from_bytes(&json).expect("what a driver says leaves the record readable");
}

/// Two visits of a cell, and of a stage.
fn visits(base: &Base, visited: &Visited) {
    let mut recorder = recorder(base);
    let bytes = visited.bytes_out.zip(visited.bytes_back).map(|(out, back)| Bytes { out, back });
    let mut stage = StageSum::default();
    for number in 0..2 {
        let slot = Slot {
            cell: 0,
            block: 0,
            first: 0,
            limit: Duration::from_millis(5),
            repeats: None,
            uninterrupted: false,
            guest: false,
        };
        stage.take(Answer { visited: visited.clone(), bytes, behind: None }, false, false);
        let Ok(visit) = CellVisit::read(slot, number, 1, visited.clone(), bytes) else {
            return;
        };
        recorder.visit(&visit, &Disturbance::default()).expect("its group is the same");
        recorder.count(&visit).expect("its times have a place");
        recorder.uninterrupted(&slot, visited);
    }
    stage.release();
    let _ = (stage.recorded(), stage.stamps());
    must_be_readable(&snapshot(&mut recorder));
}

fn snapshot(recorder: &mut Recorder) -> Record {
    let progress = Progress { starts_done: 1, interrupted: false, finished: true };
    recorder.snapshot(progress).expect("what was read can be written")
}

/// A point of the load.
fn load(base: &Base, mut loaded: Loaded) {
    let mut recorder = recorder(base);
    recorder.plan_loads(Some(Loads { lanes: vec![Default::default()], ..Default::default() }));
    let latency = loaded.latency.take();
    let Ok(counted) = counted(&loaded, latency.as_ref(), false) else { return };
    let asked = AskedLoad {
        lane: String::new(),
        implementation: String::new(),
        given_endpoint: false,
        placement: "free".into(),
        engine: "stub".into(),
        max_results: 10,
        discipline: Loop::Open,
        arrivals: None,
        rate_per_s: Some(1_000.0),
        duration_s: 1.0,
        connections: 1,
        in_flight: 1,
        seed: 1,
    };
    let load = Load::new(asked, &counted);
    let point = LoadPoint::of(None, 1_000.0, load, latency);
    recorder.loaded("", point);
    must_be_readable(&snapshot(&mut recorder));
}
