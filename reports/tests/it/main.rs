//! Tests of the crate from outside, by theme: `between`, `contrasts`, `controls`, `coverage`, `figures`, `precision`, `reading`, `schema`, `statistics`, `renderings`, `hostile`, `percentiles`, `vendor`.
//! All records are invented; no test measures anything or starts a browser.

mod between;
mod contrasts;
mod controls;
mod coverage;
mod figures;
mod hostile;
mod percentiles;
mod precision;
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
