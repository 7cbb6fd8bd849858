//! A lane through a broker.

use crate::{broker::Broker, client::Client, server::serve};
use api::{CallError, Host, Lane, Open, ServeError};
use codec::Format;
use net::Flavour;
use std::marker::PhantomData;
use tokio::runtime::Runtime;

/// Request and reply through this broker in this format; a current-thread runtime waits.
pub struct ThroughQueue<B, F> {
    runtime: Runtime,
    of: PhantomData<fn() -> (B, F)>,
}

impl<B, F> Default for ThroughQueue<B, F> {
    fn default() -> Self {
        let runtime = Flavour::CurrentThread
            .runtime()
            .expect("the operating system gives every process an event queue");
        Self { runtime, of: PhantomData }
    }
}

impl<B: Broker, F: Format> Lane for ThroughQueue<B, F> {
    type Conn = Client<B, F>;

    fn open(&mut self, at: &Open<'_>) -> Result<Self::Conn, CallError> {
        self.runtime.block_on(Client::open(at))
    }

    fn block_on<T: Future>(&mut self, future: T) -> T::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        serve::<B, F>(host)
    }
}
