//! How each lane holds under load: how many calls per second it takes, what a call takes at a rate
//! that all lanes share, and from where on it does not keep up.

use crate::{
    figures::{
        cells::CONFIDENCE,
        load::{FAILED, MISSED, shown},
        tail::{Percentile, Tail},
    },
    record::{LaneLoads, LoadPoint, Loads, Percentiles, Record, Verdict},
    stats::{
        estimates::{self, Estimate},
        resolution::{ClockStep, Resolution},
    },
};

/// Why there is no distribution of latency at a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTail {
    /// It was not asked: the rate is beyond what the lane takes, or the lane has no loads.
    NotAsked,
    /// The lane did not keep up in some restart: latency says how long the load lasted.
    Unstable,
    /// Wrong answers, errors, or books that do not agree.
    Untrustworthy,
    /// There is no histogram, or it cannot be read.
    NoSample,
}

/// The loads of one lane.
#[derive(Clone, Copy, Debug)]
pub struct UnderLoad<'a> {
    /// All loads of the run.
    pub loads: &'a Loads,
    /// As the record has it.
    pub lane: &'a LaneLoads,
    /// Of the clock.
    pub step: ClockStep,
}

/// The lane of this full name under load; none where no loads were planned for it.
pub fn of<'a>(record: &'a Record, lane: &str) -> Option<UnderLoad<'a>> {
    let loads = record.loads.as_ref()?;
    let lane = loads.lanes.iter().find(|of| of.lane == lane)?;
    Some(UnderLoad { loads, lane, step: record.environment.clock_step() })
}

/// The lowest rate that all lanes are asked for, calls per second.
pub fn lowest_common_per_s(record: &Record) -> Option<f64> {
    record.loads.as_ref()?.common_per_s.first().copied()
}

impl<'a> UnderLoad<'a> {
    /// Calls answered per second at most, closed loop; none where no step of a search may be
    /// believed.
    pub fn capacity_per_s(&self) -> Option<Estimate> {
        let best: Vec<f64> = self
            .lane
            .starts
            .iter()
            .filter_map(|start| Some(start.best()?.achieved_per_s))
            .collect();
        estimates::log_mean_of_starts(&best, Resolution::of_long_time(), CONFIDENCE)
    }

    /// Calls in flight with which the restarts came to their best.
    pub fn in_flight(&self) -> Vec<u32> {
        let mut in_flight: Vec<u32> = self
            .lane
            .starts
            .iter()
            .filter_map(|start| Some(start.best()?.in_flight))
            .collect();
        in_flight.sort_unstable();
        in_flight.dedup();
        in_flight
    }

    /// The distribution of latency at a common rate, all restarts together.
    ///
    /// # Errors
    /// Why there is none.
    pub fn tail(&self, rate_per_s: f64) -> Result<Tail, NoTail> {
        let points: Vec<&LoadPoint> = self
            .points()
            .filter(|point| point.share.is_none() && point.rate_per_s == rate_per_s)
            .collect();
        if points.is_empty() {
            return Err(NoTail::NotAsked);
        }
        if any_has(&points, Verdict::Untrustworthy) {
            return Err(NoTail::Untrustworthy);
        }
        if any_has(&points, Verdict::Unstable) {
            return Err(NoTail::Unstable);
        }
        let whole = points.len() == self.loads.starts as usize;
        let histograms = latencies(&points).ok_or(NoTail::NoSample)?;
        let tail = Tail::of_texts(histograms, whole, self.step).map_err(|_| NoTail::NoSample)?;
        let late_from = points.iter().map(|point| shown::generators_from(point));
        let dropped = points.iter().map(|point| point.dropped).sum();
        Ok(tail.of_load(dropped, late_from.fold(f64::INFINITY, f64::min)))
    }

    /// A percentile of latency at the lowest common rate, from the intended start.
    ///
    /// # Errors
    /// Why there is no distribution of latency.
    pub fn at_lowest_common(&self, quantile: f64) -> Result<Percentile, NoTail> {
        let rate_per_s = self.loads.common_per_s.first().ok_or(NoTail::NotAsked)?;
        Ok(self.tail(*rate_per_s)?.percentile(quantile))
    }

    /// The median call in a closed loop with one call in flight, ns: geometric mean over restarts.
    pub fn one_in_flight_ns(&self) -> Option<f64> {
        let steps = self.lane.starts.iter().flat_map(|start| &start.search);
        let one = steps.filter(|step| step.in_flight == 1 && step.verdict == Verdict::Stable);
        let medians: Vec<f64> =
            one.filter_map(|step| Some(step.service_ns.as_ref()?.p50? as f64)).collect();
        let resolution = Resolution::of_long_time();
        Some(estimates::log_mean_of_starts(&medians, resolution, CONFIDENCE)?.value)
    }

    /// The smallest share of its capacity at which the lane did not keep up in some restart.
    pub fn unstable_from(&self) -> Option<f64> {
        let unstable = self.points().filter(|point| point.verdict == Verdict::Unstable);
        unstable.filter_map(|point| point.share).min_by(f64::total_cmp)
    }

    /// The largest share that was asked for.
    pub fn most_share(&self) -> Option<f64> {
        self.points().filter_map(|point| point.share).max_by(f64::total_cmp)
    }

    /// Every point of every restart.
    pub fn points(&self) -> impl Iterator<Item = &'a LoadPoint> {
        self.lane.starts.iter().flat_map(|start| &start.points)
    }
}

fn any_has(points: &[&LoadPoint], verdict: Verdict) -> bool {
    points.iter().any(|point| point.verdict == verdict)
}

/// The histogram of each point, as a record holds it; `None` where one has none.
fn latencies<'p>(points: &[&'p LoadPoint]) -> Option<Vec<&'p str>> {
    points.iter().map(|point| point.latency.as_deref()).collect()
}

/// Lanes of which the books of some load do not agree: nothing of it may be used.
pub(crate) fn missed(record: &Record) -> Vec<&str> {
    let misses = |point: &LoadPoint| point.little.is_some_and(|little| little.is_missed());
    lanes_with(record, misses, MISSED)
}

/// Lanes with calls that failed under load.
pub(crate) fn failed(record: &Record) -> Vec<&str> {
    lanes_with(record, |point| point.errors > 0, FAILED)
}

/// Lanes with calls under load that took longer than a histogram tells.
pub(crate) fn clipped(record: &Record) -> Vec<&str> {
    let is = |times: Option<&Percentiles>| times.is_some_and(|times| times.clipped > 0);
    let lanes = record.loads.iter().flat_map(|loads| &loads.lanes).filter(|lane| {
        lane.starts.iter().any(|start| {
            let mut points = start.points.iter();
            start.search.iter().any(|step| is(step.service_ns.as_ref()))
                || points.any(|at| is(at.latency_ns.as_ref()) || is(at.service_ns.as_ref()))
        })
    });
    lanes.map(|lane| record.name_of(&lane.lane)).collect()
}

/// Lanes whose generator was late at half of their capacity by more than this share of the median
/// latency.
pub(crate) fn late(record: &Record, most: f64) -> Vec<&str> {
    let is_late = |point: &LoadPoint| late_share(point).is_some_and(|share| share > most);
    let lanes = record.loads.iter().flat_map(|loads| &loads.lanes);
    let late = lanes.filter(|lane| points_of(lane).any(is_late));
    late.map(|lane| record.name_of(&lane.lane)).collect()
}

/// At half of the capacity: what the generator was late at p99, as a share of the median latency.
fn late_share(point: &LoadPoint) -> Option<f64> {
    let late_ns = point.lateness_generator_ns.as_ref()?.p99?;
    let p50_ns = point.latency_ns.as_ref()?.p50.filter(|p50_ns| *p50_ns > 0)?;
    let at_half = point.share.is_some_and(|share| (share - 0.5).abs() < 1e-9);
    at_half.then_some(late_ns as f64 / p50_ns as f64)
}

/// The largest of something that open loads have, the lane and the load it belongs to, and of how
/// many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Largest<'r> {
    pub(crate) value: f64,
    pub(crate) lane: &'r str,
    pub(crate) point: &'r LoadPoint,
    pub(crate) of: usize,
}

/// The largest miss of Little's law, as a share.
pub(crate) fn largest_miss(record: &Record) -> Option<Largest<'_>> {
    let judged = |point: &LoadPoint| point.little.filter(|little| !little.not_judged);
    largest(record, |point| judged(point).map(|little| little.relative_error))
}

/// The latest generator at half of a capacity, as a share of the median latency.
pub(crate) fn latest(record: &Record) -> Option<Largest<'_>> {
    largest(record, late_share)
}

fn largest(record: &Record, of: impl Fn(&LoadPoint) -> Option<f64>) -> Option<Largest<'_>> {
    let mut largest: Option<Largest> = None;
    let mut known = 0;
    for lane in record.loads.iter().flat_map(|loads| &loads.lanes) {
        for point in lane.starts.iter().flat_map(|start| &start.points) {
            let Some(value) = of(point) else { continue };
            known += 1;
            // Of equals the last is taken.
            if largest.is_none_or(|most| value.total_cmp(&most.value).is_ge()) {
                largest = Some(Largest { value, lane: record.name_of(&lane.lane), point, of: 0 });
            }
        }
    }
    Some(Largest { of: known, ..largest? })
}

/// Lanes of which a point is so, or a step of the search is not to be believed for this reason, by
/// the words that it begins with: a step has no counts of its own.
fn lanes_with<'r>(
    record: &'r Record,
    is: impl Fn(&LoadPoint) -> bool,
    reason: &str,
) -> Vec<&'r str> {
    let has_step = |lane: &LaneLoads| {
        let mut steps = lane.starts.iter().flat_map(|start| &start.search);
        steps.any(|step| {
            step.verdict == Verdict::Untrustworthy
                && step.reasons.iter().any(|said| said.starts_with(reason))
        })
    };
    let lanes = record.loads.iter().flat_map(|loads| &loads.lanes);
    let with = lanes.filter(|lane| points_of(lane).any(&is) || has_step(lane));
    with.map(|lane| record.name_of(&lane.lane)).collect()
}

fn points_of(lane: &LaneLoads) -> impl Iterator<Item = &LoadPoint> {
    lane.starts.iter().flat_map(|start| &start.points)
}
