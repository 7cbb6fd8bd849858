//! One engine in a loaded library: makes it, calls it with the caller's own buffers, closes it.
//!
//! An answer is written by C into the buffers of the caller's `Reply`; once they are large enough nothing is
//! allocated or copied on this side. What comes back is checked as text and ends: part of the call's price.

use super::{Library, internal};
use crate::abi::{self, Handle, RawConfig, RawReply, RawRequest, RawStamps};
use api::{CallError, EngineKind, EngineSource, ErrorKind, Outcome, Reply, Request, Stamps, Status};
use std::ptr::{NonNull, null_mut};

/// Once too small is the rule, twice is a library that changed its mind.
const ATTEMPTS: u32 = 3;

impl Library {
    /// Makes an engine.
    pub(crate) fn open(self, source: &EngineSource) -> Result<Engine, CallError> {
        let catalog = (source.kind == EngineKind::Catalog).then(|| source.catalog());
        let config = RawConfig::new(source, catalog.as_deref());
        let mut handle = null_mut();
        // SAFETY: both pointers are of this call; `catalog`, into which `config` points, outlives it.
        let code = unsafe { (self.open)(&config, &mut handle) };
        match (code, NonNull::new(handle)) {
            (abi::OK, Some(handle)) => Ok(Engine { library: self, handle, batch: Batch::default() }),
            (abi::OK, None) => Err(internal("the library reports success and gives no engine")),
            (code, _) => Err(self.failure(code)),
        }
    }

    #[cold]
    fn failure(&self, code: i32) -> CallError {
        let Some(status) = Status::from_c(code) else {
            return internal(format!("the library answers the code {code}, which is not in the contract"));
        };
        let mut text = [0; 256];
        // SAFETY: the pointer is good for as many bytes as are said.
        let length = unsafe { (self.last_error)(text.as_mut_ptr(), text.len()) };
        let text = String::from_utf8_lossy(&text[..length.min(text.len())]).into_owned();
        CallError::new(status.kind, text)
    }
}

/// A ready engine in the library. Closed when dropped.
pub(crate) struct Engine {
    library: Library,
    /// Valid until `drop`, and held by nobody else.
    handle: NonNull<Handle>,
    batch: Batch,
}

// SAFETY: the contract lets any thread use an engine, one at a time, which `&mut self` ensures. The pointers in
// `batch` are used within one call only.
unsafe impl Send for Engine {}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: the handle came from `tg_open` of this library, and nobody uses it after this.
        unsafe { (self.library.close)(self.handle.as_ptr()) }
    }
}

impl Engine {
    #[inline]
    pub(crate) fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let (call, handle) = (self.library.call, self.handle.as_ptr());
        // SAFETY: the handle is open, and `one` gives a question and a reply that live during the call.
        self.one(request, reply, |asked, answer| unsafe { call(handle, asked, answer) })
    }

    pub(crate) fn call_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        let (call, handle) = (self.library.call_stamped, self.handle.as_ptr());
        let mut stamps = RawStamps::default();
        // SAFETY: as in `call`; `stamps` is of this function.
        self.one(request, reply, |asked, answer| unsafe { call(handle, asked, answer, &mut stamps) })?;
        let RawStamps { decode_ns, compute_ns, encode_ns } = stamps;
        Ok(Stamps { decode_ns, compute_ns, encode_ns })
    }

    /// `invoke` hands both pointers to the library, which writes no more than the capacities of the reply allow.
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
                abi::OK => return unsafe { buffers.finish(&answer, reply) },
                abi::BUFFER_TOO_SMALL => buffers.grow(&answer),
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

    pub(crate) fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        if requests.len() != replies.len() {
            return Err(internal("as many replies as requests are needed"));
        }
        let Self { library, handle, batch } = self;
        batch.requests.clear();
        batch.requests.extend(requests.iter().map(RawRequest::from));
        batch.buffers.clear();
        batch.buffers.extend(replies.iter_mut().map(Buffers::take));
        let mut outcome = batch.answer(library, *handle);
        for ((buffers, answer), reply) in batch.buffers.drain(..).zip(&batch.answers).zip(replies) {
            if outcome.is_ok() {
                // SAFETY: the library has answered the whole batch into its buffers with success.
                outcome = unsafe { buffers.finish(answer, reply) };
            } else {
                buffers.give_back(reply);
            }
        }
        outcome
    }

    pub(crate) fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        back.clear();
        reserve(back, reply_bytes)?;
        let (from, to) = (payload.as_ptr(), back.as_mut_ptr());
        // SAFETY: the handle is open; both pointers are good for the lengths given, and cannot overlap.
        match unsafe { (self.library.echo)(self.handle.as_ptr(), from, payload.len(), to, reply_bytes) } {
            abi::OK => {
                // SAFETY: reserved above, and written by the library.
                unsafe { back.set_len(reply_bytes) };
                Ok(())
            }
            code => Err(self.library.failure(code)),
        }
    }
}

/// What a batch is written into for the library; memory is reused, contents are of one call.
#[derive(Default)]
struct Batch {
    requests: Vec<RawRequest>,
    buffers: Vec<Buffers>,
    answers: Vec<RawReply>,
}

impl Batch {
    fn answer(&mut self, library: &Library, handle: NonNull<Handle>) -> Outcome {
        for _ in 0..ATTEMPTS {
            self.answers.clear();
            self.answers.extend(self.buffers.iter_mut().map(Buffers::lend));
            let (questions, answers) = (self.requests.as_ptr(), self.answers.as_mut_ptr());
            // SAFETY: the handle is open; both arrays have as many entries, whose pointers live during the call.
            match unsafe { (library.batch)(handle.as_ptr(), questions, answers, self.requests.len()) } {
                abi::OK => return Ok(()),
                abi::BUFFER_TOO_SMALL => {
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

/// Makes room in an empty vector; more than 32-bit offsets can name is refused, as no answer has so much.
fn reserve<T>(empty: &mut Vec<T>, wanted: usize) -> Outcome {
    let room = if wanted > u32::MAX as usize { Err(()) } else { empty.try_reserve(wanted).map_err(|_| ()) };
    room.map_err(|()| {
        CallError::new(ErrorKind::TooLarge, format!("no room for an answer of {wanted} entries"))
    })
}

#[cold]
fn malformed() -> CallError {
    CallError::new(ErrorKind::Malformed, "what the library wrote is no list of UTF-8 ids")
}

#[cold]
fn never_large_enough() -> CallError {
    internal("the library finds buffers of the size it asked for too small")
}
