//! What a record says of how long visits last: calls that change within visits, calls that nothing
//! interrupts, and the two modes of free placement.

use crate::assertions::{says, some};
use crate::changes::single;
use crate::controls;
use crate::record;
use crate::rendered::{read, rendered};
use crate::synthetic::Random;
use reports::Format;
use reports::figures::series::modes;
use reports::figures::series::within_visits;
use reports::judge::{grade::Grade, trust};
use reports::record::{Record, Visit};

const UDS: &str = "rust/uds/rust";
/// Slices of a visit of 60 ms.
const SLICES: usize = 6;

/// A record in which a slice of single calls over uds takes so many times its visit's median, and
/// one over any other lane just that.
fn sliced(of_slice: impl Fn(&Visit, usize) -> f64) -> Record {
    let mut record = record();
    let mut random = Random(5);
    let cells: Vec<(bool, bool)> =
        record.cells.iter().map(|cell| (cell.items == 1, cell.lane == UDS)).collect();
    for visit in &mut record.visits {
        let (is_single, is_uds) = cells[visit.cell as usize];
        let Some(p50_ns) = visit.p50_ns.filter(|_| is_single) else { continue };
        let told: Vec<f64> = (0..SLICES)
            .map(|at| if is_uds { of_slice(visit, at) } else { 1.0 })
            .map(|times| p50_ns * times * (0.002 * random.normal()).exp())
            .collect();
        visit.slices_p50_ns = told;
    }
    record
}

fn cautions(record: &Record, about: &str) -> Vec<String> {
    let trust = trust::grade(record);
    trust
        .reasons
        .into_iter()
        .map(|reason| reason.text)
        .filter(|text| text.contains(about))
        .collect()
}

#[test]
fn calls_that_are_level_within_visits_are_said_so_and_ask_for_no_caution() {
    let record = sliced(|_, _| 1.0);
    let told = within_visits::of(&record);
    let uds = told.iter().find(|lane| lane.lane.name == UDS).expect("it is told");
    let after: Vec<u64> = uds.cuts.iter().map(|cut| cut.after_ms).collect();
    assert_eq!(after, [20, 50], "visits of 60 ms end before the others");
    assert!(uds.cuts.iter().all(|cut| (0.98..1.02).contains(&cut.ratio.value)), "{uds:?}");
    assert_eq!(cautions(&record, "how long a visit lasts"), Vec::<String>::new());
    assert_eq!(trust::grade(&record).grade, Grade::Ok);
    says(
        &read(&record, Format::Html),
        &["After the lead-in of a visit no lane is shown to change by more than 5 %"],
    );
}

#[test]
fn a_jump_within_visits_is_named_with_its_lane_its_placement_and_its_factor() {
    let record = sliced(|_, at| if at < 4 { 0.5 } else { 1.5 });
    let told = within_visits::of(&record);
    let uds = told.iter().find(|lane| lane.lane.name == UDS).expect("it is told");
    let after_50 = uds.cuts.iter().find(|cut| cut.after_ms == 50).expect("it is told");
    assert!((after_50.ratio.value - 3.0).abs() < 0.05, "{after_50:?}");
    let found = cautions(&record, "how long a visit lasts");
    assert_eq!(found.len(), 1, "{found:?}");
    says(
        &found[0],
        &["uds", "free placement", "after 50 ms a single call", "3.0", "--placement both"],
    );
    assert!(!found[0].contains("grpc"), "{}", found[0]);
    assert_eq!(trust::grade(&record).grade, Grade::Caution);
    says(
        &read(&record, Format::Markdown),
        &["After the lead-in of a visit calls still change by more than 5 %"],
    );
}

#[test]
fn a_cut_is_counted_from_where_calls_are_recorded() {
    let record = sliced(|_, at| match at {
        0 | 1 => 0.0,
        2 | 3 => 1.0,
        _ => 1.5,
    });
    let told = within_visits::of(&record);
    let uds = told.iter().find(|lane| lane.lane.name == UDS).expect("it is told");
    let after: Vec<u64> = uds.cuts.iter().map(|cut| cut.after_ms).collect();
    assert_eq!(after, [20], "the first 20 ms settled");
    assert!((uds.cuts[0].ratio.value - 1.5).abs() < 0.05, "{uds:?}");
}

#[test]
fn every_cut_and_every_visit_without_interruption_is_exported_with_its_interval() {
    let mut record = sliced(|_, at| if at < 4 { 0.5 } else { 1.5 });
    record.controls = uninterrupted(1.3).controls;
    let csv = rendered(&record, Format::FiguresCsv);
    let of_visits = |said: &str| {
        let lines = csv.lines().filter(|line| {
            line.starts_with("single_call_ratio_within_visits,") && line.contains(said)
        });
        some(lines, said).len()
    };
    let lanes = within_visits::of(&record).len();
    assert_eq!(of_visits("after 50 ms by before"), lanes);
    assert!(of_visits("ms without interruption") >= 1);
    let uds = csv.lines().find(|line| line.contains(UDS) && line.contains("after 50 ms"));
    let fields: Vec<&str> = uds.expect("a line").split(',').collect();
    let numbers: Vec<f64> = fields.iter().filter_map(|field| field.parse().ok()).collect();
    assert!(numbers.iter().any(|ratio| (ratio - 3.0).abs() < 0.05), "{fields:?}");
}

#[test]
fn slices_in_which_no_call_began_stand_for_nothing() {
    let record = sliced(|_, at| if at % 2 == 0 { 0.0 } else { 1.0 });
    assert_eq!(cautions(&record, "how long a visit lasts"), Vec::<String>::new());
    let none = sliced(|_, _| 0.0);
    assert!(within_visits::of(&none).iter().all(|lane| lane.lane.name != UDS));
}

/// Visits without interruption of grpc that take so many times as long as its other visits.
fn uninterrupted(times: f64) -> Record {
    let mut record = record();
    let mut random = Random(9);
    let starts = single(&record, "rust/grpc/rust").starts.clone();
    let mut controls = controls::controls(&record, 1.0);
    for one in &mut controls.uninterrupted {
        let visits = starts.iter().find(|start| start.start == one.start).and_then(|s| s.p50_ns);
        one.p50_ns = times * visits.expect("measured") * (0.003 * random.normal()).exp();
    }
    record.controls = Some(controls);
    record
}

#[test]
fn calls_that_take_another_time_without_interruption_move_the_grade() {
    for times in [1.3, 0.7] {
        let record = uninterrupted(times);
        let found = cautions(&record, "without interruption");
        assert_eq!(found.len(), 1, "{found:?}");
        says(&found[0], &["grpc", &format!("{times:.1}"), "--visit"]);
        assert_eq!(trust::grade(&record).grade, Grade::Caution);
    }
    for times in [1.0, 1.03, 0.97] {
        let record = uninterrupted(times);
        assert_eq!(cautions(&record, "without interruption"), Vec::<String>::new());
        assert_eq!(trust::grade(&record).grade, Grade::Ok);
    }
}

/// The modes of uds in a record.
fn modes_of(record: &Record) -> Option<modes::Modes> {
    modes::of(record, single(record, UDS))
}

#[test]
fn two_modes_are_told_by_their_share_of_the_time_and_not_of_the_calls() {
    // Two slices of six are quick: of the calls these have more than half.
    let mut record = sliced(|_, at| if at < 2 { 0.3 } else { 1.0 });
    let found = modes_of(&record).expect("two modes");
    assert!((found.quick.share_of_time - 1.0 / 3.0).abs() < 1e-9, "{found:?}");
    assert!((found.slow.share_of_time - 2.0 / 3.0).abs() < 1e-9, "{found:?}");
    let ratio = found.slow.p50_ns / found.quick.p50_ns;
    assert!((3.0..3.7).contains(&ratio), "{found:?}");
    assert!(found.text().contains(" 33 % of the time, "), "{}", found.text());
    assert_eq!(modes::of(&record, single(&record, "rust/grpc/rust")), None, "it has one");
    let words = format!("The median is neither of them: uds {}.", found.text());
    says(&read(&record, Format::Html), &[&words]);
    says(&read(&record, Format::Markdown), &[&words]);
    // In the first table they stand in the place of the median.
    for (format, text) in [
        (Format::Human, found.short_text()),
        (Format::Html, found.text()),
        (Format::Markdown, found.text()),
    ] {
        let shown = read(&record, format);
        let table = shown.split("What people say").next().expect("a first part");
        assert!(table.contains(&text), "{format:?}: {text}\n{table}");
    }
    for cell in &mut record.cells {
        cell.placement = "one".into();
    }
    assert_eq!(modes_of(&record), None, "with fixed cores there is no scheduler to choose");
}

#[test]
fn a_call_that_never_leaves_its_thread_has_no_modes() {
    let mut record = record();
    for visit in &mut record.visits {
        let slices = [10.0; 12].into_iter().chain([39.0; 12]);
        visit.slices_p50_ns = slices.map(|us| 1e3 * us).collect();
    }
    assert!(modes_of(&record).is_some());
    assert_eq!(modes::of(&record, single(&record, "rust/inproc/rust")), None);
}

#[test]
fn records_without_slices_tell_modes_by_their_visits() {
    let mut record = record();
    let of_uds: Vec<u32> = (0..)
        .zip(&record.cells)
        .filter(|(_, cell)| cell.lane == UDS && cell.items == 1)
        .map(|(at, _)| at)
        .collect();
    let visits = record.visits.clone();
    record.visits.extend((0..7).flat_map(|_| visits.clone()));
    let mut seen = 0;
    for (order, visit) in (0..).zip(&mut record.visits) {
        visit.order = order;
        if of_uds.contains(&visit.cell) {
            seen += 1;
            visit.p50_ns = visit.p50_ns.map(|ns| if seen % 3 == 0 { ns * 3.0 } else { ns });
        }
    }
    let found = modes_of(&record).expect("two modes");
    assert!(found.slow.p50_ns > 2.5 * found.quick.p50_ns, "{found:?}");
}

#[test]
fn one_mode_however_wide_is_seldom_taken_for_two() {
    let mut wrong = 0;
    for seed in 0..200 {
        let mut random = Random(seed);
        let widths = [0.05, 0.15, 0.3, 0.6];
        let width = widths[seed as usize % widths.len()];
        let luck: Vec<f64> = (0..4_096).map(|_| (width * random.normal()).exp()).collect();
        let record = sliced(|visit, at| luck[(visit.order as usize * SLICES + at) % luck.len()]);
        wrong += u32::from(modes_of(&record).is_some());
    }
    assert!(wrong <= 4, "{wrong} of 200");
}
