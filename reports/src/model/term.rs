//! One term over all starts, with its interval: on logarithms, because errors of times are
//! relative; on the raw scale where a start has no logarithm to give. It writes no text.

use crate::{
    figures::cells::CONFIDENCE,
    stats::{
        estimates::{self, Estimate, Interval},
        resolution::Resolution,
    },
};

/// What is known of something that cannot be below 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// Above 0 in every start and beyond doubt: geometric mean with its interval on logarithms.
    Told(Estimate),
    /// Not told from 0. Only the upper end of the interval on the raw scale means something; it is
    /// absent where too few starts support it.
    AtMost(Option<f64>),
}

impl Figure {
    /// From one value for each start, which may be negative where noise made it so.
    ///
    /// Logarithms are taken where all values are positive and their mean is told from 0 by its raw
    /// 95 % interval. Otherwise the values are not truncated at 0, which would move their mean away
    /// from it.
    ///
    /// No value is told more finely than `finest`, in the unit of the values.
    pub fn of(values: &[f64], finest: f64) -> Option<Self> {
        let raw = estimates::mean_of_starts(values, finest, CONFIDENCE)?;
        let positive = values.iter().all(|value| *value > 0.0);
        let told = raw.interval.map_or(positive, |i| positive && i.low > 0.0);
        if told {
            let resolution = Resolution::of_finest(finest, raw.value);
            return estimates::log_mean_of_starts(values, resolution, CONFIDENCE).map(Self::Told);
        }
        Self::at_most(values, finest)
    }

    /// The same for what cannot be told from 0 because something it is made of cannot.
    pub fn at_most(values: &[f64], finest: f64) -> Option<Self> {
        let raw = estimates::mean_of_starts(values, finest, CONFIDENCE)?;
        Some(Self::AtMost(raw.interval.map(|i| i.high.max(0.0))))
    }

    /// The value with its interval, where it is told from 0.
    pub fn told(&self) -> Option<&Estimate> {
        match self {
            Self::Told(estimate) => Some(estimate),
            Self::AtMost(_) => None,
        }
    }

    /// How finely it is told, where it is, if `finest` in its own unit is what can be.
    pub(crate) fn resolution(&self, finest: f64) -> Resolution {
        self.told()
            .map_or(Resolution::EXACT, |told| Resolution::of_finest(finest, told.value))
    }

    /// True where this value is not excluded.
    pub fn holds(&self, value: f64) -> bool {
        match self {
            Self::Told(estimate) => {
                let inside = |i: Interval| i.low <= value && value <= i.high;
                estimate.too_noisy || estimate.interval.is_some_and(inside)
            }
            Self::AtMost(most) => most.is_some_and(|most| value <= most),
        }
    }
}
