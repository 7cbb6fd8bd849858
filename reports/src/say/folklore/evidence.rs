//! One figure beside a claim, and whether it is for it.

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

/// One figure beside a claim. Figures may differ in the lane, the items of a call and the ids of an
/// item.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) side: Side,
    pub(crate) lane: String,
    pub(crate) items: u32,
    pub(crate) ids: u32,
    /// By which many figures are put in order.
    pub(crate) value: f64,
    pub(crate) text: String,
    /// What all figures of a claim are of, where that is the same for all.
    pub(crate) about: String,
}
