//! The driver: the process that calls. It reads orders from stdin, measures, and answers; between
//! orders it blocks. The protocol is `peers/PROTOCOL.md`; this driver has no private way in.

pub(crate) mod closed;
pub(crate) mod cpu_clocks;
pub(crate) mod erased_lane;
pub(crate) mod load;
pub(crate) mod load_order;
pub(crate) mod open_connection;
pub(crate) mod open_options;
pub(crate) mod session;
pub(crate) mod stages;
pub(crate) mod visit_order;
pub(crate) mod workload;

pub use crate::drive::closed::{Measured, Shape, measure};
pub(crate) use crate::drive::{
    erased_lane::{Caller, Callers, Erased, FoundLane},
    load_order::{LONGEST, MOST_CONNECTIONS, MOST_DUE, MOST_IN_FLIGHT},
    open_connection::first_call::WRONG_FIRST,
    session::drive,
    stages::Stage,
};
/// What every command says first that was given the engine of the tests.
pub(crate) use reports::record::WRONG_ON_PURPOSE;
