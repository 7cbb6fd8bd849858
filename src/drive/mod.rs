//! The driver: the process that calls. It reads orders from stdin, measures, and answers; between orders it blocks.
//! The protocol is `peers/PROTOCOL.md`; this driver has no private way in.

mod caller;
mod closed;
mod session;
mod target;
mod walk;

pub(crate) use caller::{Caller, Erased};
pub use closed::{Measured, Shape, measure};
pub(crate) use session::drive;
