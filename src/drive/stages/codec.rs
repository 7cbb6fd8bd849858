//! Both sides of a codec: request and reply, domain value to bytes and back.

use crate::drive::closed::questions::Questions;
use api::{CallError, Connection, ErrorKind, Outcome, Reply, Request, WireBytes};
use codec::Format;
use std::{hint::black_box, marker::PhantomData};

/// A codec that is called as a connection is.
pub(crate) struct Codec<'a, F> {
    questions: &'a Questions,
    /// The place in the pool of the next request.
    at: usize,
    bytes: Vec<u8>,
    /// All that was encoded.
    pub(crate) made: WireBytes,
    format: PhantomData<F>,
}

impl<'a, F> Codec<'a, F> {
    pub(crate) fn new(questions: &'a Questions) -> Self {
        Self {
            questions,
            at: 0,
            bytes: Vec::new(),
            made: WireBytes::default(),
            format: PhantomData,
        }
    }

    /// The right answer to a request of the pool. The loop walks the pool in order: only where it
    /// begins again is there anything to look for.
    fn right(&mut self, request: &Request) -> Result<&'a Reply, CallError> {
        let pool = &self.questions.requests;
        if !pool.get(self.at).is_some_and(|next| std::ptr::eq(next, request)) {
            let place = pool.iter().position(|other| std::ptr::eq(other, request));
            self.at = place.ok_or_else(|| {
                CallError::new(ErrorKind::Internal, "a request that is not of the pool")
            })?;
        }
        self.at += 1;
        Ok(self.questions.right(self.at - 1))
    }
}

impl<F: Format> Connection for Codec<'_, F> {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let right = self.right(request)?;
        self.bytes.clear();
        codec::encode_request::<F>(request, &mut self.bytes);
        self.made.out += self.bytes.len() as u64;
        black_box(codec::decode_request::<F>(black_box(&self.bytes))?);
        self.bytes.clear();
        codec::encode_reply::<F>(right, &mut self.bytes);
        self.made.back += self.bytes.len() as u64;
        codec::decode_reply::<F>(black_box(&self.bytes), reply)
    }
}
