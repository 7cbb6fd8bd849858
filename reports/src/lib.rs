//! Everything after the record is written: the record's format, its statistics, the findings and the renderings.
//! It reads records and nothing else: no transport, no clock, no network. The same record gives the same report.

mod absent;
pub mod between;
mod carried;
mod cells;
mod charts;
pub mod compare;
pub mod contrasts;
mod csv;
pub mod findings;
mod html;
mod markdown;
mod page;
pub mod read;
pub mod record;
mod render;
pub mod stats;
mod steps;
pub mod summary;
mod tail;
mod terminal;
pub mod trust;
pub mod turns;
pub mod units;
pub mod variants;

pub use cells::{CellFigures, StartFigures};
pub use html::{RECORD_ELEMENT, STYLE_OF_PLOT};
pub use render::{Format, RenderError, RenderOptions, render};
pub use tail::{Percentile, Tail, Unobservable};
