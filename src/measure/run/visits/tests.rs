//! Which of a disturbed visit and its repeat enters the record.

use super::*;
use crate::{
    drive::workload::Workload,
    lanes::roster::Roster,
    machine::{environment::environment, surroundings::ThisMachine},
    plan::{Flags, Plan, grid},
    protocol::Visited,
    recorder::{Beginning, Bytes},
};
use reports::{
    record::{Noise, Part, Progress, Record},
    stats::estimates,
};
use std::{sync::Arc, time::Duration};

const GROUP: u32 = 2;

/// A start under way.
struct Start {
    visits: Visits,
    recorder: Recorder,
}

impl Start {
    fn to_repeat(&self) -> Vec<Slot> {
        self.visits.to_repeat()
    }
}

/// One visit of ten samples of this length, on the first cell.
fn visit(start: &mut Start, ns: u64, flags: &[&'static str], repeats: Option<u32>, wrong: u64) {
    let slot = Slot {
        cell: 0,
        block: 0,
        first: 0,
        limit: Duration::from_millis(5),
        repeats,
        uninterrupted: false,
        guest: false,
    };
    let visited = Visited {
        ok: true,
        group: GROUP,
        samples: 10,
        items: 10 * u64::from(GROUP),
        elapsed_ns: 10 * ns,
        p50_ns: Some(ns),
        cpu_caller_ns: Some(7 * ns),
        samples_ns: Some(vec![ns; 10]),
        wrong,
        ..Visited::default()
    };
    let disturbance = Disturbance {
        noise: Noise::default(),
        flags: flags.to_vec(),
        ..Disturbance::default()
    };
    let bytes = Some(Bytes { out: 100, back: 200 });
    let Start { visits, recorder } = start;
    let visit = CellVisit::read(slot, visits.made, 1, visited, bytes).expect("readable");
    visits.take(visit, &disturbance, recorder).expect("recorded");
}

/// The record after these visits of one start.
fn after(visits: impl FnOnce(&mut Start)) -> Record {
    let plan = Plan::from_flags(&Flags::default()).expect("defaults");
    let workload = Workload::load(&plan.files).expect("built in");
    let roster = Roster::new(&crate::lanes::lanes());
    let chosen: Vec<_> = roster.known.iter().take(1).collect();
    let cells = grid::cells(&plan, &chosen);
    let schedule = Schedule::new(&plan, plan.budget, &cells);
    let recorder = Recorder::new(Beginning {
        plan: &plan,
        workload: &workload,
        roster: &roster,
        lanes: &chosen,
        cells: &cells,
        schedule: &schedule,
        environment: environment(),
        around: Arc::new(ThisMachine),
    });
    let mut start = Start { visits: Visits::default(), recorder };
    start.recorder.start(0);
    visits(&mut start);
    let Start { mut visits, mut recorder } = start;
    visits.release(&mut recorder).expect("counted");
    let progress = Progress { starts_done: 1, interrupted: false, finished: true };
    recorder.snapshot(progress).expect("a record")
}

/// Visits, samples, mean of an action, CPU of the caller and bytes out that entered the first
/// cell.
fn sums(record: &Record) -> (u32, u64, Option<f64>, Option<u64>, Option<u64>) {
    let start = &record.cells[0].starts[0];
    let histogram = estimates::histogram_from_base64(&start.histogram).expect("a histogram");
    assert_eq!(histogram.len(), start.samples, "histogram and sums say the same");
    (
        start.visits_done,
        start.samples,
        start.mean_ns,
        start.cpu_ns(Part::Caller),
        start.bytes_out(),
    )
}

#[test]
fn a_clean_repeat_takes_the_place_of_a_disturbed_visit_in_every_sum() {
    let record = after(|start| {
        visit(start, 1_000, &[], None, 0);
        visit(start, 9_000, &["others"], None, 0);
        let again = start.to_repeat();
        assert_eq!(again.iter().map(|slot| slot.repeats).collect::<Vec<_>>(), [Some(1)]);
        visit(start, 1_000, &[], Some(1), 0);
        assert!(start.to_repeat().is_empty());
    });
    assert_eq!(sums(&record), (2, 20, Some(500.0), Some(14_000), Some(200)));
    assert_eq!(record.visits.len(), 3, "all stay in the record");
    assert_eq!(
        (record.visits[1].flags.as_slice(), record.visits[2].repeats),
        (&["others".to_string()][..], Some(1))
    );
}

#[test]
fn a_disturbed_visit_counts_where_its_repeat_was_disturbed_too_or_was_never_made() {
    let disturbed_again = after(|start| {
        visit(start, 9_000, &["stolen"], None, 0);
        visit(start, 1_000, &["others"], Some(0), 0);
    });
    let never_made = after(|start| visit(start, 9_000, &["stolen"], None, 0));
    for record in [&disturbed_again, &never_made] {
        assert_eq!(sums(record), (1, 10, Some(4_500.0), Some(63_000), Some(100)));
    }
}

#[test]
fn a_wrong_answer_counts_whatever_disturbed_its_visit() {
    let first = after(|start| {
        visit(start, 1_000, &["others"], None, 1);
        assert!(start.to_repeat().is_empty(), "it is not measured away");
    });
    let second = after(|start| {
        visit(start, 1_000, &["others"], None, 0);
        visit(start, 1_000, &[], Some(0), 1);
    });
    for record in [first, second] {
        assert_eq!(record.cells[0].status, "void");
        assert_eq!(record.cells[0].starts[0].wrong, 1);
    }
}
