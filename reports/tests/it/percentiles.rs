//! Percentiles: ranks against SciPy, intervals that cover the truth in seeded simulations, and
//! blanks where starts are short.

use crate::synthetic::Random;
use hdrhistogram::Histogram;
use reports::stats::estimates::{self, Estimate, Interval};
use reports::stats::resolution::ClockStep;
use reports::stats::resolution::Resolution;
use reports::{
    Tail,
    stats::{compact_histogram::Steps, order_statistics},
};

/// Against SciPy 1.17: `binom.ppf(0.025, n, q)` and `binom.ppf(0.975, n, q) + 1`.
#[test]
fn ranks_of_order_statistics_agree_with_scipy() {
    for (samples, quantile, low, high) in [
        (20, 0.5, 6, 15),
        (1_000, 0.5, 469, 532),
        (1_000, 0.99, 983, 997),
        (1_001, 0.99, 984, 998),
        (5_000, 0.99, 4_936, 4_964),
        (12_345, 0.9, 11_045, 11_176),
        (75_000, 0.999, 74_908, 74_942),
        (1_000_000, 0.5, 499_020, 500_981),
        (1_000_000, 0.99, 989_805, 990_196),
        (3_000_000, 0.999_99, 2_999_959, 2_999_981),
    ] {
        assert_eq!(
            order_statistics::ranks(samples, quantile, 0.95),
            (low, high),
            "p{} of {samples}",
            100.0 * quantile
        );
    }
}

/// Against SciPy 1.17 to within the rounding outward; a damaged record may claim more samples than
/// can be added up.
#[test]
fn ranks_of_very_many_samples_are_those_of_a_normal_distribution() {
    let (low, high) = order_statistics::ranks(10_000_000_000, 0.5, 0.95);
    assert!((4_999_902_000..=4_999_902_002).contains(&low), "{low}");
    assert!((5_000_097_999..=5_000_098_001).contains(&high), "{high}");
    let (low, high) = order_statistics::ranks(u64::MAX / 4, 0.99, 0.95);
    assert!(low < high && high < u64::MAX / 4);
}

#[test]
fn an_interval_of_order_statistics_ends_where_buckets_end() {
    let mut histogram = estimates::histogram();
    // Ranks 469 and 532 of 1,000: the one lies among the first 500 samples, the other among the
    // rest.
    histogram.record_n(100_000, 500).expect("in bounds");
    histogram.record_n(200_000, 500).expect("in bounds");
    let Interval { low, high } =
        order_statistics::interval(&Steps::of(&histogram), 0.5, 0.95).expect("a thousand samples");
    assert!(
        (99_900.0..100_000.0).contains(&low) && (200_000.0..200_200.0).contains(&high),
        "{low} {high}"
    );
    let mut few = estimates::histogram();
    few.record_n(100, 3).expect("in bounds");
    assert!(
        order_statistics::interval(&Steps::of(&few), 0.99, 0.95).is_none(),
        "p99 lies above all of three samples"
    );
}

/// What starts and calls are like, invented: logarithms of calls have a logistic distribution, so
/// that one call in a hundred takes three times the median and one in a thousand six times; a
/// start's own factor is log-normal.
struct Machine {
    random: Random,
    /// Of a start's own factor, as a standard deviation of logarithms.
    start_scatter: f64,
    /// Of each start.
    samples: u64,
}

const MEDIAN_NS: f64 = 50_000.0;

/// A quantile of the calls of a start without luck of its own, ns.
fn call_ns(quantile: f64) -> f64 {
    MEDIAN_NS * (quantile / (1.0 - quantile)).powf(0.25)
}

impl Machine {
    fn start(&mut self) -> Histogram<u64> {
        let luck = (self.start_scatter * self.random.normal()).exp();
        let mut histogram = estimates::histogram();
        for _ in 0..self.samples {
            // Never exactly 0 or 1.
            let share = self.random.uniform().clamp(1e-12, 1.0 - 1e-12);
            histogram.saturating_record((call_ns(share) * luck) as u64);
        }
        histogram
    }

    fn starts(&mut self, starts: usize) -> Vec<Histogram<u64>> {
        (0..starts).map(|_| self.start()).collect()
    }
}

const TRIALS: usize = 600;

/// Of so many starts, in how many percent of the trials the interval held the truth: that of the
/// tail's p50, that of its p99, and that of the main table's p50. Of 600 trials at 95 % the share
/// has a standard deviation of 0.9 %.
fn coverage(machine: &mut Machine, starts: usize) -> [f64; 3] {
    let holds = |estimate: Estimate, truth: f64| {
        let interval = estimate.interval.expect("enough starts and samples");
        interval.low <= truth && truth <= interval.high
    };
    let mut trial = || {
        let starts = machine.starts(starts);
        let medians: Vec<f64> =
            starts.iter().map(|start| start.value_at_quantile(0.5) as f64).collect();
        let tail = Tail::of_starts(&starts, true, ClockStep::default()).expect("samples");
        let [p50, p99] = [0.5, 0.99].map(|quantile| {
            holds(tail.percentile(quantile).expect("enough samples"), call_ns(quantile))
        });
        [
            p50,
            p99,
            holds(
                estimates::log_mean_of_starts(&medians, Resolution::EXACT, 0.95).expect("starts"),
                MEDIAN_NS,
            ),
        ]
    };
    let held: Vec<[bool; 3]> = (0..TRIALS).map(|_| trial()).collect();
    [0, 1, 2].map(|of| 100.0 * held.iter().filter(|held| held[of]).count() as f64 / TRIALS as f64)
}

/// Where starts differ, the interval over starts decides; where they do not, the wider of two
/// intervals that each cover 95 % covers more, by construction: up to 99 % was seen.
#[test]
fn intervals_of_percentiles_cover_the_truth_as_often_as_they_say_or_a_little_more() {
    for (starts, start_scatter, most) in [(5, 0.0, 99.8), (5, 0.02, 99.0), (10, 0.02, 98.5)] {
        let mut machine = Machine { random: Random(starts as u64), start_scatter, samples: 1_000 };
        let [p50, p99, main] = coverage(&mut machine, starts);
        let what = format!("{starts} starts that scatter by {start_scatter}");
        assert!((93.0..=most).contains(&p50), "p50 of the tail, {what}: {p50} %");
        assert!((93.0..=most).contains(&p99), "p99, {what}: {p99} %");
        assert!((93.0..=97.0).contains(&main), "p50 of starts, {what}: {main} %");
    }
}

#[test]
fn a_percentile_has_no_interval_where_a_start_by_itself_does_not_support_it() {
    let mut machine = Machine { random: Random(3), start_scatter: 0.02, samples: 1_000 };
    let mut starts = machine.starts(4);
    let interval = |starts: &[Histogram<u64>], quantile| {
        let tail = Tail::of_starts(starts, true, ClockStep::default()).expect("samples");
        (
            tail.percentile(quantile).expect("enough samples together").interval,
            tail.lacks_interval(quantile),
        )
    };
    assert!(matches!(interval(&starts, 0.99), (Some(_), false)));
    machine.samples = 999;
    starts.push(machine.start());
    assert_eq!(
        interval(&starts, 0.99),
        (None, true),
        "ten of a thousand lie beyond p99, of 999 fewer"
    );
    assert!(matches!(interval(&starts, 0.9), (Some(_), false)));
}
