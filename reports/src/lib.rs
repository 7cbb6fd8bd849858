//! Everything after the record is written: the record's format, its statistics, the findings and
//! the renderings. It reads records and nothing else: no transport, no clock, no network. The same
//! record gives the same report.

pub mod figures;
pub mod judge;
pub mod model;
pub mod record;
pub(crate) mod render;
pub mod say;
pub mod stats;
pub mod view;

#[doc(hidden)]
pub use crate::render::fuzzing;
pub use crate::render::text::clean;
pub use crate::{
    figures::{
        cells::{CellFigures, StartFigures},
        tail::{Percentile, Tail, Unobservable},
    },
    record::read::RECORD_ELEMENT,
    render::{
        card::card,
        html::{STYLE_OF_PLOT, comparison_page::comparison_page},
        options::{EarlierRun, EarlierRuns, Format, RenderError, RenderOptions},
        render,
    },
};
