//! The shared library that an in-process lane of a peer loads.

use std::path::PathBuf;

/// Where its bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// In this program, under this name: they are written to a file when a lane needs them.
    Embedded(String, &'static [u8]),
    /// In a file that the build of a peer made.
    Built(PathBuf),
}
