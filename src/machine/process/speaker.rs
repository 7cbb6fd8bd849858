//! What speaks in lines: a child process, or in tests of the coordinator a script.

use crate::machine::process::{Process, ProcessError};
use std::{process::ExitStatus, time::Duration};

/// What is told lines and answers lines. What each does is said at [`Process`].
pub(crate) trait Speaker: Send {
    /// The number of its process.
    fn pid(&self) -> u32;

    /// The longest line that is taken from now on, bytes.
    fn take_lines_up_to(&self, bytes: usize);

    /// Tells it one line.
    fn say(&mut self, line: &str) -> Result<(), ProcessError>;

    /// Its next line.
    fn hear(&mut self, patience: Duration) -> Result<String, ProcessError>;

    /// Its next line, if it comes in this time.
    fn hear_within(&mut self, wait: Duration) -> Result<Option<String>, ProcessError>;

    /// It has said nothing for this long, and is not waited for any more.
    fn hung(&mut self, waited: Duration) -> ProcessError;

    /// An error about it, with the last of its own words.
    fn died(&mut self, what: &str) -> ProcessError;

    /// From now on nobody listens to it.
    fn ignore(&mut self);

    /// Ends it, at once if need be.
    fn stop(&mut self) -> Option<ExitStatus>;

    /// Ends it at once.
    fn kill(&mut self);
}

impl Speaker for Process {
    fn pid(&self) -> u32 {
        Self::pid(self)
    }

    fn take_lines_up_to(&self, bytes: usize) {
        Self::take_lines_up_to(self, bytes);
    }

    fn say(&mut self, line: &str) -> Result<(), ProcessError> {
        Self::say(self, line)
    }

    fn hear(&mut self, patience: Duration) -> Result<String, ProcessError> {
        Self::hear(self, patience)
    }

    fn hear_within(&mut self, wait: Duration) -> Result<Option<String>, ProcessError> {
        Self::hear_within(self, wait)
    }

    fn hung(&mut self, waited: Duration) -> ProcessError {
        Self::hung(self, waited)
    }

    fn died(&mut self, what: &str) -> ProcessError {
        Self::died(self, what)
    }

    fn ignore(&mut self) {
        Self::ignore(self);
    }

    fn stop(&mut self) -> Option<ExitStatus> {
        Self::stop(self)
    }

    fn kill(&mut self) {
        Self::kill(self);
    }
}
