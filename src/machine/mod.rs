//! What this machine is and what it does meanwhile: clock, cores, noise, floors, processes. It
//! knows no lane.

pub(crate) mod allocations;
pub(crate) mod clock;
pub(crate) mod environment;
pub(crate) mod floors;
pub(crate) mod handicap;
pub(crate) mod linux;
pub(crate) mod placement;
pub(crate) mod process;
pub(crate) mod socket_address;
pub(crate) mod surroundings;
pub(crate) mod topology;
