//! The functions of a loaded library, which is held to the contract before any of them is called:
//! magic, version, and the sizes of all structs. Calls are not made here.

use abi::{AbiInfo, Handle, RawConfig, RawReply, RawRequest, RawStamps};
use api::{CallError, ErrorKind, Outcome};
use std::{borrow::Cow, ffi::CStr, fmt, fs, mem::ManuallyDrop, path::Path};

const CURE: &str = "rebuild it against fixtures/contract/tollgate.h";

/// `tg_call_protobuf`, `tg_batch_protobuf`.
pub(super) type Exchange = unsafe extern "C" fn(
    *mut Handle,
    *const u8,
    usize,
    *mut u8,
    usize,
    *mut usize,
    *mut RawStamps,
) -> i32;

/// The functions that a library may leave out.
#[derive(Clone, Copy)]
pub(super) struct EncodedFunctions {
    pub(super) call: Exchange,
    pub(super) batch: Exchange,
}

/// The functions of one loaded library, resolved once.
#[derive(Clone, Copy)]
pub(crate) struct Library {
    pub(super) open: unsafe extern "C" fn(*const RawConfig, *mut *mut Handle) -> i32,
    pub(super) close: unsafe extern "C" fn(*mut Handle),
    pub(super) call: unsafe extern "C" fn(*mut Handle, *const RawRequest, *mut RawReply) -> i32,
    pub(super) call_stamped:
        unsafe extern "C" fn(*mut Handle, *const RawRequest, *mut RawReply, *mut RawStamps) -> i32,
    pub(super) batch:
        unsafe extern "C" fn(*mut Handle, *const RawRequest, *mut RawReply, usize) -> i32,
    pub(super) echo: unsafe extern "C" fn(*mut Handle, *const u8, usize, *mut u8, usize) -> i32,
    pub(super) last_error: unsafe extern "C" fn(*mut u8, usize) -> usize,
    pub(super) encoded: Option<EncodedFunctions>,
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

    /// Loads a library and holds it to the contract; words about it call it `shown`.
    pub(super) fn load(path: &Path, shown: &str) -> Result<Self, CallError> {
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
        check_abi(&names)?;
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
                    (Ok(call), Ok(batch)) => Some(EncodedFunctions { call, batch }),
                    _ => None,
                },
            })
        }
    }
}

/// Holds a library to the magic, the version and the sizes that it claims.
fn check_abi(names: &Names<'_>) -> Outcome {
    let shown = names.shown;
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
    check_sizes(&info, shown)
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
            let shown = self.shown;
            let name = name.to_string_lossy();
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

pub(super) fn unsupported(detail: fmt::Arguments<'_>) -> CallError {
    CallError::new(ErrorKind::Unsupported, detail.to_string())
}

pub(super) fn internal(detail: impl Into<Cow<'static, str>>) -> CallError {
    CallError::new(ErrorKind::Internal, detail)
}
