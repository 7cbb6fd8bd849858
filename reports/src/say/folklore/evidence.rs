//! One figure beside a claim, whether it is for it, and of which situation it is.

use crate::{record::Asked, stats::units::count};

/// The boundary of a lane without a process of its own for the callee.
pub(crate) const IN_PROCESS: &str = "in process";

/// Whether one figure is for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    For,
    Against,
    Unclear,
}

impl Side {
    /// By which of both an interval excludes.
    pub(crate) fn of(for_it: bool, against: bool) -> Self {
        match (for_it, against) {
            (true, _) => Self::For,
            (_, true) => Self::Against,
            _ => Self::Unclear,
        }
    }
}

/// How many items one call carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carried {
    /// A single call.
    One,
    /// A batch of at most [`MOST_SMALL`].
    Few,
    /// A larger batch.
    Many,
}

/// Items of a batch that is still called small.
pub(crate) const MOST_SMALL: u32 = 64;

impl Carried {
    pub(crate) fn by(items: u32) -> Self {
        match items {
            0..=1 => Self::One,
            2..=MOST_SMALL => Self::Few,
            _ => Self::Many,
        }
    }
}

/// What a figure is of: one whose situation is the same supports the same verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// [`IN_PROCESS`], `between processes`; empty where a claim is about one of them alone.
    pub(crate) boundary: &'static str,
    pub(crate) items: u32,
    pub(crate) ids: u32,
    /// The placement in the record's word; absent where placement plays no part.
    pub(crate) placement: Option<String>,
}

impl Place {
    pub(crate) fn of(asked: &Asked, items: u32) -> Self {
        Self {
            boundary: "",
            items,
            ids: asked.size,
            placement: Some(asked.placement.to_owned()),
        }
    }

    /// Of what no placement changes, or what is measured in one placement alone.
    pub(crate) fn anywhere(asked: &Asked, items: u32) -> Self {
        Self { placement: None, ..Self::of(asked, items) }
    }
}

/// One figure beside a claim.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) side: Side,
    pub(crate) place: Place,
    /// Empty where a claim is about the same lanes in every figure.
    pub(crate) lane: String,
    /// By which many figures are put in order.
    pub(crate) value: f64,
    /// The figure, as `85.2 µs (84.1 to 86.3) over rest`.
    pub(crate) text: String,
    /// What the figures of a situation are of, as `median call`; a sentence's beginning.
    pub(crate) about: String,
}

/// `10 ids`.
pub(crate) fn ids(ids: u32) -> String {
    format!("{} ids", count(ids.into()))
}
