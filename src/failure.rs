//! Why a command ended without its result, and the exit code that says so.

use std::{fmt, process::ExitCode};

/// A failed command: one line for a person that names the cure, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    line: String,
}

/// The exit codes of `tollgate`. 0 is success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// Something failed.
    Failed = 1,
    /// The command, the plan or a file does not make sense.
    Usage = 2,
    /// A lane became slower than the gate allows.
    GateFailed = 3,
    /// What was measured is not trustworthy.
    Untrustworthy = 4,
    /// A lane asked for by name cannot run here.
    Unavailable = 5,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

impl Failure {
    pub(crate) fn new(code: Code, line: impl Into<String>) -> Self {
        Self { code, line: line.into() }
    }

    pub(crate) fn failed(line: impl Into<String>) -> Self {
        Self::new(Code::Failed, line)
    }

    pub(crate) fn usage(line: impl Into<String>) -> Self {
        Self::new(Code::Usage, line)
    }

    pub(crate) fn code(&self) -> ExitCode {
        self.code.into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}
