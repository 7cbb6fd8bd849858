//! Verdicts of loads: what is unstable, what cannot be believed, and what is then not shown.

use reports::{
    figures::load::{
        Load,
        counted::{Asked, Counted, Loop},
    },
    record::Verdict,
    stats::estimates,
};

pub(crate) const MS: u64 = 1_000_000;

/// 9,000 calls in 9 s that took 1 ms each, all answered, the shortest of each quarter as long as
/// that of any other.
pub(crate) fn counted() -> Counted {
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
        cpu_server_ns: None,
        latency: histogram.clone(),
        service: histogram,
        late_place: lateness.clone(),
        late_thread: estimates::histogram(),
        late_generator: lateness.clone(),
        lateness,
        interrupted: false,
    }
}

pub(crate) fn load(discipline: Loop, counted: &Counted) -> Load {
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
        |counted| {
            (counted.sent, counted.answered_in_window) = (0, 0);
            counted.service = estimates::histogram();
        },
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
        of_generator.len() == 2 && of_generator[1].contains("the generator was late"),
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

const S: u64 = 1_000_000_000;

/// One call in ten took longer than a histogram tells.
fn with_long_calls() -> Counted {
    let mut counted = counted();
    for histogram in [&mut counted.latency, &mut counted.service] {
        (0..1_000).for_each(|_| estimates::record(histogram, 75 * S));
    }
    counted.in_flight_call_ns += (1_000 * 75 * S) as f64;
    (counted.sent, counted.answered_in_window) = (10_000, 10_000);
    counted
}

#[test]
fn a_lane_that_is_overloaded_is_unstable_though_nothing_was_answered() {
    for (sent, dropped) in [(0, 1_876), (0, 3), (16, 900)] {
        let mut counted = counted();
        (counted.sent, counted.dropped, counted.answered_in_window) = (sent, dropped, 0);
        (counted.latency, counted.service) = (estimates::histogram(), estimates::histogram());
        // Books that would not agree: calls of the lead-in still took the places.
        counted.parts = vec![(0, 0); 4];
        let load = load(Loop::Open, &counted);
        assert_eq!(load.verdict, Verdict::Unstable, "{dropped}: {:?}", load.reasons);
        let missed = load.reasons.iter().filter(|said| said.starts_with("achieved 0.0 %"));
        assert_eq!(missed.count(), 1, "{:?}", load.reasons);
        assert!(!load.reasons.iter().any(|said| said.contains("Little")), "{:?}", load.reasons);
    }
}

#[test]
fn failed_calls_are_one_reason_whatever_they_do_to_the_books() {
    let spoil: [fn(&mut Counted); 3] = [
        |counted| counted.in_flight_call_ns *= 2.0,
        |counted| (counted.dropped, counted.answered_in_window) = (4_000, 5_000),
        |counted| counted.service = estimates::histogram(),
    ];
    for spoil in spoil {
        let mut counted = counted();
        (counted.errors, counted.error) = (3, Some("gone: it went".into()));
        spoil(&mut counted);
        let load = load(Loop::Open, &counted);
        assert_eq!(load.verdict, Verdict::Untrustworthy);
        assert_eq!(load.reasons, ["failed calls: 3; the first: gone: it went"]);
    }
}

#[test]
fn books_are_judged_only_where_both_sides_count_the_same_calls() {
    let missed = |spoil: fn(&mut Counted)| {
        let mut counted = counted();
        counted.in_flight_call_ns *= 1.05;
        spoil(&mut counted);
        load(Loop::Open, &counted).little.expect("calls in flight").is_missed()
    };
    assert!(missed(|_| {}), "nothing else is wrong");
    assert!(!missed(|counted| counted.errors = 1));
    assert!(!missed(|counted| counted.dropped = 1));
    assert!(!missed(|counted| counted.answered_in_window = 4_000));
    assert!(!missed(|counted| estimates::record(&mut counted.service, 70 * S)));
}

#[test]
fn a_call_longer_than_is_told_is_said_to_be_and_spoils_no_verdict() {
    let load = load(Loop::Open, &with_long_calls());
    assert_eq!(load.verdict, Verdict::Stable, "{:?}", load.reasons);
    let said = load.reasons.iter().filter(|said| said.contains("longer than 60 s"));
    let said: Vec<&String> = said.collect();
    assert!(said.len() == 1 && said[0].contains("1000 of 10000 calls"), "{said:?}");
    assert!(said[0].contains("their mean is at least as long as shown"), "{said:?}");
    let service = load.service_ns.expect("calls");
    assert_eq!((service.clipped, service.max, service.p99), (1_000, 60 * S, Some(60 * S)));
    let json = serde_json::to_value(&service).expect("JSON");
    assert_eq!(json["clipped"], 1_000);
    let usual = serde_json::to_string(&self::load(Loop::Open, &counted())).expect("JSON");
    assert!(!usual.contains("clipped") && !usual.contains("not_judged"), "{usual}");
}

#[test]
fn a_load_that_ended_before_its_first_answer_says_that_it_was_too_short() {
    let mut counted = counted();
    (counted.sent, counted.answered_in_window) = (3, 0);
    let load = load(Loop::Open, &counted);
    assert_eq!(load.verdict, Verdict::Stable, "{:?}", load.reasons);
    assert!(load.reasons.iter().any(|said| said.contains("longer --duration")), "{load:?}");
}
