//! The `null` lane: calls that do nothing. What it takes is what the harness itself adds to every
//! other figure. It answers nothing, so its replies are not checked.

mod client;
mod variants;

pub use client::{Null, NullConnection};

use api::Registrar;

/// Registers the lane.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(variants::null(), || Null);
}
