//! Loads in the record: how many calls each lane takes, and what they cost it as they become more.
//! What makes a figure of a load one that may be shown is in `figures::load`.

use crate::record::processes::part::LoadPart;
use serde::{Deserialize, Serialize};

/// The loads of a run: a search of each lane's capacity by a closed loop, and points by an open
/// one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Loads {
    /// `stub` or `catalog`.
    pub engine: String,
    /// What is asked, as a cell's.
    pub workload: String,
    /// Its size, as a cell's.
    pub size: u32,
    /// Where the processes run, as a cell's.
    pub placement: String,
    /// How calls of the open loop are spread over time: `poisson`.
    pub arrivals: String,
    /// How long calls are sent at a point, lead-in included, s.
    pub point_s: f64,
    /// The same for a step of the search, s.
    pub step_s: f64,
    /// Restarts in which loads are planned: the first ones of the run.
    pub starts: u32,
    /// Calls per second that all lanes are asked for that can take as many, the lowest first. Empty
    /// until the first search is over.
    pub common_per_s: Vec<f64>,
    /// Full name of the lane with the smallest capacity in the first restart; half of it, rounded
    /// down to two digits, is the lowest common rate.
    pub slowest: Option<String>,
    /// One entry for each planned lane that answers.
    pub lanes: Vec<LaneLoads>,
}

/// The loads of one lane.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LaneLoads {
    /// Full name of the lane.
    pub lane: String,
    /// One entry for each restart in which it was asked.
    pub starts: Vec<LoadStart>,
    /// Why it has no figures, or not all, without names of files or hosts.
    pub reason: Option<String>,
}

/// The loads of a lane in one restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LoadStart {
    /// Which start, from 0.
    pub start: u32,
    /// Closed loops with more and more calls in flight, until more of them no longer help.
    pub search: Vec<SearchStep>,
    /// Open loops.
    pub points: Vec<LoadPoint>,
}

impl LoadStart {
    /// The step of the search with the most answers per second; none where no step may be believed.
    pub fn best(&self) -> Option<&SearchStep> {
        let believed = self.search.iter().filter(|step| step.verdict == Verdict::Stable);
        believed.max_by(|one, other| one.achieved_per_s.total_cmp(&other.achieved_per_s))
    }
}

/// A closed loop: as many calls as so many in flight allow. It does not see what a stall does to
/// calls that come meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SearchStep {
    /// Calls in flight.
    pub in_flight: u32,
    /// Connections.
    pub connections: u32,
    /// Calls answered per second.
    pub achieved_per_s: f64,
    /// From the actual start.
    pub service_ns: Option<Percentiles>,
    /// What a call takes of each process whose CPU time could be read.
    pub parts: Vec<LoadPart>,
    /// `stable` or `untrustworthy`: a closed loop cannot be overloaded.
    pub verdict: Verdict,
    /// Why, and what else is to be known.
    pub reasons: Vec<String>,
}

/// An open loop: calls that are due by a schedule that does not wait for answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoadPoint {
    /// The rate as a share of the capacity that was found in the same restart; none where it is a
    /// common rate.
    pub share: Option<f64>,
    /// Calls per second that were asked for.
    pub rate_per_s: f64,
    /// Calls in flight, at most: as many as gave the capacity, and at least 16 where one thread has
    /// them all.
    pub in_flight: u32,
    /// Connections.
    pub connections: u32,
    /// Calls due per second.
    pub offered_per_s: f64,
    /// Calls answered per second before the load ended.
    pub achieved_per_s: f64,
    /// Calls sent after the lead-in.
    pub sent: u64,
    /// Of these, answered.
    pub answered: u64,
    /// Calls that were due before the load ended, and not sent within a quarter of its time after.
    pub dropped: u64,
    /// Failed calls, lead-in included.
    pub errors: u64,
    /// Wrong answers, lead-in included.
    pub wrong: u64,
    /// The largest number of calls in flight.
    pub in_flight_most: u64,
    /// Little's law: L and lambda W.
    pub little: Option<Little>,
    /// From the intended start; absent where the load was unstable.
    pub latency_ns: Option<Percentiles>,
    /// From the actual start.
    pub service_ns: Option<Percentiles>,
    /// From the intended to the actual start, whatever it was spent on. Absent as latency is.
    pub lateness_ns: Option<Percentiles>,
    /// Of it, the time in which every place in flight was taken.
    pub lateness_place_ns: Option<Percentiles>,
    /// Of it, the time in which a place was free and the caller's one thread was with the lane's
    /// own code, for other calls; absent where each connection has a thread.
    pub lateness_thread_ns: Option<Percentiles>,
    /// Of it, the rest: what the generator itself was late.
    pub lateness_generator_ns: Option<Percentiles>,
    /// What a call takes of each process whose CPU time could be read.
    pub parts: Vec<LoadPart>,
    /// What may be made of it.
    pub verdict: Verdict,
    /// Why, and what else is to be known.
    pub reasons: Vec<String>,
    /// HdrHistogram of latency in ns, V2 deflate, base64; absent as latency is.
    pub latency: Option<String>,
}

/// What may be made of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The lane kept up.
    Stable,
    /// It did not: calls queued up for as long as the load went on, so that their latency says how
    /// long that was.
    Unstable,
    /// Wrong answers, errors, or books that do not agree.
    Untrustworthy,
}

impl Verdict {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Unstable => "unstable",
            Self::Untrustworthy => "untrustworthy",
        }
    }
}

/// Percentiles of one histogram, ns. One that the sample does not support is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// Samples.
    pub samples: u64,
    /// Mean, ns.
    pub mean: f64,
    /// Median, ns.
    pub p50: Option<u64>,
    /// ns.
    pub p90: Option<u64>,
    /// ns.
    pub p99: Option<u64>,
    /// ns.
    pub p999: Option<u64>,
    /// The longest, ns.
    pub max: u64,
    /// Samples longer than a histogram tells (60 s). Each is held as 60 s, so that a percentile of
    /// 60 s stands for all longer times, and the mean is at least what is said.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clipped: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Little's law, L = lambda W: two ways of saying how many calls were in flight, which must agree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Little {
    /// L: the mean number in flight, integrated at each change.
    pub in_flight_mean: f64,
    /// lambda W: answers per second times mean service time, from the histogram.
    pub rate_times_time: f64,
    /// |L - lambda W| / L.
    pub relative_error: f64,
    /// True where the two need not agree: calls failed, were dropped or queued up, or took longer
    /// than a histogram tells.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_judged: bool,
}
