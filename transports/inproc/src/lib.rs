//! Lanes without a boundary that anything has to cross: caller and engine share process and
//! language.
//!
//! `inproc` calls the engine directly, `inproc-dyn` through a trait object, `inproc-thread` hands
//! the question to another thread. Nothing is serialised. The toll of every other lane is measured
//! from `inproc`.

mod client;
mod dispatch;
#[cfg(test)]
mod tests;
mod thread;
mod variants;

pub use client::{Inproc, InprocConnection};
pub use dispatch::{Answer, Dynamic};
pub use thread::{InprocThread, ThreadConnection};

use api::{Engine, Registrar};

/// Registers the lanes.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(variants::inproc(), Inproc::<Engine>::default);
    registrar.lane(variants::inproc_dyn(), Inproc::<Dynamic>::default);
    registrar.lane(variants::inproc_thread(), || InprocThread);
}
