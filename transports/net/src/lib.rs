//! What lanes over sockets share, so that they differ in nothing else: how an address is written
//! ([`address`]) and opened ([`Carrier`]), which runtime waits ([`Flavour`]), how long a call may
//! take ([`Life`]), the engine behind a callee ([`Desks`]), and a connection that is driven by the
//! call itself ([`alongside`]).
//!
//! It knows no protocol and no message. A transport may use it; none has to.

pub mod address;
mod alongside;
mod carrier;
mod desk;
mod flavour;
mod life;

pub use alongside::alongside;
pub use carrier::{Bound, Carrier, Tcp, Unix};
pub use desk::{Desk, Desks};
pub use flavour::Flavour;
pub use life::Life;
