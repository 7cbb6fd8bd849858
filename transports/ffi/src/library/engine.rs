//! One engine in a loaded library: makes it, echoes, says why it failed, closes it. Calls are in
//! `structs.rs` and `encoded.rs`.

use super::functions::{Library, internal};
use abi::{Handle, OK, RawConfig};
use api::{CallError, EngineKind, EngineSource, ErrorKind, Outcome, Status};
use std::ptr::{NonNull, null_mut};

/// Once too small is the rule, twice is a library that changed its mind.
pub(super) const ATTEMPTS: u32 = 3;

impl Library {
    /// Makes an engine.
    pub(crate) fn open(self, source: &EngineSource) -> Result<Engine, CallError> {
        let catalog = (source.kind == EngineKind::Catalog).then(|| source.catalog());
        let config = RawConfig::new(source, catalog.as_deref());
        let mut handle = null_mut();
        // SAFETY: both pointers are of this call; `catalog`, into which `config` points, outlives
        // it.
        let code = unsafe { (self.open)(&config, &mut handle) };
        match (code, NonNull::new(handle)) {
            (OK, Some(handle)) => Ok(Engine { library: self, handle }),
            (OK, None) => Err(internal("the library reports success and gives no engine")),
            (code, _) => Err(self.failure(code)),
        }
    }

    #[cold]
    pub(super) fn failure(&self, code: i32) -> CallError {
        let Some(status) = Status::from_c(code) else {
            return internal(format!(
                "the library answers the code {code}, which is not in the contract"
            ));
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
    pub(super) library: Library,
    /// Valid until `drop`, and held by nobody else.
    pub(super) handle: NonNull<Handle>,
}

// SAFETY: the contract lets any thread use an engine, one at a time, which `&mut self` ensures.
unsafe impl Send for Engine {}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: the handle came from `tg_open` of this library, and nobody uses it after this.
        unsafe { (self.library.close)(self.handle.as_ptr()) }
    }
}

impl Engine {
    pub(crate) fn echo(
        &mut self,
        payload: &[u8],
        reply_bytes: usize,
        back: &mut Vec<u8>,
    ) -> Outcome {
        back.clear();
        reserve(back, reply_bytes)?;
        let from = payload.as_ptr();
        let to = back.as_mut_ptr();
        // SAFETY: the handle is open; both pointers are good for the lengths given, and cannot
        // overlap.
        match unsafe {
            (self.library.echo)(self.handle.as_ptr(), from, payload.len(), to, reply_bytes)
        } {
            OK => {
                // SAFETY: reserved above, and written by the library.
                unsafe { back.set_len(reply_bytes) };
                Ok(())
            }
            code => Err(self.library.failure(code)),
        }
    }
}

/// Makes room in an empty vector; more than 32-bit offsets can name is refused, as no answer has so
/// much.
pub(super) fn reserve<T>(empty: &mut Vec<T>, wanted: usize) -> Outcome {
    let room = if wanted > u32::MAX as usize {
        Err(())
    } else {
        empty.try_reserve(wanted).map_err(|_| ())
    };
    room.map_err(|()| {
        CallError::new(ErrorKind::TooLarge, format!("no room for an answer of {wanted} entries"))
    })
}

#[cold]
pub(super) fn never_large_enough() -> CallError {
    internal("the library finds buffers of the size it asked for too small")
}
