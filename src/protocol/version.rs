//! The versions of the protocol that are spoken here, and how an order is written in each.

use crate::protocol::{Order, version_1};
use api::CallError;

/// A version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// Recommendations alone: `max_results` stands where a size does now.
    One,
    /// A visit says which workload it asks, and its size.
    Two,
}

impl Version {
    /// Those that are spoken here, the newest first.
    pub(crate) const ALL: [Self; 2] = [Self::Two, Self::One];
    /// The newest.
    pub(crate) const NEWEST: Self = Self::Two;

    /// Its number, as `hello` has it.
    pub(crate) fn number(self) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The version of this number, where it is spoken here.
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.number() == number)
    }

    /// The line that gives an order.
    ///
    /// # Errors
    /// `Unsupported` where this version has no words for it.
    pub(crate) fn line_of(self, order: &Order) -> Result<String, CallError> {
        match self {
            Self::One => version_1::line_of(order),
            Self::Two => {
                Ok(serde_json::to_string(order)
                    .expect("orders are text, numbers and lists of them"))
            }
        }
    }

    /// The order in a line.
    ///
    /// # Errors
    /// The line is no order.
    pub(crate) fn read(self, line: &str) -> serde_json::Result<Order> {
        match self {
            Self::One => version_1::read(line),
            Self::Two => serde_json::from_str(line),
        }
    }
}
