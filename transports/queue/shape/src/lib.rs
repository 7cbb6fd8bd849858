//! Request and reply through a queue: what every transport over a broker shares, so that brokers
//! differ in nothing else.
//!
//! A caller puts its request into the queue of its callee, with a number and the name of a queue of
//! its own; the callee puts its answer into that, with the same number ([`message`]). The caller
//! keeps its own deadline for each call, and one task of it reads: an error of the reader fails
//! every call that waits. A broker tells neither side that the other one has gone, so that a caller
//! who waits asks now and then whether anybody reads its callee's queue ([`Client`]). A callee
//! whose server goes away waits for its return ([`serve`]).
//!
//! A broker brings the trait [`Broker`]: connections, one queue to read, messages to send. It knows
//! no message; the shape knows no broker.

mod answers;
mod broker;
mod client;
mod lane;
pub mod message;
mod place;
mod server;
mod waiting;

pub use broker::{Broker, Credentials, Inbox, variable};
pub use client::Client;
pub use lane::ThroughQueue;
pub use place::Place;
pub use server::serve;
