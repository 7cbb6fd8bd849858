//! The unsafe boundary: loads a library and holds it to the contract; the modules below it call it.
//!
//! The only module of this crate with `unsafe`. What it trusts: a library that claims the magic,
//! version and sizes of `fixtures/contract/tollgate.h` keeps its promises. What it checks all the
//! same: every length that comes back.
#![allow(unsafe_code)]

mod encoded;
mod engine;
mod structs;
#[cfg(test)]
mod tests;

pub(crate) use engine::Engine;
pub(crate) use structs::Batch;

use abi::{AbiInfo, Handle, RawConfig, RawReply, RawRequest, RawStamps};
use api::{CallError, ErrorKind, Outcome};
use std::{borrow::Cow, ffi::CStr, fmt, fs, mem::ManuallyDrop, path::Path, sync::OnceLock};

const CURE: &str = "rebuild it against fixtures/contract/tollgate.h";

/// The functions of one loaded library, resolved once.
#[derive(Clone, Copy)]
pub(crate) struct Library {
    open: unsafe extern "C" fn(*const RawConfig, *mut *mut Handle) -> i32,
    close: unsafe extern "C" fn(*mut Handle),
    call: unsafe extern "C" fn(*mut Handle, *const RawRequest, *mut RawReply) -> i32,
    call_stamped:
        unsafe extern "C" fn(*mut Handle, *const RawRequest, *mut RawReply, *mut RawStamps) -> i32,
    batch: unsafe extern "C" fn(*mut Handle, *const RawRequest, *mut RawReply, usize) -> i32,
    echo: unsafe extern "C" fn(*mut Handle, *const u8, usize, *mut u8, usize) -> i32,
    last_error: unsafe extern "C" fn(*mut u8, usize) -> usize,
    encoded: Option<encoded::Encoded>,
}

/// A library that is part of this program, loaded at most once per process.
pub(crate) struct Embedded {
    image: &'static [u8],
    loaded: OnceLock<Result<Library, CallError>>,
}

impl Embedded {
    /// A library from the bytes of a shared object; empty where the build made none.
    pub(crate) const fn new(image: &'static [u8]) -> Self {
        Self { image, loaded: OnceLock::new() }
    }

    /// The loaded library.
    pub(crate) fn library(&self) -> Result<Library, CallError> {
        self.loaded.get_or_init(|| load_image(self.image)).clone()
    }
}

impl Library {
    /// The library in a file.
    pub(crate) fn from_file(path: &str) -> Result<Self, CallError> {
        // An absolute path, because dlopen looks for a bare name elsewhere.
        let found = fs::canonicalize(path).map_err(|error| {
            let detail = format!(
                "no library at {path} ({error}): build one against fixtures/contract/tollgate.h"
            );
            CallError::new(ErrorKind::Gone, detail)
        })?;
        Self::load(&found, path)
    }

    fn load(path: &Path, shown: &str) -> Result<Self, CallError> {
        // SAFETY: loading runs the initialisers of the library. Ours has none; any other was named
        // by the user, who trusts it as a program that they start.
        let library = unsafe { libloading::Library::new(path) }.map_err(|error| {
            unsupported(format_args!(
                "{shown} is no shared library for this machine ({error}): {CURE}"
            ))
        })?;
        // Never unloaded, on purpose: function pointers, engines and thread-local memory of the
        // library live on in places that an unload cannot see.
        let library = ManuallyDrop::new(library);
        let names = Names { library: &library, shown };
        // SAFETY: the signature is the header's, and has been the same in every version.
        let tg_abi: unsafe extern "C" fn() -> *const AbiInfo = unsafe { names.find(c"tg_abi")? };
        // SAFETY: takes nothing, and answers a pointer to constant data.
        let info = unsafe { tg_abi() };
        if info.is_null() {
            return Err(unsupported(format_args!("{shown} says nothing of its ABI: {CURE}")));
        }
        // SAFETY: not NULL, and magic and version come first in every version.
        let head = unsafe { info.cast::<[u32; 2]>().read_unaligned() };
        check_version(head, shown)?;
        // SAFETY: a library of this version has the whole struct.
        let info = unsafe { info.read_unaligned() };
        check_sizes(&info, shown)?;
        // SAFETY: magic, version and sizes are right, so the signatures are those of the header,
        // which are ours.
        unsafe {
            Ok(Self {
                open: names.find(c"tg_open")?,
                close: names.find(c"tg_close")?,
                call: names.find(c"tg_call")?,
                call_stamped: names.find(c"tg_call_stamped")?,
                batch: names.find(c"tg_batch")?,
                echo: names.find(c"tg_echo")?,
                last_error: names.find(c"tg_last_error")?,
                encoded: match (names.find(c"tg_call_protobuf"), names.find(c"tg_batch_protobuf")) {
                    (Ok(call), Ok(batch)) => Some(encoded::Encoded { call, batch }),
                    _ => None,
                },
            })
        }
    }
}

#[cfg(target_os = "linux")]
fn load_image(image: &[u8]) -> Result<Library, CallError> {
    use std::{io, mem, os::fd::AsRawFd};
    if image.is_empty() {
        return Err(unsupported(format_args!(
            "this build embeds no such library: name one as lib:/path"
        )));
    }
    let in_memory = || -> io::Result<fs::File> {
        let mut file = fs::File::from(rustix::fs::memfd_create(
            "tollgate-ffi",
            rustix::fs::MemfdFlags::CLOEXEC,
        )?);
        io::Write::write_all(&mut file, image)?;
        Ok(file)
    };
    let file = in_memory()
        .map_err(|error| internal(format!("no memory file for the embedded library: {error}")))?;
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    // Stays open: the loader knows a library by its path, so another file under this number would
    // pass for ours.
    mem::forget(file);
    Library::load(Path::new(&path), "the embedded library")
}

#[cfg(not(target_os = "linux"))]
fn load_image(_: &[u8]) -> Result<Library, CallError> {
    Err(unsupported(format_args!(
        "the embedded library needs Linux (memfd): name a library as lib:/path"
    )))
}

/// Looks up symbols, and says what is missing.
struct Names<'a> {
    library: &'a libloading::Library,
    shown: &'a str,
}

impl Names<'_> {
    /// # Safety
    /// `F` must be the signature that the library has under this name.
    unsafe fn find<F: Copy>(&self, name: &CStr) -> Result<F, CallError> {
        // SAFETY: the caller knows the signature.
        unsafe { self.library.get::<F>(name) }.map(|symbol| *symbol).map_err(|_| {
            let (shown, name) = (self.shown, name.to_string_lossy());
            unsupported(format_args!(
                "{shown} is no Tollgate library, it has no function {name}: {CURE}"
            ))
        })
    }
}

fn check_version([magic, version]: [u32; 2], shown: &str) -> Outcome {
    if magic != abi::MAGIC {
        return Err(unsupported(format_args!(
            "{shown} is no Tollgate library, its tg_abi answers the magic {magic:#010x}: {CURE}"
        )));
    }
    if version != abi::VERSION {
        return Err(unsupported(format_args!(
            "{shown} is ABI version {version}, this program speaks version {}: {CURE}",
            abi::VERSION
        )));
    }
    Ok(())
}

fn check_sizes(info: &AbiInfo, shown: &str) -> Outcome {
    for ((name, ours), theirs) in abi::STRUCTS.into_iter().zip(info.sizes) {
        if ours != theirs as usize {
            return Err(unsupported(format_args!(
                "{shown} has a {name} of {theirs} bytes, this program of {ours}: {CURE}"
            )));
        }
    }
    Ok(())
}

fn unsupported(detail: fmt::Arguments<'_>) -> CallError {
    CallError::new(ErrorKind::Unsupported, detail.to_string())
}

fn internal(detail: impl Into<Cow<'static, str>>) -> CallError {
    CallError::new(ErrorKind::Internal, detail)
}
