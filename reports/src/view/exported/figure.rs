//! One computed figure, and how it is put together.

use crate::{
    figures::cells::CONFIDENCE,
    model::term::Figure,
    record::Asked,
    stats::{comparison::DETECTION, estimates::Estimate},
};
use serde::Serialize;

/// One figure. What does not apply is absent.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Exported {
    /// What it is, as `single_call_median`.
    pub(crate) figure: &'static str,
    /// Full name of its lane.
    pub(crate) lane: Option<String>,
    /// Full name of the lane that it is set against: a ratio is `lane` divided by this one.
    pub(crate) other_lane: Option<String>,
    /// Where its processes run: `one`, `two`, `far`, `free`.
    pub(crate) placement: Option<String>,
    /// The placement that it is set against.
    pub(crate) other_placement: Option<String>,
    /// `stub`, `catalog`.
    pub(crate) engine: Option<String>,
    /// `recommendations`, `bytes`.
    pub(crate) workload: Option<String>,
    /// In the workload's unit.
    pub(crate) size: Option<u32>,
    /// As a cell's.
    pub(crate) mode: Option<String>,
    /// Items of an action.
    pub(crate) items: Option<u32>,
    /// What else it holds for, as `offered 1200 calls/s`.
    pub(crate) condition: Option<String>,
    /// Absent where it is not told from 0: then `high` is what it is at most.
    pub(crate) value: Option<f64>,
    /// `ns`, `times`, `share`, `bytes`, ..
    pub(crate) unit: &'static str,
    /// Lower end of the interval.
    pub(crate) low: Option<f64>,
    /// Upper end.
    pub(crate) high: Option<f64>,
    /// Confidence of the interval, 0 to 1; absent without one.
    pub(crate) confidence: Option<f64>,
    /// Restarts that support it.
    pub(crate) restarts: Option<usize>,
}

impl Exported {
    pub(super) fn new(figure: &'static str, unit: &'static str) -> Self {
        Self { figure, unit, ..Self::default() }
    }

    pub(super) fn over(self, lane: &str) -> Self {
        Self { lane: Some(lane.to_owned()), ..self }
    }

    pub(super) fn against(self, lane: &str) -> Self {
        Self { other_lane: Some(lane.to_owned()), ..self }
    }

    pub(super) fn asking(self, asked: &Asked) -> Self {
        Self {
            engine: Some(asked.engine.to_owned()),
            workload: Some(asked.workload.to_owned()),
            size: Some(asked.size),
            placement: Some(asked.placement.to_owned()),
            ..self
        }
    }

    pub(super) fn of_mode(self, mode: &str) -> Self {
        Self { mode: Some(mode.to_owned()), ..self }
    }

    pub(super) fn of_items(self, items: u32) -> Self {
        Self { items: Some(items), ..self }
    }

    pub(super) fn given(self, condition: String) -> Self {
        Self { condition: Some(condition), ..self }
    }

    /// A value with the interval of a figure, 95 %.
    pub(super) fn estimated(self, estimate: &Estimate) -> Self {
        self.with_interval(estimate, CONFIDENCE)
    }

    /// A value with the interval of a comparison, 99 %.
    pub(super) fn compared(self, ratio: &Estimate) -> Self {
        self.with_interval(ratio, DETECTION)
    }

    pub(super) fn with_interval(self, estimate: &Estimate, confidence: f64) -> Self {
        let interval = estimate.interval;
        Self {
            low: interval.map(|i| i.low),
            high: interval.map(|i| i.high),
            confidence: interval.map(|_| confidence),
            restarts: Some(estimate.starts),
            ..self.counted(estimate.value)
        }
    }

    /// What has no interval: it was counted, or follows from one fit.
    pub(super) fn counted(self, value: f64) -> Self {
        Self { value: Some(value).filter(|value| value.is_finite()), ..self }
    }

    /// A term of a model.
    pub(super) fn fitted(self, figure: &Figure) -> Self {
        match figure {
            Figure::Told(estimate) => self.estimated(estimate),
            Figure::AtMost(most) => {
                Self { high: *most, confidence: most.map(|_| CONFIDENCE), ..self }
            }
        }
    }
}
