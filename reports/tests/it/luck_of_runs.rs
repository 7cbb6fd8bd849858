//! The luck that all starts of a run share, in numbers alone: intervals that hold the truth through
//! it, what is found through it, and how it is read from figures.

use crate::synthetic::Random;
use reports::stats::{
    comparison::Comparison,
    welch::{Welch, between_runs::BetweenRuns},
};

#[test]
fn the_smallest_slowdown_that_is_said_is_found_in_nine_of_ten_cases() {
    let mut random = Random(21);
    let (mut found, mut tried) = (0, 0);
    let draw = |random: &mut Random, middle: f64| -> Vec<f64> {
        (0..8).map(|_| middle + 0.03 * random.normal()).collect()
    };
    let level = 0.005 / 40.0;
    let runs = BetweenRuns::assumed();
    // What a pair says depends on its own scatter: the truth is what they say on average.
    let said = |random: &mut Random| {
        let welch = Welch::of(&draw(random, 0.0), &draw(random, 0.0), 0.0).expect("eight");
        welch.with_luck_of_runs(&runs).smallest_shown(level, 0.9).expect("a verdict")
    };
    let smallest = (0..400).map(|_| said(&mut random)).sum::<f64>() / 400.0;
    for _ in 0..2_000 {
        let luck = runs.variance.sqrt() * random.normal();
        let (old, new) = (draw(&mut random, 0.0), draw(&mut random, smallest + luck));
        let welch = Welch::of(&new, &old, 0.0).expect("eight").with_luck_of_runs(&runs);
        let p = Comparison::unpaired(&welch).p_value;
        found += usize::from(p <= 2.0 * level && welch.difference > 0.0);
        tried += 1;
    }
    let share = 100.0 * found as f64 / f64::from(tried);
    assert!((87.0..=93.0).contains(&share), "{share} %");
}

#[test]
fn an_interval_of_two_runs_covers_the_truth_through_the_luck_of_both() {
    let mut random = Random(22);
    let runs = BetweenRuns::assumed();
    let mut held = 0;
    for _ in 0..2_000 {
        let mut draw = |truth: f64| -> Vec<f64> {
            let middle = truth + 0.01 * random.normal();
            (0..8).map(|_| middle + 0.02 * random.normal()).collect()
        };
        let (new, old) = (draw(0.03), draw(0.0));
        let welch = Welch::of(&new, &old, 0.0).expect("eight").with_luck_of_runs(&runs);
        let ends = Comparison::unpaired(&welch).ratio.interval.expect("an interval");
        held += u32::from((ends.low..=ends.high).contains(&0.03_f64.exp()));
    }
    assert!((1_960..=1_996).contains(&held), "{held} of 2,000 at 99 %");
}

#[test]
fn luck_of_runs_is_read_from_figures_that_agree_in_it_and_not_from_one_that_changed() {
    let mut random = Random(23);
    let mut figure = |shift: f64| {
        let mut draw =
            |middle: f64| (0..8).map(|_| middle + 0.01 * random.normal()).collect::<Vec<f64>>();
        Welch::of(&draw(shift), &draw(0.0), 0.0).expect("eight")
    };
    let alike: Vec<Welch> = (0..40).map(|at| figure(if at < 8 { 0.5 } else { 0.0 })).collect();
    assert!(!BetweenRuns::of(&alike, 9, &[]).is_shown(), "a fifth of the figures changed");
    let mut shifted = |by: f64| -> Vec<Welch> {
        (0..40).map(|at| figure(if at % 2 == 0 { by } else { -by })).collect()
    };
    let (near, far) = (shifted(0.02), shifted(0.08));
    let luck = |floors: &[Welch]| BetweenRuns::of(&far, 9, floors).share();
    let little = BetweenRuns::of(&near, 9, &[]);
    assert!(little.is_shown() && (0.02..0.04).contains(&little.share()), "{little:?}");
    assert!(
        (luck(&[]) - 0.05_f64.exp_m1()).abs() < 1e-9,
        "no more than 5 % is taken for luck"
    );
    assert!(luck(&far[..6]) > 0.08, "unless floors differ by more: {}", luck(&far[..6]));
    assert!(!BetweenRuns::of(&far, 4, &[]).is_shown(), "few lanes may all have changed");
}
