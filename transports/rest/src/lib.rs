//! The lanes `rest` and `rest-*`: the workload as a JSON service over HTTP, the way people write it
//! with axum and reqwest, and what changes when one thing of it is changed.
//!
//! This crate knows routes, headers and problem documents. It knows nothing of the harness, and has
//! no messages of its own: the JSON is the proto3 mapping of `codec`'s.

mod client;
mod exchange;
mod lean;
mod pooled;
mod problem;
mod server;
mod stamps;
mod variants;

pub use client::{Client, Rest};
pub use exchange::{Answer, Question, Route, Wire};
pub use lean::Lean;
pub use pooled::{Pooled, Reach, Settings};
pub use server::OPENAPI_JSON;
pub use variants::{Bare, Http2, OverUnix, Plain, Tuned, Variant};

use api::Registrar;

/// Registers the lanes of this crate.
pub fn lanes(registrar: &mut impl Registrar) {
    register::<Bare>(registrar);
    register::<OverUnix>(registrar);
    register::<Http2>(registrar);
    register::<Plain>(registrar);
    register::<Tuned>(registrar);
}

fn register<V: Variant>(registrar: &mut impl Registrar) {
    registrar.lane(V::spec(), Rest::<V>::default);
}
