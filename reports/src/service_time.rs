//! Whether a service time adds up: a lane whose callee spins that long for each item, asked in turns with the same lane whose
//! callee does not. The prediction is that of the cost model: the call as it is, and the work on top.

use crate::cells::CONFIDENCE;
use crate::compare::{self, Comparison, Verdict};
use crate::contrasts::{name_of, of_kind};
use crate::record::{Contrast, ContrastStart, Record};
use crate::stats::{self, Estimate, Interval};
use crate::units::{number, time, time_with_interval};

/// The kind of such a pair in the record; the side whose callee works is the second.
pub const KIND: &str = "service_time";

/// A prediction and what came out.
#[derive(Clone, Debug)]
pub struct Checked<'r> {
    /// The lane's name, as shown.
    pub lane: &'r str,
    /// What its callee spun for, ns.
    pub work_ns: f64,
    /// The median call without work plus the work, ns, with its 95 % interval over starts.
    pub predicted: Estimate,
    /// The median call with the work, ns.
    pub measured: Estimate,
    /// Measured by predicted of the same start, with its 99 % interval.
    pub comparison: Comparison,
    /// A difference was detected among all lanes that were checked (Holm).
    pub detected: bool,
}

/// Every lane that was checked.
pub fn of(record: &Record) -> Vec<Checked<'_>> {
    let mut lanes: Vec<Checked> =
        of_kind(record, KIND).filter_map(|contrast| Checked::of(record, contrast)).collect();
    let detected = compare::detected_in_family(lanes.iter().map(|lane| &lane.comparison));
    for (lane, detected) in lanes.iter_mut().zip(detected) {
        lane.detected = detected;
    }
    lanes
}

impl<'r> Checked<'r> {
    fn of(record: &'r Record, contrast: &'r Contrast) -> Option<Self> {
        let work_ns = contrast.work_ns? as f64;
        let (without, with) =
            (|s: &ContrastStart| s.first_p50_ns + work_ns, |s: &ContrastStart| s.second_p50_ns);
        let usable = |s: &&ContrastStart| {
            [s.first_p50_ns, s.second_p50_ns].iter().all(|ns| ns.is_finite() && *ns > 0.0)
        };
        let starts: Vec<&ContrastStart> = contrast.starts.iter().filter(usable).collect();
        let typical = |ns: &dyn Fn(&ContrastStart) -> f64| {
            let values: Vec<f64> = starts.iter().map(|start| ns(start)).collect();
            stats::log_mean_of_starts(&values, CONFIDENCE)
        };
        let errors: Vec<f64> = starts.iter().map(|start| (with(start) / without(start)).ln()).collect();
        Some(Self {
            lane: name_of(record, &contrast.second),
            work_ns,
            predicted: typical(&without)?,
            measured: typical(&with)?,
            comparison: Comparison::of_logs(&errors)?,
            detected: false,
        })
    }

    /// By how much the measured call is longer than the predicted one, as a share, with its 99 % interval.
    pub fn error(&self) -> Estimate {
        let ratio = self.comparison.ratio;
        let interval = ratio.interval.map(|i| Interval { low: i.low - 1.0, high: i.high - 1.0 });
        Estimate { value: ratio.value - 1.0, interval, ..ratio }
    }

    /// What that means.
    pub fn verdict(&self) -> &'static str {
        match (self.detected, self.comparison.verdict()) {
            (true, Verdict::Slower) => "longer than predicted",
            (true, Verdict::Faster) => "shorter than predicted",
            (true, _) if self.comparison.ratio.value > 1.0 => "slightly longer than predicted",
            (true, _) => "slightly shorter than predicted",
            (false, _) if self.comparison.within_margin() => "as predicted",
            (false, _) => "no error was detected, but one that matters is not excluded",
        }
    }

    /// In one sentence.
    pub fn words(&self) -> String {
        let error = self.error().scaled(100.0);
        let interval =
            error.interval.map(|i| format!(" ({} to {})", number(i.low), number(i.high))).unwrap_or_default();
        format!(
            "Checked over {}, median call, with a callee that spins {}: predicted {}, measured {}, error {} %{interval}: {}.",
            self.lane,
            time(self.work_ns),
            time_with_interval(&self.predicted),
            time_with_interval(&self.measured),
            number(error.value),
            self.verdict()
        )
    }
}

/// One sentence for each lane that was checked.
pub fn sentences(record: &Record) -> Vec<String> {
    of(record).iter().map(Checked::words).collect()
}
