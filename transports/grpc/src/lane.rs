//! The lane itself, once for all variants: the caller's runtime, and the way to the callee.

use crate::{server, variants::Variant};
use api::{CallError, Connection, Host, Lane, Mode, Open, ServeError};
use std::{future::Future, marker::PhantomData};
use tokio::runtime::Runtime;

/// A connection that variant `V` opens.
pub trait Opens<V>: Connection + 'static {
    /// Modes beyond chatty.
    const MODES: &'static [Mode];

    /// Connects, and makes sure that what answers is a callee.
    ///
    /// # Errors
    /// As [`Lane::open`].
    fn open(at: &Open<'_>) -> impl Future<Output = Result<Self, CallError>>;
}

/// A lane of this crate: the caller's runtime.
pub struct Grpc<V> {
    runtime: Runtime,
    variant: PhantomData<V>,
}

impl<V: Variant> Default for Grpc<V> {
    fn default() -> Self {
        let runtime = V::FLAVOUR.runtime();
        let runtime =
            runtime.expect("the operating system gives every process an event queue and threads");
        Self { runtime, variant: PhantomData }
    }
}

impl<V: Variant> Lane for Grpc<V> {
    type Conn = V::Conn;

    fn open(&mut self, at: &Open<'_>) -> Result<V::Conn, CallError> {
        self.runtime.block_on(V::Conn::open(at))
    }

    fn block_on<F: Future>(&mut self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve::<V>(host)
    }
}
