//! Whether changes within a start are found, and not where there are none, in seeded simulations:
//! noise is invented here, what is made of it is the code under test.

use crate::synthetic::Random;
use reports::figures::series::steady_state::{Course, changes, course};

const TRIALS: usize = 400;

/// Student t with 3 degrees of freedom, scaled to a median distance like that of a normal one:
/// heavy tails on both sides.
fn heavy(random: &mut Random) -> f64 {
    let chi: f64 = (0..3).map(|_| random.normal().powi(2)).sum::<f64>() / 3.0;
    random.normal() / chi.sqrt()
}

/// One visit in ten is slower by a quarter, as when somebody else runs.
fn disturbed(random: &mut Random) -> f64 {
    let noise = random.normal();
    if random.uniform() < 0.1 { noise + 12.0 } else { noise }
}

fn normal(random: &mut Random) -> f64 {
    random.normal()
}

type Noise = fn(&mut Random) -> f64;
const NOISES: [(&str, Noise); 3] = [("normal", normal), ("heavy", heavy), ("disturbed", disturbed)];

fn share(
    visits: usize,
    noise: Noise,
    seed: u64,
    is: impl Fn(&[f64]) -> bool,
    level: impl Fn(usize) -> f64,
    scale: f64,
) -> f64 {
    let mut random = Random(seed);
    let hits = (0..TRIALS).filter(|_| {
        let series: Vec<f64> =
            (0..visits).map(|at| level(at) + scale * noise(&mut random)).collect();
        is(&series)
    });
    hits.count() as f64 / TRIALS as f64
}

#[test]
fn at_most_one_in_twenty_series_without_a_change_is_given_one() {
    let mut worst = String::new();
    let mut bad = false;
    for visits in [8, 12, 16, 24, 60] {
        for (name, noise) in NOISES {
            // The margin of what matters is not allowed to hide a change here: noise is far beyond
            // it.
            let found = share(
                visits,
                noise,
                100 + visits as u64,
                |series| changes(series).len() > 1,
                |_| 0.0,
                0.3,
            );
            worst.push_str(&format!("{visits} visits, {name}: {:.1} %\n", 100.0 * found));
            bad |= found > 0.05;
        }
    }
    println!("{worst}");
    assert!(!bad, "{worst}");
}

#[test]
fn a_step_of_ten_percent_and_a_warm_up_are_found() {
    let is = |wanted: fn(&Course) -> bool| {
        move |series: &[f64]| course(series).as_ref().is_some_and(wanted)
    };
    let mut said = String::new();
    let mut bad = false;
    for visits in [8, 12, 16, 24, 60] {
        for (name, noise) in [NOISES[0], NOISES[1]] {
            let half = visits / 2;
            let step =
                |sign: f64| move |at: usize| if at < half { 0.0 } else { sign * 1.1f64.ln() };
            let slower = share(visits, noise, 1, is(|c| *c == Course::Slowdown), step(1.0), 0.01);
            let faster = share(
                visits,
                noise,
                2,
                is(|c| matches!(c, Course::WarmUp { .. })),
                step(-1.0),
                0.01,
            );
            let fading = |at: usize| 0.5 * (-4.0 * at as f64 / half as f64).exp();
            let warm =
                share(visits, noise, 3, is(|c| matches!(c, Course::WarmUp { .. })), fading, 0.01);
            said.push_str(&format!(
                "{visits} visits, {name}: slower {:.1} %, faster {:.1} %, warm-up {:.1} %\n",
                100.0 * slower,
                100.0 * faster,
                100.0 * warm
            ));
            // Of a warm-up that fades within three visits, a series of eight shows too little.
            bad |= slower < 0.9 || faster < 0.9 || (visits >= 16 && warm < 0.9);
        }
    }
    println!("{said}");
    assert!(!bad, "{said}");
}

#[test]
fn one_odd_visit_is_no_change() {
    let mut series = vec![0.0, 0.001, -0.002, 0.0, 0.001, 0.002, -0.001, 0.0, 0.001, -0.001];
    series[4] = 2.0;
    assert_eq!(course(&series), Some(Course::Steady));
}

#[test]
fn a_last_level_that_came_late_is_no_steady_state() {
    let series: Vec<f64> = (0..20)
        .map(|at| f64::from(u8::from(at >= 17)) + 0.001 * f64::from(at % 3))
        .collect();
    assert_eq!(course(&series), Some(Course::NoSteadyState));
    assert_eq!(course(&series[..7]), None, "too few visits to judge");
}

#[test]
fn a_change_below_the_margin_does_not_matter() {
    let series: Vec<f64> = (0..40)
        .map(|at| 0.03 * f64::from(u8::from(at >= 20)) + 0.001 * f64::from(at % 3))
        .collect();
    assert_eq!(changes(&series).len(), 2, "found");
    assert_eq!(course(&series), Some(Course::Steady));
}
