//! The callee: a thread for each connection, an engine for each thread. Answers are not made here.

use crate::{
    carrier::Carrier,
    round_trip::Io,
    server::{Places, Session, concerns_one_caller},
};
use api::{Host, ServeError, run_ready};
use codec::Format;
use net::Bound;
use std::{
    io::{self, Read, Write},
    thread,
};

/// A socket that is waited for as long as it takes: a slow caller holds up nobody but itself.
struct Plain<S>(S);

impl<S: Read + Write + Send> Io for Plain<S> {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    async fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

/// Listens, and answers frames of this format.
pub(super) fn serve<C: Carrier, F: Format>(
    Host { engine, listen, ready }: Host<'_>,
) -> Result<(), ServeError> {
    let Bound { listener, endpoint } = C::listen(listen)?;
    ready(&endpoint);
    let places = Places::default();
    loop {
        let socket = match C::admit(&listener) {
            Ok(socket) => socket,
            Err(error) if concerns_one_caller(&error) => continue,
            Err(error) => return Err(error.into()),
        };
        let Some(place) = places.take() else { continue };
        let engine = engine.clone();
        thread::spawn(move || {
            let session = Session::<F>::new(&engine);
            // A connection that breaks is the caller's affair: the callee goes on with the others.
            drop(run_ready(session.converse(&mut Plain(socket))));
            drop(place);
        });
    }
}
