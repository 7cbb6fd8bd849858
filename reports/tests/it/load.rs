//! Verdicts of loads: what is unstable, what cannot be believed, and what is then not shown.

use reports::{
    figures::load::{
        Load,
        counted::{Asked, Counted, Loop},
    },
    record::Verdict,
    stats::estimates,
};

const MS: u64 = 1_000_000;

/// 9,000 calls in 9 s that took 1 ms each, all answered, the shortest of each quarter as long as
/// that of any other.
fn counted() -> Counted {
    let mut histogram = estimates::histogram();
    histogram.record_n(MS, 9_000).expect("within its bounds");
    let mut lateness = estimates::histogram();
    lateness.record_n(1_000, 9_000).expect("within its bounds");
    Counted {
        window_ns: 9_000 * MS,
        elapsed_ns: 9_001 * MS,
        sent: 9_000,
        dropped: 0,
        answered_in_window: 8_999,
        calls: 10_000,
        wrong: 0,
        errors: 0,
        error: None,
        in_flight_most: 3,
        in_flight_call_ns: 9_000.0 * MS as f64,
        parts: vec![(2_250, MS); 4],
        cpu_caller_ns: Some(20_000 * 10_000),
        cpu_callee_ns: None,
        latency: histogram.clone(),
        service: histogram,
        late_place: lateness.clone(),
        late_thread: estimates::histogram(),
        late_generator: lateness.clone(),
        lateness,
        interrupted: false,
    }
}

fn load(discipline: Loop, counted: &Counted) -> Load {
    let asked = Asked {
        lane: "rust/x/rust".into(),
        implementation: String::new(),
        given_endpoint: false,
        placement: "free".into(),
        engine: "stub".into(),
        max_results: 10,
        discipline,
        arrivals: None,
        rate_per_s: None,
        duration_s: 10.0,
        connections: 1,
        in_flight: 16,
        seed: 1,
    };
    Load::new(asked, counted)
}

#[test]
fn a_load_that_was_kept_up_with_is_stable_and_shows_everything() {
    let load = load(Loop::Open, &counted());
    assert_eq!((load.verdict, load.reasons.len()), (Verdict::Stable, 0), "{:?}", load.reasons);
    let latency = load.latency_ns.expect("shown");
    assert!(
        latency.p99.is_some() && latency.p999.is_none(),
        "9,000 samples support p99 and no more"
    );
    assert_eq!(
        (load.offered_per_s, load.cpu_caller_ns_per_call),
        (Some(1_000.0), Some(20_000.0))
    );
    assert_eq!(load.cpu_callee_ns_per_call, None, "not measured is not 0");
}

#[test]
fn less_than_99_percent_of_what_was_offered_is_unstable_and_has_no_latency() {
    let mut counted = counted();
    (counted.dropped, counted.answered_in_window) = (100, 8_990);
    let load = load(Loop::Open, &counted);
    assert_eq!(load.verdict, Verdict::Unstable);
    assert!(load.reasons[0].contains("98.8 %"), "{:?}", load.reasons);
    assert!(load.latency_ns.is_none() && load.lateness_ns.is_none() && load.service_ns.is_some());
}

#[test]
fn a_queue_that_grows_is_unstable_though_everything_was_answered() {
    let mut counted = counted();
    counted.parts = [1, 20, 40, 60].map(|ms| (2_250, ms * MS)).to_vec();
    assert_eq!(load(Loop::Open, &counted).verdict, Verdict::Unstable);
    // In a closed loop nothing is due, and nothing can queue up.
    assert_eq!(load(Loop::Closed, &counted).verdict, Verdict::Stable);
}

#[test]
fn a_stall_in_one_quarter_and_a_few_calls_on_their_way_are_no_growing_queue() {
    let mut counted = counted();
    counted.parts = [1, 1, 40, 1].map(|ms| (2_250, ms * MS)).to_vec();
    assert_eq!(load(Loop::Open, &counted).verdict, Verdict::Stable);
    (counted.sent, counted.answered_in_window) = (30, 22);
    assert_eq!(
        load(Loop::Open, &counted).verdict,
        Verdict::Stable,
        "8 calls are the chance of the end"
    );
}

#[test]
fn wrong_answers_errors_and_books_that_disagree_are_not_to_be_believed() {
    let spoil: [fn(&mut Counted); 4] = [
        |counted| counted.wrong = 1,
        |counted| counted.errors = 1,
        |counted| counted.in_flight_call_ns *= 1.05,
        |counted| counted.service = estimates::histogram(),
    ];
    for spoil in spoil {
        let mut counted = counted();
        spoil(&mut counted);
        let load = load(Loop::Open, &counted);
        assert_eq!(load.verdict, Verdict::Untrustworthy);
        assert!(!load.reasons.is_empty());
    }
}

#[test]
fn a_late_generator_is_told_apart_from_one_without_a_place_and_from_a_busy_thread() {
    let with = |part: fn(&mut Counted) -> &mut hdrhistogram::Histogram<u64>| {
        let mut counted = counted();
        part(&mut counted).record_n(MS, 1_000).expect("within its bounds");
        load(Loop::Open, &counted).reasons
    };
    let of_generator = with(|counted| &mut counted.late_generator);
    assert!(
        of_generator.len() == 1 && of_generator[0].contains("the generator was late"),
        "{of_generator:?}"
    );
    let of_place = with(|counted| &mut counted.late_place);
    assert!(of_place.len() == 1 && of_place[0].contains("--in-flight"), "{of_place:?}");
    // What one thread costs a caller is the lane's.
    assert_eq!(with(|counted| &mut counted.late_thread), Vec::<String>::new());
}

#[test]
fn a_generator_that_does_not_keep_up_is_not_the_lane() {
    let mut counted = counted();
    counted.answered_in_window = 7_000;
    // One of 16 places was taken on average: 9,000 calls of 1 ms in 9 s.
    let said = load(Loop::Open, &counted).reasons;
    assert!(
        said.iter().any(|reason| reason.contains("says nothing of the lane")),
        "{said:?}"
    );
    // A caller with one thread has places to spare, and a full one is the lane's own limit.
    counted.late_thread.record_n(1_000, 9_000).expect("within its bounds");
    let said = load(Loop::Open, &counted).reasons;
    assert!(
        !said.iter().any(|reason| reason.contains("says nothing of the lane")),
        "{said:?}"
    );
}
