//! Request and reply over two lists of a Redis server: a caller pushes into the list of its callee,
//! which waits for it in a blocking pop, and the other way round for the answer.

mod broker;
mod variants;

pub use broker::Redis;

use api::Registrar;
use codec::Protobuf;
use shape::ThroughQueue;

/// Registers the lane.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(variants::queue_redis(), ThroughQueue::<Redis, Protobuf>::default);
}
