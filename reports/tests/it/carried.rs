//! What the copy of the record inside a page goes without, and that the page says so.

use crate::record;
use crate::rendered::page;
use crate::synthetic::Random;
use reports::record::{Record, Visit};
use reports::{record::read, stats::estimates};

/// A record whose histograms of these cells hold so many samples each: random ones do not compress.
fn with_wide_histograms(of: impl Fn(u32) -> bool, samples: u32) -> Record {
    let (mut record, mut random) = (record(), Random(3));
    for cell in record.cells.iter_mut().filter(|cell| of(cell.items)) {
        for start in &mut cell.starts {
            let mut wide = estimates::histogram();
            for _ in 0..samples {
                wide.saturating_record((20.0 * random.uniform()).exp() as u64 + 1);
            }
            start.histogram = estimates::histogram_to_base64(&wide).expect("written");
        }
    }
    record
}

fn single_calls(record: &Record) -> Vec<&str> {
    let of_one = record.cells.iter().filter(|cell| cell.items == 1).flat_map(|cell| &cell.starts);
    of_one.map(|start| start.histogram.as_str()).collect()
}

#[test]
fn a_page_with_many_visits_goes_without_them_alone() {
    let mut record = record();
    let visit = record.visits[0].clone();
    let numbered = |n: u32| Visit { order: n, p50_ns: Some(f64::from(n).sqrt()), ..visit.clone() };
    record.visits = (0..200_000).map(numbered).collect();
    let html = page(&record);
    assert!(html.len() <= 900_000, "{} bytes", html.len());
    assert!(html.contains("Left out here to keep the page small: visits."));
}

#[test]
fn histograms_of_batches_lose_a_digit_before_anything_else_goes() {
    // From the first size on at which the page has no room, whatever else is in it.
    let sizes = (400..2_000)
        .step_by(100)
        .map(|samples| with_wide_histograms(|items| items > 1, samples));
    let mut pages = sizes.map(|record| (page(&record), record));
    let (html, record) = pages
        .find(|(html, _)| html.contains("Left out here"))
        .expect("one is too large");
    assert!(html.len() <= 900_000, "{} bytes", html.len());
    assert!(html.contains("page small: the finest bins of histograms of cells with n above 1"));
    let carried = read::from_bytes(html.as_bytes()).expect("the page carries its record");
    assert_eq!(carried.visits.len(), record.visits.len());
    assert_eq!(single_calls(&carried), single_calls(&record));
    let batches = |record: &Record| {
        record.cells.iter().position(|cell| cell.items > 1).expect("there is one")
    };
    let quantile = |record: &Record| {
        let text = &record.cells[batches(record)].starts[0].histogram;
        let histogram = estimates::histogram_from_base64(text).expect("readable");
        (histogram.len(), histogram.value_at_quantile(0.9) as f64)
    };
    let ((fewer, coarse), (samples, fine)) = (quantile(&carried), quantile(&record));
    assert_eq!(fewer, samples);
    assert!((coarse / fine - 1.0).abs() < 0.011, "{coarse} against {fine}");
}

#[test]
fn a_record_with_very_many_cells_stays_beside_its_page() {
    let mut record = record();
    let cells = record.cells.clone();
    for copy in 1..20 {
        record.cells.extend(cells.iter().cloned().map(|mut cell| {
            cell.size += copy;
            cell
        }));
    }
    assert!(record.cells.len() > 1_000);
    let html = page(&record);
    assert!(html.contains("it is the file that was written beside it"));
    assert!(!html.contains("This page carries its record"));
    assert!(html.contains("without charts here: ") && html.contains("engine stub"));
    read::from_bytes(html.as_bytes()).expect_err("it carries none");
}
