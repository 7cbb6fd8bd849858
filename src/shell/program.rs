//! The file of this very program.

use crate::shell::failure::Failure;
use std::path::PathBuf;

/// From which drivers and callees are started.
pub(crate) fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe()
        .map_err(|error| Failure::failed(format!("cannot find this program's own file: {error}")))
}
