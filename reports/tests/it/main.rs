//! Tests of the crate from outside, by theme: `between`, `canaries`, `carried`, `contrasts`, `controls`, `coverage`, `drift`, `figures`,
//! `load`, `loads`, `model`, `older`, `parts`, `precision`, `rate`, `reading`, `schema`, `sides`, `stages`, `statistics`, `steady`, `renderings`, `hostile`, `percentiles`,
//! `vendor`. Records are invented, but for those of `older`; no test measures anything or starts a browser.

mod between;
mod canaries;
mod carried;
mod contrasts;
mod controls;
mod coverage;
mod drift;
mod figures;
mod hostile;
mod load;
mod loads;
mod model;
mod older;
mod parts;
mod percentiles;
mod precision;
mod rate;
mod reading;
mod renderings;
mod schema;
mod sides;
mod stages;
mod statistics;
mod steady;
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
