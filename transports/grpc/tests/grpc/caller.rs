//! A callee in a thread, and a caller with one connection to it. No test is here.

use api::{CallError, Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Open, Reply, Request};
use grpc::{Client, Grpc};
use std::{sync::mpsc, thread, time::Duration};

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A callee in a thread of this process; it ends with it.
pub(crate) fn stub() -> String {
    let (said, ready) = mpsc::channel();
    thread::spawn(move || {
        let mut tell = |endpoint: &str| said.send(endpoint.to_owned()).expect("the test waits");
        let engine = EngineSource::embedded(EngineKind::Stub);
        Grpc::serve(Host { engine, listen: "127.0.0.1:0", ready: &mut tell })
    });
    ready.recv_timeout(DEADLINE).expect("ready")
}

pub(crate) struct Caller {
    pub(crate) lane: Grpc,
    pub(crate) client: Client,
}

pub(crate) fn open_within(endpoint: &str, deadline: Duration) -> Result<Caller, CallError> {
    let mut lane = Grpc::default();
    let engine = EngineSource::embedded(EngineKind::Stub);
    let client = lane.open(&Open { endpoint, deadline, engine: &engine })?;
    Ok(Caller { lane, client })
}

pub(crate) fn open(endpoint: &str) -> Caller {
    open_within(endpoint, DEADLINE).expect("opens")
}

impl Caller {
    pub(crate) fn call(&mut self, request: &Request) -> Result<Reply, CallError> {
        let mut reply: Reply = ["what was there before"].into_iter().collect();
        self.lane.block_on(self.client.call(request, &mut reply))?;
        Ok(reply)
    }

    pub(crate) fn many(&mut self, mode: Many, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let mut replies = vec![["before"].into_iter().collect(); requests.len()];
        let (client, lane) = (&mut self.client, &mut self.lane);
        match mode {
            Many::Batched => lane.block_on(client.batch(requests, &mut replies)),
            Many::Pipelined => lane.block_on(client.pipeline(requests, &mut replies)),
            Many::Streamed => lane.block_on(client.stream(requests, &mut replies)),
        }?;
        Ok(replies)
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut reply = Vec::new();
        self.lane.block_on(self.client.raw(bytes, &mut reply))?;
        Ok(reply)
    }

    pub(crate) fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let mut back = Vec::new();
        self.lane.block_on(self.client.echo(payload, reply_bytes, &mut back))?;
        Ok(back)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Many {
    Batched,
    Pipelined,
    Streamed,
}

pub(crate) const MANY: [Many; 3] = [Many::Batched, Many::Pipelined, Many::Streamed];

pub(crate) fn kind<T: std::fmt::Debug>(outcome: Result<T, CallError>) -> ErrorKind {
    outcome.expect_err("must fail").kind()
}

pub(crate) fn numbered(count: usize) -> Reply {
    (0..count).map(|i| format!("product_{i}")).collect()
}
