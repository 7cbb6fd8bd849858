//! Two builds asked in turns: how they are shown, and what a gate makes of them.

use crate::assertions::{each, says};
use crate::contrasts::{GRPC, UDS, contrast, with};
use crate::record;
use crate::rendered::{READ, read, rendered};
use reports::{
    figures::contrasts::against,
    judge::{
        gate::{builds::gate, records::Gate},
        grade::Grade,
        trust::grade,
    },
    record::{Build, Contrast},
};

/// Every lane against itself in the other build; grpc is slower by a fifth. That of uds is detected
/// by itself (p = 0.003), and not among nine: beyond 5 % it cannot be called the same either.
fn every_lane() -> Vec<Contrast> {
    let mut contrasts = Vec::new();
    for lane in &record().lanes {
        let shift = if lane.name == GRPC { 0.2 } else { 0.0 };
        let mut one = contrast("against", [&lane.name; 2], shift, 0.01, 9);
        if lane.name == UDS {
            one.starts.truncate(3);
            for (start, log) in one.starts.iter_mut().zip([0.20, 0.22, 0.24]) {
                start.log_ratio = log;
            }
        }
        contrasts.push(one);
    }
    contrasts
}

#[test]
fn two_builds_are_judged_as_a_family() {
    let record = with(every_lane());
    let found = against(&record);
    assert_eq!(found.len(), record.lanes.len());
    let of = |lane: &str| found.iter().find(|one| one.lane == lane).expect("compared");
    let uds = of("uds");
    assert!(uds.comparison.detected() && !uds.detected, "{uds:?}");
    assert_eq!((uds.words(), of("grpc").words()), ("cannot tell", "slower"));
    let others = found.iter().filter(|one| !["uds", "grpc"].contains(&one.lane));
    each(others, "same", |one| one.words() == "the same within 5 %");
}

#[test]
fn two_builds_are_shown_with_the_other_ones_version() {
    let mut record = with(every_lane());
    for format in READ {
        let text = rendered(&record, format);
        says(&text, &["This build against the other", "version is not in"]);
    }
    record.against = Some(Build { version: "0.0.9".into(), ..record.tollgate.clone() });
    for format in READ {
        let other = "tollgate 0.0.9, release build, rustc 1.95.0";
        says(&read(&record, format), &[other]);
    }
}

#[test]
fn a_gate_on_two_builds_fails_what_is_slower_beyond_doubt_and_passes_what_cannot_be() {
    let gated = |shift: f64, scatter: f64| {
        let grpc = contrast("against", [GRPC; 2], shift, scatter, 3);
        let uds = contrast("against", [UDS; 2], 0.0, scatter, 4);
        gate(&with(vec![grpc, uds]), 0.05)
    };
    let (slower, equal, noisy) = (gated(0.2, 0.01), gated(0.0, 0.01), gated(0.0, 0.3));
    assert_eq!(
        (slower.outcome, slower.slower),
        (Gate::Failed, vec!["grpc with free placement".to_owned()])
    );
    assert_eq!(equal.outcome, Gate::Passed);
    assert_eq!((noisy.outcome, noisy.open.len()), (Gate::CannotTell, 2));
    let mut broken = contrast("against", [UDS; 2], 0.0, 0.01, 4);
    broken.reason = Some("its callee ended".into());
    assert_eq!(
        gate(&with(vec![broken.clone()]), 0.05).outcome,
        Gate::CannotTell,
        "what failed did not pass"
    );
    assert_eq!(gate(&with(Vec::new()), 0.05).outcome, Gate::CannotTell);
    broken.wrong = true;
    let withdrawn = gate(&with(vec![broken]), 0.05);
    assert_eq!((withdrawn.outcome, withdrawn.open.len()), (Gate::CannotTell, 1));
    // Neither two starts nor starts that do not differ fail or pass.
    for logs in [vec![0.3, 0.31], vec![0.3; 5], vec![0.0; 5], vec![0.0, 0.001]] {
        let mut few = contrast("against", [UDS; 2], 0.0, 0.01, 4);
        few.starts.truncate(logs.len());
        few.starts.iter_mut().zip(&logs).for_each(|(start, log)| start.log_ratio = *log);
        assert_eq!(gate(&with(vec![few]), 0.05).outcome, Gate::CannotTell, "{logs:?}");
    }
}

#[test]
fn a_gate_on_equal_builds_fails_in_one_of_a_hundred_runs_at_most() {
    // Slower by exactly the limit: the worst case of "at most".
    let run = |seed: u64| {
        let lane = |at: u64| contrast("against", [GRPC; 2], 0.05f64.ln_1p(), 0.02, 100 * seed + at);
        gate(&with((0..4).map(lane).collect()), 0.05).outcome == Gate::Failed
    };
    let failed = (0..300).filter(|seed| run(*seed)).count();
    assert!(failed <= 9, "{failed} of 300 (1 % is 3; 10 or more has a chance of 1 in 1,000)");
}

#[test]
fn a_build_with_a_handicap_is_said_to_be_one() {
    let mut record = with(vec![contrast("against", [GRPC; 2], 0.0, 0.01, 3)]);
    let handicap = Some("grpc=900".to_owned());
    record.against = Some(Build { handicap: handicap.clone(), ..record.tollgate.clone() });
    assert_eq!(grade(&record).grade, Grade::Caution);
    for format in READ {
        says(&read(&record, format), &["with a handicap compiled in (grpc=900 ns)"]);
    }
    record.tollgate.handicap = handicap;
    assert_eq!(grade(&record).grade, Grade::DoNotUse);
}
