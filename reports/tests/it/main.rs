//! Tests of the crate from outside, by theme: `between`, `contrasts`, `coverage`, `reading`, `schema`, `statistics`, `renderings`, `hostile`, `load`, `vendor`.
//! All records are invented; no test measures anything or starts a browser.

mod between;
mod contrasts;
mod coverage;
mod hostile;
mod load;
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
