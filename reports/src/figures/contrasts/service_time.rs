//! Whether a service time adds up: a lane whose callee spins that long for each item, asked in
//! turns with the same lane whose callee does not. The prediction is that of the cost model: the
//! call as it is, and the work on top.

use crate::{
    figures::{
        cells::CONFIDENCE,
        contrasts::{self, of_kind},
    },
    record::{Contrast, ContrastStart, Record},
    stats::{
        comparison::{self, Comparison, Verdict},
        estimates::{self, Estimate, Interval},
        resolution::Resolution,
        units::{interval_behind, number, time, time_with_interval},
        welch::Welch,
    },
};

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
    /// How finely measured by predicted can be told.
    resolution: Resolution,
    /// ln of the measured call of each start, ns.
    log_measured: Vec<f64>,
    /// ln of measured by predicted of each start.
    log_errors: Vec<f64>,
}

/// How far two lanes are apart with the work, which is what the choice between them rests on. What
/// lengthens the calls of both alike, as a core that has to wake up, cancels.
#[derive(Clone, Debug)]
pub struct Apart<'r> {
    /// The slower one by prediction, and the quickest.
    pub lanes: [&'r str; 2],
    /// The first by the second, as predicted.
    pub predicted: f64,
    /// The same as measured, with its 99 % interval.
    pub measured: Comparison,
    /// Measured by predicted, with its 99 % interval.
    pub error: Comparison,
    /// An error was detected among all lanes that are set against the quickest (Holm).
    pub detected: bool,
}

/// Every lane against the quickest, by prediction.
pub fn apart<'r>(lanes: &[Checked<'r>]) -> Vec<Apart<'r>> {
    let quickest = lanes.iter().min_by(|a, b| a.predicted.value.total_cmp(&b.predicted.value));
    let Some(quickest) = quickest else { return Vec::new() };
    let others = lanes.iter().filter(|lane| lane.lane != quickest.lane);
    let mut apart: Vec<Apart> = others.filter_map(|lane| Apart::of(lane, quickest)).collect();
    let detected = comparison::detected_in_family(apart.iter().map(|apart| &apart.error));
    for (apart, detected) in apart.iter_mut().zip(detected) {
        apart.detected = detected;
    }
    apart
}

impl<'r> Apart<'r> {
    /// Starts of two pairs have nothing in common.
    fn of(slower: &Checked<'r>, quickest: &Checked<'r>) -> Option<Self> {
        let finest = slower.resolution.and(quickest.resolution).log();
        let measured = Welch::of(&slower.log_measured, &quickest.log_measured, finest)?;
        let error = Welch::of(&slower.log_errors, &quickest.log_errors, finest)?;
        Some(Self {
            lanes: [slower.lane, quickest.lane],
            predicted: slower.predicted.value / quickest.predicted.value,
            measured: Comparison::unpaired(&measured),
            error: Comparison::unpaired(&error),
            detected: false,
        })
    }

    /// Both bounds of the error are smaller than what was predicted: the slower lane is the slower
    /// one, by less than twice as much.
    fn error_is_less_than_the_difference(&self) -> bool {
        let apart = self.predicted.ln().abs();
        self.error
            .ratio
            .interval
            .is_some_and(|i| i.low.ln() > -apart && i.high.ln() < apart)
    }

    fn verdict(&self) -> &'static str {
        if self.detected && self.error.ratio.value > 1.0 {
            "further apart than predicted"
        } else if self.detected {
            "less apart than predicted"
        } else if self.error_is_less_than_the_difference() {
            "as predicted"
        } else {
            "no error was detected, but one as large as the difference is not excluded"
        }
    }

    /// In one sentence.
    pub fn words(&self) -> String {
        let [slower, quickest] = self.lanes;
        let verdict = self.verdict();
        format!(
            "With that work {slower} is predicted to take {} % longer than {quickest}; measured: \
            {} %, error {} %: {verdict}.",
            number((self.predicted - 1.0) * 100.0),
            percent_more(&self.measured),
            percent_more(&self.error)
        )
    }
}

/// `1.2 (0.8 to 1.6)`: by how many percent the first is more, with the interval.
fn percent_more(comparison: &Comparison) -> String {
    let value = percent_above_one(comparison.ratio.value);
    format!("{value}{}", interval_behind(&comparison.ratio, percent_above_one))
}

fn percent_above_one(ratio: f64) -> String {
    number((ratio - 1.0) * 100.0)
}

/// Every lane that was checked.
pub fn of(record: &Record) -> Vec<Checked<'_>> {
    let mut lanes: Vec<Checked> = of_kind(record, KIND)
        .filter_map(|contrast| Checked::of(record, contrast))
        .collect();
    let detected = comparison::detected_in_family(lanes.iter().map(|lane| &lane.comparison));
    for (lane, detected) in lanes.iter_mut().zip(detected) {
        lane.detected = detected;
    }
    lanes
}

impl<'r> Checked<'r> {
    fn of(record: &'r Record, contrast: &'r Contrast) -> Option<Self> {
        let work_ns = contrast.work_ns? as f64;
        let starts = contrast.starts.iter().filter(|start| is_usable(start));
        let (mut predicted_ns, mut measured_ns) = (Vec::new(), Vec::new());
        let (mut log_measured, mut log_errors) = (Vec::new(), Vec::new());
        for start in starts {
            let (predicted, measured) = (start.first_p50_ns + work_ns, start.second_p50_ns);
            predicted_ns.push(predicted);
            measured_ns.push(measured);
            log_measured.push(measured.ln());
            log_errors.push((measured / predicted).ln());
        }
        let resolution = contrasts::resolution(record, contrast);
        Some(Self {
            lane: record.name_of(&contrast.second),
            work_ns,
            predicted: estimates::log_mean_of_starts(&predicted_ns, resolution, CONFIDENCE)?,
            measured: estimates::log_mean_of_starts(&measured_ns, resolution, CONFIDENCE)?,
            comparison: Comparison::of_logs(&log_errors, resolution)?,
            resolution,
            detected: false,
            log_measured,
            log_errors,
        })
    }

    /// By how much the measured call is longer than the predicted one, as a share, with its 99 %
    /// interval.
    pub fn error(&self) -> Estimate {
        let ratio = self.comparison.ratio;
        let interval = ratio.interval.map(|i| Interval { low: i.low - 1.0, high: i.high - 1.0 });
        Estimate { value: ratio.value - 1.0, interval, ..ratio }
    }

    /// What that means.
    pub fn verdict(&self) -> &'static str {
        if !self.detected {
            return if self.comparison.within_margin() {
                "as predicted"
            } else {
                "no error was detected, but one that matters is not excluded"
            };
        }
        match self.comparison.verdict() {
            Verdict::Slower => "longer than predicted",
            Verdict::Faster => "shorter than predicted",
            _ if self.comparison.ratio.value > 1.0 => "slightly longer than predicted",
            _ => "slightly shorter than predicted",
        }
    }

    /// In one sentence.
    pub fn words(&self) -> String {
        format!(
            "Checked over {}, median call, with a callee that spins {}: predicted {}, measured \
            {}, error {} %: {}.",
            self.lane,
            time(self.work_ns),
            time_with_interval(&self.predicted),
            time_with_interval(&self.measured),
            percent_more(&self.comparison),
            self.verdict()
        )
    }
}

fn is_usable(start: &ContrastStart) -> bool {
    [start.first_p50_ns, start.second_p50_ns]
        .iter()
        .all(|ns| ns.is_finite() && *ns > 0.0)
}

/// One sentence for each lane that was checked, and for each that is set against the quickest of
/// them.
pub fn sentences(record: &Record) -> Vec<String> {
    let lanes = of(record);
    lanes
        .iter()
        .map(Checked::words)
        .chain(apart(&lanes).iter().map(Apart::words))
        .collect()
}
