//! Lanes that wait: a tokio runtime of one thread on either side; the callee has a task for each
//! connection.

mod client;
mod server;

use crate::{
    Client,
    carrier::{Carrier, SCHEME},
    round::Io,
};
use api::{CallError, Host, Lane, Open, ServeError};
use client::Timed;
use codec::Format;
use net::{Flavour, Deadline};
use std::{future::Future, io, marker::PhantomData};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    runtime::Runtime,
};

/// The lane over this carrier with this format whose calls wait in a tokio runtime.
pub struct Waiting<C, F> {
    runtime: Runtime,
    kind: PhantomData<(C, F)>,
}

impl<C, F> Default for Waiting<C, F> {
    fn default() -> Self {
        let runtime = Flavour::CurrentThread.runtime();
        Self {
            runtime: runtime.expect("the operating system gives every process an event queue"),
            kind: PhantomData,
        }
    }
}

impl<C: Carrier, F: Format> Lane for Waiting<C, F> {
    type Conn = Client<Timed<C::Stream>, F>;

    fn open(&mut self, at: &Open<'_>) -> Result<Self::Conn, CallError> {
        self.runtime.block_on(async {
            let deadline = Deadline::new(at.deadline);
            let stream = deadline.within(C::connect(at.endpoint, SCHEME)).await?;
            Client::new(Timed::new(stream, deadline), at, C::COUNTED).greeted(at.endpoint).await
        })
    }

    fn block_on<T: Future>(&mut self, future: T) -> T::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        Flavour::CurrentThread.runtime()?.block_on(server::serve::<C, F>(host))
    }
}

/// A socket of the runtime, of either side.
struct Stream<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Io for Stream<S> {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes).await
    }

    async fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into).await
    }
}
