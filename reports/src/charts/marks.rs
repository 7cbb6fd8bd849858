//! What is marked beside the lanes' own figures: the floor below which a lane cannot come, and the
//! knee of its batches.

use super::{Spot, spot};
use crate::model::{MODES, Model};
use crate::record::Record;
use crate::stages;
use crate::summary::Row;
use crate::tables::spoken;
use crate::units::{number, time};
use serde::Serialize;

/// The floor of a lane: a mean, not a median.
#[derive(Debug, Serialize)]
pub(super) struct FloorMark {
    pub(super) value: f64,
    pub(super) name: String,
    /// What is read out behind the lane's own figure, as part of its text.
    #[serde(skip)]
    pub(super) text: String,
}

impl FloorMark {
    pub(super) fn of(lane: &str, record: &Record) -> Option<Self> {
        let (floor, mean) = stages::floor_of(lane, record)?;
        let ((value, ..), name) = (spot(&mean), spoken(&floor.name).to_owned());
        let text = format!("floor: {name}, {} (mean)", time(mean.value));
        Some(Self { value, name, text })
    }
}

/// Where half of a batch's time is the call: items, where a model says it.
#[derive(Debug, Serialize)]
pub(super) struct Knee {
    /// Items in a call, with the 95 % interval.
    at: Spot,
    label: String,
}

impl Knee {
    pub(super) fn of(row: &Row, mode: &str) -> Option<Self> {
        let model = (mode == MODES[0]).then(|| Model::of(row, mode)).flatten()?;
        let knee = model.knee.filter(|_| model.holds())?;
        let told = knee.told()?;
        Some(Self {
            at: spot(told),
            label: format!("knee {}", number(told.value)),
        })
    }
}
