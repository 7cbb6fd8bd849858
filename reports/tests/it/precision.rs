//! The choice of restarts and of their length, from pilots whose scatter is known; and what is said
//! of the end.

use crate::assertions::{says, some};
use crate::changes::{single, single_mut};
use crate::rendered::read as rendered;
use crate::{record, synthetic::Random};
use reports::Format;
use reports::figures::precision::{self, Choice, FEWEST, MOST, Pilot, Wish};
use reports::record::{PilotLane, Precision, Record};
use reports::stats::estimates;
use reports::stats::resolution::Resolution;

const WISH: Wish = Wish {
    share: 0.03,
    fewest: FEWEST,
    left_s: 1e6,
    work_s: (1.0, 100.0),
};

fn lane(start_scatter: f64, visit_error: f64) -> PilotLane {
    PilotLane {
        lane: "rust/grpc/rust".into(),
        start_scatter,
        visit_error: Some(visit_error),
    }
}

/// Five restarts of 10 s of work each.
fn pilot(cost_s: f64, lanes: &[PilotLane]) -> Pilot {
    Pilot { starts: 5, work_s: 10.0, cost_s, lanes: lanes.to_vec() }
}

fn choose(pilot: &Pilot, wish: Wish) -> Choice {
    precision::choose(pilot, &wish).expect("a pilot with lanes")
}

/// The 80 % upper bound of a variance with four degrees of freedom: 4 over the lower fifth of chi
/// squared, 1.6488.
const BOUND: f64 = 4.0 / 1.648_777;

#[test]
fn as_many_starts_as_the_bounded_scatter_needs_and_not_one_more() {
    for scatter in [0.025, 0.03, 0.05, 0.1] {
        let chosen = choose(&pilot(5.0, &[lane(scatter, 0.0)]), WISH);
        let half = |starts: u32| {
            let error = (BOUND * scatter * scatter / f64::from(starts)).sqrt();
            (estimates::t_quantile(starts as usize, 0.95) * error).exp_m1()
        };
        assert!(half(chosen.starts) <= 0.03 + 1e-6, "{scatter}: {chosen:?}");
        assert!(half(chosen.starts - 1) > 0.03 - 1e-6, "{scatter}: {chosen:?}");
        assert!((chosen.predicted_share - half(chosen.starts)).abs() < 1e-4, "{chosen:?}");
        assert_eq!(chosen.needed, None);
    }
}

#[test]
fn scatter_alone_never_ends_a_run_before_eight_starts() {
    let chosen = choose(&pilot(5.0, &[lane(1e-4, 0.0)]), WISH);
    assert_eq!((chosen.starts, chosen.work_s), (FEWEST, 1.0));
    assert_eq!(choose(&pilot(5.0, &[lane(1e-4, 0.0)]), Wish { fewest: 10, ..WISH }).starts, 10);
}

#[test]
fn the_lane_that_scatters_most_decides() {
    let one = choose(&pilot(5.0, &[lane(0.05, 0.001)]), WISH);
    let both = choose(&pilot(5.0, &[lane(0.01, 0.001), lane(0.05, 0.001)]), WISH);
    assert_eq!(one, both);
}

/// `sqrt(cost / work * variance of visits / variance of starts)`, in restarts of the pilot's
/// length.
#[test]
fn the_length_of_a_start_is_the_classical_one() {
    for (cost_s, visit_error) in [(5.0, 0.03), (20.0, 0.03), (5.0, 0.015)] {
        let between = BOUND * 0.05f64.powi(2) - f64::powi(visit_error, 2);
        let classical_s = 10.0 * (cost_s / 10.0 * visit_error.powi(2) / between).sqrt();
        let wish = Wish { share: 0.01, work_s: (0.1, 1_000.0), ..WISH };
        let chosen = choose(&pilot(cost_s, &[lane(0.05, visit_error)]), wish);
        let off = chosen.work_s / classical_s;
        assert!((0.8..1.25).contains(&off), "{} in the place of {classical_s} s", chosen.work_s);
    }
}

#[test]
fn starts_that_do_not_differ_become_long_and_starts_that_cost_nothing_short() {
    let quiet = choose(&pilot(5.0, &[lane(0.03, 0.06)]), Wish { work_s: (1.0, 100.0), ..WISH });
    let scattered = choose(&pilot(5.0, &[lane(0.03, 0.001)]), WISH);
    assert!(quiet.work_s > 10.0 && scattered.work_s < 2.0, "{quiet:?} {scattered:?}");
}

#[test]
fn a_budget_that_is_too_small_is_said_with_what_it_gives() {
    let pilot = pilot(5.0, &[lane(0.05, 0.001)]);
    let wanted = choose(&pilot, WISH);
    let chosen = choose(&pilot, Wish { left_s: 60.0, ..WISH });
    let (needed, needed_s) = chosen.needed.expect("not allowed");
    assert_eq!(needed, wanted.starts);
    assert!((needed_s - f64::from(wanted.starts - 5) * (5.0 + wanted.work_s)).abs() < 1e-6);
    assert!(f64::from(chosen.starts - 5) * (5.0 + chosen.work_s) <= 60.0, "{chosen:?}");
    assert!(chosen.starts > 5 && chosen.predicted_share > 0.03, "{chosen:?}");
    let nothing = choose(&pilot, Wish { left_s: 0.0, ..WISH });
    assert_eq!(nothing.starts, 5);
    let hopeless = choose(&pilot, Wish { share: 0.001, left_s: 60.0, ..WISH });
    assert_eq!(hopeless.needed.map(|(starts, _)| starts), Some(MOST));
}

#[test]
fn a_pilot_without_repeated_visits_keeps_its_length_and_one_without_lanes_decides_nothing() {
    let blind = PilotLane { visit_error: None, ..lane(0.05, 0.0) };
    assert_eq!(choose(&pilot(5.0, &[blind]), WISH).work_s, 10.0);
    assert_eq!(precision::choose(&pilot(5.0, &[]), &WISH), None);
}

/// Whether the intervals that are shown cover the truth after such a choice; half of a pilot's
/// variance is visits'.
#[test]
fn intervals_cover_what_they_say_after_the_two_stages() {
    let mut random = Random(41);
    for scatter in [0.01, 0.02, 0.03, 0.045, 0.06, 0.09] {
        for left_s in [f64::INFINITY, 120.0] {
            let trials = 2_000;
            let (mut covered, mut narrow) = (0, 0);
            for _ in 0..trials {
                let (held, half) = two_stages(&mut random, scatter, left_s);
                covered += u32::from(held);
                narrow += u32::from(half <= WISH.share);
            }
            let percent = 100.0 * f64::from(covered) / f64::from(trials);
            assert!(
                (93.0..=97.0).contains(&percent),
                "scatter {scatter}, {left_s} s left: {percent} %"
            );
            // And the wanted width is mostly reached where the budget allows it.
            let reached = 100.0 * f64::from(narrow) / f64::from(trials);
            assert!(
                left_s < f64::INFINITY || reached > 80.0,
                "scatter {scatter}: {reached} % reached"
            );
        }
    }
}

/// One run: whether its interval covers the truth, and its half width.
fn two_stages(random: &mut Random, scatter: f64, left_s: f64) -> (bool, f64) {
    let (between, visits) = (scatter * 0.5f64.sqrt(), scatter * 0.5f64.sqrt());
    let mut start =
        |work_s: f64| between * random.normal() + visits * (10.0 / work_s).sqrt() * random.normal();
    let mut logs: Vec<f64> = (0..5).map(|_| start(10.0)).collect();
    let mean = logs.iter().sum::<f64>() / 5.0;
    let seen = (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / 4.0).sqrt();
    // Lengths close to the pilot's: the search over all is tested above.
    let wish = Wish { left_s, work_s: (9.0, 11.0), ..WISH };
    let chosen = choose(&pilot(5.0, &[lane(seen, visits)]), wish);
    logs.extend((5..chosen.starts).map(|_| start(chosen.work_s)));
    let times: Vec<f64> = logs.iter().map(|log| 100.0 * log.exp()).collect();
    let estimate = estimates::log_mean_of_starts(&times, Resolution::EXACT, 0.95).expect("starts");
    let interval = estimate.interval.expect("starts");
    let half = estimate.relative_error().expect("an interval");
    ((interval.low..=interval.high).contains(&100.0), half)
}

fn wanting(share: f64, needed: Option<(u32, f64)>) -> Record {
    let mut record = record();
    record.plan.precision = Some(Precision {
        wanted_share: share,
        pilot_starts: 5,
        needed_starts: needed.map(|(starts, _)| starts),
        needed_s: needed.map(|(_, seconds)| seconds),
        ..Precision::default()
    });
    record
}

#[test]
fn every_text_says_whether_the_wanted_precision_was_reached() {
    for format in [Format::Human, Format::Markdown] {
        let easy = rendered(&wanting(0.5, None), format);
        assert!(easy.contains("Wanted ±50 % for a single call (p50): reached for"), "{easy}");
        let reached = easy.split("reached for").nth(1).and_then(|text| text.split('.').next());
        assert!(reached.is_some_and(|text| !text.contains("not for")), "{easy}");
        let hard = rendered(&wanting(0.000_1, Some((23, 850.0))), format);
        assert!(
            hard.contains("Wanted ±0.01 % for a single call (p50): reached for 0 of"),
            "{hard}"
        );
        assert!(hard.contains("about 23 restarts, --budget 15m"), "{hard}");
        assert!(!rendered(&record(), format).contains("Wanted"));
    }
}

#[test]
fn a_lane_that_answers_nothing_is_not_promised_and_one_without_an_interval_is_missed() {
    let mut record = wanting(0.5, None);
    let lanes = precision::reached::reached(&record).expect("wanted").lanes;
    let silent = record
        .lanes
        .iter()
        .find(|lane| lane.planned && !lane.answers)
        .expect("there is one");
    let names: Vec<&String> = lanes.iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&&silent.short), "{names:?}");
    let first = lanes[0].0.clone();
    let full = record
        .lanes
        .iter()
        .find(|lane| lane.short == first)
        .expect("there")
        .name
        .clone();
    let cell = single_mut(&mut record, &full);
    (cell.status, cell.reason) = ("void".into(), Some("a wrong answer".into()));
    let reached = precision::reached::reached(&record).expect("wanted");
    assert_eq!(reached.missed(), vec![&(first.clone(), None)]);
    says(&reached.words(4), &[&format!("{first} without an interval")]);
}

#[test]
fn a_pilot_is_read_from_the_starts_of_the_single_call() {
    let record = record();
    let lanes = precision::pilot_lanes(&record);
    for seen in some(&lanes, "lanes of the pilot") {
        let cell = single(&record, &seen.lane);
        let times: Vec<f64> = cell.starts.iter().filter_map(|start| start.p50_ns).collect();
        let interval = estimates::log_mean_of_starts(&times, Resolution::EXACT, 0.95)
            .expect("starts")
            .interval
            .expect("starts");
        let half = (interval.high / interval.low).ln() / 2.0;
        let error = seen.start_scatter / (times.len() as f64).sqrt();
        assert!(
            (estimates::t_quantile(times.len(), 0.95) * error - half).abs() < 1e-9,
            "{seen:?}"
        );
        assert!(
            seen.visit_error.is_none_or(|error| error.is_finite() && error >= 0.0),
            "{seen:?}"
        );
    }
}
