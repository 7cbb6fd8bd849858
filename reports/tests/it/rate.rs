//! What follows for a system of the user's own: cores at a rate, and a service time that was
//! checked.

use crate::changes::{cells_of, pair};
use crate::record;
use crate::rendered::{READ, read};
use reports::Format;
use reports::figures::contrasts::service_time;
use reports::figures::resources::at_rate::Cores;
use reports::figures::summary::Summary;
use reports::record::{Contrast, ContrastStart, Part, Record};

#[test]
fn cores_are_cpu_time_of_a_call_times_the_rate_on_both_sides() {
    let record = record();
    let summary = Summary::of(&record);
    let rows = &summary.main().expect("measured").rows;
    let row = |short: &str| rows.iter().find(|row| row.lane.short == short).expect("a lane");
    let (grpc, cores) = (row("grpc"), Cores::of(row("grpc"), 2_000.0));
    let both = cores.both.expect("both were read");
    let cpu_ns = grpc.cpu.both.expect("both were read");
    assert!((both.value - cpu_ns.value * 2_000.0 / 1e9).abs() < 1e-12);
    let sides = cores.caller.expect("read").value + cores.callee.expect("read").value;
    assert!((both.value - sides).abs() < 1e-9, "{both:?} {sides}");
    let (interval, of_cpu) =
        (both.interval.expect("five starts"), cpu_ns.interval.expect("five starts"));
    assert!(
        (interval.high / of_cpu.high - 2e-6).abs() < 1e-12,
        "the interval is that of the CPU time"
    );
    assert!(Cores::of(row("inproc"), 2_000.0).callee.is_none(), "there is no other side");
    // One caller that waits makes as many calls as fit into a second, one after another.
    let alone = 1e9 / grpc.single.as_ref().expect("measured").item.value;
    assert!((Cores::of(grpc, alone).in_flight.expect("measured") - 1.0).abs() < 1e-9);
}

#[test]
fn every_rendering_shows_the_rate_that_was_asked_for_and_no_other() {
    let mut record = record();
    for format in READ {
        assert!(!read(&record, format).contains("single calls per second"), "{format:?}");
    }
    record.plan.calls_per_s = Some(2_000.0);
    for format in READ {
        assert!(read(&record, format).contains("at 2,000 single calls per second"), "{format:?}");
    }
    record.plan.calls_per_s = Some(0.5);
    let text = read(&record, Format::Human);
    assert!(
        text.contains("at 0.500 single calls") && text.contains("< 0.001"),
        "too little for a figure is not 0: {text}"
    );
}

#[test]
fn a_side_that_could_not_be_read_has_no_cores() {
    let mut record = record();
    record.plan.calls_per_s = Some(2_000.0);
    for cell in cells_of(&mut record, "rust/grpc/rust") {
        cell.starts
            .iter_mut()
            .for_each(|start| start.parts.retain(|one| one.part == Part::Caller));
    }
    let summary = Summary::of(&record);
    let rows = &summary.main().expect("measured").rows;
    let grpc = rows.iter().find(|row| row.lane.short == "grpc").expect("a lane");
    let cores = Cores::of(grpc, 2_000.0);
    assert!(cores.both.is_none() && cores.callee.is_none() && cores.caller.is_some());
}

/// A call of 100 us, and with 200 us of work in the callee of 300 us and this error.
pub(crate) fn checked(error: f64) -> Record {
    let mut record = record();
    let start = |start: u32| {
        let luck = 1.0 + 0.002 * (f64::from(start) - 2.0);
        let (first_p50_ns, second_p50_ns) =
            (1e5 * luck, (1e5 * luck + 2e5) * (1.0 + error) * luck.powi(2));
        ContrastStart {
            start,
            log_ratio: (second_p50_ns / first_p50_ns).ln(),
            first_p50_ns,
            second_p50_ns,
        }
    };
    record.plan.service_time_ns = Some(200_000);
    let lanes = ["rust/grpc/rust"; 2];
    let checked = pair(service_time::KIND, lanes, (0..5).map(start).collect());
    record.contrasts = vec![Contrast { work_ns: Some(200_000), ..checked }];
    record
}

#[test]
fn a_service_time_that_adds_up_is_as_predicted_and_one_that_does_not_is_said() {
    for (error, verdict) in [
        (0.0, "as predicted"),
        (0.02, "slightly longer than predicted"),
        (0.1, "longer than predicted"),
        (-0.1, "shorter than predicted"),
    ] {
        let record = checked(error);
        let found = service_time::of(&record).pop().expect("checked");
        assert_eq!(found.verdict(), verdict, "{found:?}");
        let interval = found.error().interval.expect("five starts");
        assert!(interval.low <= error && error <= interval.high, "{error}: {found:?}");
        assert!((found.predicted.value / 3e5 - 1.0).abs() < 1e-3, "{found:?}");
    }
}

/// Two lanes, 100 and 120 us without work; with it both take this much longer than predicted.
fn two(errors: [f64; 2]) -> Record {
    let mut record = checked(errors[0]);
    let mut other = checked(errors[1]).contrasts.remove(0);
    other.second = "rust/rest/rust".into();
    let work_ns = 200_000.0 * (1.0 + errors[1]);
    for start in &mut other.starts {
        start.first_p50_ns *= 1.2;
        start.second_p50_ns = (start.second_p50_ns - work_ns) * 1.2 + work_ns;
    }
    record.contrasts.push(other);
    record
}

#[test]
fn two_lanes_are_as_far_apart_as_predicted_where_both_are_wrong_alike_and_not_where_one_is() {
    for (errors, said) in [
        ([0.0, 0.0], "as predicted"),
        ([0.2, 0.2], "as predicted"),
        ([0.0, 0.1], "further apart than predicted"),
        ([0.1, 0.0], "less apart than predicted"),
    ] {
        let record = two(errors);
        let apart = service_time::apart(&service_time::of(&record)).pop().expect("two lanes");
        assert_eq!(apart.lanes, ["rest", "grpc"]);
        assert!((apart.predicted - 32.0 / 30.0).abs() < 1e-3, "{apart:?}");
        let sentences = service_time::sentences(&record);
        let [_, _, last] = sentences.as_slice() else { panic!("{sentences:?}") };
        assert!(
            last.starts_with("With that work rest is predicted to take 6.67 % longer than grpc"),
            "{last}"
        );
        assert!(last.ends_with(&format!(": {said}.")), "{errors:?}: {last}");
    }
    assert!(
        service_time::apart(&service_time::of(&checked(0.0))).is_empty(),
        "one lane is not apart"
    );
}

#[test]
fn every_rendering_shows_the_prediction_that_was_checked() {
    let record = checked(0.0);
    for format in READ {
        let text = read(&record, format);
        let said =
            "Checked over grpc, median call, with a callee that spins 200 µs: predicted 300 µs";
        assert!(text.contains(said), "{format:?}: {text}");
    }
    let mut without = record;
    without.contrasts[0].starts.clear();
    assert!(service_time::of(&without).is_empty());
}
