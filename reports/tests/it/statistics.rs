//! The statistics against known values, and what the summary computes from a record.

use crate::assertions::{each, some};
use crate::changes::{cells_of, lane_mut, single};
use crate::record;
use reports::figures::{
    row::Row,
    summary::{Scene, Summary},
};
use reports::judge::Judged;
use reports::stats::estimates::{self, Interval};
use reports::stats::resolution::Resolution;
use reports::stats::starts::Starts;
use reports::stats::welch::Welch;
use reports::{Unobservable, say::findings, stats::comparison};

#[test]
fn student_t_agrees_with_tables() {
    for (starts, confidence, t) in
        [(2, 0.95, 12.7062), (5, 0.95, 2.7764), (5, 0.99, 4.6041), (31, 0.95, 2.0423)]
    {
        assert!(
            (estimates::t_quantile(starts, confidence) - t).abs() < 1e-4,
            "{starts} starts, {confidence}"
        );
    }
}

/// Against SciPy 1.17: `binomtest(k, n).proportion_ci(0.95, method="exact")` and `binom.sf(k - 1,
/// n, p)`.
#[test]
fn exact_intervals_of_shares_agree_with_scipy() {
    for (hits, tried, low, high) in [
        (0, 40, 0.0, 0.088097),
        (1, 40, 0.000633, 0.131586),
        (2, 40, 0.006114, 0.169197),
        (19, 20, 0.751267, 0.998735),
        (20, 20, 0.831567, 1.0),
    ] {
        let found = estimates::binomial_interval(hits, tried, 0.95);
        assert!(
            (found.0 - low).abs() < 1e-6 && (found.1 - high).abs() < 1e-6,
            "{hits} of {tried}: {found:?}"
        );
    }
    for (hits, probability) in [(0, 1.0), (2, 0.0607366), (3, 0.0074974), (4, 0.0006856)] {
        let found = estimates::binomial_at_least(hits, 40, 0.01);
        assert!((found - probability).abs() < 1e-6, "at least {hits} of 40: {found}");
    }
}

/// Against SciPy 1.17: `ttest_ind(a, b, equal_var=False)` and its `confidence_interval(0.99)`.
#[test]
fn the_difference_of_unpaired_means_agrees_with_scipy() {
    let welch =
        Welch::of(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.5, 2.7, 2.9], 0.0).expect("enough values");
    let Interval { low, high } = welch.estimate(0.99).interval.expect("an interval");
    let p_value = welch.p_value_of_zero();
    assert!((welch.difference - 0.3).abs() < 1e-12);
    assert!(
        (low + 2.888_917_654).abs() < 1e-6 && (high - 3.488_917_654).abs() < 1e-6,
        "{low} {high}"
    );
    assert!((p_value - 0.695_906_499).abs() < 1e-6, "{p_value}");
    // The end of a two-sided 99 % interval is where a one-sided test has 0.5 %.
    assert!((welch.p_value_of_at_most(low) - 0.005).abs() < 1e-9);
    assert!((welch.p_value_of_at_most(high) - 0.995).abs() < 1e-9);
    assert!(Welch::of(&[1.0], &[1.0, 2.0], 0.0).is_none());
}

#[test]
fn values_without_scatter_say_what_the_clock_can_tell_and_leave_a_gate_open() {
    let of = |first: &[f64], second: &[f64], finest| {
        Welch::of(first, second, finest).expect("enough values")
    };
    let welch = of(&[2.0; 3], &[1.0; 3], 0.1);
    let Interval { low, high } = welch.estimate(0.99).interval.expect("as wide as the clock's");
    assert!((low - 0.9).abs() < 1e-12 && (high - 1.1).abs() < 1e-12, "{low} {high}");
    assert_eq!((welch.p_value_of_zero(), welch.p_value_of_at_most(0.5)), (0.0, 1.0));
    assert_eq!(of(&[1.05; 3], &[1.0; 3], 0.1).p_value_of_zero(), 1.0, "finer than the clock");
    let unlimited = of(&[2.0; 3], &[1.0; 3], 0.0);
    assert_eq!((unlimited.estimate(0.99).interval, unlimited.p_value_of_zero()), (None, 1.0));
}

#[test]
fn an_interval_of_means_agrees_with_a_hand_calculation() {
    // Mean 3, standard deviation sqrt(2.5), t = 2.7764: 3 -+ 1.9633.
    let estimate =
        estimates::mean_of_starts(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.0, 0.95).expect("five values");
    let Interval { low, high } = estimate.interval.expect("five starts");
    assert!((low - 1.0368).abs() < 1e-3 && (high - 4.9632).abs() < 1e-3, "{low} {high}");
}

#[test]
fn one_start_gives_a_value_and_no_interval() {
    let estimate =
        estimates::log_mean_of_starts(&[85.0], Resolution::EXACT, 0.95).expect("a value");
    assert!((estimate.value - 85.0).abs() < 1e-9);
    assert_eq!(estimate.interval, None);
}

#[test]
fn values_that_are_no_times_are_dropped() {
    let estimate = estimates::log_mean_of_starts(
        &[f64::NAN, 0.0, -1.0, f64::INFINITY, 4.0],
        Resolution::EXACT,
        0.95,
    )
    .expect("one value");
    assert_eq!((estimate.starts, estimate.interval), (1, None));
    assert_eq!(estimates::log_mean_of_starts(&[f64::NAN], Resolution::EXACT, 0.95), None);
}

#[test]
fn histograms_are_merged_and_not_averaged() {
    let (mut fast, mut slow) = (estimates::histogram(), estimates::histogram());
    fast.record_n(100, 990).expect("in bounds");
    slow.record_n(10_000, 10).expect("in bounds");
    let texts = [&fast, &slow].map(|h| estimates::histogram_to_base64(h).expect("written"));
    let merged = estimates::merged(texts.iter().map(String::as_str)).expect("readable");
    assert_eq!((merged.len(), merged.value_at_quantile(0.5)), (1_000, 100));
    assert!(estimates::merged(["not a histogram"]).is_err());
}

#[test]
fn a_percentile_needs_ten_samples_beyond_it() {
    assert!(estimates::supports(1_000, 0.99) && !estimates::supports(999, 0.99));
    assert!(estimates::supports(10_000, 0.999) && !estimates::supports(9_999, 0.999));
}

#[test]
fn a_tail_of_groups_or_of_few_samples_is_not_observable() {
    let mut record = record();
    let summary = Summary::of(&record);
    let percentile = |short: &str, q| row(&summary.scenes[0], short).percentile(q);
    assert_eq!(percentile("inproc", 0.5), Err(Unobservable::Grouped(64)));
    assert!(percentile("grpc", 0.99).is_ok());
    assert!(matches!(percentile("grpc", 0.999), Err(Unobservable::TooFew(_))));
    record
        .cells
        .iter_mut()
        .flat_map(|c| &mut c.starts)
        .for_each(|s| s.histogram = "broken".into());
    let summary = Summary::of(&record);
    let grpc = row(&summary.scenes[0], "grpc");
    assert_eq!(grpc.percentile(0.5), Err(Unobservable::NoSample));
}

#[test]
fn the_toll_is_the_mean_of_differences_between_the_medians_of_a_start() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = &summary.scenes[0];
    let mean = |lane: &str| {
        let starts = &single(&record, lane).starts;
        starts.iter().filter_map(|start| start.p50_ns).sum::<f64>() / starts.len() as f64
    };
    let toll = row(scene, "grpc").toll.expect("a toll");
    assert!((toll.value - (mean("rust/grpc/rust") - mean("rust/inproc/rust"))).abs() < 1e-6);
    let no_toll = scene.rows.iter().filter(|r| !r.lane.answers || r.lane.short == "inproc");
    for row in some(no_toll, "lanes without a toll") {
        assert!(row.toll.is_none(), "{}", row.lane.short);
    }
}

/// The row of a lane.
fn row<'s, 'r>(scene: &'s Scene<'r>, short: &str) -> &'s Row<'r> {
    scene.rows.iter().find(|row| row.lane.short == short).expect("measured")
}

#[test]
fn the_harness_is_subtracted_from_callers_in_its_language_alone() {
    let mut record = record();
    let caller = |record: &reports::record::Record| {
        let summary = Summary::of(record);
        let row = row(&summary.scenes[0], "uds");
        let single = row.single.as_ref().expect("measured");
        let raw: f64 =
            single.starts.iter().filter_map(|start| start.cpu_caller_ns).sum::<f64>() / 5.0;
        raw - row.cpu.caller.expect("read").value
    };
    let harness = Summary::of(&record).scenes[0]
        .harness()
        .and_then(|row| row.cpu.caller)
        .expect("read")
        .value;
    assert!(harness > 0.0 && (caller(&record) - harness).abs() < 1e-6);
    lane_mut(&mut record, "uds").caller = "python".into();
    assert!(caller(&record).abs() < 1e-6);
}

#[test]
fn lanes_stand_loose_to_tight_and_the_harness_has_no_rank() {
    let record = record();
    let summary = Summary::of(&record);
    let order: Vec<&str> = summary.scenes[0].rows.iter().map(|r| r.lane.short.as_str()).collect();
    assert_eq!(order, ["rest", "grpc", "uds", "ffi-c", "inproc", "null"]);
    let last = summary.scenes[0].rows.last().expect("six rows");
    assert!(last.rank.is_none() && last.lane.short == "null");
    assert_eq!(summary.scenes[0].baseline().expect("measured").lane.short, "inproc");
}

#[test]
fn findings_need_two_starts() {
    let one =
        crate::synthetic::Synthetic { starts: 1, samples: 300, ..Default::default() }.record();
    let found = findings::findings(&Judged::of(&one));
    assert_eq!(found.len(), 1);
    assert!(found[0].text.contains("too few restarts for intervals"), "{}", found[0].text);
}

#[test]
fn findings_are_three_to_five_and_name_implementations() {
    let record = record();
    let found = findings::findings(&Judged::of(&record));
    assert!((3..=findings::MOST).contains(&found.len()), "{found:?}");
    assert!(found[0].text.contains("(tonic 0.14.9)"), "{}", found[0].text);
}

#[test]
fn equal_lanes_are_not_called_slower() {
    let values = |by: f64| [1.0, 1.02, 0.97, 1.01, 0.99].map(|v| v * by);
    let starts = |values: [f64; 5]| Starts::new((0u32..).zip(values).collect(), Resolution::EXACT);
    let same =
        comparison::Comparison::of(&starts(values(1.0)), &starts(values(1.000_1))).expect("pairs");
    assert_ne!(same.verdict(), comparison::Verdict::Slower);
    assert_ne!(same.verdict(), comparison::Verdict::Faster);
}

/// A record in which these starts of the single call over grpc were cut short and gave absurd
/// times.
fn cut_short(starts: impl IntoIterator<Item = usize>) -> reports::record::Record {
    let mut record = record();
    let starts: Vec<usize> = starts.into_iter().collect();
    for cell in cells_of(&mut record, "rust/grpc/rust") {
        for start in starts.iter().filter(|_| cell.items == 1) {
            let start = &mut cell.starts[*start];
            start.visits_done = start.visits_planned - 1;
            (start.mean_ns, start.p50_ns) = (Some(9e9), Some(9e9));
        }
    }
    record
}

#[test]
fn a_start_that_was_cut_short_is_left_out_where_others_are_whole() {
    let record = cut_short([1, 4]);
    let summary = Summary::of(&record);
    let grpc = row(&summary.scenes[0], "grpc");
    let single = grpc.single.as_ref().expect("measured");
    assert_eq!(single.starts.iter().map(|s| s.start).collect::<Vec<_>>(), [0, 2, 3]);
    assert!(single.whole && single.p50.starts == 3 && single.p50.interval.is_some());
    assert!(single.p50.value < 1e6, "{}", single.p50.value);
    assert_eq!(grpc.toll.expect("a toll").starts, 3);
    assert_eq!(grpc.percentile(0.5).expect("observable").starts, 3);
    assert!(grpc.rank.is_some());
}

#[test]
fn a_cell_without_a_whole_start_shows_its_value_and_is_compared_with_nothing() {
    let record = cut_short(0..5);
    let summary = Summary::of(&record);
    let grpc = row(&summary.scenes[0], "grpc");
    let single = grpc.single.as_ref().expect("shown");
    assert!(!single.whole && (single.p50.value / 9e9 - 1.0).abs() < 1e-9);
    assert_eq!((single.p50.interval, single.item.interval), (None, None));
    assert_eq!(grpc.toll.expect("a value").interval, None);
    assert_eq!(grpc.cpu.both.expect("a value").interval, None);
    assert_eq!(grpc.percentile(0.5).expect("observable").interval, None);
    assert_eq!(grpc.rank, None);
    let compared = findings::findings(&Judged::of(&record));
    each(&compared, "not of grpc", |one| !one.text.contains("grpc (tonic 0.14.9) takes"));
    let absent = Judged::of(&record)
        .absent
        .into_iter()
        .find(|absent| absent.lane == "grpc")
        .expect("said");
    assert!(absent.reason.contains("cut short in 5 restarts"), "{}", absent.reason);
}
