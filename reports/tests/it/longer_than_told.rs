//! Times that are longer than histograms tell: no rendering shows one as a figure.

use crate::record;
use crate::rendered::{READ, read, rendered};
use crate::synthetic;
use reports::{
    Format,
    judge::{comparison::changes, grade::Grade, trust},
    record::{Percentiles, Record},
    stats::estimates,
};

const LANE: &str = "rust/grpc/rust";
const LONGER: &str = "longer than 60 s";

/// Every call over one lane took 75 s, and the mean is what the clock said.
fn with_a_slow_lane() -> Record {
    let mut record = record();
    let mut histogram = estimates::histogram();
    (0..2_000).for_each(|_| estimates::record(&mut histogram, 75_000_000_000));
    let singles = record.cells.iter_mut().filter(|cell| cell.lane == LANE && cell.items == 1);
    for start in singles.flat_map(|cell| &mut cell.starts) {
        (start.samples, start.group) = (histogram.len(), 1);
        start.elapsed_ns = 75_000_000_000 * histogram.len();
        (start.mean_ns, start.p50_ns) = (Some(75e9), Some(histogram.value_at_quantile(0.5) as f64));
        start.clipped = histogram.len();
        start.histogram = estimates::histogram_to_base64(&histogram).expect("in memory");
    }
    record
}

/// Why the record asks for caution.
fn reason(record: &Record) -> Option<String> {
    let mut reasons = trust::grade(record).reasons.into_iter();
    let found = reasons.find(|reason| reason.text.contains(LONGER))?;
    assert_eq!(found.grade, Grade::Caution);
    Some(found.text)
}

#[test]
fn a_median_beyond_60_s_is_no_figure_in_any_rendering_and_asks_for_caution() {
    let record = with_a_slow_lane();
    let said = reason(&record).expect("a reason");
    assert!(said.contains("(grpc)"), "{said}");
    assert_eq!(reason(&crate::record()), None);
    for format in READ {
        let said = read(&record, format);
        assert!(said.contains(LONGER), "{format:?}");
        let figure = said.split_once("60.0 s").map(|(before, _)| before.len());
        let near = figure.map(|at| &said[said.floor_char_boundary(at.saturating_sub(200))..at]);
        assert_eq!(near, None, "{format:?}: a figure is made of it");
        assert!(said.contains("75.0 s") || format != Format::Html, "the mean is one");
    }
    let csv = rendered(&record, Format::Csv);
    let mut lines = csv.lines();
    assert!(lines.next().is_some_and(|head| head.ends_with(",clipped,added")), "{csv}");
    assert!(lines.any(|line| line.starts_with(LANE) && line.ends_with(",2000,")), "{csv}");
}

#[test]
fn two_records_of_which_both_took_longer_are_not_told_apart_and_pass_no_gate() {
    let (old, new) = (with_a_slow_lane(), with_a_slow_lane());
    let between = changes(&old, &new, false).expect("one machine");
    let gone = between.gone.iter().find(|gone| gone.lane == "grpc").expect("not compared");
    assert!(gone.reason.contains("both took longer than 60 s"), "{}", gone.reason);
    // One that became so is slower all the same.
    let between = changes(&record(), &new, false).expect("one machine");
    let changes = between.changes.iter();
    let mut single = changes.filter(|change| change.lane == "grpc" && change.items == 1);
    assert!(single.any(|change| change.time(change.new_ns) == LONGER));
}

#[test]
fn an_older_record_has_the_same_from_its_histograms() {
    let mut record = with_a_slow_lane();
    let starts = record.cells.iter_mut().flat_map(|cell| &mut cell.starts);
    starts.for_each(|start| start.clipped = 0);
    assert_eq!(reason(&record), reason(&with_a_slow_lane()));
}

#[test]
fn a_record_says_so_of_loads_and_leaves_the_field_out_where_there_is_none() {
    let mut loads = synthetic::loads(2);
    let lane = loads.lanes.iter_mut().find(|lane| lane.lane == LANE).expect("it has loads");
    let points = lane.starts.iter_mut().flat_map(|start| &mut start.points);
    let mut histogram = estimates::histogram();
    (0..2_000).for_each(|_| estimates::record(&mut histogram, 75_000_000_000));
    for point in points.filter(|point| point.latency.is_some()) {
        point.latency_ns = Percentiles::of(&histogram);
        point.latency = Some(estimates::histogram_to_base64(&histogram).expect("in memory"));
    }
    let record = Record { loads: Some(loads), ..record() };
    let said = reason(&record).expect("a reason");
    assert!(said.starts_with("Under load calls took longer than 60 s"), "{said}");
    for format in READ {
        assert!(read(&record, format).contains(LONGER), "{format:?}");
    }
    let text = serde_json::to_string(&record).expect("JSON");
    assert!(text.contains("\"clipped\":2000"));
    assert!(!serde_json::to_string(&crate::record()).expect("JSON").contains("clipped"));
}
