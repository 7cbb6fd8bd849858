//! Questions and answers as structs: they point into the caller's own text and buffers.
//!
//! An answer is written by the library into the buffers of the caller's `Reply`; once they are
//! large enough nothing is allocated or copied on this side. What comes back is checked as text and
//! ends: part of the call's price.

use super::{
    engine::{ATTEMPTS, Engine, never_large_enough, reserve},
    functions::Library,
};
use abi::{BUFFER_TOO_SMALL, Handle, OK, RawReply, RawRequest, RawStamps};
use api::{CallError, ErrorKind, Outcome, Reply, Request};
use std::ptr::NonNull;

impl Engine {
    #[inline]
    pub(crate) fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let call = self.library.call;
        let handle = self.handle.as_ptr();
        // SAFETY: the handle is open, and `one` gives a question and a reply that live during the
        // call.
        self.one(request, reply, |asked, answer| unsafe { call(handle, asked, answer) })
    }

    pub(crate) fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
        stamps: &mut RawStamps,
    ) -> Outcome {
        let call = self.library.call_stamped;
        let handle = self.handle.as_ptr();
        // SAFETY: as in `call`; `stamps` is of the caller.
        self.one(request, reply, |asked, answer| unsafe { call(handle, asked, answer, stamps) })
    }

    /// `invoke` hands both pointers to the library, which writes no more than the capacities of the
    /// reply allow.
    #[inline]
    fn one(
        &self,
        request: &Request,
        reply: &mut Reply,
        mut invoke: impl FnMut(&RawRequest, &mut RawReply) -> i32,
    ) -> Outcome {
        let asked = RawRequest::from(request);
        let mut buffers = Buffers::take(reply);
        for _ in 0..ATTEMPTS {
            let mut answer = buffers.lend();
            let failed = match invoke(&asked, &mut answer) {
                // SAFETY: the library has answered into these buffers with success.
                OK => return unsafe { buffers.finish(&answer, reply) },
                BUFFER_TOO_SMALL => buffers.grow(&answer),
                code => Err(self.library.failure(code)),
            };
            if let Err(error) = failed {
                buffers.give_back(reply);
                return Err(error);
            }
        }
        buffers.give_back(reply);
        Err(never_large_enough())
    }

    /// As many replies as requests.
    pub(crate) fn batch(
        &mut self,
        memory: &mut Batch,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        memory.requests.clear();
        memory.requests.extend(requests.iter().map(RawRequest::from));
        memory.buffers.clear();
        memory.buffers.extend(replies.iter_mut().map(Buffers::take));
        let mut outcome = memory.answer(&self.library, self.handle);
        for ((buffers, answer), reply) in memory.buffers.drain(..).zip(&memory.answers).zip(replies)
        {
            if outcome.is_ok() {
                // SAFETY: the library has answered the whole batch into its buffers with success.
                outcome = unsafe { buffers.finish(answer, reply) };
            } else {
                buffers.give_back(reply);
            }
        }
        outcome
    }
}

/// What a batch is written into for the library; memory is reused, contents are of one call.
#[derive(Default)]
pub(crate) struct Batch {
    requests: Vec<RawRequest>,
    buffers: Vec<Buffers>,
    answers: Vec<RawReply>,
}

// SAFETY: the pointers in it are used within one call only, which a thread makes that has it alone.
unsafe impl Send for Batch {}

impl Batch {
    fn answer(&mut self, library: &Library, handle: NonNull<Handle>) -> Outcome {
        for _ in 0..ATTEMPTS {
            self.answers.clear();
            self.answers.extend(self.buffers.iter_mut().map(Buffers::lend));
            let questions = self.requests.as_ptr();
            let answers = self.answers.as_mut_ptr();
            // SAFETY: the handle is open; both arrays have as many entries, whose pointers live
            // during the call.
            match unsafe {
                (library.batch)(handle.as_ptr(), questions, answers, self.requests.len())
            } {
                OK => return Ok(()),
                BUFFER_TOO_SMALL => {
                    self.buffers
                        .iter_mut()
                        .zip(&self.answers)
                        .try_for_each(|(buffers, answer)| buffers.grow(answer))?;
                }
                code => return Err(library.failure(code)),
            }
        }
        Err(never_large_enough())
    }
}

/// The memory of one reply while it is lent to the library; always empty vectors with capacity.
struct Buffers {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Buffers {
    #[inline]
    fn take(reply: &mut Reply) -> Self {
        let (mut text, mut ends) = reply.take_buffers();
        text.clear();
        ends.clear();
        Self { text, ends }
    }

    #[inline]
    fn lend(&mut self) -> RawReply {
        RawReply {
            text: self.text.as_mut_ptr(),
            text_cap: self.text.capacity(),
            text_len: 0,
            ends: self.ends.as_mut_ptr(),
            ends_cap: self.ends.capacity(),
            ends_len: 0,
        }
    }

    #[cold]
    fn grow(&mut self, needed: &RawReply) -> Outcome {
        reserve(&mut self.text, needed.text_len)?;
        reserve(&mut self.ends, needed.ends_len)
    }

    /// Becomes the reply.
    ///
    /// # Safety
    /// The library has answered with success into a reply lent by these buffers, which is `answer`.
    #[inline]
    unsafe fn finish(mut self, answer: &RawReply, reply: &mut Reply) -> Outcome {
        if answer.text_len > self.text.capacity() || answer.ends_len > self.ends.capacity() {
            self.give_back(reply);
            return Err(malformed());
        }
        // SAFETY: both lengths are within the capacities, and the library wrote as much as it says.
        unsafe {
            self.text.set_len(answer.text_len);
            self.ends.set_len(answer.ends_len);
        }
        reply.restore(self.text, self.ends).map_err(|_| malformed())
    }

    /// The reply keeps its memory and is empty.
    #[cold]
    fn give_back(self, reply: &mut Reply) {
        reply.restore(self.text, self.ends).expect("empty buffers are a list of no ids");
    }
}

#[cold]
fn malformed() -> CallError {
    CallError::new(ErrorKind::Malformed, "what the library wrote is no list of UTF-8 ids")
}
