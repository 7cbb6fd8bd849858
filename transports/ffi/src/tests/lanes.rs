//! The lanes of this crate, each as an open connection in a few words. No test is here.

use crate::{
    client::{Client, Ffi},
    embedded::{C, RUST},
    marshalling::{Encoded, Marshalling, Structs},
};
use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Lane, Open, Outcome, Reply,
    Request, Stamps,
};
use std::time::Duration;

/// A lane: how questions are marshalled, and into which library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tested {
    StructsToC,
    StructsToRust,
    EncodedToRust,
}

pub(super) use Tested::{EncodedToRust, StructsToC, StructsToRust};

pub(super) const LANES: [Tested; 3] = [StructsToC, StructsToRust, EncodedToRust];

impl Tested {
    pub(super) fn open_at(
        self,
        endpoint: &str,
        engine: &EngineSource,
    ) -> Result<Box<dyn Caller>, CallError> {
        let at = Open { endpoint, deadline: Duration::from_secs(1), engine };
        match self {
            StructsToC => opened(Ffi::<Structs>::new(&C), &at),
            StructsToRust => opened(Ffi::<Structs>::new(&RUST), &at),
            EncodedToRust => opened(Ffi::<Encoded>::new(&RUST), &at),
        }
    }

    pub(super) fn open(self, engine: &EngineSource) -> Box<dyn Caller> {
        self.open_at("", engine).expect("the embedded library opens")
    }

    pub(super) fn open_kind(self, kind: EngineKind) -> Box<dyn Caller> {
        self.open(&EngineSource::embedded(kind))
    }

    pub(super) fn refusal(self, endpoint: &str) -> (ErrorKind, String) {
        let error = self.open_at(endpoint, &EngineSource::embedded(EngineKind::Stub)).err();
        let error = error.expect("must be refused");
        (error.kind(), error.detail().to_owned())
    }
}

/// A reply that an earlier call has filled.
pub(super) fn old_reply() -> Reply {
    ["old"].into_iter().collect()
}

fn opened<M: Marshalling + Send>(
    mut lane: Ffi<M>,
    at: &Open<'_>,
) -> Result<Box<dyn Caller>, CallError> {
    let client = lane.open(at)?;
    Ok(Box::new(Run { lane, client }))
}

/// An open connection of any lane, whose futures are run at once.
pub(super) trait Caller: Send {
    fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome;
    fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome;
    fn stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError>;
    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError>;
    fn raw(&mut self, request: &[u8]) -> Result<Vec<u8>, CallError>;

    fn ask(&mut self, request: &Request) -> Result<Reply, CallError> {
        let mut reply = Reply::default();
        self.call(request, &mut reply).map(|()| reply)
    }

    fn refused(&mut self, request: &Request) -> CallError {
        self.ask(request).expect_err("must be refused")
    }
}

struct Run<M> {
    lane: Ffi<M>,
    client: Client<M>,
}

impl<M: Marshalling + Send> Caller for Run<M> {
    fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.lane.block_on(self.client.call(request, reply))
    }

    fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.lane.block_on(self.client.batch(requests, replies))
    }

    fn stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        self.lane.block_on(self.client.call_stamped(request, reply))
    }

    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let mut back = b"old".to_vec();
        self.lane
            .block_on(self.client.echo(payload, reply_bytes, &mut back))
            .map(|()| back)
    }

    fn raw(&mut self, request: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut reply = b"old".to_vec();
        self.lane.block_on(self.client.raw(request, &mut reply)).map(|()| reply)
    }
}
