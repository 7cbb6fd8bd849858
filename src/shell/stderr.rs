//! The one place that writes lines for a person to stderr. The lints `print_stderr` and
//! `print_stdout` see to it that there is no other: what `eprintln!` cannot write, it panics over.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Says one line.
pub(crate) fn say(line: impl Display) {
    let line = format!("{line}\n");
    // A terminal that has gone, a reader that has ended, a disk that is full: the line is lost, and
    // nothing else may be.
    drop(io::stderr().lock().write_all(line.as_bytes()));
}
