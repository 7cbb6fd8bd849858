//! The copy of the record that a page carries, and what it goes without so that the page stays
//! small. Nothing is left out that the page draws, and what is left out is named. The record beside
//! the page always has everything.

use crate::{
    record::{Cell, Record},
    render::options::RenderError,
    stats::estimates,
    view::charts::MANY_CELLS,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write as _;

/// Bytes of a page with its record, for which the record is thinned out.
const PAGE_BYTES: usize = 900_000;
/// Bytes of a page beyond which the record stays a file beside it.
const MOST_PAGE_BYTES: usize = 1_500_000;
/// Room for the element, for the sentence on what was left out, and for what a page with its record
/// can do, bytes.
const FRAME_BYTES: usize = 4_000;

/// What a copy goes without, in words, and how it loses that.
type Loss = (&'static str, fn(&mut Record));

/// Each by itself, the least first: a histogram of two digits still answers what one of three does,
/// within 1 %.
const LOSSES: [Loss; 6] = [
    ("medians of each 10 ms of a visit", without_slices),
    (
        "the finest bins of histograms of cells with n above 1, and medians of each 10 ms of a \
        visit",
        |record| {
            without_slices(record);
            of_batches(record, coarse);
        },
    ),
    ("visits", |record| record.visits.clear()),
    ("visits, and the finest bins of histograms of batches", |record| {
        record.visits.clear();
        of_batches(record, coarse);
    }),
    ("visits, and histograms of batches", |record| {
        record.visits.clear();
        of_batches(record, |_| Some(String::new()));
    }),
    (
        "visits, histograms of batches, and the finest bins of histograms of single calls",
        |record| {
            record.visits.clear();
            of_batches(record, |_| Some(String::new()));
            of_cells(record, |cell| cell.items == 1, coarse);
        },
    ),
];

/// The record as it stands in a page, packed, and what it goes without.
pub(crate) struct Carried {
    /// Absent where the record stays a file beside the page.
    pub(crate) record: Option<String>,
    pub(crate) left_out: Option<String>,
}

impl Carried {
    /// For a page that has `rest_bytes` without it.
    pub(crate) fn of(record: &Record, rest_bytes: usize) -> Result<Self, RenderError> {
        let taken = rest_bytes + FRAME_BYTES;
        if record.cells.len() > MANY_CELLS {
            return Ok(Self::BESIDE);
        }
        let whole = packed(&serde_json::to_vec(record)?)?;
        let mut carried = Self { record: Some(whole), left_out: None };
        for (name, lose) in LOSSES {
            if carried.fits(PAGE_BYTES.saturating_sub(taken)) {
                return Ok(carried);
            }
            let mut lean = record.clone();
            lose(&mut lean);
            carried = Self {
                record: Some(packed(&serde_json::to_vec(&lean)?)?),
                left_out: Some(name.to_owned()),
            };
        }
        Ok(if carried.fits(MOST_PAGE_BYTES.saturating_sub(taken)) {
            carried
        } else {
            Self::BESIDE
        })
    }

    fn fits(&self, bytes: usize) -> bool {
        self.record.as_ref().is_none_or(|record| record.len() <= bytes)
    }

    const BESIDE: Self = Self { record: None, left_out: None };
}

/// A visit still has its own median.
fn without_slices(record: &mut Record) {
    for visit in &mut record.visits {
        visit.slices_p50_ns.clear();
    }
    for alone in record.controls.iter_mut().flat_map(|controls| &mut controls.uninterrupted) {
        alone.slices_p50_ns.clear();
    }
}

/// Changes the histograms of all cells but single calls, whose tails are drawn.
fn of_batches(record: &mut Record, change: impl Fn(&str) -> Option<String>) {
    of_cells(record, |cell| cell.items > 1, change);
}

fn of_cells(
    record: &mut Record,
    which: fn(&Cell) -> bool,
    change: impl Fn(&str) -> Option<String>,
) {
    let cells = record.cells.iter_mut().filter(|cell| which(cell));
    for start in cells.flat_map(|cell| &mut cell.starts) {
        // What cannot be read stays as it is.
        if let Some(changed) = change(&start.histogram) {
            start.histogram = changed;
        }
    }
}

/// The same histogram with two significant digits.
fn coarse(text: &str) -> Option<String> {
    let fine = estimates::histogram_from_base64(text).ok()?;
    let mut coarse = hdrhistogram::Histogram::new_with_bounds(fine.low(), fine.high(), 2).ok()?;
    coarse.add(&fine).ok()?;
    estimates::histogram_to_base64(&coarse).ok()
}

/// Zlib and base64: what a browser unpacks by itself.
pub(crate) fn packed(bytes: &[u8]) -> Result<String, RenderError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).map_err(RenderError::Packing)?;
    Ok(STANDARD.encode(encoder.finish().map_err(RenderError::Packing)?))
}
