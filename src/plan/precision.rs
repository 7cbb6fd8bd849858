//! How precise the intervals are to be, and within which time. How a user says so is in
//! `keys/table/effort.rs`.

use reports::figures::precision::FEWEST;
use std::time::Duration;

/// Time for a precision without a budget of its own.
const BUDGET: Duration = Duration::from_secs(300);

/// A precision and a budget under one name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    pub(crate) percent: f64,
    pub(crate) budget: Duration,
    /// Fewest restarts that the pilot may decide for.
    fewest: u32,
}

impl Preset {
    /// `--quick`.
    pub(crate) const QUICK: Self = Self {
        name: "quick",
        percent: 10.0,
        budget: Duration::from_secs(60),
        fewest: FEWEST,
    };
    /// `--thorough`.
    pub(crate) const THOROUGH: Self = Self {
        name: "thorough",
        percent: 2.0,
        budget: Duration::from_secs(1_200),
        fewest: 10,
    };
}

/// The precision that is wanted of the intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wanted {
    /// Half width of the 95 % interval of a lane's single call, percent of its value.
    pub(crate) percent: f64,
    /// Fewest restarts that the pilot may decide for.
    pub(crate) fewest: u32,
    /// The preset that it came from.
    pub(crate) preset: Option<Preset>,
}

impl Wanted {
    pub(crate) fn new(percent: f64, preset: Option<Preset>) -> Self {
        Self {
            percent,
            fewest: preset.map_or(FEWEST, |preset| preset.fewest),
            preset,
        }
    }

    /// As a share of the value.
    pub(crate) fn share(&self) -> f64 {
        self.percent / 100.0
    }

    /// The budget that nobody has to write.
    pub(crate) fn usual_budget(&self) -> Duration {
        self.preset.map_or(BUDGET, |preset| preset.budget)
    }

    /// True where the preset alone does not say it.
    pub(crate) fn is_own(&self) -> bool {
        self.preset.is_none_or(|preset| preset.percent != self.percent)
    }
}
