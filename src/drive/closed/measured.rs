//! What a visit gave. Samples are put in when their times have been taken.

use api::CallError;
use hdrhistogram::Histogram;
use quanta::Clock;
use reports::stats::estimates;

/// Samples at the beginning of a visit that are kept in their order: more than a cache takes to be
/// warm again.
const FIRST_SAMPLES: usize = 64;

/// What one visit gave.
#[derive(Debug)]
pub struct Measured {
    /// Actions per sample.
    pub group: u32,
    /// Sample times, ns, in the one shape of histogram that there is: it crosses languages.
    pub samples_ns: Histogram<u64>,
    /// The samples in their order, ns, where a number of them was asked for.
    pub list_ns: Vec<u64>,
    /// The first samples in their order, lead-in included, ns, 64 at most; none where the group was
    /// still being found out.
    pub first_ns: Option<Vec<u64>>,
    /// The median sample of each 10 ms of the visit, ns, 0 where none began in them; empty but for
    /// single calls that are not listed.
    pub slices_p50_ns: Vec<u64>,
    /// Sum of the samples, ns.
    pub elapsed_ns: u64,
    /// Items timed.
    pub items: u64,
    /// Items of the lead-in.
    pub lead_in_items: u64,
    /// Wrong answers, lead-in included.
    pub wrong: u64,
    /// The error that ended the visit.
    pub error: Option<CallError>,
}

impl Measured {
    pub(crate) fn empty() -> Self {
        Self {
            group: 1,
            samples_ns: estimates::histogram(),
            list_ns: Vec::new(),
            first_ns: Some(Vec::with_capacity(FIRST_SAMPLES)),
            slices_p50_ns: Vec::new(),
            elapsed_ns: 0,
            items: 0,
            lead_in_items: 0,
            wrong: 0,
            error: None,
        }
    }

    /// Takes samples of `items` items each, in the clock's own ticks, and leaves the list empty.
    pub(crate) fn add(&mut self, ticks: &mut Vec<u64>, items: usize, clock: &Clock, listed: bool) {
        self.items += (ticks.len() * items) as u64;
        for ticks in ticks.drain(..) {
            let sample_ns = clock.delta_as_nanos(0, ticks);
            if listed {
                self.list_ns.push(sample_ns);
            }
            self.keep_first(sample_ns);
            estimates::record(&mut self.samples_ns, sample_ns);
            self.elapsed_ns += sample_ns;
        }
    }

    /// Keeps a sample where it is one of the visit's first.
    pub(crate) fn keep_first(&mut self, sample_ns: u64) {
        if let Some(first) = self.first_ns.as_mut().filter(|first| first.len() < FIRST_SAMPLES) {
            first.push(sample_ns);
        }
    }

    /// Nothing but an error.
    pub(crate) fn failed(error: CallError) -> Self {
        Self { error: Some(error), ..Self::empty() }
    }
}
