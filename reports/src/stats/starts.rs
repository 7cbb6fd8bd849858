//! One figure in each start, and how finely it could be told: what comparisons and means are made
//! of.

use crate::stats::resolution::Resolution;
use std::ops::Deref;

/// A start and what was measured in it.
pub type StartValue = (u32, f64);

/// One figure in each start.
#[derive(Clone, Debug)]
pub struct Starts {
    values: Vec<StartValue>,
    /// What limits each of them.
    pub resolution: Resolution,
}

impl Starts {
    /// Values that could be told no finer than this.
    pub fn new(values: Vec<StartValue>, resolution: Resolution) -> Self {
        Self { values, resolution }
    }

    /// No start at all.
    pub fn none() -> Self {
        Self::new(Vec::new(), Resolution::EXACT)
    }

    /// The values alone.
    pub fn values(&self) -> Vec<f64> {
        self.values.iter().map(|(_, value)| *value).collect()
    }

    /// How finely their mean can be told, in their unit.
    pub fn finest(&self) -> f64 {
        let sum: f64 = self.values.iter().map(|(_, value)| value.abs()).sum();
        self.resolution.share() * sum / self.values.len().max(1) as f64
    }

    /// ln(first / second) in each start that has both, where that is finite.
    pub fn log_ratios(&self, other: &Self) -> Vec<f64> {
        let mut logs = Vec::new();
        for (start, numerator) in &self.values {
            let Some((_, denominator)) = other.iter().find(|(of_other, _)| of_other == start)
            else {
                continue;
            };
            let log = (numerator / denominator).ln();
            if log.is_finite() {
                logs.push(log);
            }
        }
        logs
    }
}

impl Deref for Starts {
    type Target = [StartValue];

    fn deref(&self) -> &[StartValue] {
        &self.values
    }
}
