//! A library that travels within this program, loaded from memory. What is loaded is held to the
//! contract where every library is: not here.

use super::functions::{Library, internal, unsupported};
use api::CallError;
use std::sync::OnceLock;

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

#[cfg(target_os = "linux")]
fn load_image(image: &[u8]) -> Result<Library, CallError> {
    use std::{mem, os::fd::AsRawFd, path::Path};
    if image.is_empty() {
        return Err(unsupported(format_args!(
            "this build embeds no such library: name one as lib:/path"
        )));
    }
    let file = memory_file(image)
        .map_err(|error| internal(format!("no memory file for the embedded library: {error}")))?;
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    // Stays open: the loader knows a library by its path, so another file under this number would
    // pass for ours.
    mem::forget(file);
    Library::load(Path::new(&path), "the embedded library")
}

#[cfg(target_os = "linux")]
fn memory_file(image: &[u8]) -> std::io::Result<std::fs::File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::{fs::File, io::Write};
    let mut file = File::from(memfd_create("tollgate-ffi", MemfdFlags::CLOEXEC)?);
    file.write_all(image)?;
    Ok(file)
}

#[cfg(not(target_os = "linux"))]
fn load_image(_: &[u8]) -> Result<Library, CallError> {
    Err(unsupported(format_args!(
        "the embedded library needs Linux (memfd): name a library as lib:/path"
    )))
}
