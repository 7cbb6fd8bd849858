//! In which order the visits of a start are made.

/// The order of the visits in a start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// In each block every cell, in a fresh random order.
    #[default]
    Interleaved,
    /// Lane by lane, all visits of a cell one after another: the control of interleaving, as most
    /// suites do it.
    Fixed,
}

impl Order {
    pub(crate) const ALL: [Self; 2] = [Self::Interleaved, Self::Fixed];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Interleaved => "interleaved",
            Self::Fixed => "fixed",
        }
    }
}
