//! Lanes whose thread does not wait: a tokio runtime of one thread does, on either side. The callee
//! has a task for each connection.

mod client;
mod server;
mod stream;

use crate::{
    carrier::{Carrier, SCHEME},
    client::Client,
};
use api::{CallError, Host, Lane, Open, ServeError};
use client::Timed;
use codec::Format;
use net::{Deadline, Flavour};
use std::{future::Future, marker::PhantomData};
use tokio::runtime::Runtime;

/// The lane over this carrier with this format whose calls wait in a tokio runtime.
pub struct NonBlocking<C, F> {
    runtime: Runtime,
    kind: PhantomData<(C, F)>,
}

impl<C, F> Default for NonBlocking<C, F> {
    fn default() -> Self {
        let runtime = Flavour::CurrentThread
            .runtime()
            .expect("the operating system gives every process an event queue");
        Self { runtime, kind: PhantomData }
    }
}

impl<C: Carrier, F: Format> Lane for NonBlocking<C, F> {
    type Conn = Client<Timed<C::Stream>, F>;

    fn open(&mut self, at: &Open<'_>) -> Result<Self::Conn, CallError> {
        self.runtime.block_on(async {
            let deadline = Deadline::new(at.deadline);
            let stream = deadline.within(C::connect(at.endpoint, SCHEME)).await?;
            Client::new(Timed::new(stream, deadline), at, C::COUNTED)
                .greeted(at.endpoint)
                .await
        })
    }

    fn block_on<T: Future>(&mut self, future: T) -> T::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        Flavour::CurrentThread.runtime()?.block_on(server::serve::<C, F>(host))
    }
}
