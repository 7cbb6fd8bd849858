//! The workload as a gRPC service: the lane `grpc`, as people write it with tonic, and lanes that
//! differ from it in one thing each ([`variants`]).
//!
//! This crate knows how a call crosses HTTP/2, and how long the callee's parts of it took. It knows
//! nothing of the harness, and generates no messages: those are `codec`'s.

mod calls;
mod client;
mod contract;
mod counted_socket;
mod lane;
mod lean;
mod message_codec;
mod server;
mod stamps;
mod status;
mod variants;

pub use lane::Grpc;
pub use variants::Plain;

use api::Registrar;
use lane::{Variant, spec};
use variants::{Bare, ClientStream, ServerStream, Stream, Threads, Tuned, Uds};

/// Registers the lanes of this crate, tight to loose.
pub fn lanes(registrar: &mut impl Registrar) {
    register::<Bare>(registrar);
    register::<Uds>(registrar);
    register::<Stream>(registrar);
    register::<Plain>(registrar);
    register::<ClientStream>(registrar);
    register::<ServerStream>(registrar);
    register::<Threads>(registrar);
    register::<Tuned>(registrar);
}

fn register<V: Variant>(registrar: &mut impl Registrar) {
    registrar.lane(spec::<V>(), Grpc::<V>::default);
}
