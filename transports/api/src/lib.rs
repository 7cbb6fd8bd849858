//! The contract between Tollgate and a transport.
//!
//! A transport is a crate that exports `pub fn lanes(registrar: &mut impl Registrar)`. It
//! implements two traits: [`Lane`] (opens connections, owns the executor, can serve) and
//! [`Connection`] (one open connection, a method for each way in which n items travel). Everything
//! that walks over lanes (driver, listing, benches) is a [`Registrar`]; nothing else is needed to
//! take part.
//!
//! This crate knows no transport, no runtime, no measurement and no record.

#[cfg(feature = "conformance")]
pub mod conformance;
mod connection;
mod lane;
mod spec;
mod status;
mod topology;

pub use connection::{Connection, Stamps, WireBytes, echo_bytes};
pub use fixtures::{
    CallError, Engine, EngineKind, EngineSource, ErrorKind, InvalidReply, Limits, Outcome, Reply,
    Request, ServiceTime,
};
pub use lane::{Host, Lane, Open, ServeError, run_ready};
pub use spec::{Mode, Profile, Properties, Registrar, Role, Set, Spec, Waiting};
pub use status::{Status, status_of};
pub use topology::Topology;
