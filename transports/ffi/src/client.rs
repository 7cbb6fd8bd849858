//! The caller's side: opens a library, and one connection that calls it. It holds no `unsafe` and
//! no layout.

use crate::{
    library::{Embedded, Engine, Library},
    marshalling::{Marshalling, stamps_of},
};
use abi::RawStamps;
use api::{CallError, Connection, ErrorKind, Lane, Open, Outcome, Reply, Request, Stamps};
use std::marker::PhantomData;

/// Makes connections into a library, whose questions are marshalled as `M` says.
pub(crate) struct Ffi<M> {
    /// The library of an empty endpoint.
    embedded: &'static Embedded,
    marshalling: PhantomData<M>,
}

impl<M> Ffi<M> {
    pub(crate) fn new(embedded: &'static Embedded) -> Self {
        Self { embedded, marshalling: PhantomData }
    }
}

impl<M: Marshalling> Lane for Ffi<M> {
    type Conn = Client<M>;

    fn open(&mut self, at: &Open<'_>) -> Result<Client<M>, CallError> {
        let library = if at.endpoint.is_empty() {
            self.embedded.library()?
        } else if let Some(path) = at.endpoint.strip_prefix("lib:") {
            Library::from_file(path)?
        } else {
            let detail =
                format!("an endpoint of this lane is lib:/path or empty, not {}", at.endpoint);
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        };
        let engine = library.open(at.engine)?;
        M::check(&engine)?;
        Ok(Client { engine: Some(engine), marshalling: M::default() })
    }
}

/// One engine in the library. `None` after an error that ends the connection.
pub(crate) struct Client<M> {
    engine: Option<Engine>,
    marshalling: M,
}

impl<M: Marshalling> Client<M> {
    #[inline]
    fn with(&mut self, act: impl FnOnce(&mut M, &mut Engine) -> Outcome) -> Outcome {
        let Some(engine) = &mut self.engine else {
            return Err(CallError::new(
                ErrorKind::Gone,
                "an earlier error ended this connection: open another",
            ));
        };
        let outcome = act(&mut self.marshalling, engine);
        if let Err(error) = &outcome
            && error.kind().ends_connection()
        {
            self.engine = None;
        }
        outcome
    }
}

impl<M: Marshalling> Connection for Client<M> {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.with(|marshalling, engine| marshalling.call(engine, request, reply))
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        if requests.len() != replies.len() {
            return Err(CallError::new(
                ErrorKind::Internal,
                "as many replies as requests are needed",
            ));
        }
        self.with(|marshalling, engine| marshalling.batch(engine, requests, replies))
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let mut stamps = RawStamps::default();
        self.with(|marshalling, engine| {
            marshalling.call_stamped(engine, request, reply, &mut stamps)
        })?;
        Ok(stamps_of(&stamps))
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        self.with(|_, engine| engine.echo(payload, reply_bytes, back))
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        self.with(|_, engine| M::raw(engine, request, reply))
    }
}
