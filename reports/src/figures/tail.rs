//! The tail of one cell: percentiles from merged histograms, shown only where the sample supports
//! them, and with an interval only where each start does. Closed loop only: one caller that waits
//! for each answer. It says nothing about latency under load.

use crate::{
    figures::cells::{self, CONFIDENCE},
    record::Cell,
    stats::{
        compact_histogram::Steps,
        estimates::{self, Estimate, Interval},
        order_statistics,
        resolution::{ClockStep, Resolution},
    },
};
use hdrhistogram::Histogram;
use std::fmt;

/// Why a percentile is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unobservable {
    /// Several actions were timed as one sample; a group's tail is not a call's.
    Grouped(u32),
    /// Fewer than ten samples lie beyond it.
    TooFew(u64),
    /// It lies among so many calls of a load that were due and never sent.
    Dropped(u64),
    /// The generator of a load was late by half of it or more.
    Late,
    /// There is no histogram, or it cannot be read.
    NoSample,
}

impl fmt::Display for Unobservable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grouped(group) => write!(f, "not observable: timed in groups of {group}"),
            Self::TooFew(samples) => write!(f, "not observable: {samples} samples are too few"),
            Self::Dropped(calls) => write!(f, "not shown: {calls} calls were due and never sent"),
            Self::Late => write!(f, "not shown: the generator was late by half of it or more"),
            Self::NoSample => write!(f, "not observable: no histogram"),
        }
    }
}

/// Why a percentile has no interval although there are several starts.
pub(crate) const NO_INTERVAL: &str =
    "no interval: in some restart fewer than ten calls lie beyond it";

/// A percentile with its interval, or why there is none.
pub type Percentile = Result<Estimate, Unobservable>;

/// Percentiles that have an interval: of each start these are kept, and not its distribution, or a
/// run of a thousand starts would take gigabytes.
const KEPT: [f64; 5] = [0.5, 0.9, 0.99, 0.999, 0.9999];

/// What is kept of one start.
#[derive(Clone, Copy, Debug)]
struct StartTail {
    samples: u64,
    /// Values at [`KEPT`], ns.
    at_kept: [u64; KEPT.len()],
}

impl StartTail {
    fn of(histogram: &Histogram<u64>) -> Self {
        let steps = Steps::of(histogram);
        Self {
            samples: steps.samples(),
            at_kept: KEPT.map(|quantile| steps.value_at_quantile(quantile)),
        }
    }
}

/// The merged distribution of a cell, and the percentiles of each start.
#[derive(Clone, Debug)]
pub struct Tail {
    all: Steps,
    starts: Vec<StartTail>,
    step: ClockStep,
    /// False where every start was cut short: then there is no interval.
    whole: bool,
    /// Calls of a load that were due and never sent: longer than all that were, by how much nobody
    /// knows.
    dropped: u64,
    /// From this quantile on nothing is shown, since the generator of a load was late.
    late_from: f64,
}

impl Tail {
    /// Reads the histograms of a cell that was timed by a clock with this step.
    ///
    /// # Errors
    /// Why its tail cannot be seen.
    pub fn of(cell: &Cell, step: ClockStep) -> Result<Self, Unobservable> {
        let chosen = cells::chosen(cell);
        if let Some(grouped) = chosen.starts.iter().find(|start| start.group > 1) {
            return Err(Unobservable::Grouped(grouped.group));
        }
        let texts = chosen.starts.iter().map(|start| start.histogram.as_str());
        Self::of_texts(texts, chosen.whole, step)
    }

    /// From the text of one histogram of calls for each start, as a record holds it; `whole` is
    /// false where every start was cut short. One is held at a time.
    ///
    /// # Errors
    /// There is no sample, or a histogram cannot be read.
    pub fn of_texts<'t>(
        starts: impl IntoIterator<Item = &'t str>,
        whole: bool,
        step: ClockStep,
    ) -> Result<Self, Unobservable> {
        let (mut all, mut tails) = (estimates::histogram(), Vec::new());
        for text in starts {
            let start = estimates::histogram_from_base64(text);
            let start = start.map_err(|_| Unobservable::NoSample)?;
            all.add(&start).map_err(|_| Unobservable::NoSample)?;
            tails.push(StartTail::of(&start));
        }
        Self::of_all(&all, tails, whole, step)
    }

    /// From one histogram of calls for each start, ns; `whole` is false where every start was cut
    /// short.
    ///
    /// # Errors
    /// There is no sample, or the histograms cannot be added.
    pub fn of_starts(
        starts: &[Histogram<u64>],
        whole: bool,
        step: ClockStep,
    ) -> Result<Self, Unobservable> {
        let all = estimates::sum_of(starts).map_err(|_| Unobservable::NoSample)?;
        Self::of_all(&all, starts.iter().map(StartTail::of).collect(), whole, step)
    }

    fn of_all(
        all: &Histogram<u64>,
        starts: Vec<StartTail>,
        whole: bool,
        step: ClockStep,
    ) -> Result<Self, Unobservable> {
        if all.is_empty() {
            return Err(Unobservable::NoSample);
        }
        let (dropped, late_from) = (0, f64::INFINITY);
        Ok(Self { all: Steps::of(all), starts, step, whole, dropped, late_from })
    }

    /// The same of a load of which so many calls were never sent, and whose latency is the
    /// generator's from this quantile on.
    #[must_use]
    pub(crate) fn of_load(self, dropped: u64, late_from: f64) -> Self {
        Self {
            dropped,
            late_from,
            whole: self.whole && dropped == 0,
            ..self
        }
    }

    /// Samples of all starts that count.
    pub fn samples(&self) -> u64 {
        self.all.samples()
    }

    /// A quantile (0.99 for p99) with the wider of two intervals: order statistics, and start-level
    /// t on logs. No interval where some start has fewer than ten samples beyond it: its own
    /// percentile would be a guess, and leaving that start out would choose starts by their speed,
    /// since slow ones have fewer samples. None either at a quantile that is not kept of each start
    /// (50, 90, 99, 99.9 and 99.99 % are). ns.
    ///
    /// # Errors
    /// Fewer than ten samples lie beyond it.
    pub fn percentile(&self, quantile: f64) -> Percentile {
        let samples = self.all.samples();
        if !estimates::supports(samples + self.dropped, quantile) {
            return Err(Unobservable::TooFew(samples));
        }
        if quantile >= self.late_from {
            return Err(Unobservable::Late);
        }
        let known = estimates::quantile_below(quantile, samples, self.dropped);
        let known = known.ok_or(Unobservable::Dropped(self.dropped))?;
        let value = self.all.value_at_quantile(known) as f64;
        let interval = self.interval(quantile, value).filter(|_| self.whole);
        let starts = self.starts.len();
        Ok(Estimate { value, interval, starts, too_noisy: false }.without_noise())
    }

    /// However wide.
    fn interval(&self, quantile: f64, value: f64) -> Option<Interval> {
        if !self.each_start_supports(quantile) {
            return None;
        }
        let kept = KEPT.iter().position(|kept| *kept == quantile)?;
        let of_starts: Vec<f64> =
            self.starts.iter().map(|start| (start.at_kept[kept] as f64).ln()).collect();
        let finest = Resolution::of_time(value, 1, self.step).log();
        let across = estimates::mean_of_starts(&of_starts, finest, CONFIDENCE)?.interval?;
        Some(wider(
            order_statistics::interval(&self.all, quantile, CONFIDENCE)?,
            across.exp(),
            value,
        ))
    }

    /// False where the percentile of a start by itself is not observable.
    fn each_start_supports(&self, quantile: f64) -> bool {
        self.starts.iter().all(|start| estimates::supports(start.samples, quantile))
    }

    /// True where the percentile is shown, and without an interval because some start has too few
    /// samples of its own.
    pub fn lacks_interval(&self, quantile: f64) -> bool {
        self.whole
            && self.starts.len() >= estimates::FEWEST_STARTS
            && estimates::supports(self.all.samples(), quantile)
            && !self.each_start_supports(quantile)
    }

    /// The largest number of nines this sample supports and shows: 2 means p99.
    pub fn nines(&self) -> f64 {
        let all = (self.all.samples() + self.dropped) as f64;
        let sampled = (all / estimates::SAMPLES_BEYOND).log10();
        let sent = (all / self.dropped as f64).log10();
        let shown = if self.late_from < 1.0 {
            -(1.0 - self.late_from).log10()
        } else {
            sampled
        };
        sampled.min(sent).min(shown).max(0.0)
    }

    /// The value at so many nines, ns; the caller stays within `nines`.
    pub fn at_nines(&self, nines: f64) -> f64 {
        let quantile = 1.0 - 10f64.powf(-nines);
        let known = estimates::quantile_below(quantile, self.all.samples(), self.dropped);
        self.all.value_at_quantile(known.unwrap_or(1.0)) as f64
    }
}

/// The wider of the two on a log axis, stretched where needed so that it holds the value.
fn wider(order: Interval, across: Interval, value: f64) -> Interval {
    let chosen = if log_width(across) > log_width(order) { across } else { order };
    Interval { low: chosen.low.min(value), high: chosen.high.max(value) }
}

fn log_width(interval: Interval) -> f64 {
    (interval.high / interval.low.max(f64::MIN_POSITIVE)).ln()
}
