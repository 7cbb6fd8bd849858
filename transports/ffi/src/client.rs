//! The caller's side: opens a library, and one connection that calls it. It holds no `unsafe` and
//! no layout.

use crate::{
    form::{Form, stamps_of},
    library::{Embedded, Engine, Library},
};
use abi::RawStamps;
use api::{CallError, Connection, ErrorKind, Lane, Open, Outcome, Reply, Request, Stamps};
use std::marker::PhantomData;

/// Makes connections into a library by the form `F`.
pub(crate) struct Ffi<F> {
    /// The library of an empty endpoint.
    embedded: &'static Embedded,
    form: PhantomData<F>,
}

impl<F> Ffi<F> {
    pub(crate) fn new(embedded: &'static Embedded) -> Self {
        Self { embedded, form: PhantomData }
    }
}

impl<F: Form> Lane for Ffi<F> {
    type Conn = Client<F>;

    fn open(&mut self, at: &Open<'_>) -> Result<Client<F>, CallError> {
        let library = match (at.endpoint, at.endpoint.strip_prefix("lib:")) {
            ("", _) => self.embedded.library()?,
            (_, Some(path)) => Library::from_file(path)?,
            (other, None) => {
                let detail = format!("an endpoint of this lane is lib:/path or empty, not {other}");
                return Err(CallError::new(ErrorKind::Unsupported, detail));
            }
        };
        let engine = library.open(at.engine)?;
        F::check(&engine)?;
        Ok(Client { engine: Some(engine), form: F::default() })
    }
}

/// One engine in the library. `None` after an error that ends the connection.
pub(crate) struct Client<F> {
    engine: Option<Engine>,
    form: F,
}

impl<F: Form> Client<F> {
    #[inline]
    fn with(&mut self, act: impl FnOnce(&mut F, &mut Engine) -> Outcome) -> Outcome {
        let Some(engine) = &mut self.engine else {
            return Err(CallError::new(
                ErrorKind::Gone,
                "an earlier error ended this connection: open another",
            ));
        };
        let outcome = act(&mut self.form, engine);
        if let Err(error) = &outcome
            && error.kind().ends_connection()
        {
            self.engine = None;
        }
        outcome
    }
}

impl<F: Form> Connection for Client<F> {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.with(|form, engine| form.call(engine, request, reply))
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        if requests.len() != replies.len() {
            return Err(CallError::new(
                ErrorKind::Internal,
                "as many replies as requests are needed",
            ));
        }
        self.with(|form, engine| form.batch(engine, requests, replies))
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let mut stamps = RawStamps::default();
        self.with(|form, engine| form.call_stamped(engine, request, reply, &mut stamps))?;
        Ok(stamps_of(&stamps))
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        self.with(|_, engine| engine.echo(payload, reply_bytes, back))
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        self.with(|_, engine| F::raw(engine, request, reply))
    }
}
