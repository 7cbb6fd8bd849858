//! What a person sees while the run goes on: on stderr, with the time that remains; plain lines
//! when it is no terminal.

use crate::shell::{failure::without_credentials, stderr};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, IsTerminal},
    time::Duration,
};

/// Progress of one run.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    predicted: Duration,
    spent: Duration,
    /// True while the time is a bound and no prediction.
    bound: bool,
}

impl Progress {
    pub(crate) fn new(predicted: Duration) -> Self {
        let mut progress = Self { bar: None, predicted, spent: Duration::ZERO, bound: false };
        if io::stderr().is_terminal() {
            let bar = ProgressBar::new(predicted.as_millis() as u64);
            let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {msg}");
            bar.set_style(style.expect("the template is a constant of this program"));
            progress.bar = Some(bar);
        }
        progress
    }

    /// What is left now, as far as is known.
    pub(crate) fn expect(&mut self, left: Duration) {
        self.predicted = self.spent + left;
        self.bound = false;
        if let Some(bar) = &self.bar {
            bar.set_length(self.predicted.as_millis() as u64);
        }
    }

    /// The most that can be left now.
    pub(crate) fn at_most(&mut self, left: Duration) {
        self.expect(left);
        self.bound = true;
    }

    /// The next of several pieces of work begins.
    pub(crate) fn step(&self, what: &str, at: usize, of: usize) {
        if self.bar.is_none() {
            stderr::say(format_args!("{what} {} of {of}, {} left", at + 1, self.left_text()));
        }
    }

    /// A piece of work has taken this long.
    pub(crate) fn advance(&mut self, time: Duration, doing: &str) {
        self.spent += time;
        if let Some(bar) = &self.bar {
            bar.set_position(self.spent.min(self.predicted).as_millis() as u64);
            bar.set_message(format!("{} left, {doing}", self.left_text()));
        }
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: &str) {
        let line = without_credentials(line);
        match &self.bar {
            Some(bar) => bar.println(&line),
            None => stderr::say(line),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn left_text(&self) -> String {
        format!("{} {}", if self.bound { "at most" } else { "about" }, spoken(self.left()))
    }

    fn left(&self) -> Duration {
        self.predicted.saturating_sub(self.spent)
    }
}

/// `3 min 20 s`, `45 s`.
pub(crate) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}
