//! What the tests share: an open connection in a few words. Each theme has its file.

mod answers;
mod layout;
mod limits;
mod loading;

use crate::client::{Client, FfiC};
use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Lane, Open, Outcome, Reply, Request, Stamps,
};
use std::time::Duration;

fn open_at(endpoint: &str, engine: &EngineSource) -> Result<Caller, CallError> {
    let conn = FfiC.open(&Open { endpoint, deadline: Duration::from_secs(1), engine })?;
    Ok(Caller(conn))
}

fn open(engine: &EngineSource) -> Caller {
    open_at("", engine).expect("the embedded library opens")
}

fn open_kind(kind: EngineKind) -> Caller {
    open(&EngineSource::embedded(kind))
}

fn refusal(endpoint: &str) -> (ErrorKind, String) {
    let error = open_at(endpoint, &EngineSource::embedded(EngineKind::Stub)).err().expect("must be refused");
    (error.kind(), error.detail().to_owned())
}

/// A connection whose futures are run at once.
struct Caller(Client);

impl Caller {
    fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        FfiC.block_on(self.0.call(request, reply))
    }

    fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        FfiC.block_on(self.0.batch(requests, replies))
    }

    fn stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        FfiC.block_on(self.0.call_stamped(request, reply))
    }

    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let mut back = b"old".to_vec();
        FfiC.block_on(self.0.echo(payload, reply_bytes, &mut back)).map(|()| back)
    }

    fn ask(&mut self, request: &Request) -> Result<Reply, CallError> {
        let mut reply = Reply::default();
        self.call(request, &mut reply).map(|()| reply)
    }

    fn refused(&mut self, request: &Request) -> CallError {
        self.ask(request).expect_err("must be refused")
    }
}
