//! The driver: the process that calls. It reads orders from stdin, measures, and answers; between
//! orders it blocks. The protocol is `peers/PROTOCOL.md`; this driver has no private way in.

pub(crate) mod caller;
pub(crate) mod closed;
pub(crate) mod connection;
pub(crate) mod load;
pub(crate) mod load_order;
pub(crate) mod opener;
pub(crate) mod session;
pub(crate) mod stages;
pub(crate) mod workload;

pub use crate::drive::closed::{Measured, Shape, measure};
pub(crate) use crate::drive::{
    caller::{Caller, Erased},
    load_order::{LONGEST, MOST_CONNECTIONS, MOST_DUE, MOST_IN_FLIGHT},
    session::{WRONG_FIRST, drive},
    stages::Rung,
};
