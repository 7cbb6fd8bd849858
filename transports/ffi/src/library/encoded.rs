//! Questions and answers as bytes: the library reads the encoded question where it stands, and
//! writes the encoded answer into the caller's buffer. Nothing here knows the encoding.

use super::{
    engine::{ATTEMPTS, Engine, never_large_enough, reserve},
    functions::{EncodedFunctions, Exchange},
};
use abi::{BUFFER_TOO_SMALL, OK, RawStamps};
use api::{CallError, ErrorKind, Outcome};
use std::ptr::from_mut;

impl Engine {
    /// Whether the library takes encoded questions.
    pub(crate) fn check_encoded(&self) -> Outcome {
        self.encoded().map(drop)
    }

    fn encoded(&self) -> Result<EncodedFunctions, CallError> {
        self.library.encoded.ok_or_else(|| {
            let detail =
                "the library has no functions tg_call_protobuf and tg_batch_protobuf: it takes \
                structs alone";
            CallError::new(ErrorKind::Unsupported, detail)
        })
    }

    /// One encoded question; its encoded answer is put into `back`.
    pub(crate) fn call_encoded(
        &mut self,
        question: &[u8],
        back: &mut Vec<u8>,
        stamps: Option<&mut RawStamps>,
    ) -> Outcome {
        self.exchange(self.encoded()?.call, question, back, stamps)
    }

    /// An encoded batch of questions; its encoded answers are put into `back`.
    pub(crate) fn batch_encoded(&mut self, questions: &[u8], back: &mut Vec<u8>) -> Outcome {
        self.exchange(self.encoded()?.batch, questions, back, None)
    }

    /// `function` is one of this engine's library.
    fn exchange(
        &self,
        function: Exchange,
        question: &[u8],
        back: &mut Vec<u8>,
        stamps: Option<&mut RawStamps>,
    ) -> Outcome {
        let handle = self.handle.as_ptr();
        let stamps = stamps.map_or(std::ptr::null_mut(), from_mut);
        back.clear();
        for _ in 0..ATTEMPTS {
            let from = question.as_ptr();
            let to = back.as_mut_ptr();
            let room = back.capacity();
            let mut length = 0;
            // SAFETY: the handle is open; pointers are good for the lengths beside them during the
            // call.
            match unsafe { function(handle, from, question.len(), to, room, &mut length, stamps) } {
                OK if length > room => {
                    let detail = format!("an answer of {length} bytes in room for {room}");
                    return Err(CallError::new(ErrorKind::Malformed, detail));
                }
                OK => {
                    // SAFETY: within the capacity, and written by the library.
                    unsafe { back.set_len(length) };
                    return Ok(());
                }
                BUFFER_TOO_SMALL => reserve(back, length)?,
                code => return Err(self.library.failure(code)),
            }
        }
        Err(never_large_enough())
    }
}
