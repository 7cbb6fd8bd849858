//! Percentiles of a load that are not shown: the generator's own, and those beyond calls that were
//! never sent.

use crate::load::{MS, counted, load};
use reports::{
    figures::load::{Load, counted::Loop},
    record::Verdict,
    stats::estimates,
};

/// 20,000 calls, of which one in so many took 100 ms, and what the generator was late by, ns.
fn with_late_generator(one_in: u64, late_ns: u64) -> Load {
    let mut counted = counted();
    counted.latency = estimates::histogram();
    counted
        .latency
        .record_n(MS, 20_000 - 20_000 / one_in)
        .expect("within its bounds");
    counted.latency.record_n(100 * MS, 20_000 / one_in).expect("within its bounds");
    counted.late_generator = estimates::histogram();
    counted
        .late_generator
        .record_n(1_000, 20_000 - 20_000 / one_in)
        .expect("within its bounds");
    counted
        .late_generator
        .record_n(late_ns, 20_000 / one_in)
        .expect("within its bounds");
    (counted.sent, counted.answered_in_window) = (20_000, 19_999);
    load(Loop::Open, &counted)
}

#[test]
fn a_percentile_that_the_generator_made_is_not_shown_and_why_is_said() {
    let shown = |load: &Load| {
        let latency = load.latency_ns.clone().expect("stable");
        let said = |name: &str| {
            let begins = format!("no {name}: the generator itself was late by half of it");
            load.reasons.iter().any(|reason| reason.starts_with(&begins))
        };
        assert!(latency.p50.is_some() && latency.p90.is_some());
        [(latency.p99.is_some(), said("p99")), (latency.p999.is_some(), said("p99.9"))]
    };
    let (is_shown, is_not) = ((true, false), (false, true));
    assert_eq!(shown(&with_late_generator(50, 1_000)), [is_shown, is_shown]);
    assert_eq!(shown(&with_late_generator(50, 40 * MS)), [is_shown, is_shown]);
    assert_eq!(shown(&with_late_generator(50, 90 * MS)), [is_not, is_not]);
    assert_eq!(shown(&with_late_generator(200, 90 * MS)), [is_shown, is_not]);
}

#[test]
fn calls_that_were_never_sent_count_as_slower_than_all_others() {
    let mut counted = counted();
    (counted.sent, counted.dropped, counted.answered_in_window) = (9_000, 80, 9_000);
    let load = load(Loop::Open, &counted);
    assert_eq!(load.verdict, Verdict::Stable, "{:?}", load.reasons);
    assert!(load.latency_ns.expect("stable").p99.is_some(), "0.9 % of the calls lie beyond");
    assert!(load.reasons[0].starts_with("caution: 80 calls (0.88 %) were due and never sent"));
    let all = 9_200.0_f64;
    assert!(estimates::quantile_below(0.99, 9_000, 200).is_none());
    let known = estimates::quantile_below(0.9, 9_000, 200).expect("below them");
    assert!((known - 0.9 * all / 9_000.0).abs() < 1e-12);
}
