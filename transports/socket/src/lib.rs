//! Length-prefixed frames over local sockets: the least that a local byte boundary takes.
//!
//! The lanes have everything in common but three things, one of which differs from a lane to its
//! variant: the carrier (Unix socket or TCP on loopback), the codec (protobuf or the proto3 JSON
//! mapping), and who waits (the calling thread, or a tokio runtime). What does not depend on the
//! last is written once, without sockets (`frame`, `round_trip`, `client`, `server`); `blocking`
//! and `nonblocking` are the two ways of moving its bytes.

mod blocking;
mod carrier;
mod client;
mod frame;
mod nonblocking;
mod round_trip;
mod server;
mod variants;

pub use blocking::Blocking;
pub use client::Client;
pub use nonblocking::NonBlocking;

use api::Registrar;
use codec::{Json, Protobuf};
use net::{Tcp, Unix};

/// Registers the lanes, tight to loose.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(variants::uds(), Blocking::<Unix, Protobuf>::default);
    registrar.lane(variants::uds_tokio(), NonBlocking::<Unix, Protobuf>::default);
    registrar.lane(variants::uds_json(), Blocking::<Unix, Json>::default);
    registrar.lane(variants::tcp(), Blocking::<Tcp, Protobuf>::default);
    registrar.lane(variants::tcp_tokio(), NonBlocking::<Tcp, Protobuf>::default);
    registrar.lane(variants::tcp_json(), Blocking::<Tcp, Json>::default);
}
