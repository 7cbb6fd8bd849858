//! The callee's answers to messages. How they come and go is not here.

use crate::message::{self, Request};
use api::{CallError, EngineSource, ErrorKind, Outcome, Stamps, echo_bytes, status_of};
use codec::Format;
use net::BufferedEngine;
use std::{marker::PhantomData, time::Instant};

/// What answers, with memory that is reused from call to call.
pub(crate) struct Answerer<F> {
    engine: BufferedEngine,
    /// Bytes of a payload, at most.
    most_bytes: usize,
    format: PhantomData<fn() -> F>,
}

/// An answer, and where it goes.
pub(crate) struct Answer<'a> {
    pub(crate) to: &'a str,
    pub(crate) message: Vec<u8>,
}

impl<F: Format> Answerer<F> {
    pub(crate) fn new(source: &EngineSource, most_bytes: usize) -> Self {
        Self {
            engine: BufferedEngine::new(source),
            most_bytes,
            format: PhantomData,
        }
    }

    /// The answer to a message; none where it is no request, so that there is nobody to answer.
    pub(crate) fn answer<'m>(&mut self, message: &'m [u8]) -> Option<Answer<'m>> {
        let request = Request::read(message)?;
        let answered = self.answered(&request).and_then(|reply| self.fitting(reply));
        let message = answered.unwrap_or_else(|error| refusal(request.number, &error));
        Some(Answer { to: request.reply_to, message })
    }

    fn answered(&mut self, request: &Request<'_>) -> Result<Vec<u8>, CallError> {
        let bytes = request.payload.len();
        if bytes > self.most_bytes {
            let detail = format!("a message of {bytes} bytes; {} are the most", self.most_bytes);
            return Err(CallError::new(ErrorKind::TooLarge, detail));
        }
        let status = match request.kind {
            message::STAMPED_CALL => message::OK_STAMPED,
            _ => message::OK,
        };
        let mut out = message::begin_reply(request.number, status);
        match request.kind {
            message::CALL => self.call(request.payload, &mut out)?,
            message::STAMPED_CALL => self.stamped_call(request.payload, &mut out)?,
            message::BATCH => self.batch(request.payload, &mut out)?,
            message::ECHO => self.echo(request.payload, &mut out)?,
            other => {
                let detail = format!("a message of unknown kind {other}");
                return Err(CallError::new(ErrorKind::Malformed, detail));
            }
        }
        Ok(out)
    }

    /// The reply, where the broker takes one as long.
    fn fitting(&self, reply: Vec<u8>) -> Result<Vec<u8>, CallError> {
        let bytes = reply.len();
        if bytes <= self.most_bytes {
            return Ok(reply);
        }
        let detail = format!("an answer of {bytes} bytes; {} are the most", self.most_bytes);
        Err(CallError::new(ErrorKind::TooLarge, detail))
    }

    fn call(&mut self, payload: &[u8], out: &mut Vec<u8>) -> Outcome {
        let request = codec::decode_request::<F>(payload)?;
        codec::encode_reply::<F>(self.engine.answer(&request)?, out);
        Ok(())
    }

    fn stamped_call(&mut self, payload: &[u8], out: &mut Vec<u8>) -> Outcome {
        let start = Instant::now();
        let request = codec::decode_request::<F>(payload)?;
        let decoded = Instant::now();
        let reply = self.engine.answer(&request)?;
        let computed = Instant::now();
        let at = message::append_room_for_stamps(out);
        codec::encode_reply::<F>(reply, out);
        let stamps = Stamps {
            decode_ns: (decoded - start).as_nanos() as u64,
            compute_ns: (computed - decoded).as_nanos() as u64,
            encode_ns: computed.elapsed().as_nanos() as u64,
        };
        message::put_stamps(out, at, stamps);
        Ok(())
    }

    fn batch(&mut self, payload: &[u8], out: &mut Vec<u8>) -> Outcome {
        let requests = codec::decode_requests::<F>(payload)?;
        codec::encode_replies::<F>(self.engine.answer_batch(&requests)?, out);
        Ok(())
    }

    fn echo(&self, payload: &[u8], out: &mut Vec<u8>) -> Outcome {
        let Some((reply_bytes, payload)) = payload.split_first_chunk::<4>() else {
            return Err(CallError::new(ErrorKind::Malformed, "an echo without its reply length"));
        };
        let reply_bytes = u32::from_le_bytes(*reply_bytes) as usize;
        if reply_bytes > self.engine.limits().max_message_bytes {
            let detail = format!("an echo of {reply_bytes} bytes");
            return Err(CallError::new(ErrorKind::TooLarge, detail));
        }
        let mut back = Vec::with_capacity(reply_bytes);
        echo_bytes(payload, reply_bytes, &mut back);
        out.extend_from_slice(&back);
        Ok(())
    }
}

fn refusal(number: u64, error: &CallError) -> Vec<u8> {
    let mut message = message::begin_reply(number, status_of(error.kind()).frame);
    message.extend_from_slice(error.detail().as_bytes());
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::EngineKind;
    use codec::Protobuf;

    const MOST_BYTES: usize = 1_000;

    fn answered(kind: u8, payload: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut answerer =
            Answerer::<Protobuf>::new(&EngineSource::embedded(EngineKind::Stub), MOST_BYTES);
        let mut message = message::begin_request(9, kind, "mine");
        message.extend_from_slice(payload);
        let answer = answerer.answer(&message).expect("a request");
        assert_eq!((answer.to, message::number_of_reply(&answer.message)), ("mine", Some(9)));
        message::payload_of_reply(&answer.message, message::OK).map(Into::into)
    }

    #[test]
    fn what_is_above_the_limit_or_unknown_is_refused_in_either_direction() {
        let echo = |bytes: u32| answered(message::ECHO, &bytes.to_le_bytes());
        assert_eq!(echo(3).expect("an echo"), [0; 3]);
        let kinds = [
            echo(MOST_BYTES as u32),
            answered(message::CALL, &[0; MOST_BYTES + 1]),
            answered(77, b""),
            answered(message::ECHO, b"ab"),
        ]
        .map(|outcome| outcome.expect_err("refused").kind());
        use ErrorKind::{Malformed, TooLarge};
        assert_eq!(kinds, [TooLarge, TooLarge, Malformed, Malformed]);
    }

    #[test]
    fn a_message_that_names_nobody_to_answer_is_left_unanswered() {
        let source = EngineSource::embedded(EngineKind::Stub);
        let mut answerer = Answerer::<Protobuf>::new(&source, MOST_BYTES);
        for message in [&b""[..], b"somebody else's message", &[0; 10]] {
            assert!(answerer.answer(message).is_none(), "{message:?}");
        }
    }
}
