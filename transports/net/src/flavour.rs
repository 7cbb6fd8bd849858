//! Which runtime waits for a lane. It is a factor of its own: lanes of different flavours have
//! different names.

use std::io;
use tokio::runtime::{Builder, Runtime};

/// The flavour of a tokio runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// One thread does everything. The profile `equal`.
    CurrentThread,
    /// A pool of as many threads as there are cores that the process may run on, tasks stolen
    /// between them: tokio's default.
    MultiThread,
}

impl Flavour {
    /// A runtime with I/O and timers.
    ///
    /// # Errors
    /// When the operating system gives no event queue or no thread.
    pub fn runtime(self) -> io::Result<Runtime> {
        match self {
            Self::CurrentThread => Builder::new_current_thread(),
            Self::MultiThread => Builder::new_multi_thread(),
        }
        .enable_all()
        .build()
    }
}
