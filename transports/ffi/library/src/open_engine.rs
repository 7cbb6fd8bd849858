//! An open engine, and the memory that its answers reuse. Questions come in as text or as bytes;
//! answers go into memory that the caller lends, which nobody has written yet.

use crate::{
    failure::guard,
    messages::{
        RecommendationBatchRequest, RecommendationBatchResponse, RecommendationRequest,
        RecommendationResponse,
    },
};
use abi::{BUFFER_TOO_SMALL, OK, RawStamps};
use api::{CallError, Engine, EngineSource, ErrorKind, Outcome, Reply, Request};
use prost::Message;
use std::{mem::MaybeUninit, time::Instant};

/// What a `tg_engine` is.
pub(crate) struct OpenEngine {
    engine: Engine,
    reply: Reply,
    replies: Vec<Reply>,
    /// The engine panicked: what it holds is not to be trusted.
    broken: bool,
}

impl OpenEngine {
    pub(crate) fn new(source: &EngineSource) -> Self {
        Self {
            engine: source.engine(),
            reply: Reply::default(),
            replies: Vec::new(),
            broken: false,
        }
    }

    /// Runs the body of an exported function. A panic closes the engine: `gone` from then on.
    #[inline]
    pub(crate) fn run(&mut self, act: impl FnOnce(&mut Self) -> Result<i32, CallError>) -> i32 {
        let outcome = guard(|| if self.broken { Err(closed()) } else { act(&mut *self) });
        outcome.unwrap_or_else(|code| {
            self.broken = true;
            code
        })
    }

    /// Answers one question out of the engine's own memory; `user_id` is UTF-8 if the caller keeps
    /// its word.
    #[inline]
    pub(crate) fn ask(&mut self, user_id: &[u8], max_results: i32) -> Result<Found<'_>, CallError> {
        let user_id =
            str::from_utf8(user_id).map_err(|error| invalid(format!("user_id: {error}")))?;
        panic_if_asked(user_id, max_results);
        let (text, ends) = self.engine.find(user_id, max_results)?;
        Ok(Found { text, ends })
    }

    /// Refuses a batch above the limit.
    pub(crate) fn check_items(&self, items: usize) -> Outcome {
        self.engine.limits().check_items(items)
    }

    /// Answers an encoded question by an encoded answer in `room`, if it fits.
    pub(crate) fn exchange<Q: Question>(
        &mut self,
        question: &[u8],
        room: &mut [MaybeUninit<u8>],
        stamps: Option<&mut RawStamps>,
    ) -> Result<Exchanged, CallError> {
        let most = self.engine.limits().max_message_bytes;
        check_bytes("a question", question.len(), most)?;
        let mut clock = stamps.is_some().then(Instant::now);
        let asked: Q::Asked = Q::decode(question).map_err(|error| malformed(&error))?.into();
        let decode_ns = lap(&mut clock);
        let answered = Q::answer(self, &asked)?;
        let compute_ns = lap(&mut clock);
        let capacity = room.len();
        let mut left = room;
        let (code, length) = match Q::Answer::from(answered).encode(&mut left) {
            Ok(()) => (OK, capacity - left.len()),
            Err(error) => (BUFFER_TOO_SMALL, error.required_capacity()),
        };
        check_bytes("an answer", length, most)?;
        if let Some(stamps) = stamps.filter(|_| code == OK) {
            *stamps = RawStamps { decode_ns, compute_ns, encode_ns: lap(&mut clock) };
        }
        Ok(Exchanged { code, length })
    }

    /// Fills `back` with the payload, repeated and cut; zeros for an empty one.
    pub(crate) fn echo(
        &self,
        payload: &[u8],
        back: &mut [MaybeUninit<u8>],
    ) -> Result<i32, CallError> {
        let most = self.engine.limits().max_message_bytes;
        if payload.len() > most || back.len() > most {
            let there = payload.len();
            let back = back.len();
            let detail = format!("an echo of {there} bytes, {back} back; at most {most} are taken");
            return Err(CallError::new(ErrorKind::TooLarge, detail));
        }
        let payload = if payload.is_empty() { &[0] } else { payload };
        let mut done = payload.len().min(back.len());
        back[..done].write_copy_of_slice(&payload[..done]);
        while done < back.len() {
            // What is there already is whole payloads, so each round copies twice as many.
            let take = done.min(back.len() - done);
            back.copy_within(..take, done);
            done += take;
        }
        Ok(OK)
    }
}

/// How an exchange of encoded bytes went.
pub(crate) struct Exchanged {
    /// `TG_OK` or `TG_BUFFER_TOO_SMALL`.
    pub(crate) code: i32,
    /// Bytes of the answer, whether they fit or not.
    pub(crate) length: usize,
}

/// An encoded question that an [`OpenEngine`] can answer.
pub(crate) trait Question: Message + Default + Into<Self::Asked> {
    /// What it asks.
    type Asked;
    /// Where the engine's answers stand.
    type Answered<'a>;
    /// The message of the answer.
    type Answer: Message + for<'a> From<Self::Answered<'a>>;

    fn answer<'a>(
        open: &'a mut OpenEngine,
        asked: &Self::Asked,
    ) -> Result<Self::Answered<'a>, CallError>;
}

impl Question for RecommendationRequest {
    type Asked = Request;
    type Answered<'a> = &'a Reply;
    type Answer = RecommendationResponse;

    fn answer<'a>(open: &'a mut OpenEngine, asked: &Request) -> Result<&'a Reply, CallError> {
        compute(&mut open.engine, asked, &mut open.reply)?;
        Ok(&open.reply)
    }
}

impl Question for RecommendationBatchRequest {
    type Asked = Vec<Request>;
    type Answered<'a> = &'a [Reply];
    type Answer = RecommendationBatchResponse;

    fn answer<'a>(
        open: &'a mut OpenEngine,
        asked: &Vec<Request>,
    ) -> Result<&'a [Reply], CallError> {
        open.check_items(asked.len())?;
        let OpenEngine { engine, replies, .. } = open;
        if replies.len() < asked.len() {
            replies.resize_with(asked.len(), Reply::default);
        }
        asked
            .iter()
            .zip(&mut *replies)
            .try_for_each(|(request, reply)| compute(engine, request, reply))?;
        Ok(&replies[..asked.len()])
    }
}

/// The engine's part of every way in for bytes.
fn compute(engine: &mut Engine, request: &Request, reply: &mut Reply) -> Outcome {
    panic_if_asked(&request.user_id, request.max_results);
    engine.answer(request, reply)
}

/// For tests of the boundary.
#[inline]
fn panic_if_asked(user_id: &str, max_results: i32) {
    if cfg!(feature = "panics") {
        assert!(user_id != "panic", "asked to, by {user_id} of {max_results}");
    }
}

/// An answer in the engine's own memory: the ids as one text, and where each ends.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) text: &'a str,
    pub(crate) ends: &'a [u32],
}

impl Found<'_> {
    /// Writes the answer into the memory of the caller, if it fits.
    #[inline]
    pub(crate) fn write(self, text: &mut [MaybeUninit<u8>], ends: &mut [MaybeUninit<u32>]) -> i32 {
        match (text.get_mut(..self.text.len()), ends.get_mut(..self.ends.len())) {
            (Some(text), Some(ends)) => {
                text.write_copy_of_slice(self.text.as_bytes());
                ends.write_copy_of_slice(self.ends);
                OK
            }
            _ => BUFFER_TOO_SMALL,
        }
    }
}

/// Time since the last lap, ns; 0 without a clock.
pub(crate) fn lap(clock: &mut Option<Instant>) -> u64 {
    clock.as_mut().map_or(0, |last| {
        let now = Instant::now();
        (now - std::mem::replace(last, now)).as_nanos() as u64
    })
}

fn check_bytes(what: &str, length: usize, most: usize) -> Outcome {
    if length > most {
        let detail = format!("{what} of {length} bytes; at most {most} are taken");
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    Ok(())
}

#[cold]
pub(crate) fn invalid(detail: String) -> CallError {
    CallError::new(ErrorKind::InvalidArgument, detail)
}

#[cold]
fn malformed(error: &prost::DecodeError) -> CallError {
    CallError::new(ErrorKind::Malformed, format!("not a protobuf message of the contract: {error}"))
}

#[cold]
fn closed() -> CallError {
    CallError::new(ErrorKind::Gone, "the engine is closed: an earlier call made it panic")
}
