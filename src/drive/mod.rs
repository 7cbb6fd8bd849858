//! The driver: the process that calls. It reads orders from stdin, measures, and answers; between
//! orders it blocks. The protocol is `peers/PROTOCOL.md`; this driver has no private way in.

mod caller;
mod closed;
mod lent;
pub(crate) mod load;
mod loads;
mod opening;
mod place;
mod rungs;
mod session;
mod target;
mod walk;

pub(crate) use caller::{Caller, Erased};
pub use closed::{Measured, Shape, measure};
pub(crate) use loads::{LONGEST, MOST_CONNECTIONS, MOST_DUE, MOST_IN_FLIGHT};
pub(crate) use rungs::Rung;
pub(crate) use session::{WRONG_FIRST, drive};
