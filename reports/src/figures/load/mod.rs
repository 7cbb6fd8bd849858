//! One load on one lane: its figures, whether they may be shown, and why not. It measures nothing.

pub mod counted;
pub(crate) mod percentiles;
pub(crate) mod recorded;
pub(crate) mod shown;
pub mod sweep;

use hdrhistogram::Histogram;

use crate::{
    figures::load::counted::{Asked, Counted, Loop},
    record::{Little, Percentiles, Verdict},
};
use serde::{Deserialize, Serialize};

/// How reasons begin: what else reads them knows them by it.
pub(crate) const WRONG: &str = "wrong answers";
/// See [`WRONG`].
pub(crate) const FAILED: &str = "failed calls";
/// See [`WRONG`].
pub(crate) const MISSED: &str = "Little's law is missed";

/// See [`WRONG`].
const LATE: &str = "caution: calls were sent late";

/// Little's law may be missed by this share, before the accounting of a load is not believed.
pub const MOST_LITTLE_ERROR: f64 = 0.03;
/// A load of which a smaller share is answered in time is unstable.
pub const LEAST_ACHIEVED: f64 = 0.99;
/// So many calls must be missing before a share is made of them; fewer are the chance of who is in
/// flight at the end.
const LEAST_MISSING: f64 = 10.0;
/// A queue grows where the fastest call of the last part takes so many times as long as that of the
/// first.
const GROWTH: f64 = 2.0;
/// Calls in each part, before they tell of growth.
const LEAST_IN_PART: u64 = 10;
/// Lateness at p99 above this share of the median latency is said with the figures.
const LATE_SHARE: f64 = 0.1;

/// A load of which a smaller share is answered, with a smaller share of its places taken, is more
/// than its generator can send.
const FAR_BEHIND: f64 = 0.95;
/// See [`FAR_BEHIND`].
const MOST_TAKEN: f64 = 0.8;

/// The figures of one load.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Load {
    /// What was asked for.
    #[serde(flatten)]
    pub asked: Asked,
    /// Calls due per second; none in a closed loop.
    pub offered_per_s: Option<f64>,
    /// Calls answered per second, from the end of the lead-in to the end of the load.
    pub achieved_per_s: f64,
    /// Calls sent after the lead-in.
    pub sent: u64,
    /// Of these, answered.
    pub answered: u64,
    /// Calls that were due before the load ended, and not sent within a quarter of its time after.
    pub dropped: u64,
    /// Failed calls, lead-in included.
    pub errors: u64,
    /// The first failure.
    pub error: Option<String>,
    /// Wrong answers, lead-in included.
    pub wrong_answers: u64,
    /// The largest number of calls in flight.
    pub in_flight_max: u64,
    /// From the intended start; none in a closed loop, and none where the load was unstable.
    pub latency_ns: Option<Percentiles>,
    /// From the actual start.
    pub service_ns: Option<Percentiles>,
    /// From the intended to the actual start, whatever it was spent on. None as for latency.
    pub lateness_ns: Option<Percentiles>,
    /// Of it, the time in which every place in flight was taken.
    pub lateness_place_ns: Option<Percentiles>,
    /// Of it, the time in which a place was free and the caller's one thread was the lane's: in its
    /// code or its runtime, while calls were in flight. None where each connection has a thread.
    pub lateness_thread_ns: Option<Percentiles>,
    /// Of it, the rest: what the generator itself was late.
    pub lateness_generator_ns: Option<Percentiles>,
    /// CPU time of the caller for each call answered, waiting for the next due one included, ns.
    pub cpu_caller_ns_per_call: Option<f64>,
    /// CPU time of the callee for each call answered, ns.
    pub cpu_callee_ns_per_call: Option<f64>,
    /// CPU time of the server between the two for each call answered, ns.
    pub cpu_server_ns_per_call: Option<f64>,
    /// Little's law.
    pub little: Option<Little>,
    /// What may be made of it.
    pub verdict: Verdict,
    /// Why, and what else is to be known.
    pub reasons: Vec<String>,
    /// True where it was ended early.
    pub interrupted: bool,
}

impl Load {
    /// Figures and verdict from what was counted.
    pub fn new(asked: Asked, counted: &Counted) -> Self {
        let open = asked.discipline == Loop::Open;
        let unstable = if open { instability(counted) } else { Vec::new() };
        let keeps_up = unstable.is_empty();
        let little = counted.little(keeps_up);
        let untrustworthy = faults(counted, little, keeps_up);
        let has_latency = open && keeps_up;
        // Calls that failed end connections, and what is due is dropped then: one cause, one
        // reason.
        let unstable = if counted.errors > 0 { Vec::new() } else { unstable };
        let mut load = Self {
            offered_per_s: open.then(|| counted.per_s(counted.sent + counted.dropped)),
            achieved_per_s: counted.per_s(counted.answered_in_window),
            sent: counted.sent,
            answered: counted.service.len(),
            dropped: counted.dropped,
            errors: counted.errors,
            error: counted.error.clone(),
            wrong_answers: counted.wrong,
            in_flight_max: counted.in_flight_most,
            latency_ns: shown::latency(counted).filter(|_| has_latency),
            service_ns: Percentiles::of(&counted.service),
            lateness_ns: percentiles_if(has_latency, &counted.lateness),
            lateness_place_ns: percentiles_if(has_latency, &counted.late_place),
            lateness_thread_ns: percentiles_if(has_latency, &counted.late_thread),
            lateness_generator_ns: percentiles_if(has_latency, &counted.late_generator),
            cpu_caller_ns_per_call: counted.per_call(counted.cpu_caller_ns),
            cpu_callee_ns_per_call: counted.per_call(counted.cpu_callee_ns),
            cpu_server_ns_per_call: counted.per_call(counted.cpu_server_ns),
            little,
            verdict: verdict(&untrustworthy, &unstable),
            reasons: [untrustworthy, unstable].concat(),
            interrupted: counted.interrupted,
            asked,
        };
        load.say_what_else(counted);
        load
    }

    /// Adds to the reasons what took too long to be told, what the generator was late by, and
    /// first, since a run says the first, what is its fault alone: that says nothing of the lane.
    fn say_what_else(&mut self, counted: &Counted) {
        if self.verdict == Verdict::Stable && self.answered > 0 && counted.answered_in_window == 0 {
            let text = "caution: no call was answered before the load ended; a longer --duration \
            tells whether the lane keeps up";
            self.reasons.push(text.into());
        }
        self.reasons.extend(shown::longer_than_told(counted));
        self.reasons.extend(shown::reasons(self, counted));
        self.reasons.extend(self.late());
        if let Some(why) = idle_places(self, counted) {
            self.reasons.insert(0, why);
        }
    }

    /// True where calls were sent so late that a part of the latency shown is not the lane's.
    pub fn is_late(&self) -> bool {
        self.reasons.iter().any(|reason| reason.starts_with(LATE))
    }

    /// Words on calls that were sent late, where that is a part of the latency shown. A thread that
    /// is the lane's is what one thread costs a caller, and no fault of the load.
    fn late(&self) -> Vec<String> {
        let Some(p50_ns) = self.latency_ns.as_ref().and_then(|latency| latency.p50) else {
            return Vec::new();
        };
        let place = "every place in flight was taken; give more with --in-flight";
        let parts = [
            late_words(self.lateness_place_ns.as_ref(), p50_ns, place),
            late_words(
                self.lateness_generator_ns.as_ref(),
                p50_ns,
                "the generator was late; use a quieter machine or a lower rate",
            ),
        ];
        parts.into_iter().flatten().collect()
    }
}

/// What may be made of a load with these faults and these signs of a growing queue.
fn verdict(untrustworthy: &[String], unstable: &[String]) -> Verdict {
    if !untrustworthy.is_empty() {
        Verdict::Untrustworthy
    } else if !unstable.is_empty() {
        Verdict::Unstable
    } else {
        Verdict::Stable
    }
}

/// `None` where a part of the lateness is too small beside the latency to be said.
fn late_words(part: Option<&Percentiles>, p50_ns: u64, cause: &str) -> Option<String> {
    let share = part?.p99? as f64 / p50_ns.max(1) as f64;
    if share <= LATE_SHARE {
        return None;
    }
    // Beyond the whole nobody thinks in percent.
    let shown = if share < 1.0 {
        format!("{:.0} % of", 100.0 * share)
    } else {
        format!("{share:.1}×")
    };
    Some(format!("{LATE} (p99 is {shown} the median latency): {cause}"))
}

/// Why the figures cannot be believed: each cause once.
fn faults(counted: &Counted, little: Option<Little>, keeps_up: bool) -> Vec<String> {
    let mut faults = Vec::new();
    if counted.wrong > 0 {
        faults.push(format!("{WRONG}: {}", counted.wrong));
    }
    if counted.errors > 0 {
        let first = counted.error.as_deref().unwrap_or("no words");
        faults.push(format!("{FAILED}: {}; the first: {first}", counted.errors));
    } else if counted.service.is_empty() && keeps_up {
        faults.push("no call was answered after the lead-in: give it more time".into());
    }
    if let Some(little) = little.filter(Little::is_missed) {
        faults.push(format!(
            "{MISSED} by {:.1} %: {:.3} calls in flight, and {:.3} by the histogram",
            100.0 * little.relative_error,
            little.in_flight_mean,
            little.rate_times_time
        ));
    }
    faults
}

/// Words on calls that waited while places were free, where each has a thread: then it was not the
/// lane that did not keep up.
fn idle_places(load: &Load, counted: &Counted) -> Option<String> {
    if load.verdict != Verdict::Unstable || !counted.late_thread.is_empty() {
        return None;
    }
    let (taken, places) = (load.little?.in_flight_mean, load.asked.in_flight);
    let far_behind = load.achieved_per_s < FAR_BEHIND * load.offered_per_s?;
    if !far_behind || taken >= MOST_TAKEN * f64::from(places) {
        return None;
    }
    Some(format!(
        "calls waited while {} of {places} places were taken: the generator did not keep up, \
        which says nothing of the lane",
        crate::stats::units::number(taken)
    ))
}

fn percentiles_if(shown: bool, histogram: &Histogram<u64>) -> Option<Percentiles> {
    if shown { Percentiles::of(histogram) } else { None }
}

/// Why the lane did not keep up.
fn instability(counted: &Counted) -> Vec<String> {
    let mut signs = Vec::new();
    let offered = (counted.sent + counted.dropped) as f64;
    let missing = offered - counted.answered_in_window as f64;
    let share_is_missing = missing >= LEAST_MISSING && missing > (1.0 - LEAST_ACHIEVED) * offered;
    // Not one of few is no chance either.
    let all_are_missing = counted.dropped > 0 && counted.service.is_empty();
    if share_is_missing || all_are_missing {
        let share = 100.0 * counted.answered_in_window as f64 / offered;
        signs.push(format!("achieved {share:.1} % of what was offered"));
    }
    if grows(&counted.parts) {
        let (_, first_ns) = counted.parts.first().copied().unwrap_or_default();
        let (_, last_ns) = counted.parts.last().copied().unwrap_or_default();
        signs.push(format!(
            "the queue grew: the fastest call took {} in the first quarter and {} in the last",
            crate::stats::units::time(first_ns as f64),
            crate::stats::units::time(last_ns as f64)
        ));
    }
    signs
}

/// True where even the fastest call took longer from part to part. A stall, or a burst of arrivals,
/// makes some calls slow, never all of a quarter.
fn grows(parts: &[(u64, u64)]) -> bool {
    let [(_, first_ns), .., (_, last_ns)] = parts else { return false };
    let enough_calls = parts.iter().all(|(count, _)| *count >= LEAST_IN_PART);
    let rising = parts.windows(2).all(|pair| pair[0].1 < pair[1].1);
    enough_calls && rising && *last_ns as f64 >= GROWTH * *first_ns as f64
}
