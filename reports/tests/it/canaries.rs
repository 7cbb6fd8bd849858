//! Each canary: beside the rows it concerns and nowhere else, in every rendering.

use crate::assertions::{each, says};
use crate::changes::{single, single_mut};
use crate::record;
use crate::rendered::{READ, read, rendered};
use reports::judge::grade::Grade;
use reports::judge::trust;
use reports::judge::warnings::{self, Spoils};
use reports::record::{CellStart, Limits, Noise, Record, Visit};
use reports::{CellFigures, Format};

const GRPC: &str = "rust/grpc/rust";

/// One canary after this change, in trust and in every rendering, with this in its words; it
/// concerns `grpc` alone, or all.
fn assert_said(what: &str, only_grpc: bool, change: impl FnOnce(&mut Record)) {
    let mut record = record();
    change(&mut record);
    let found = warnings::of(&record);
    assert_eq!(found.len(), 1, "{what}: {found:?}");
    assert!(found[0].text.contains(what), "{what}: {}", found[0].text);
    assert_eq!(found[0].concerns("rust/uds/rust"), !only_grpc, "{what}");
    assert!(found[0].concerns(GRPC), "{what}");
    let trust = trust::grade(&record);
    assert_eq!(trust.grade, Grade::Caution, "{what}");
    assert!(trust.reasons.iter().any(|reason| reason.text == found[0].text), "{what}");
    for format in READ {
        let text = read(&record, format);
        let (marked, unmarked) = marks(format);
        says(&text, &[marked]);
        assert_eq!(text.contains(unmarked), !only_grpc, "{what}, {format:?}");
        let escaped = found[0].text.replace('_', "\\_");
        let words = if format == Format::Markdown { &escaped } else { &found[0].text };
        says(&text, &[&format!("¹ {words}").replace(" & ", " &amp; ")]);
    }
}

/// How grpc looks with a mark, and uds.
fn marks(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Human => ("grpc ¹", "uds ¹"),
        Format::Markdown => ("| grpc¹ -", "| uds¹ -"),
        _ => ("grpc <span class=\"marks\">¹</span>", "uds <span class=\"marks\">¹</span>"),
    }
}

fn cells_of(record: &Record, lane: &str) -> Vec<u32> {
    (0..)
        .zip(&record.cells)
        .filter(|(_, cell)| cell.lane == lane)
        .map(|(at, _)| at)
        .collect()
}

/// Changes the visits of a lane.
fn visits(record: &mut Record, lane: &str, change: impl Fn(&mut Visit)) {
    let cells = cells_of(record, lane);
    record
        .visits
        .iter_mut()
        .filter(|visit| cells.contains(&visit.cell))
        .for_each(change);
}

/// Gives the single call of a lane twelve visits a start: the median of each is its usual one times
/// `factor(place)`.
fn twelve_visits(record: &mut Record, lane: &str, factor: fn(u32) -> f64) {
    let cells = cells_of(record, lane);
    let single = *cells
        .iter()
        .find(|at| record.cells[**at as usize].items == 1)
        .expect("a single call");
    let first = record
        .visits
        .iter()
        .find(|visit| visit.cell == single)
        .expect("visited")
        .clone();
    record.visits.retain(|visit| visit.cell != single);
    for start in 0..record.plan.starts {
        for block in 0..12 {
            let order = record.visits.len() as u32;
            let wobble = 1.0 + 0.001 * f64::from(block % 3);
            let p50_ns = first.p50_ns.map(|ns| ns * factor(block) * wobble);
            record.visits.push(Visit { start, block, order, p50_ns, ..first.clone() });
        }
    }
}

#[test]
fn an_undisturbed_record_has_no_canary_and_no_mark() {
    let record = record();
    assert_eq!(warnings::of(&record), []);
    for format in READ {
        assert!(!read(&record, format).contains('¹'), "{format:?}");
    }
}

#[test]
fn what_spoils_everything_is_said_beside_every_row() {
    assert_said("debug build", false, |r| r.tollgate.profile = "debug".into());
    assert_said("busy when the run began", false, |r| r.environment.load_average_1m = Some(2.1));
    assert_said("Other processes kept", false, |r| r.environment.others_cores = Some(0.21));
    assert_said("clock is coarse", false, |r| r.environment.clock_read_ns = 101.0);
    assert_said("first restart to the last", false, |r| {
        for start in r.cells.iter_mut().flat_map(|cell| &mut cell.starts) {
            start.p50_ns = start.p50_ns.map(|ns| ns * (1.0 + 0.05 * f64::from(start.start)));
        }
    });
}

/// A counter that moves in steps of 10 ns, as a record of today has it, and as older ones had it.
#[test]
fn a_coarse_clock_is_said_and_no_interval_is_finer_than_its_step() {
    let alike = |step_ns: Option<f64>| {
        let mut record = record();
        record.environment.clock_step_ns = step_ns;
        for start in &mut single_mut(&mut record, "rust/inproc/rust").starts {
            (start.p50_ns, start.mean_ns, start.group) = (Some(2.1875), Some(2.1875), 64);
        }
        record
    };
    let said = |record: &Record| {
        let texts = trust::grade(record).reasons.into_iter().map(|reason| reason.text);
        texts.collect::<Vec<String>>().join(" ")
    };
    let half_width = |record: &Record| {
        let cell = single(record, "rust/inproc/rust");
        let figures = CellFigures::of(cell, record.environment.clock_step()).expect("measured");
        figures.p50.relative_error().expect("restarts enough")
    };
    let (today, older) = (alike(Some(10.0)), alike(Some(0.385)));
    // 10 ns of samples of 64 * 2.1875 = 140 ns.
    assert!((half_width(&today) - 10.0 / 140.0).abs() < 1e-9, "{}", half_width(&today));
    assert!(said(&today).contains("Samples of inproc ("), "{}", said(&today));
    assert!(said(&today).contains("shorter than 20 steps of the clock (10.0 ns)"));
    // A whole nanosecond of the sample is what is left.
    assert!((half_width(&older) - 1.0 / 140.0).abs() < 1e-9, "{}", half_width(&older));
    assert!(
        said(&older)
            .contains("Clock step unknown: an earlier version recorded it wrongly, as 0.385 ns")
    );
    assert!(!said(&older).contains("20 steps"), "what is not known limits nothing");
    let page = rendered(&older, Format::Html);
    assert!(page.contains("unknown") && !page.contains("steps of 0.385"), "{page}");
    for format in READ {
        let text = rendered(&older, format);
        assert!(!text.contains("±0.0%") && !text.contains("±0.0 "), "{format:?}: {text}");
    }
}

#[test]
fn what_the_system_keeps_from_a_run_is_said_beside_every_row() {
    assert_said("A CPU quota of 0.200 cores", false, |r| {
        let limits = &mut r.environment.limits;
        (limits.quota_cores, limits.throttled_periods) = (Some(0.2), Some(12));
        limits.throttled_ms = Some(940.0);
    });
    assert_said("of memory that the control group", false, |r| {
        let limits = &mut r.environment.limits;
        (limits.memory_limit_bytes, limits.memory_used_bytes) = (Some(1_000), Some(901));
    });
    assert_said("nice 5", false, |r| r.environment.limits.nice = Some(5));
    assert_said("on its battery", false, |r| r.environment.limits.on_battery = Some(true));
    assert_said("powersave", false, |r| r.environment.governor = Some("powersave".into()));
    assert_said("share a core", false, |r| r.environment.limits.siblings_busy = Some(0.11));
}

#[test]
fn a_limit_that_cost_nothing_and_a_load_of_other_cores_are_no_warnings() {
    let mut record = record();
    let environment = &mut record.environment;
    environment.load_average_1m = Some(2.1);
    environment.governor = Some("powersave".into());
    environment.limits = Limits {
        machine_cores: Some(16),
        quota_cores: Some(1.5),
        throttled_periods: Some(0),
        throttled_ms: Some(0.0),
        memory_limit_bytes: Some(1_000),
        memory_used_bytes: Some(900),
        nice: Some(-5),
        energy_preference: Some("performance".into()),
        on_battery: Some(false),
        siblings_busy: Some(0.1),
    };
    assert_eq!(warnings::of(&record), []);
}

#[test]
fn times_that_spoil_a_lane_are_said_beside_it_alone() {
    assert_said("Nagle", true, |r| of_grpc(r, |start| start.p50_ns = Some(40e6)));
    assert_said("steps of the clock", true, |r| {
        r.environment.clock_step_ns = Some(40.0);
        // All other samples are long; this one is not.
        for start in r.cells.iter_mut().flat_map(|cell| &mut cell.starts) {
            start.p50_ns = start.p50_ns.map(|ns| ns.max(800.0));
        }
        of_grpc(r, |start| {
            (start.p50_ns, start.mean_ns, start.group) = (Some(790.0), Some(790.0), 1);
        });
    });
    assert_said("two groups", true, |r| {
        of_grpc(r, |start| {
            start.visits_done = 3;
            start.p50_ns = Some(if start.start < 2 { 60e3 } else { 27e3 });
            start.mean_ns = start.p50_ns;
        });
    });
    assert_said("more than twice their median", true, |r| {
        of_grpc(r, |start| start.mean_ns = start.p50_ns.map(|p50| 2.1 * p50));
    });
}

/// Changes the starts of its single call.
fn of_grpc(record: &mut Record, change: impl Fn(&mut CellStart)) {
    single_mut(record, GRPC).starts.iter_mut().for_each(change);
}

#[test]
fn visits_that_spoil_a_lane_are_said_beside_it_alone() {
    assert_said("were disturbed", true, |r| {
        visits(r, GRPC, |visit| visit.flags.push("others".into()));
    });
    assert_said("because of heat", true, |r| {
        let cell = cells_of(r, GRPC)[0];
        let visit = r.visits.iter_mut().find(|visit| visit.cell == cell).expect("visited");
        visit.flags.push("throttled".into());
    });
    let full = Noise { own_cores: Some(1.95), ..Noise::default() };
    assert_said("keep all 2 cores busy", true, |r| {
        visits(r, GRPC, |visit| visit.noise = Some(full));
    });
    assert_said("No steady state", true, |r| {
        twelve_visits(r, GRPC, |at| if at < 6 { 1.0 } else { 1.12 });
    });
}

#[test]
fn a_lane_that_warms_up_and_settles_spoils_nothing() {
    let mut record = record();
    twelve_visits(&mut record, GRPC, |at| if at < 3 { 1.3 } else { 1.0 });
    assert_eq!(warnings::of(&record), []);
}

#[test]
fn cores_are_full_for_nobody_where_both_sides_share_one() {
    let mut record = record();
    for cell in &mut record.cells {
        cell.placement = "one".into();
    }
    visits(&mut record, GRPC, |visit| {
        visit.noise = Some(Noise { own_cores: Some(2.0), ..Noise::default() });
    });
    assert_eq!(warnings::of(&record), []);
}

#[test]
fn a_disturbed_visit_with_a_clean_repeat_is_out_of_the_figures_and_stays_in_the_record() {
    let mut record = record();
    let cells = cells_of(&record, GRPC);
    for at in 0..record.visits.len() {
        if !cells.contains(&record.visits[at].cell) {
            continue;
        }
        let order = record.visits.len() as u32;
        let first = &mut record.visits[at];
        first.flags.push("others".into());
        let repeat = Visit {
            order,
            repeats: Some(first.order),
            flags: Vec::new(),
            ..first.clone()
        };
        record.visits.push(repeat);
    }
    assert_eq!(warnings::of(&record), [], "all were repeated undisturbed");
    let counted = reports::figures::series::visits::counted(&record);
    assert_eq!(counted.len(), self::record().visits.len());
    each(counted, "undisturbed", |visit| {
        !reports::figures::series::visits::is_disturbed(visit)
    });
    // A repeat that was disturbed itself leaves the first visit in.
    for visit in record.visits.iter_mut().filter(|visit| visit.repeats.is_some()) {
        visit.flags.push("stolen".into());
    }
    let counted = reports::figures::series::visits::counted(&record);
    assert_eq!(counted.len(), self::record().visits.len());
    each(counted, "the first visit", |visit| visit.repeats.is_none());
}

#[test]
fn a_record_without_its_visits_says_that_it_cannot_tell() {
    let mut record = record();
    record.visits.clear();
    let found = warnings::of(&record);
    assert!(found.len() == 1 && found[0].text.contains("not judged"), "{found:?}");
    assert_eq!(found[0].spoils, Spoils::Lanes(Vec::new()), "it spoils no figure");
}
