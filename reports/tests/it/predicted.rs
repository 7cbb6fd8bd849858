//! What a user's numbers make of the cost model: the formula, what it refuses to say, its
//! intervals, and that the page's script says the same.

use crate::assertions::says;
use crate::changes::spoil;
use crate::model::Fake;
use crate::predictions::vectors;
use crate::record;
use crate::rendered::read;
use reports::Format;
use reports::figures::summary::Summary;
use reports::model;
use reports::model::prediction::action::Settings;
use reports::model::prediction::{Axis, Basis, Budget, Gap};
use reports::stats::estimates;
use serde_json::Value;
use std::io::Write as _;
use std::process::Command;

const CORES: u32 = 2;

/// A lane whose call with n items takes 100 + 3 n us in each of five starts, and half of that on a
/// core.
fn lane() -> Basis {
    let sizes: Vec<u32> = vec![1, 16, 256];
    let cpu = sizes.iter().map(|n| 50e3 + 1.5e3 * f64::from(*n)).collect::<Vec<f64>>();
    let times = sizes.iter().map(|n| 100e3 + 3e3 * f64::from(*n)).collect::<Vec<f64>>();
    let (curves, cpu_ns) = (vec![vec![100e3, 3e3]; 5], vec![cpu; 5]);
    let t = [estimates::t_quantile(5, 0.95); 2];
    Basis {
        axis: Axis::Items,
        in_process: false,
        sizes,
        curves,
        measured_ns: vec![times; 5],
        cpu_ns,
        finest: 0.001,
        t,
    }
}

fn numbers(items: u32, items_per_call: u32, parallel: u32) -> Settings {
    Settings {
        service_ns: 0.0,
        actions_per_s: 100.0,
        items,
        items_per_call,
        parallel,
        round_trip_ns: 0.0,
        budget_ns: 1e6,
    }
}

fn time_us(basis: &Basis, settings: Settings) -> f64 {
    basis.predict(&settings, CORES).time.expect("a time").value / 1e3
}

fn assert_us(found: f64, wanted: f64) {
    assert!((found / wanted - 1.0).abs() < 1e-12, "{found} us, not {wanted} us");
}

#[test]
fn an_action_is_its_calls_one_after_another_and_those_in_parallel_count_once() {
    let lane = lane();
    for ([items, per_call, parallel], us) in [
        ([16, 16, 1], 148.0),
        ([16, 1, 1], 16.0 * 103.0),
        // Two full calls, and one with the two items that are left.
        ([34, 16, 1], 2.0 * 148.0 + 106.0),
        // Two rounds: the last call of 16 is alone in its round only with two in parallel.
        ([48, 16, 2], 2.0 * 148.0),
        ([34, 16, 2], 148.0 + 106.0),
        ([34, 16, 3], 148.0),
        ([5, 64, 1], 115.0),
    ] {
        assert_us(time_us(&lane, numbers(items, per_call, parallel)), us);
    }
}

#[test]
fn each_call_carries_the_work_of_its_items_and_the_network_that_it_crosses() {
    let settings = Settings { service_ns: 10e3, round_trip_ns: 500e3, ..numbers(32, 16, 1) };
    assert_us(time_us(&lane(), settings), 2.0 * (148.0 + 160.0 + 500.0));
    let inside = Basis { in_process: true, ..lane() };
    assert_us(time_us(&inside, settings), 2.0 * (148.0 + 160.0));
}

#[test]
fn beyond_the_measured_calls_a_time_is_marked_and_beyond_twice_them_there_is_none() {
    let at = |items| lane().predict(&numbers(items, items, 1), CORES);
    assert!(!at(256).outside && at(256).time.is_ok());
    assert!(at(257).outside && at(257).time.is_ok());
    assert!(at(512).time.is_ok());
    assert_eq!(at(513).time.err(), Some(Gap::Beyond));
    assert!(at(513).cores.is_none() && at(513).budget.is_none());
    // Chatty, the same action is made of measured calls.
    assert!(!lane().predict(&numbers(513, 1, 1), CORES).outside);
}

#[test]
fn without_a_model_a_call_lies_between_measured_ones_and_nothing_is_known_beyond_them() {
    let measured_ns = vec![vec![103e3, 90e3, 868e3]; 5];
    let jagged = Basis { curves: Vec::new(), measured_ns, ..lane() };
    assert_us(time_us(&jagged, numbers(16, 16, 1)), 90.0);
    let found = |items| jagged.predict(&numbers(items, items, 1), CORES);
    assert!(!found(16).between && found(17).between);
    assert_us(time_us(&jagged, numbers(17, 17, 1)), 90.0 + (868.0 - 90.0) / 240.0);
    assert_eq!(found(257).time.err(), Some(Gap::NoModel));
    assert!(found(256).cores.is_some() && found(257).cores.is_none());
    assert_eq!(found(513).time.err(), Some(Gap::Beyond));
    // 17 items in calls of 16 leave a call of one, which was measured.
    assert_us(time_us(&jagged, numbers(17, 16, 1)), 193.0);
}

#[test]
fn a_rate_that_the_cores_do_not_bear_is_not_reachable_and_busy_cores_leave_a_lower_bound() {
    // A call of 16 takes 74 us on a core.
    let at = |actions_per_s, service_ns| {
        let settings = Settings { actions_per_s, service_ns, ..numbers(16, 16, 1) };
        lane().predict(&settings, CORES)
    };
    let cores = at(1_000.0, 0.0).cores.expect("read").value;
    assert!((cores - 0.074).abs() < 1e-12, "{cores}");
    assert!(!at(13_000.0, 0.0).at_least, "0.96 of 2 cores");
    assert!(at(14_000.0, 0.0).at_least, "1.04 of 2 cores");
    assert_eq!(at(28_000.0, 0.0).time.err(), Some(Gap::Overloaded));
    // The work of the callee needs cores too.
    assert_eq!(at(1_000.0, 125e3).time.err(), Some(Gap::Overloaded));
    let unread = Basis { cpu_ns: Vec::new(), ..lane() };
    let settings = Settings {
        actions_per_s: 1_000.0,
        service_ns: 125e3,
        ..numbers(16, 16, 1)
    };
    let found = unread.predict(&settings, CORES);
    assert_eq!((found.time.err(), found.cores.is_none()), (Some(Gap::Overloaded), true));
}

#[test]
fn a_budget_is_kept_only_where_the_whole_interval_keeps_it() {
    let mut lane = lane();
    let times = lane.curves.iter_mut().zip(&mut lane.measured_ns);
    for ((curve, measured), factor) in times.zip([0.96, 0.98, 1.0, 1.02, 1.04]) {
        curve.iter_mut().chain(measured).for_each(|term| *term *= factor);
    }
    let kept = |budget_ns, parallel| {
        let settings = Settings { budget_ns, ..numbers(32, 16, parallel) };
        lane.predict(&settings, CORES).budget.expect("a time")
    };
    assert_eq!(kept(330e3, 1), Budget::Within);
    assert_eq!(kept(300e3, 1), Budget::CannotTell);
    assert_eq!(kept(260e3, 1), Budget::Over);
    assert_eq!(kept(330e3, 2), Budget::AtBest, "calls in parallel get in each other's way");
    let alone = Basis {
        curves: lane.curves[..1].to_vec(),
        measured_ns: lane.measured_ns[..1].to_vec(),
        ..lane.clone()
    };
    let found = alone.predict(&numbers(16, 16, 1), CORES);
    assert_eq!(found.budget, Some(Budget::CannotTell), "one start has no interval");
}

#[test]
fn at_a_size_that_was_measured_stands_what_was_measured_whatever_the_line_says() {
    let mut lane = lane();
    lane.measured_ns.iter_mut().for_each(|times| times[1] = 130e3);
    assert_us(time_us(&lane, numbers(16, 16, 1)), 130.0);
    assert_us(time_us(&lane, numbers(17, 17, 1)), 151.0);
    assert!(!lane.predict(&numbers(16, 16, 1), CORES).between);
}

/// At sizes that were not measured, from a and b that were fitted together.
#[test]
fn intervals_of_predictions_cover_the_truth() {
    const TRIALS: usize = 1_000;
    let mut fake = Fake::new(9, 26_000.0, 850.0);
    for (items, per_call) in [(100, 100), (100, 10), (500, 500)] {
        let settings = numbers(items, per_call, 1);
        let calls = f64::from(items / per_call);
        let truth = calls * (26_000.0 + 850.0 * f64::from(per_call));
        let mut held = || {
            let model = fake.model();
            let curves = model.curves.iter().map(|(_, c)| vec![c.call_ns, c.item_ns]).collect();
            let sizes = model.sizes.clone();
            let basis = Basis { sizes, curves, cpu_ns: Vec::new(), ..lane() };
            let interval = basis
                .predict(&settings, CORES)
                .time
                .expect("a time")
                .interval
                .expect("five starts");
            interval.low <= truth && truth <= interval.high
        };
        let percent = 100.0 * (0..TRIALS).filter(|_| held()).count() as f64 / TRIALS as f64;
        println!("{items} items in calls of {per_call}: {percent} %");
        assert!((92.0..=98.0).contains(&percent), "{items} in calls of {per_call}: {percent} %");
    }
}

#[test]
fn what_is_known_of_a_lane_is_its_model_and_its_cpu_time_without_the_harness() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let row = |short: &str| scene.rows.iter().find(|row| row.lane.short == short).expect("a lane");
    let basis = Basis::of(row("grpc"), scene).expect("whole");
    let lanes = model::of(scene);
    let grpc = lanes.iter().find(|lane| lane.row.lane.short == "grpc").expect("modelled");
    let fitted = &grpc.batched().expect("a model").curves;
    assert_eq!((basis.curves.len(), fitted.len()), (5, 5));
    for (kept, (_, curve)) in basis.curves.iter().zip(fitted) {
        assert!((kept[0] / curve.call_ns - 1.0).abs() < 1e-6, "{kept:?} {curve:?}");
        assert!((kept[1] / curve.item_ns - 1.0).abs() < 1e-6, "{kept:?} {curve:?}");
    }
    let both = row("grpc").cpu.both.expect("read").value;
    let cores = basis.predict(&numbers(1, 1, 1), CORES).cores.expect("read").value;
    assert!(
        (cores / (both * 100.0 / 1e9) - 1.0).abs() < 1e-5,
        "{cores} cores, {both} ns a call"
    );
}

#[test]
fn the_page_shows_the_first_numbers_without_javascript_and_none_of_a_spoilt_record() {
    let mut record = record();
    record.plan.service_time_ns = Some(3_000_000);
    let text = read(&record, Format::Html);
    says(&text, &["What if my numbers differ?", "service time of an item 3.00 ms"]);
    says(&text, &["items per action 64", "budget of an action 10.0 ms"]);
    spoil(&mut record);
    assert!(!read(&record, Format::Html).contains("What if my numbers differ?"));
}

/// True where both are the same, numbers within what two libraries of mathematics may differ by.
fn same(found: &Value, kept: &Value) -> bool {
    match (found, kept) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            (a - b).abs() <= 1e-12 * b.abs()
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

#[test]
fn the_kept_vectors_are_what_the_model_says() {
    let kept: Value =
        serde_json::from_str(include_str!("../vectors/predictions.json")).expect("JSON");
    let cure = "cargo run -p tollgate-reports --example synthetic -- predictions > \
    reports/tests/vectors/predictions.json";
    assert!(
        same(&vectors(), &kept),
        "the model says something else; if that is meant: {cure}"
    );
    let cases = kept["cases"].as_array().expect("cases");
    let have = |key: &str, wanted: &str| cases.iter().any(|case| case["expected"][key] == *wanted);
    for (key, wanted) in [
        ("gap", "beyond"),
        ("gap", "no_model"),
        ("gap", "overloaded"),
        ("budget", "within"),
        ("budget", "at_best"),
        ("budget", "over"),
        ("budget", "cannot_tell"),
    ] {
        assert!(have(key, wanted), "no case has {key} {wanted}");
    }
    assert!(
        cases.len() >= 50
            && cases.iter().filter(|case| !case["expected"]["time"].is_null()).count() >= 25
    );
}

#[test]
fn the_script_of_the_page_says_what_this_model_says() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/e2e/predictions.js");
    let Ok(output) = Command::new("node").arg(script).output() else {
        // Past the harness's capture: a test that looked at nothing must not pass in silence.
        let cure = "skipped: the_script_of_the_page_says_what_this_model_says: install Node.js 20";
        return writeln!(std::io::stderr(), "{cure} or newer").expect("stderr takes a line");
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
