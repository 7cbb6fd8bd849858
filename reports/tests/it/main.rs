//! Tests of the crate from outside, by theme: `between`, `carried`, `contrasts`, `coverage`, `reading`, `schema`, `statistics`, `renderings`, `hostile`, `vendor`.
//! All records are invented; no test measures anything or starts a browser.

mod between;
mod carried;
mod contrasts;
mod coverage;
mod hostile;
mod reading;
mod renderings;
mod schema;
mod statistics;
mod trust;
mod vendor;

#[path = "../support/synthetic.rs"]
mod synthetic;

use reports::record::Record;
use std::sync::OnceLock;

/// A whole, undisturbed record.
fn record() -> Record {
    static RECORD: OnceLock<Record> = OnceLock::new();
    RECORD.get_or_init(|| synthetic::Synthetic { samples: 300, ..Default::default() }.record()).clone()
}
