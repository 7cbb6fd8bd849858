//! Disturbed visits that wait for their repeat. If the repeat is clean it takes the other's place,
//! else the disturbed visit counts after all. Either way one of the two counts.

/// Disturbed visits that count nowhere yet, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Disturbed<T> {
    waiting: Vec<Waiting<T>>,
}

#[derive(Clone, Debug)]
struct Waiting<T> {
    /// What its repeat names it by.
    number: u32,
    visit: T,
}

/// One visit among others of its kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) number: u32,
    /// The number of the visit that this one repeats.
    pub(crate) repeats: Option<u32>,
    /// It is to be repeated.
    pub(crate) disturbed: bool,
}

impl<T> Default for Disturbed<T> {
    fn default() -> Self {
        Self { waiting: Vec::new() }
    }
}

impl<T> Disturbed<T> {
    /// A visit was made. Answers the one that counts now: this one, or the one that it repeats, or
    /// none while this one waits.
    pub(crate) fn take(&mut self, made: Made, visit: T) -> Option<T> {
        let first = made.repeats.and_then(|number| self.remove(number));
        if !made.disturbed {
            return Some(visit);
        }
        if first.is_none() {
            self.waiting.push(Waiting { number: made.number, visit });
        }
        first
    }

    fn remove(&mut self, number: u32) -> Option<T> {
        let at = self.waiting.iter().position(|waiting| waiting.number == number)?;
        Some(self.waiting.remove(at).visit)
    }

    /// The visits that wait, with their numbers.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (u32, &T)> {
        self.waiting.iter().map(|waiting| (waiting.number, &waiting.visit))
    }

    /// No repeat comes any more: these count after all.
    pub(crate) fn release(&mut self) -> impl Iterator<Item = T> + use<T> {
        std::mem::take(&mut self.waiting).into_iter().map(|waiting| waiting.visit)
    }
}
