//! How finely the mean of a part of a call can be told.

use crate::stats::resolution::{ClockStep, Resolution};

/// How finely a mean can be told.
#[derive(Clone, Copy)]
pub(crate) enum Finest {
    /// As its own values are.
    OfItself,
    /// As something else is, from which it was taken off.
    Of(f64),
    /// The callee reads its clock around one part of one call.
    OneStep,
}

impl Finest {
    /// In the unit of these values, of which the mean is taken.
    pub(crate) fn of(self, values: &[f64], resolution: Resolution, step: ClockStep) -> f64 {
        match self {
            Self::Of(value) => resolution.share() * value,
            Self::OfItself => {
                let sum: f64 = values.iter().map(|value| value.abs()).sum();
                resolution.share() * sum / values.len().max(1) as f64
            }
            Self::OneStep => step.ns().unwrap_or(0.0),
        }
    }
}
