//! One comparison of a self-test.

use crate::measure::contrasts::pair::Started;
use reports::stats::{
    comparison::Comparison,
    resolution::{ClockStep, Resolution},
};
use serde_json::{Value, json};

/// One comparison that was made.
pub(crate) struct Trial {
    pub(crate) lane: String,
    /// None for a lane against itself.
    pub(crate) handicap_percent: Option<u32>,
    /// What was put in, for a call.
    pub(crate) handicap_ns: Option<u64>,
    /// What it is of a call in the same starts, as a share; none for a lane against itself.
    pub(crate) injected: Option<f64>,
    pub(crate) in_callee: bool,
    pub(crate) comparison: Comparison,
    pub(crate) seconds: f64,
}

impl Trial {
    /// A difference was seen; for a handicap, in its direction.
    pub(crate) fn found(&self) -> bool {
        let right_way = self.handicap_percent.is_none() || self.comparison.ratio.value > 1.0;
        self.comparison.detected() && right_way
    }

    /// Whether the interval holds what was put in; none for a lane against itself.
    pub(crate) fn holds(&self) -> Option<bool> {
        let ratio = 1.0 + self.injected?;
        let interval = self.comparison.ratio.interval;
        Some(interval.is_some_and(|i| i.low <= ratio && ratio <= i.high))
    }

    /// What was found of what was put in, as a share of it.
    pub(crate) fn recovered(&self) -> Option<f64> {
        Some((self.comparison.ratio.value - 1.0) / self.injected?)
    }

    pub(crate) fn json(&self) -> Value {
        let interval = self.comparison.ratio.interval;
        let side = if self.in_callee { "callee" } else { "caller" };
        json!({
            "lane": self.lane,
            "handicap_percent": self.handicap_percent,
            "handicap_ns": self.handicap_ns,
            "in": self.handicap_percent.map(|_| side),
            "injected": self.injected,
            "recovered": self.recovered(),
            "holds": self.holds(),
            "ratio": self.comparison.ratio.value,
            "low": interval.map(|i| i.low),
            "high": interval.map(|i| i.high),
            "restarts": self.comparison.ratio.starts,
            "found": self.found(),
            "seconds": self.seconds,
        })
    }
}

/// Second by first over all starts. Lanes of the self-test leave the process or compute: each of
/// their calls is one sample.
pub(crate) fn compared(starts: &[Started]) -> Option<Comparison> {
    let logs: Vec<f64> = starts.iter().map(|start| start.log_ratio).collect();
    let of_time = |ns| Resolution::of_time(ns, 1, ClockStep::default());
    let resolution = starts
        .iter()
        .map(|start| of_time(start.p50_ns[0]).and(of_time(start.p50_ns[1])))
        .fold(Resolution::EXACT, Resolution::coarser);
    Comparison::of_logs(&logs, resolution)
}

/// What a handicap of so many ns is of a call of the side that has none, in the same starts and
/// bursts as the comparison: a call takes another time in every start, and not all bursts of one
/// are alike, so that what a few starts before said of it is another question's answer.
pub(crate) fn injected(starts: &[Started], handicap_ns: u64) -> Option<f64> {
    let shares = starts.iter().map(|start| start.share_of(handicap_ns as f64));
    let logs: Vec<f64> = shares.map(f64::ln_1p).filter(|log| log.is_finite()).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    mean.is_finite().then(|| mean.exp_m1())
}
