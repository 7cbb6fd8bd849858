//! stdin and stdout of this process, below the standard library.

use rustix::{fs::FileType, io::fcntl_dupfd_cloexec, stdio};
use std::{fs::File, io};

/// A duplicate of stdout for the protocol; descriptor 1 itself then leads to stderr, so that a
/// library that prints cannot break the protocol.
pub(crate) fn private_stdout() -> io::Result<File> {
    let answers = fcntl_dupfd_cloexec(stdio::stdout(), 3)?;
    stdio::dup2_stdout(stdio::stderr())?;
    Ok(answers.into())
}

/// stdin and stdout without a buffer in between.
pub(crate) fn unbuffered_stdio() -> io::Result<(File, File)> {
    let from = fcntl_dupfd_cloexec(stdio::stdin(), 3)?;
    let to = fcntl_dupfd_cloexec(stdio::stdout(), 3)?;
    Ok((from.into(), to.into()))
}

/// True when stdin is a pipe or a socket, whose end means that whoever started this process is
/// gone.
pub(crate) fn stdin_is_a_pipe() -> bool {
    let kind = rustix::fs::fstat(stdio::stdin()).map(|stat| FileType::from_raw_mode(stat.st_mode));
    matches!(kind, Ok(FileType::Fifo | FileType::Socket))
}
