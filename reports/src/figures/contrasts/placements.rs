//! What placement alone does to a call: a lane with both of its processes on one core beside the
//! same lane where the scheduler decides, asked in turns.

use crate::{
    figures::contrasts::{compared, of_kind},
    record::{Contrast, ContrastStart, Record},
    stats::{
        comparison::{self, Comparison, DETECTION},
        estimates,
        resolution::Resolution,
        units::times_with_interval,
    },
};

/// A lane in two placements.
#[derive(Clone, Debug)]
pub struct Placed<'r> {
    /// The lane's name, as shown.
    pub lane: &'r str,
    /// A single call with free placement, ns: the geometric mean of the starts' medians.
    pub free_ns: f64,
    /// The same with both processes on one core.
    pub same_ns: f64,
    /// On one core divided by free.
    pub comparison: Comparison,
    /// Detected among all lanes that were asked so (Holm).
    pub detected: bool,
}

/// Every lane that was asked in turns with itself in another placement.
pub fn of<'r>(record: &'r Record) -> Vec<Placed<'r>> {
    let mut lanes: Vec<Placed> = of_kind(record, "placement")
        .filter_map(|contrast| Placed::of(record, contrast))
        .collect();
    let detected = comparison::detected_in_family(lanes.iter().map(|lane| &lane.comparison));
    for (lane, detected) in lanes.iter_mut().zip(detected) {
        lane.detected = detected;
    }
    lanes
}

fn geometric_mean(contrast: &Contrast, p50_ns: fn(&ContrastStart) -> f64) -> Option<f64> {
    let starts: Vec<f64> = contrast.starts.iter().map(p50_ns).collect();
    Some(estimates::log_mean_of_starts(&starts, Resolution::of_long_time(), DETECTION)?.value)
}

impl<'r> Placed<'r> {
    fn of(record: &'r Record, contrast: &'r Contrast) -> Option<Self> {
        let comparison = compared(record, contrast)?;
        Some(Self {
            lane: record.name_of(&contrast.second),
            free_ns: geometric_mean(contrast, |start| start.first_p50_ns)?,
            same_ns: geometric_mean(contrast, |start| start.second_p50_ns)?,
            comparison,
            detected: false,
        })
    }

    /// The ratio, as `0.45 times (0.40 to 0.51)`.
    pub fn ratio(&self) -> String {
        times_with_interval(&self.comparison.ratio)
    }

    /// The verdict in words; a difference only where it stays one among all lanes.
    pub fn verdict(&self) -> &'static str {
        self.comparison.words_in_family(self.detected)
    }
}
