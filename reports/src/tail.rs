//! The tail of one cell: percentiles from merged histograms, shown only where the sample supports them.
//! Closed loop only: one caller that waits for each answer. It says nothing about latency under load.

use crate::cells;
use crate::record::Cell;
use crate::stats::{self, Estimate, Interval};
use crate::steps::Steps;
use std::fmt;

/// Two-sided 95 % quantile of the normal distribution, for order statistics of large samples.
const NORMAL_95: f64 = 1.959_964;

/// Why a percentile is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unobservable {
    /// Several actions were timed as one sample; a group's tail is not a call's.
    Grouped(u32),
    /// Fewer than ten samples lie beyond it.
    TooFew(u64),
    /// There is no histogram, or it cannot be read.
    NoSample,
}

impl fmt::Display for Unobservable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grouped(group) => write!(f, "not observable: timed in groups of {group}"),
            Self::TooFew(samples) => write!(f, "not observable: {samples} samples are too few"),
            Self::NoSample => write!(f, "not observable: no histogram"),
        }
    }
}

/// A percentile with its interval, or why there is none.
pub type Percentile = Result<Estimate, Unobservable>;

/// The merged distribution of a cell, and that of each start.
#[derive(Clone, Debug)]
pub struct Tail {
    all: Steps,
    starts: Vec<Steps>,
    /// False where every start was cut short: then there is no interval.
    whole: bool,
}

impl Tail {
    /// Reads the histograms of a cell.
    pub fn of(cell: &Cell) -> Result<Self, Unobservable> {
        let (chosen, whole) = cells::chosen(cell);
        if let Some(grouped) = chosen.iter().find(|s| s.group > 1) {
            return Err(Unobservable::Grouped(grouped.group));
        }
        let read = |text: &str| stats::histogram_from_base64(text).map_err(|_| Unobservable::NoSample);
        let starts = chosen.iter().map(|s| read(&s.histogram)).collect::<Result<Vec<_>, _>>()?;
        let all = stats::sum_of(&starts).map_err(|_| Unobservable::NoSample)?;
        if all.is_empty() {
            return Err(Unobservable::NoSample);
        }
        Ok(Self { all: Steps::of(&all), starts: starts.iter().map(Steps::of).collect(), whole })
    }

    /// Samples of all starts that count.
    pub fn samples(&self) -> u64 {
        self.all.len()
    }

    /// A quantile (0.99 for p99) with the wider of two intervals: order statistics, and start-level t on logs.
    pub fn percentile(&self, quantile: f64) -> Percentile {
        if !stats::supports(self.all.len(), quantile) {
            return Err(Unobservable::TooFew(self.all.len()));
        }
        let value = self.all.value_at_quantile(quantile) as f64;
        let per_start: Vec<f64> = (self.starts.iter())
            .filter(|h| stats::supports(h.len(), quantile))
            .map(|h| h.value_at_quantile(quantile) as f64)
            .collect();
        let across = stats::log_mean_of_starts(&per_start, 0.95).and_then(|e| e.interval);
        let interval = wider(self.order_statistics(quantile), across, value);
        Ok(Estimate { value, interval, starts: self.starts.len() }.only_if(self.whole))
    }

    /// The largest number of nines this sample supports: 2 means p99.
    pub fn nines(&self) -> f64 {
        (self.all.len() as f64 / stats::SAMPLES_BEYOND).log10().max(0.0)
    }

    /// The value at so many nines; the caller stays within `nines`.
    pub fn at_nines(&self, nines: f64) -> f64 {
        self.all.value_at_quantile(1.0 - 10f64.powf(-nines)) as f64
    }

    fn order_statistics(&self, quantile: f64) -> Interval {
        let n = self.all.len() as f64;
        let half = NORMAL_95 * (quantile * (1.0 - quantile) / n).sqrt();
        let at = |q: f64| self.all.value_at_quantile(q.clamp(0.0, 1.0)) as f64;
        Interval { low: at(quantile - half), high: at(quantile + half) }
    }
}

/// The wider of the two on a log axis, stretched where needed so that it holds the value. One start gives none.
fn wider(order: Interval, across: Option<Interval>, value: f64) -> Option<Interval> {
    let across = across?;
    let width = |i: Interval| (i.high / i.low.max(f64::MIN_POSITIVE)).ln();
    let chosen = if width(across) > width(order) { across } else { order };
    Some(Interval { low: chosen.low.min(value), high: chosen.high.max(value) })
}
