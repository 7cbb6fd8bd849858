//! Tests of what `tollgate load` prints.

use super::*;
use reports::{
    figures::load::counted::{Asked, Counted},
    stats::estimates,
};

const MS: u64 = 1_000_000;

/// A load that was asked for.
fn asked() -> Asked {
    Asked {
        lane: "rust/x/rust".into(),
        implementation: String::new(),
        given_endpoint: false,
        placement: "free".into(),
        engine: "stub".into(),
        max_results: 10,
        discipline: Loop::Open,
        arrivals: Some("constant".into()),
        rate_per_s: Some(1_000.0),
        duration_s: 1.0,
        connections: 1,
        in_flight: 16,
        seed: 1,
    }
}

/// 1,000 calls of 1 ms in one second, of which a tenth was sent so late, ns.
fn sent_late_by(late_ns: u64) -> Load {
    let (mut calls, mut late) = (estimates::histogram(), estimates::histogram());
    for call in 0..1_000 {
        estimates::record(&mut calls, MS);
        estimates::record(&mut late, if call % 10 == 0 { late_ns } else { 0 });
    }
    let counted = Counted {
        window_ns: 1_000 * MS,
        elapsed_ns: 1_000 * MS,
        sent: 1_000,
        dropped: 0,
        answered_in_window: 1_000,
        calls: 1_000,
        wrong: 0,
        errors: 0,
        error: None,
        in_flight_most: 1,
        in_flight_call_ns: 1_000.0 * MS as f64,
        parts: vec![(250, MS); 4],
        cpu_caller_ns: None,
        cpu_callee_ns: None,
        cpu_server_ns: None,
        latency: calls.clone(),
        service: calls,
        late_place: late.clone(),
        late_thread: estimates::histogram(),
        late_generator: estimates::histogram(),
        lateness: late,
        interrupted: false,
    };
    Load::new(asked(), &counted)
}

#[test]
fn a_load_whose_calls_were_sent_late_is_not_called_stable() {
    let said = human(&sent_late_by(5 * MS));
    assert!(said.contains("the lane kept up, but calls were sent late"), "{said}");
    assert!(said.contains("(p99 is 5.0× the median latency)"), "{said}");
    assert!(said.contains("give more with --in-flight"), "{said}");
    assert!(!said.contains("stable"), "{said}");
    let said = human(&sent_late_by(0));
    assert!(said.contains("\nstable: the lane kept up\n"), "{said}");
}

#[test]
fn a_call_that_did_not_wait_is_said_to_have_waited_0_ns() {
    let said = human(&sent_late_by(0));
    let late = said.lines().find(|line| line.starts_with("sent late by")).expect("a line");
    assert_eq!(late.matches("0 ns").count(), 4, "{late}");
    assert!(!said.contains("1.00 ns"), "{said}");
}
