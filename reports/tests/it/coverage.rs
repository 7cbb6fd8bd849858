//! Whether intervals cover the truth as often as they say, in seeded simulations: what starts are
//! like is invented here, what is made of them is the code under test. Of 2,000 trials at 95 % the
//! share has a standard deviation of 0.5 %.

use crate::synthetic::Random;
use reports::stats::comparison::Comparison;
use reports::stats::estimates::{self, Estimate};
use reports::stats::paired_ratio::{self, Turns};
use reports::stats::resolution::Resolution;
use reports::stats::welch::Welch;

const TRIALS: usize = 2_000;

/// In how many percent of the trials an interval held the truth.
fn coverage(truth: f64, mut trial: impl FnMut() -> Estimate) -> f64 {
    let mut covers = || {
        let interval = trial().interval.expect("at least two starts");
        interval.low <= truth && truth <= interval.high
    };
    100.0 * (0..TRIALS).filter(|_| covers()).count() as f64 / TRIALS as f64
}

fn assert_95(what: &str, percent: f64) {
    assert!((93.0..=97.0).contains(&percent), "{what}: {percent} %");
}

#[test]
fn intervals_of_means_and_of_geometric_means_cover_the_truth_as_often_as_they_say() {
    let mut random = Random(11);
    for starts in [5, 10] {
        let mut values =
            |of: fn(f64) -> f64| (0..starts).map(|_| of(random.normal())).collect::<Vec<f64>>();
        let mean = coverage(20.0, || {
            estimates::mean_of_starts(&values(|luck| 20.0 + 30.0 * luck), 0.0, 0.95)
                .expect("values")
        });
        let times = coverage(100.0, || {
            estimates::log_mean_of_starts(
                &values(|luck| 100.0 * (0.03 * luck).exp()),
                Resolution::EXACT,
                0.95,
            )
            .expect("values")
        });
        assert_95(&format!("mean of {starts} starts"), mean);
        assert_95(&format!("geometric mean of {starts} starts"), times);
    }
}

#[test]
fn intervals_of_two_records_cover_the_truth_where_their_scatter_differs() {
    let mut random = Random(12);
    for [(old_starts, old_scatter), (new_starts, new_scatter)] in
        [[(5, 0.01), (5, 0.03)], [(5, 0.03), (10, 0.01)], [(10, 0.03), (10, 0.01)]]
    {
        let mut draw = |starts: usize, scatter: f64, shift: f64| {
            (0..starts).map(|_| shift + scatter * random.normal()).collect::<Vec<f64>>()
        };
        let truth = 1.04f64.ln();
        let mut welch = || {
            let (new, old) =
                (draw(new_starts, new_scatter, truth), draw(old_starts, old_scatter, 0.0));
            Welch::of(&new, &old, 0.0).expect("enough starts")
        };
        let what =
            format!("{old_starts} starts of {old_scatter} against {new_starts} of {new_scatter}");
        assert_95(&what, coverage(truth, || welch().estimate(0.95)));
        let percent = coverage(1.04, || Comparison::unpaired(&welch()).ratio);
        assert!((98.2..=99.8).contains(&percent), "{what}, 99 %: {percent} %");
    }
}

/// Bursts of two sides as a machine with neighbours gives them; the second takes `ratio` times as
/// long.
struct Machine {
    random: Random,
    ratio: f64,
    /// What a fresh start does to each side, as a standard deviation of logarithms.
    start_scatter: f64,
}

impl Machine {
    /// What one fresh start of both says: 40 turns of four bursts, ABBA or BAAB.
    fn log_ratio(&mut self) -> f64 {
        let luck = [0, 1].map(|_| self.start_scatter * self.random.normal());
        let base_ns = [1_000.0 * luck[0].exp(), 1_000.0 * self.ratio * luck[1].exp()];
        let mut drift = 0.0;
        let turn = |_| {
            let mut ns = [[0.0; 2]; 2];
            let first = usize::from(self.random.normal() > 0.0);
            for (at, side) in [first, 1 - first, 1 - first, first].into_iter().enumerate() {
                // The machine gets slower and slower, and wanders by 0.3 % from burst to burst.
                drift += 0.000_5 + 0.003 * self.random.normal();
                let noise = drift + 0.01 * self.random.normal();
                ns[side][at / 2] = base_ns[side] * f64::exp(noise) * self.disturbance();
            }
            Turns { first_ns: ns[0], second_ns: ns[1] }
        };
        let turns: Vec<Turns> = (0..40).map(turn).collect();
        paired_ratio::log_ratio(&turns).expect("turns")
    }
}

impl Machine {
    /// One burst in twenty is disturbed: half of these take twice as long or more, one in a hundred
    /// of them a hundred times.
    fn disturbance(&mut self) -> f64 {
        if self.random.uniform() < 0.05 {
            1.0 / self.random.uniform()
        } else {
            1.0
        }
    }
}

#[test]
fn intervals_of_bursts_in_turns_cover_the_true_ratio_through_drift_and_disturbances() {
    let ratio: f64 = 1.02;
    for (starts, start_scatter) in [(5, 0.01), (5, 0.03), (10, 0.01), (10, 0.03)] {
        let random = Random(100 * starts + (1_000.0 * start_scatter) as u64);
        let mut machine = Machine { random, ratio, start_scatter };
        let trials: Vec<Vec<f64>> = (0..TRIALS / 2)
            .map(|_| (0..starts).map(|_| machine.log_ratio()).collect())
            .collect();
        let holds = |logs: &[f64]| {
            let [at_95, at_99] = [
                estimates::mean_of_starts(logs, 0.0, 0.95)
                    .expect("starts")
                    .interval
                    .expect("starts"),
                Comparison::of_logs(logs, Resolution::EXACT)
                    .expect("starts")
                    .ratio
                    .interval
                    .expect("starts"),
            ];
            let truth = ratio.ln();
            (
                at_95.low <= truth && truth <= at_95.high,
                at_99.low <= ratio && ratio <= at_99.high,
            )
        };
        let held: Vec<(bool, bool)> = trials.iter().map(|logs| holds(logs)).collect();
        let percent = |of: fn(&(bool, bool)) -> bool| {
            100.0 * held.iter().filter(|held| of(held)).count() as f64 / held.len() as f64
        };
        let what = format!("{starts} starts that scatter by {start_scatter}");
        assert_95(&what, percent(|held| held.0));
        let at_99 = percent(|held| held.1);
        assert!((98.0..=99.8).contains(&at_99), "{what}, 99 %: {at_99} %");
    }
}

/// A start's own bursts leave little open beside what starts differ by: else more starts would be
/// needed for the same interval.
#[test]
fn bursts_in_turns_add_little_to_the_scatter_of_starts() {
    let start_scatter = 0.01;
    let mut machine = Machine { random: Random(9), ratio: 1.0, start_scatter };
    let logs: Vec<f64> = (0..TRIALS).map(|_| machine.log_ratio()).collect();
    let scatter = (logs.iter().map(|log| log * log).sum::<f64>() / logs.len() as f64).sqrt();
    let least = start_scatter * 2f64.sqrt();
    assert!(
        (0.95..=1.05).contains(&(scatter / least)),
        "{} times the least",
        scatter / least
    );
}
