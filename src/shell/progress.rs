//! What a person sees while the run goes on: on stderr, with the time that remains; plain lines
//! when it is no terminal.

use crate::shell::{failure::without_credentials, stderr};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    cell::Cell,
    io::{self, IsTerminal},
    time::Duration,
};

/// So many steps are each said.
const FEW_STEPS: usize = 6;
/// Of more, one that begins so long after the last that was said.
const STEP_SAID_EVERY: Duration = Duration::from_secs(120);
/// What only shows that something goes on moves so often.
const TURNS_EVERY: Duration = Duration::from_millis(200);

/// Turns, with the time that has passed, while something goes on that does not say how long it
/// takes; nothing is shown where stderr is no terminal.
pub(crate) fn working() -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {elapsed}");
    spinner.set_style(style.expect("the template is a constant of this program"));
    spinner.enable_steady_tick(TURNS_EVERY);
    spinner
}

/// Progress of one run.
pub(crate) struct Progress {
    out: Out,
    predicted: Duration,
    spent: Duration,
    /// True while the time is a bound and no prediction.
    bound: bool,
    /// What had been spent when a step was last said.
    said_at: Cell<Duration>,
}

/// Where it is shown.
enum Out {
    Bar(ProgressBar),
    Lines,
    /// Kept for a test.
    #[cfg(test)]
    Kept(std::cell::RefCell<Vec<String>>),
}

impl Progress {
    pub(crate) fn new(predicted: Duration) -> Self {
        let out = if io::stderr().is_terminal() {
            let bar = ProgressBar::new(predicted.as_millis() as u64);
            let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {msg}");
            bar.set_style(style.expect("the template is a constant of this program"));
            Out::Bar(bar)
        } else {
            Out::Lines
        };
        Self::shown(out, predicted)
    }

    fn shown(out: Out, predicted: Duration) -> Self {
        let said_at = Cell::new(Duration::ZERO);
        Self { out, predicted, spent: Duration::ZERO, bound: false, said_at }
    }

    /// One whose lines are kept and not shown.
    #[cfg(test)]
    pub(crate) fn kept(predicted: Duration) -> Self {
        Self::shown(Out::Kept(std::cell::RefCell::default()), predicted)
    }

    /// The lines that were kept.
    #[cfg(test)]
    pub(crate) fn said(&self) -> Vec<String> {
        match &self.out {
            Out::Kept(said) => said.borrow().clone(),
            Out::Bar(_) | Out::Lines => Vec::new(),
        }
    }

    fn line(&self, line: &str) {
        match &self.out {
            Out::Bar(bar) => bar.println(line),
            Out::Lines => stderr::say(line),
            #[cfg(test)]
            Out::Kept(said) => said.borrow_mut().push(line.to_owned()),
        }
    }

    fn bar(&self) -> Option<&ProgressBar> {
        match &self.out {
            Out::Bar(bar) => Some(bar),
            _ => None,
        }
    }

    /// What is left now, as far as is known.
    pub(crate) fn expect(&mut self, left: Duration) {
        self.predicted = self.spent + left;
        self.bound = false;
        if let Some(bar) = self.bar() {
            bar.set_length(self.predicted.as_millis() as u64);
        }
    }

    /// The most that can be left now.
    pub(crate) fn at_most(&mut self, left: Duration) {
        self.expect(left);
        self.bound = true;
    }

    /// The next of several pieces of work begins. Of many, the first two are said, and then one in
    /// a while: a log has no use for each.
    pub(crate) fn step(&self, what: &str, at: usize, of: usize) {
        let is_due = self.spent.saturating_sub(self.said_at.get()) >= STEP_SAID_EVERY;
        if self.bar().is_none() && (is_due || at < 2 || of <= FEW_STEPS) {
            self.said_at.set(self.spent);
            self.line(&format!("{what} {} of {of}, {} left", at + 1, self.left_text()));
        }
    }

    /// A piece of work has taken this long.
    pub(crate) fn advance(&mut self, time: Duration, doing: &str) {
        self.spent += time;
        if let Some(bar) = self.bar() {
            bar.set_position(self.spent.min(self.predicted).as_millis() as u64);
            bar.set_message(format!("{} left, {doing}", self.left_text()));
        }
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: &str) {
        self.line(&without_credentials(line));
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = self.bar() {
            bar.finish_and_clear();
        }
    }

    fn left_text(&self) -> String {
        format!("{} {}", if self.bound { "at most" } else { "about" }, spoken(self.left()))
    }

    /// What is left now: about, or at most.
    pub(crate) fn left(&self) -> Duration {
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
