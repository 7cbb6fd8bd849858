//! The caller's side: opens the library, and one connection that calls it. It holds no `unsafe` and no layout.

use crate::library::{Engine, Library};
use api::{CallError, Connection, ErrorKind, Lane, Open, Outcome, Reply, Request, Stamps};

/// Makes connections into the C library.
pub(crate) struct FfiC;

impl Lane for FfiC {
    type Conn = Client;

    fn open(&mut self, at: &Open<'_>) -> Result<Client, CallError> {
        let library = match (at.endpoint, at.endpoint.strip_prefix("lib:")) {
            ("", _) => Library::embedded()?,
            (_, Some(path)) => Library::from_file(path)?,
            (other, None) => {
                let detail = format!("an endpoint of this lane is lib:/path or empty, not {other}");
                return Err(CallError::new(ErrorKind::Unsupported, detail));
            }
        };
        Ok(Client { engine: Some(library.open(at.engine)?) })
    }
}

/// One engine in the library. `None` after an error that ends the connection.
pub(crate) struct Client {
    engine: Option<Engine>,
}

impl Client {
    #[inline]
    fn with<T>(&mut self, act: impl FnOnce(&mut Engine) -> Result<T, CallError>) -> Result<T, CallError> {
        let Some(engine) = &mut self.engine else {
            return Err(CallError::new(
                ErrorKind::Gone,
                "an earlier error ended this connection: open another",
            ));
        };
        let outcome = act(engine);
        if let Err(error) = &outcome
            && error.kind().ends_connection()
        {
            self.engine = None;
        }
        outcome
    }
}

impl Connection for Client {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.with(|engine| engine.call(request, reply))
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.with(|engine| engine.batch(requests, replies))
    }

    async fn call_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        self.with(|engine| engine.call_stamped(request, reply))
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        self.with(|engine| engine.echo(payload, reply_bytes, back))
    }
}
