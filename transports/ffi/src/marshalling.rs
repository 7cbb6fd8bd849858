//! Marshalling: a question is put to a library as structs or as encoded bytes. Nothing here is
//! `unsafe`: that is [`crate::library`]'s.

use crate::library::{Batch, Engine};
use abi::RawStamps;
use api::{CallError, ErrorKind, Outcome, Reply, Request, Stamps};
use codec::Protobuf;

/// A way to put questions, and the memory that it reuses. A batch has as many replies as requests.
pub(crate) trait Marshalling: Default + 'static {
    /// Whether this engine's library knows it.
    fn check(engine: &Engine) -> Outcome;

    fn call(&mut self, engine: &mut Engine, request: &Request, reply: &mut Reply) -> Outcome;

    fn batch(
        &mut self,
        engine: &mut Engine,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome;

    fn call_stamped(
        &mut self,
        engine: &mut Engine,
        request: &Request,
        reply: &mut Reply,
        stamps: &mut RawStamps,
    ) -> Outcome;

    fn raw(engine: &mut Engine, request: &[u8], reply: &mut Vec<u8>) -> Outcome;
}

/// Pointers to text and numbers. Nothing is encoded.
#[derive(Default)]
pub(crate) struct Structs(Batch);

impl Marshalling for Structs {
    fn check(_: &Engine) -> Outcome {
        Ok(())
    }

    #[inline]
    fn call(&mut self, engine: &mut Engine, request: &Request, reply: &mut Reply) -> Outcome {
        engine.call(request, reply)
    }

    fn batch(
        &mut self,
        engine: &mut Engine,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        engine.batch(&mut self.0, requests, replies)
    }

    fn call_stamped(
        &mut self,
        engine: &mut Engine,
        request: &Request,
        reply: &mut Reply,
        stamps: &mut RawStamps,
    ) -> Outcome {
        engine.call_stamped(request, reply, stamps)
    }

    fn raw(_: &mut Engine, _: &[u8], _: &mut Vec<u8>) -> Outcome {
        Err(CallError::new(ErrorKind::Unsupported, "this lane has no encoded bytes"))
    }
}

/// Messages of the contract, encoded as protobuf.
#[derive(Default)]
pub(crate) struct Encoded {
    out: Vec<u8>,
    back: Vec<u8>,
}

impl Marshalling for Encoded {
    fn check(engine: &Engine) -> Outcome {
        engine.check_encoded()
    }

    fn call(&mut self, engine: &mut Engine, request: &Request, reply: &mut Reply) -> Outcome {
        self.one(engine, request, reply, None)
    }

    fn batch(
        &mut self,
        engine: &mut Engine,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        replies.iter_mut().for_each(Reply::clear);
        self.out.clear();
        codec::encode_requests::<Protobuf>(requests, &mut self.out);
        engine.batch_encoded(&self.out, &mut self.back)?;
        codec::decode_replies::<Protobuf>(&self.back, replies)
    }

    fn call_stamped(
        &mut self,
        engine: &mut Engine,
        request: &Request,
        reply: &mut Reply,
        stamps: &mut RawStamps,
    ) -> Outcome {
        self.one(engine, request, reply, Some(stamps))
    }

    fn raw(engine: &mut Engine, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        engine.call_encoded(request, reply, None)
    }
}

impl Encoded {
    fn one(
        &mut self,
        engine: &mut Engine,
        request: &Request,
        reply: &mut Reply,
        stamps: Option<&mut RawStamps>,
    ) -> Outcome {
        reply.clear();
        self.out.clear();
        codec::encode_request::<Protobuf>(request, &mut self.out);
        engine.call_encoded(&self.out, &mut self.back, stamps)?;
        codec::decode_reply::<Protobuf>(&self.back, reply)
    }
}

/// What a library stamped, as a lane reports it.
pub(crate) fn stamps_of(raw: &RawStamps) -> Stamps {
    let &RawStamps { decode_ns, compute_ns, encode_ns } = raw;
    Stamps { decode_ns, compute_ns, encode_ns }
}
