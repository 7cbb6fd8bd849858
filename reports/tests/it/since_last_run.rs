//! Two runs in a line, whatever their plans, and what of two records is not compared.

use crate::changes::cells_of;
use crate::synthetic::Synthetic;
use reports::{
    judge::comparison::{Between, changes},
    record::Record,
    say::two_records::{last_run, not_compared},
};

/// Two runs of the same thing with luck of their own: ten restarts, whose values scatter by 2 %.
fn runs() -> [Record; 2] {
    [7, 9].map(|seed| Synthetic { seed, starts: 10, samples: 100, blocks: 1 }.record())
}

/// Both, after a change to the later one.
fn compared(change: impl FnOnce(&mut Record)) -> Between {
    let [earlier, mut later] = runs();
    change(&mut later);
    changes(&earlier, &later, false).expect("comparable")
}

const GRPC: &str = "rust/grpc/rust";

#[test]
fn figures_that_one_run_did_not_plan_are_counted_once_and_lost_ones_are_named() {
    let between = compared(|later| {
        later.cells.retain(|cell| cell.lane != "rust/uds/rust");
        let lane = later.lanes.iter_mut().find(|lane| lane.name == "rust/uds/rust");
        lane.expect("synthetic").planned = false;
        for cell in cells_of(later, GRPC) {
            (cell.status, cell.reason) = ("missing".into(), Some("it died".into()));
            cell.starts.clear();
        }
    });
    let [only_old, lost] = &not_compared(&between)[..] else {
        panic!("{between:?}")
    };
    let of_uds = between.gone.iter().filter(|gone| gone.lane == "uds");
    let unplanned: usize = of_uds.map(|gone| gone.figures).sum();
    assert!(unplanned > 1, "{between:?}");
    assert_eq!(only_old, &format!("{unplanned} figures exist only in the old run"));
    assert_eq!(lost, "grpc (all figures): missing: it died");
    let [mut earlier, later] = runs();
    earlier.cells.retain(|cell| cell.lane != "rust/uds/rust");
    let between = changes(&earlier, &later, false).expect("comparable");
    let only_new = format!("{unplanned} figures exist only in the new run");
    assert_eq!(not_compared(&between), [only_new]);
}

#[test]
fn a_run_says_in_one_line_what_changed_since_the_last_one() {
    let [old, new] = runs();
    let said = last_run::since(&old, &new).expect("the same plan and machine");
    assert!(said.starts_with("Since the last run (2026-11-21 09:04 UTC): "), "{said}");
    assert!(said.contains(": no lane changed beyond noise (most of all: "), "{said}");
    let mut slower = new.clone();
    for start in cells_of(&mut slower, GRPC).into_iter().flat_map(|cell| &mut cell.starts) {
        start.p50_ns = start.p50_ns.map(|ns| ns * 1.5);
    }
    let said = last_run::since(&old, &slower).expect("the same plan and machine");
    assert!(said.contains(": grpc "), "{said}");
    assert!(said.contains(" % slower; the other "), "{said}");
    assert!(said.ends_with(" within noise."), "{said}");
}

#[test]
fn a_run_is_set_beside_one_of_another_plan_by_what_both_measured_and_the_plans_are_told_apart() {
    let [mut old, mut new] = runs();
    old.cells.retain(|cell| cell.items != 256);
    old.plan.batch.retain(|items| *items != 256);
    new.plan.spread.push(256);
    (old.plan.starts, new.plan.starts) = (11, 5);
    old.command = "tollgate run --batch 1 --seed 7".into();
    new.cells.retain(|cell| cell.lane != "rust/uds/rust");
    new.plan.lanes.retain(|lane| lane != "rust/uds/rust");
    let said = last_run::since(&old, &new).expect("single calls of other lanes are in both");
    let plans = "2026-11-21 09:04 UTC; batch +256; lanes -uds; starts 11 to 5): ";
    assert!(said.starts_with(&format!("Since the last run ({plans}")), "{said}");
}

#[test]
fn a_run_says_nothing_of_one_of_another_machine_data_or_profile() {
    let [old, new] = runs();
    let others: [fn(&mut Record); 3] = [
        |record| record.environment.fingerprint = "another".into(),
        |record| record.data.digest = "another".into(),
        |record| record.tollgate.profile = "debug".into(),
    ];
    for change in others {
        let mut other = old.clone();
        change(&mut other);
        assert_eq!(last_run::since(&other, &new), None);
    }
}
