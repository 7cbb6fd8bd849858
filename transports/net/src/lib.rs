//! What lanes over sockets share, so that they differ in nothing else: how an address is written
//! ([`address`]) and opened ([`Carrier`]), which runtime waits ([`Flavour`]), how long a call may
//! take ([`Deadline`]), the engines behind a callee ([`EnginePool`]), and a connection that is
//! driven by the call itself ([`drive_connection`]).
//!
//! It knows no protocol and no message. A transport may use it; none has to.

pub mod address;
mod carrier;
mod connection_driver;
mod deadline;
mod engine_pool;
mod flavour;

pub use carrier::{Bound, Carrier, Tcp, Unix};
pub use connection_driver::drive_connection;
pub use deadline::Deadline;
pub use engine_pool::{BufferedEngine, EnginePool};
pub use flavour::Flavour;
