//! The first call of a connection: timed, and checked before anybody is told that it is open.

use crate::drive::erased_lane::Caller;
use api::{CallError, ErrorKind, Mode, Reply, Request};
use fixtures::workload;
use std::{slice, time::Instant};

/// What a refusal to open begins with, where somebody answers and the answer is wrong.
pub(crate) const WRONG_FIRST: &str = "a wrong answer to the first call";

/// The question of the first golden line in this size, or its own, and the right answer.
fn question(line: &(Request, Reply), size: Option<u32>) -> (Request, Reply) {
    match size {
        Some(size) => workload::recommendations::question(line, size),
        None => line.clone(),
    }
}

/// Asks that question, ns. Where the lane answers, only the right answer will do.
pub(crate) fn recommendations(
    caller: &mut dyn Caller,
    line: &(Request, Reply),
    size: Option<u32>,
    answers: bool,
) -> Result<u64, CallError> {
    let (question, right) = question(line, size);
    let mut reply = Reply::default();
    let start = Instant::now();
    caller.ask(Mode::Chatty, slice::from_ref(&question), slice::from_mut(&mut reply))?;
    let first_call_ns = start.elapsed().as_nanos() as u64;
    if answers && reply != right {
        let detail = format!("{WRONG_FIRST}: {:?}, not {:?}", first_of(&reply), first_of(&right));
        return Err(CallError::new(ErrorKind::Internal, detail));
    }
    Ok(first_call_ns)
}

/// The first ids, for a message.
fn first_of(reply: &Reply) -> Vec<&str> {
    reply.iter().take(3).collect()
}

/// One echo of so many bytes, ns.
pub(crate) fn bytes(caller: &mut dyn Caller, size: usize) -> Result<u64, CallError> {
    let payload = workload::bytes::payload(size, 0);
    let mut back = Vec::with_capacity(size);
    let start = Instant::now();
    caller.echo(&payload, size, &mut back)?;
    let first_call_ns = start.elapsed().as_nanos() as u64;
    if workload::bytes::wrong(&payload, &back, 1) > 0 {
        let detail = format!("{WRONG_FIRST}: {size} bytes came back changed");
        return Err(CallError::new(ErrorKind::Internal, detail));
    }
    Ok(first_call_ns)
}
