//! Which stages of a call can be measured alone, and the names of their modes.

/// A stage of a call, by the name of its mode in `peers/PROTOCOL.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The engine alone, in this process.
    Compute,
    /// Both sides of the codec: request and reply, domain value to bytes and back.
    Codec,
    /// Opaque bytes there and back.
    Echo,
    /// A whole call whose callee reports its durations.
    Stamped,
}

impl Stage {
    /// Every stage.
    pub(crate) const ALL: [Self; 4] = [Self::Compute, Self::Codec, Self::Echo, Self::Stamped];

    /// The mode of its visits.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Codec => "codec",
            Self::Echo => "echo",
            Self::Stamped => "stamped",
        }
    }

    /// The stage whose visits have this mode.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}
