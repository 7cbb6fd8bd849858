//! The lanes `rest` and `rest-*`: the workload as a JSON service over HTTP, the way people write it
//! with axum and reqwest, and what changes when one thing of it is changed.
//!
//! This crate knows routes, headers and problem documents. It knows nothing of the harness, and has
//! no messages of its own: the JSON is the proto3 mapping of `codec`'s.

mod client;
mod lean;
mod pooled;
mod problem;
mod server;
mod stamps;
mod variant;
mod wire;

pub use client::{Client, Rest};
pub use lean::Lean;
pub use pooled::{Pooled, Reach, Settings};
pub use variant::{Bare, Http2, OverUnix, Plain, Tuned, Variant};
pub use wire::{Answer, Question, Route, Wire};

use api::Registrar;
use hyper::header::HeaderName;

/// The service as an OpenAPI 3.1 document; the callee answers it at `/openapi.json`.
pub const OPENAPI_JSON: &str = include_str!("../openapi.json");

/// The header of an echo that says how many bytes are wanted back.
const REPLY_BYTES: HeaderName = HeaderName::from_static("tollgate-reply-bytes");

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
