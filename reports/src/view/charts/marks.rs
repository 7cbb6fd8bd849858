//! What is marked beside the lanes' own figures: the floor below which a lane cannot come, and the
//! knee of its batches.

use crate::{
    figures::{row::Row, stages},
    model::{MODES, Model},
    record::Record,
    stats::units::{number, time},
    view::{
        charts::points::{Spot, spot},
        stages_tables::spoken,
    },
};
use serde::Serialize;

/// The floor of a lane: a mean, not a median.
#[derive(Debug, Serialize)]
pub(crate) struct FloorMark {
    pub(crate) value: f64,
    pub(crate) name: String,
    /// What is read out behind the lane's own figure, as part of its text.
    #[serde(skip)]
    pub(crate) text: String,
}

impl FloorMark {
    pub(crate) fn of(lane: &str, record: &Record) -> Option<Self> {
        let (floor, mean) = stages::floor_of(lane, record)?;
        let ((value, ..), name) = (spot(&mean), spoken(&floor.name).to_owned());
        let text = format!("floor: {name}, {} (mean)", time(mean.value));
        Some(Self { value, name, text })
    }
}

/// Where half of a batch's time is the call: items, where a model says it.
#[derive(Debug, Serialize)]
pub(crate) struct Knee {
    /// Items in a call, with the 95 % interval.
    at: Spot,
    label: String,
}

impl Knee {
    pub(crate) fn of(row: &Row, mode: &str) -> Option<Self> {
        if mode != MODES[0] {
            return None;
        }
        let model = Model::of(row, mode)?;
        let knee = model.knee.filter(|_| model.holds())?;
        let told = knee.told()?;
        Some(Self {
            at: spot(told),
            label: format!("knee {}", number(told.value)),
        })
    }
}
