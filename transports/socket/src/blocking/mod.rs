//! Lanes that block: no runtime; the caller's thread waits, and the callee has a thread for each
//! connection.

mod client;
mod server;

use crate::{carrier::Carrier, client::Client};
use api::{CallError, Host, Lane, Open, ServeError};
use client::Patient;
use codec::Format;
use std::marker::PhantomData;

/// The lane over this carrier with this format whose calls block.
pub struct Blocking<C, F>(PhantomData<(C, F)>);

impl<C, F> Default for Blocking<C, F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<C: Carrier, F: Format> Lane for Blocking<C, F> {
    type Conn = Client<Patient<C::Socket>, F>;

    fn open(&mut self, at: &Open<'_>) -> Result<Self::Conn, CallError> {
        let wire = Patient::connect::<C>(at)?;
        self.block_on(Client::new(wire, at, C::COUNTED).greeted(at.endpoint))
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve::<C, F>(host)
    }
}
