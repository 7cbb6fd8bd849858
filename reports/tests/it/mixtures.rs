//! Starts that are not of one speed: what intervals cover where one in twenty is slow, and what is
//! shown where starts fall into two groups. Seeded; what is made of the starts is the code that
//! prints.

use crate::record;
use crate::synthetic::Random;
use reports::{
    figures::{series::drift::two_groups, summary::Summary},
    record::{CellStart, Record},
    stats::{
        estimates::{self, Estimate, Interval},
        resolution::Resolution,
    },
};

const TRIALS: usize = 2_000;
/// What a slow start is: half as slow again, one in twenty.
const SLOW: f64 = 1.5;
const SHARE: f64 = 0.05;

/// Starts of 100 ns that scatter by 1 %, some of them slow; and whether any is.
fn starts(count: usize, random: &mut Random) -> (Vec<f64>, bool) {
    let mut any = false;
    let mut one = || {
        let slow = random.uniform() < SHARE;
        any |= slow;
        100.0 * (0.01 * random.normal()).exp() * if slow { SLOW } else { 1.0 }
    };
    ((0..count).map(|_| one()).collect(), any)
}

fn holds(estimate: &Estimate, truth: f64) -> bool {
    let Interval { low, high } = estimate.interval.expect("five starts or more");
    (low..=high).contains(&truth)
}

/// An interval is that of starts like those that were seen: no statistic knows a slow start that is
/// not among them.
#[test]
fn with_one_slow_start_in_twenty_the_usual_speed_is_covered_and_the_mean_of_all_where_one_was_seen()
{
    let mut random = Random(31);
    let of_all = 100.0 * SLOW.powf(SHARE);
    for (count, least) in [(5, 15), (11, 35)] {
        let (mut usual, mut all, mut all_seen, mut seen) = (0, 0, 0, 0);
        for _ in 0..TRIALS {
            let (values, any_slow) = starts(count, &mut random);
            let estimate = estimates::log_mean_of_starts(&values, Resolution::EXACT, 0.95);
            let estimate = estimate.expect("values").without_noise();
            usual += usize::from(holds(&estimate, 100.0));
            all += usize::from(holds(&estimate, of_all));
            seen += usize::from(any_slow);
            all_seen += usize::from(any_slow && holds(&estimate, of_all));
        }
        let percent = |hits: usize, of: usize| 100 * hits / of;
        assert!(percent(usual, TRIALS) >= 93, "usual: {} %", percent(usual, TRIALS));
        assert!(percent(all_seen, seen) >= 93, "seen: {} %", percent(all_seen, seen));
        let of_all = percent(all, TRIALS);
        assert!((least..60).contains(&of_all), "METHOD says so of {count}: {of_all} %");
    }
}

/// What is shown of a single call whose restarts have these medians, each of so many visits.
fn shown(values: &[f64], visits: u32) -> Estimate {
    let mut record: Record = record();
    let cell = record.cells.iter_mut().find(|cell| cell.lane == GRPC && cell.items == 1);
    let cell = cell.expect("synthetic");
    let like = cell.starts[0].clone();
    let start = |(start, ns): (u32, &f64)| CellStart {
        start,
        visits_done: visits,
        visits_planned: visits,
        p50_ns: Some(*ns),
        mean_ns: Some(*ns),
        ..like.clone()
    };
    cell.starts = (0u32..).zip(values).map(start).collect();
    let summary = Summary::of(&record);
    let row = summary.scenes[0]
        .rows
        .iter()
        .find(|row| row.lane.name == GRPC)
        .expect("its row");
    row.single.as_ref().expect("measured").p50
}

const GRPC: &str = "rust/grpc/rust";

#[test]
fn of_two_groups_the_range_of_restarts_is_shown_and_holds_what_both_do_on_average() {
    let mut random = Random(32);
    let of_both = 1e5 * 1.6_f64.sqrt();
    let (mut grouped, mut held) = (0, 0);
    for _ in 0..100 {
        let mut one = || {
            let slow = random.uniform() < 0.5;
            1e5 * (0.01 * random.normal()).exp() * if slow { 1.6 } else { 1.0 }
        };
        let values: Vec<f64> = (0..11).map(|_| one()).collect();
        let shown = shown(&values, 4);
        let ends = shown.interval.expect("eleven restarts");
        if two_groups(&values).is_some() {
            grouped += 1;
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(0.0, f64::max);
            assert_eq!((ends.low, ends.high), (least, most));
            assert!(shown.relative_error().expect("a range") > 0.1);
        }
        held += usize::from((ends.low..=ends.high).contains(&of_both));
    }
    assert!(grouped > 85, "{grouped} of 100 were in two groups");
    assert!(held >= 93, "{held} of 100");
}

#[test]
fn one_group_and_restarts_of_few_visits_keep_their_interval() {
    let ends = shown(&[100.0, 101.0, 99.0, 100.5, 99.5].map(|ns| ns * 1e3), 4).interval;
    let ends = ends.expect("five restarts");
    assert!(ends.low > 98.9e3 && ends.high < 101.1e3, "{ends:?}");
    let few = shown(&[100.0, 101.0, 160.0, 161.0, 100.0].map(|ns| ns * 1e3), 2).interval;
    assert_ne!(few.map(|ends| ends.low), Some(100.0e3));
}
