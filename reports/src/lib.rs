//! Everything after the record is written: the record's format, its statistics, the findings and
//! the renderings. It reads records and nothing else: no transport, no clock, no network. The same
//! record gives the same report.

mod above;
mod absent;
pub mod between;
pub mod canaries;
mod card;
mod carried;
mod cells;
mod charts;
pub mod compare;
pub mod contrasts;
pub mod controls;
pub mod crossing;
mod csv;
pub mod curves;
pub mod drift;
pub mod findings;
pub mod folklore;
mod html;
pub mod load;
pub mod loads;
mod markdown;
pub mod model;
pub mod order;
mod page;
pub mod placements;
pub mod precision;
pub mod rate;
pub mod read;
pub mod record;
mod render;
pub mod resources;
pub mod service_time;
pub mod stages;
pub mod stats;
pub mod steady;
pub mod steps;
pub mod summary;
mod tables;
mod tail;
mod terminal;
pub mod trust;
pub mod turns;
pub mod units;
pub mod usl;
pub mod variants;
pub mod visits;
mod whatif;

pub use card::card;
pub use cells::{CellFigures, StartFigures};
pub use html::{RECORD_ELEMENT, STYLE_OF_PLOT};
pub use render::{Format, RenderError, RenderOptions, render};
pub use tail::{Percentile, Tail, Unobservable};
