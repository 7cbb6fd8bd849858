//! Two records against each other: what changed, what went, and what a gate makes of it.

use crate::assertions::{each, some};
use crate::changes::{cells_of, spoil};
use crate::synthetic::{Random, Synthetic};
use reports::{
    judge::{
        comparison::{Between, Change, Fate, Mismatch, changes},
        gate::records::{Gate, gate},
    },
    record::Record,
    stats::{
        comparison::{self, Comparison, DETECTION},
        welch::Welch,
    },
};
use std::sync::OnceLock;

/// Two runs of the same thing with luck of their own: ten restarts, whose values scatter by 2 %.
fn runs() -> [Record; 2] {
    static RUNS: OnceLock<[Record; 2]> = OnceLock::new();
    let run = |seed| Synthetic { seed, starts: 10, samples: 100, blocks: 1 }.record();
    RUNS.get_or_init(|| [run(7), run(9)]).clone()
}

/// Both, the later one with every time of one lane multiplied.
fn slowed(lane: &str, factor: f64) -> Between {
    compared(|later| {
        for start in cells_of(later, lane).into_iter().flat_map(|cell| &mut cell.starts) {
            start.p50_ns = start.p50_ns.map(|ns| ns * factor);
            start.mean_ns = start.mean_ns.map(|ns| ns * factor);
        }
    })
}

/// Both, after a change to the later one.
fn compared(change: impl FnOnce(&mut Record)) -> Between {
    let [earlier, mut later] = runs();
    change(&mut later);
    changes(&earlier, &later, false).expect("comparable")
}

const GRPC: &str = "rust/grpc/rust";

#[test]
fn a_lane_that_became_slower_is_named_and_the_others_are_not() {
    let between = slowed(GRPC, 1.5);
    let (of_grpc, others): (Vec<&Change>, Vec<&Change>) =
        between.changes.iter().partition(|change| change.lane == "grpc");
    let by = |change: &Change| change.comparison.ratio.value;
    each(of_grpc, "half as long again, and slower", |one| {
        (by(one) / 1.5 - 1.0).abs() < 0.05 && one.words() == "slower"
    });
    each(others, "as long", |one| (by(one) - 1.0).abs() < 0.05 && !one.detected);
    assert!(between.gone.is_empty() && between.only_new == 0 && between.distrusted.is_empty());
}

#[test]
fn every_mode_size_and_reply_of_both_is_compared_and_the_main_ones_are_marked() {
    let [earlier, _] = runs();
    let between = slowed(GRPC, 1.0);
    assert_eq!(
        between.changes.len(),
        earlier.cells.iter().filter(|cell| cell.lane != "rust/null/rust").count()
    );
    let main: Vec<&str> = of_grpc(&between)
        .filter(|change| change.main)
        .map(|change| change.what.as_str())
        .collect();
    assert_eq!(
        main,
        [
            "single, n = 1, 10 ids, stub, free placement",
            "batched, n = 1,024, 10 ids, stub, free placement"
        ]
    );
    for what in [
        "chatty, n = 64, 10 ids, stub, free placement",
        "streamed, n = 8, 100 ids, stub, free placement",
        "batched, n = 4, 100 ids, stub, free placement",
    ] {
        assert!(of_grpc(&between).any(|change| change.what == what), "{what} is missing");
    }
}

fn of_grpc(between: &Between) -> impl Iterator<Item = &Change> {
    between.changes.iter().filter(|change| change.lane == "grpc")
}

#[test]
fn a_gate_fails_passes_or_cannot_tell() {
    // Ten starts that scatter by 2 %, and a few slow samples: intervals of 3 to 10 % to either
    // side.
    let outcome = |factor, limit| gate(&slowed(GRPC, factor), limit).outcome;
    assert_eq!(outcome(1.5, 0.2), Gate::Failed);
    assert_eq!(outcome(1.0, 0.2), Gate::Passed);
    assert_eq!(outcome(1.2, 0.2), Gate::CannotTell);
    assert_eq!(outcome(0.5, 0.2), Gate::Passed, "faster is not slower");
    let between = slowed(GRPC, 1.5);
    let gates = gate(&between, 0.2).each;
    assert_eq!(gates.len(), between.changes.len());
    for (change, gate) in some(&between.changes, "changes").into_iter().zip(gates) {
        let wanted = if change.lane == "grpc" { Gate::Failed } else { Gate::Passed };
        assert_eq!(gate, wanted, "{change:?}");
    }
}

/// A comparison of `family` figures, each with this true ratio and starts that scatter by 2 %.
fn family(family: usize, ratio: f64, random: &mut Random) -> Between {
    let mut logs =
        |shift: f64| (0..5).map(|_| shift + 0.02 * random.normal()).collect::<Vec<f64>>();
    let change = |_| {
        let logs = Welch::of(&logs(ratio.ln()), &logs(0.0), 0.0).expect("five starts");
        Change {
            lane: "grpc".into(),
            lane_name: "grpc".into(),
            items: 1,
            what: "invented".into(),
            placement: "one core".into(),
            lane_placed: "grpc on one core".into(),
            main: true,
            old_ns: 1.0,
            new_ns: 1.0,
            comparison: Comparison::unpaired(&logs),
            logs,
            detected: false,
            open: None,
            smallest: None,
        }
    };
    let changes = (0..family).map(change).collect();
    Between {
        changes,
        placed: Vec::new(),
        gone: Vec::new(),
        only_new: 0,
        distrusted: Vec::new(),
    }
}

#[test]
fn a_gate_fails_wrongly_in_at_most_one_of_a_hundred_comparisons_however_many_figures_there_are() {
    let mut random = Random(3);
    let shares = [1, 60].map(|figures| {
        let wrong = |_: &u32| gate(&family(figures, 1.1, &mut random), 0.1).outcome == Gate::Failed;
        (0..2_000).filter(wrong).count()
    });
    // Nominal at most 20 of 2,000; 33 is three standard deviations more.
    each(shares, "wrong in one of a hundred", |wrong| (5..=33).contains(wrong));
}

#[test]
fn a_gate_passes_what_is_beyond_it_in_at_most_one_of_two_hundred_comparisons() {
    let mut random = Random(4);
    let passed = (0..4_000)
        .filter(|_| gate(&family(1, 1.1, &mut random), 0.1).outcome == Gate::Passed)
        .count();
    assert!((8..=34).contains(&passed), "{passed} of 4,000, nominal 20");
}

#[test]
fn a_lane_that_broke_is_lost_with_its_reason_and_fails_the_gate() {
    for (status, starts, words) in
        [("missing", 0, "missing: it died"), ("partial", 1, "partial: it died")]
    {
        let between = compared(|later| {
            for cell in cells_of(later, GRPC) {
                (cell.status, cell.reason) = (status.into(), Some("it died".into()));
                cell.starts.truncate(starts);
            }
        });
        assert!(of_grpc(&between).next().is_none());
        let [gone] = between.gone.as_slice() else { panic!("{:?}", between.gone) };
        assert_eq!(
            (gone.lane.as_str(), gone.what.as_str(), gone.fate),
            ("grpc", "all figures", Fate::Lost)
        );
        assert_eq!(gone.reason, words);
        assert_eq!(gate(&between, 10.0).outcome, Gate::Failed);
    }
    let between = compared(|later| later.cells.retain(|cell| cell.lane != GRPC));
    assert_eq!(between.gone[0].fate, Fate::Lost, "planned, and not a cell of it");
}

#[test]
fn what_the_later_run_did_not_plan_is_said_and_does_not_fail_the_gate() {
    let between = compared(|later| {
        later
            .cells
            .retain(|cell| cell.lane != GRPC && !(cell.lane == "rust/uds/rust" && cell.items == 8));
        let lane = later.lanes.iter_mut().find(|lane| lane.name == GRPC).expect("synthetic");
        (lane.planned, lane.reason) = (false, Some("not asked for".into()));
    });
    let said = |lane: &str| between.gone.iter().find(|gone| gone.lane == lane).expect("said");
    assert_eq!(
        (said("grpc").fate, said("grpc").what.as_str()),
        (Fate::Unplanned, "all figures")
    );
    assert_eq!(said("grpc").reason, "not in the later run: not asked for");
    assert_eq!(said("uds").fate, Fate::Unplanned);
    assert!(
        said("uds")
            .what
            .starts_with("chatty, n = 8, 10 ids, stub, free placement; pipelined"),
        "{}",
        said("uds").what
    );
    assert_eq!(gate(&between, 0.2).outcome, Gate::Passed);
}

#[test]
fn a_figure_with_too_few_restarts_before_leaves_the_gate_open_and_new_ones_are_counted() {
    let [mut earlier, later] = runs();
    for cell in cells_of(&mut earlier, GRPC) {
        cell.starts.truncate(1);
    }
    earlier.cells.retain(|cell| cell.lane != "rust/uds/rust");
    let between = changes(&earlier, &later, false).expect("comparable");
    each(&between.gone, "undecided", |gone| {
        gone.lane == "grpc" && gone.fate == Fate::Undecided
    });
    assert_eq!(
        between.only_new,
        later.cells.iter().filter(|cell| cell.lane == "rust/uds/rust").count()
    );
    assert_eq!(gate(&between, 0.1).outcome, Gate::CannotTell);
}

#[test]
fn a_withdrawn_lane_is_compared_with_nothing() {
    let wrong = |record: &mut Record| cells_of(record, GRPC)[0].starts[1].wrong = 2;
    let later = compared(wrong);
    assert!(later.distrusted.is_empty(), "{later:?}");
    assert!(later.changes.iter().all(|change| change.lane != "grpc"), "{later:?}");
    each(&later.gone, "lost", |gone| gone.lane == "grpc" && gone.fate == Fate::Lost);
    assert_eq!(gate(&later, 10.0).outcome, Gate::Failed);
    let [mut earlier, later] = runs();
    wrong(&mut earlier);
    let between = changes(&earlier, &later, false).expect("comparable");
    assert!(between.gone.is_empty(), "{between:?}");
    assert!(between.changes.iter().all(|change| change.lane != "grpc"), "{between:?}");
}

#[test]
fn a_record_that_must_not_be_used_is_named_and_the_gate_says_nothing() {
    let between = compared(spoil);
    assert!(
        between.distrusted[0].starts_with("The later record must not be used: 2 of 6 lanes"),
        "{between:?}"
    );
    assert_eq!(gate(&between, 10.0).outcome, Gate::Untrustworthy);
}

#[test]
fn sameness_is_said_whatever_the_family_keeps() {
    let change = |logs: [f64; 3]| {
        let logs = Welch::of(&logs, &[0.0, 0.001, -0.001], 0.0).expect("three starts");
        let comparison = Comparison::unpaired(&logs);
        assert!(comparison.detected());
        let family: Vec<f64> = [comparison.p_value].into_iter().chain([0.9; 199]).collect();
        let detected = comparison::holm(&family, 1.0 - DETECTION)[0];
        comparison.words_in_family(detected)
    };
    assert_eq!(change([0.010, 0.011, 0.009]), "the same within 5 %");
    assert_eq!(change([0.060, 0.070, 0.050]), "cannot tell");
}

#[test]
fn other_machines_data_and_profiles_are_not_compared_unless_forced() {
    type Break = fn(&mut Record);
    let breaks: [(Mismatch, Break); 3] = [
        (Mismatch::Machine, |record| record.environment.fingerprint = "another".into()),
        (Mismatch::Workload, |record| record.data.digest = "another".into()),
        (Mismatch::Profile, |record| record.tollgate.profile = "debug".into()),
    ];
    for (mismatch, change) in breaks {
        let [earlier, mut later] = runs();
        change(&mut later);
        assert_eq!(changes(&earlier, &later, false).err(), Some(mismatch));
        assert!(changes(&earlier, &later, true).is_ok());
    }
}

#[test]
fn nothing_to_compare_and_too_few_restarts_are_told_apart() {
    let [earlier, mut later] = runs();
    later.cells.clear();
    later.lanes.iter_mut().for_each(|lane| lane.planned = false);
    assert_eq!(changes(&earlier, &later, true).err(), Some(Mismatch::NothingInCommon));
    let short = Synthetic { starts: 1, samples: 100, ..Default::default() }.record();
    assert_eq!(changes(&earlier, &short, false).err(), Some(Mismatch::TooFewRestarts));
    assert_eq!(changes(&short, &earlier, false).err(), Some(Mismatch::TooFewRestarts));
}
