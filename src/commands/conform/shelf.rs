//! Sides that one case has passed with, kept for the next one of the same setup: a language may
//! take as long to start as all cases together take to ask. Nobody has them at the same time as
//! another case, and none that a case failed with is kept.

use crate::{
    commands::conform::{
        ending,
        subject::{CONNECTION, Running},
    },
    shell::interrupt,
};
use api::conformance::{Setup, Subject};
use std::{
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// What the cases of one lane leave to each other.
#[derive(Default)]
pub(crate) struct Shelf {
    state: Mutex<State>,
    /// A case is over.
    over: Condvar,
}

#[derive(Default)]
struct State {
    kept: Vec<Kept>,
    /// Cases that are under way.
    under_way: usize,
    /// Nothing is kept any more.
    is_closed: bool,
    /// A slow callee was found at work for a call that had been given up: it answers one at a time,
    /// and none is kept any more.
    slow_stay_busy: bool,
    /// What went wrong and is the fault of no case alone.
    between_cases: Vec<String>,
}

/// Sides that wait for a case.
struct Kept {
    sides: Running,
    setup: Setup,
    used_by: Vec<&'static str>,
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A case begins. None once the shelf is closed.
    pub(crate) fn begin(self: &Arc<Self>, case: &'static str) -> Option<Visitor> {
        let mut state = self.state();
        if state.is_closed {
            return None;
        }
        state.under_way += 1;
        Some(Visitor { shelf: self.clone(), case, before: Vec::new() })
    }

    /// Waits for the cases under way, and ends what they left. From now on nothing is kept.
    ///
    /// # Errors
    /// What went wrong between cases, and how the sides did not end as they should, with the names
    /// of the cases that had them.
    pub(crate) fn close(&self) -> Result<(), String> {
        let mut state = self.state();
        state.is_closed = true;
        while state.under_way > 0 {
            state = self.over.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        self.clear();
        let wrong = mem::take(&mut self.state().between_cases);
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    /// Ends what is kept.
    fn clear(&self) {
        let kept = mem::take(&mut self.state().kept);
        kept.into_iter().for_each(|one| self.end(one));
    }

    fn end(&self, kept: Kept) {
        let Kept { sides, used_by, .. } = kept;
        if let Err(what) = ending::end(sides) {
            self.note(format!("{what}; it was used by {}", used_by.join(", ")));
        }
    }

    fn take(&self, setup: Setup) -> Option<Kept> {
        let kept = &mut self.state().kept;
        let at = kept.iter().position(|one| one.setup == setup)?;
        Some(kept.swap_remove(at))
    }

    /// Keeps them; gives them back where they would be of no use.
    fn put(&self, kept: Kept) -> Option<Kept> {
        let mut state = self.state();
        if kept.setup.service_time.is_some() && state.slow_stay_busy {
            return Some(kept);
        }
        state.kept.push(kept);
        None
    }

    fn note(&self, what: String) {
        self.state().between_cases.push(what);
    }
}

/// A case that takes from the shelf, until it is over.
pub(crate) struct Visitor {
    shelf: Arc<Shelf>,
    case: &'static str,
    /// Cases that had used what it was given.
    before: Vec<&'static str>,
}

impl Visitor {
    /// Sides of this setup, which go back to the shelf when the case has passed: those of another
    /// case if they take a connection, else fresh ones.
    pub(crate) fn sides(
        &mut self,
        setup: Setup,
        fresh: impl FnOnce() -> Result<Running, String>,
    ) -> Result<Running, String> {
        let (sides, mut used_by) = match self.used(setup) {
            Some(Kept { sides, used_by, .. }) => (sides, used_by),
            None => (fresh()?, Vec::new()),
        };
        let others = used_by.iter().filter(|case| **case != self.case);
        self.before.extend(others);
        if used_by.last() != Some(&self.case) {
            used_by.push(self.case);
        }
        let shelf = self.shelf.clone();
        Ok(sides.and_then(Box::new(move |mut sides| {
            if !sides.is_clean() {
                return ending::end(sides);
            }
            match shelf.put(Kept { sides, setup, used_by }) {
                Some(of_no_use) => ending::end(of_no_use.sides),
                None => Ok(()),
            }
        })))
    }

    /// What another case left, if it takes a connection. If not, nothing is kept that may be why,
    /// such as a server that all go through.
    fn used(&self, setup: Setup) -> Option<Kept> {
        let mut kept = self.shelf.take(setup)?;
        let Err(error) = kept.sides.open(CONNECTION) else { return Some(kept) };
        // It need not answer two at once.
        if setup.service_time.is_some() {
            self.shelf.state().slow_stay_busy = true;
            self.shelf.end(kept);
            return None;
        }
        if !interrupt::requested() {
            let cases = kept.used_by.join(", ");
            self.shelf
                .note(format!("no new connection could be opened after {cases}: {error}"));
        }
        self.shelf.end(kept);
        self.shelf.clear();
        None
    }

    /// The case failed: nothing is kept that it may have broken. If other cases had used what it
    /// was given, that may be why: what it fails with on fresh sides alone is its own fault.
    pub(crate) fn failed(
        &self,
        what: String,
        alone: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        self.shelf.clear();
        if self.before.is_empty() || interrupt::requested() {
            return Err(what);
        }
        alone()?;
        let (case, before) = (self.case, self.before.join(", "));
        self.shelf.note(format!("{case} passes alone, but not after {before}: {what}"));
        Ok(())
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.shelf.state().under_way -= 1;
        self.shelf.over.notify_all();
    }
}
