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
        Self { code, line: printable(&without_credentials(&line.into())) }
    }

    pub(crate) fn failed(line: impl Into<String>) -> Self {
        Self::new(Code::Failed, line)
    }

    pub(crate) fn usage(line: impl Into<String>) -> Self {
        Self::new(Code::Usage, line)
    }

    /// Something the user gave is wrong: its name, as they wrote it, and what is wrong with it.
    pub(crate) fn usage_at(given: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self::usage(format!("{given}: {what}"))
    }

    /// The same, with the place where it was found before it.
    pub(crate) fn found_at(self, place: &str) -> Self {
        Self::new(self.code, format!("{place} {}", self.line))
    }

    /// True where what was measured is not to be trusted.
    pub(crate) fn is_untrustworthy(&self) -> bool {
        self.code == Code::Untrustworthy
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

/// The text without what would move the cursor of a terminal: a part of it may be a file's, or a
/// child's. Ends of lines stay.
fn printable(text: &str) -> String {
    text.split('\n').map(reports::clean).collect::<Vec<_>>().join("\n")
}

/// The text without user and password of endpoints in it: what is said on stderr stays in logs.
pub(crate) fn without_credentials(text: &str) -> String {
    text.split(' ').map(word_without_credentials).collect::<Vec<_>>().join(" ")
}

fn word_without_credentials(word: &str) -> String {
    let Some(at) = word.rfind('@') else { return word.to_owned() };
    let before = &word[..at];
    let scheme = before.find("://").map(|from| from + "://".len());
    // Without a scheme: `tcp:user:password@host`, or a mere `@`, which hides nothing.
    match scheme.or_else(|| before.find(':').map(|from| from + 1)) {
        Some(from) => format!("{}…{}", &word[..from], &word[at..]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_user_and_password_and_nothing_else() {
        for (text, shown) in [
            (
                "endpoint `http://user:pass@host:1/x`; wanted",
                "endpoint `http://…@host:1/x`; wanted",
            ),
            ("--endpoint lane=http://user@host:", "--endpoint lane=http://…@host:"),
            ("tcp:user:pa@ss@host:1", "tcp:…@host:1"),
            ("mail a@b or unix:/path", "mail a@b or unix:/path"),
            ("http://host:1/x  twice", "http://host:1/x  twice"),
        ] {
            assert_eq!(without_credentials(text), shown);
        }
        assert_eq!(Failure::failed("http://u:p@h").to_string(), "http://…@h");
    }

    #[test]
    fn what_a_file_says_moves_no_cursor() {
        let failure = Failure::failed("a\u{1b}[31m\u{7}b\u{202e}\nc");
        assert_eq!(failure.to_string(), "a [31m b \nc");
    }
}
