//! Slopes against SciPy's, and how often drift and two groups of starts are seen where there are
//! none.

use crate::record;
use crate::synthetic::Random;
use reports::figures::series::drift::{self, matters, theil_sen, two_groups};
use reports::figures::series::visits;
use serde_json::Value;

#[test]
fn slopes_and_their_intervals_are_those_of_scipy() {
    let vectors: Value =
        serde_json::from_str(include_str!("../vectors/theil_sen.json")).expect("JSON");
    let cases = vectors["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 30);
    for case in cases {
        let number = |name: &str| case[name].as_f64().expect("a number");
        let values: Vec<f64> = case["values"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        let found = theil_sen(&values, number("confidence")).expect("a slope");
        let interval = found.interval.expect("an interval");
        for (mine, name) in [(found.value, "slope"), (interval.low, "low"), (interval.high, "high")]
        {
            assert!((mine - number(name)).abs() < 1e-9, "{name}: {mine} in {case}");
        }
    }
}

/// Multiplies every visit by what its place in the start, and its start, do to it.
fn drifting(within: f64, over: f64, seed: u64) -> reports::record::Record {
    let mut record = record();
    let mut random = Random(seed);
    let (starts, blocks) = (record.plan.starts, 8);
    let visits = record.visits.clone();
    record.visits.clear();
    for start in 0..starts {
        for block in 0..blocks {
            for visit in visits.iter().filter(|visit| visit.start == start && visit.block == 0) {
                let place = f64::from(block) / f64::from(blocks - 1);
                let noise = 0.01 * random.normal();
                let order = record.visits.len() as u32;
                let p50_ns = visit.p50_ns.map(|ns| ns * (within * place + noise).exp());
                record.visits.push(reports::record::Visit {
                    block,
                    order,
                    p50_ns,
                    ..visit.clone()
                });
            }
        }
    }
    for start in record.cells.iter_mut().flat_map(|cell| &mut cell.starts) {
        let factor = (over * f64::from(start.start) / f64::from(starts - 1)).exp();
        start.p50_ns = start.p50_ns.map(|ns| ns * factor);
    }
    record
}

#[test]
fn a_machine_that_slows_down_is_found_and_a_steady_one_is_not() {
    let lane = "rust/grpc/rust";
    let judged = |within: f64, over: f64, seed: u64| {
        let record = drifting(within, over, seed);
        let series = visits::series(&record);
        let inside = drift::within_starts(&record, &series, lane, 0.99).expect("enough starts");
        let across = drift::over_starts(&record, 0.95).expect("enough starts");
        (matters(&inside), matters(&across), inside.value, across.value)
    };
    for seed in 0..20 {
        let (inside, across, ..) = judged(0.0, 0.0, seed);
        assert!(!inside && !across, "seed {seed}");
    }
    let (inside, across, by, _) = judged(0.1, 0.0, 1);
    assert!(inside && !across && (by - 0.1).abs() < 0.02, "{by}");
    let (inside, across, _, by) = judged(0.0, 0.2, 2);
    assert!(!inside && across && (by - 0.2).abs() < 0.05, "{by}");
}

#[test]
fn two_groups_of_starts_are_told_from_scatter() {
    let groups = two_groups(&[27.0e3, 27.2e3, 60.0e3, 27.1e3, 61.0e3]).expect("two groups");
    assert_eq!((groups.fast.0, groups.slow.0), (3, 2));
    assert!((groups.slow.1 / 60.5e3 - 1.0).abs() < 0.01);
    assert_eq!(two_groups(&[27.0, 27.1, 27.2, 27.1, 61.0]), None, "one odd start is no group");
    assert_eq!(two_groups(&[100.0, 100.1, 104.0, 104.1, 100.0]), None, "below the margin");
    assert_eq!(two_groups(&[1.0, 2.0, 3.0]), None, "too few");
}

#[test]
fn a_start_with_one_or_two_visits_of_a_cell_says_nothing_of_starts() {
    let mut record = record();
    let cell = record.cells.iter_mut().find(|cell| cell.items == 1).expect("there is one");
    let all = cell.starts.len();
    cell.starts.iter_mut().for_each(|start| start.visits_done = 3);
    assert_eq!(drift::medians_of_starts(cell).len(), all);
    cell.starts[0].visits_done = 2;
    assert_eq!(drift::medians_of_starts(cell).len(), all - 1);
}

#[test]
fn starts_that_scatter_are_rarely_called_two_groups() {
    let mut random = Random(3);
    for (starts, scatter, most) in [(5, 0.02, 0.01), (5, 0.10, 0.05), (10, 0.10, 0.02)] {
        let draw = |random: &mut Random| {
            (0..starts).map(|_| (scatter * random.normal()).exp()).collect::<Vec<f64>>()
        };
        let hits = (0..4_000).filter(|_| two_groups(&draw(&mut random)).is_some()).count();
        let share = hits as f64 / 4_000.0;
        assert!(share <= most, "{starts} starts that scatter by {scatter}: {share}");
    }
}
