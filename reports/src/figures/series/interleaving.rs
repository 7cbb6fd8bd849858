//! What interleaving does to a call: how soon after the beginning of a visit a call takes its usual
//! time, and whether a call takes another time where nothing interrupts its lane. Both are set
//! against the visits of the same starts.

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures},
        series::within_visits,
        summary::Summary,
    },
    record::{Cell, Controls, Lane, Record, Settling},
    stats::{
        comparison::{DETECTION, MARGIN},
        estimates::{self, Estimate},
    },
};

/// A lane's calls at some places of its visits.
#[derive(Clone, Debug)]
pub struct Place {
    /// First place in the visit, from 1.
    pub from: u32,
    /// How many times as long as its p50 in the same start a call takes there.
    pub ratio: Estimate,
}

impl Place {
    fn is_level(&self) -> bool {
        (1.0 / (1.0 + MARGIN)..=1.0 + MARGIN).contains(&self.ratio.value)
    }
}

/// How soon a lane's calls take their usual time.
#[derive(Clone, Debug)]
pub struct Settled<'r> {
    /// The lane.
    pub lane: &'r Lane,
    /// In the order of the visit.
    pub places: Vec<Place>,
}

impl Settled<'_> {
    /// The place from which on calls are within 5 % of their p50, either way; `None` where the last
    /// samples kept are not.
    pub fn level_from(&self) -> Option<u32> {
        let last = self.places.iter().rev().take_while(|place| place.is_level()).last()?;
        Some(last.from)
    }
}

/// Every lane whose calls are timed one by one; of the others a first call cannot be seen.
pub fn settled<'r>(summary: &Summary<'r>) -> Vec<Settled<'r>> {
    singles(summary).iter().filter_map(Single::settled).collect()
}

/// A lane that was asked without interruption.
#[derive(Clone, Debug)]
pub struct Alone<'r> {
    /// The lane.
    pub lane: &'r Lane,
    /// For how long in a start, ms.
    pub limit_ms: u64,
    /// How many times as long a call takes then, by the p50, as in the visits of the same start.
    pub ratio: Estimate,
    /// Of its interval, 0 to 1.
    pub confidence: f64,
}

/// Every lane that was asked without interruption.
pub fn alone<'r>(summary: &Summary<'r>) -> Vec<Alone<'r>> {
    singles(summary).iter().filter_map(Single::alone).collect()
}

/// Single calls over a lane that answers, whole in some start, and what they are set against.
struct Single<'s, 'r> {
    cell: &'s CellFigures<'r>,
    lane: &'r Lane,
    controls: &'r Controls,
}

/// Those of the main scene; none where the run has no controls.
fn singles<'s, 'r>(summary: &'s Summary<'r>) -> Vec<Single<'s, 'r>> {
    let Some(controls) = &summary.record.controls else { return Vec::new() };
    let mut singles = Vec::new();
    for row in summary.main().into_iter().flat_map(|scene| &scene.rows) {
        let cell = row.single.as_ref().filter(|cell| row.lane.answers && cell.whole);
        singles.extend(cell.map(|cell| Single { cell, lane: row.lane, controls }));
    }
    singles
}

impl<'r> Single<'_, 'r> {
    fn settling(&self) -> impl Iterator<Item = &'r Settling> {
        let name = &self.lane.name;
        self.controls.settling.iter().filter(move |one| one.lane == *name)
    }

    fn settled(&self) -> Option<Settled<'r>> {
        let mut places: Vec<u32> = self.settling().map(|one| one.from).collect();
        places.sort_unstable();
        places.dedup();
        let places: Vec<Place> = places.into_iter().filter_map(|from| self.place(from)).collect();
        if places.is_empty() {
            None
        } else {
            Some(Settled { lane: self.lane, places })
        }
    }

    fn place(&self, from: u32) -> Option<Place> {
        let there = self.settling().filter(|one| one.from == from && one.group == 1);
        let ratio = ratio(self.cell, there.map(|one| (one.start, one.p50_ns)), CONFIDENCE)?;
        Some(Place { from, ratio })
    }

    fn alone(&self) -> Option<Alone<'r>> {
        let uninterrupted = &self.controls.uninterrupted;
        let here = uninterrupted.iter().filter(|one| one.lane == self.lane.name);
        let ratio = ratio(self.cell, here.clone().map(|one| (one.start, one.p50_ns)), CONFIDENCE)?;
        let limit_ms = here.map(|one| one.limit_ms).max()?;
        Some(Alone { lane: self.lane, limit_ms, ratio, confidence: CONFIDENCE })
    }
}

/// Every lane that was asked without interruption, with an interval of 99 % for all of them
/// together: what a verdict rests on. Where the processes of a run have several placements, these
/// visits are made in the first.
pub fn uninterrupted(record: &Record) -> Vec<Alone<'_>> {
    let Some(controls) = &record.controls else { return Vec::new() };
    let mut names: Vec<&str> = controls.uninterrupted.iter().map(|one| one.lane.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let confidence = 1.0 - (1.0 - DETECTION) / names.len().max(1) as f64;
    let mut lanes = Vec::new();
    for lane in record.lanes.iter().filter(|lane| names.contains(&lane.name.as_str())) {
        let here = controls.uninterrupted.iter().filter(|one| one.lane == lane.name);
        let Some(limit_ms) = here.clone().map(|one| one.limit_ms).max() else {
            continue;
        };
        let Some(cell) = main_call(record, lane) else { continue };
        let times = here.map(|one| (one.start, one.p50_ns));
        let ratio = ratio(&cell, times, confidence);
        lanes.extend(ratio.map(|ratio| Alone { lane, limit_ms, ratio, confidence }));
    }
    lanes
}

/// The whole main single call of a lane in the first placement in which it has one.
fn main_call<'r>(record: &'r Record, lane: &Lane) -> Option<CellFigures<'r>> {
    let is_main = |cell: &&Cell| cell.lane == lane.name && within_visits::is_main(record, cell);
    let first = |placement: &String| {
        record.cells.iter().filter(is_main).find(|cell| cell.placement == *placement)
    };
    let cell = record.plan.placements.iter().find_map(first)?;
    CellFigures::of(cell, record.environment.clock_step()).filter(|cell| cell.whole)
}

/// Start by start, these times divided by the cell's p50.
fn ratio(
    cell: &CellFigures,
    times_ns: impl Iterator<Item = (u32, f64)>,
    confidence: f64,
) -> Option<Estimate> {
    let ratios: Vec<f64> = times_ns
        .filter_map(|(start, ns)| Some(ns / cell.start(start)?.p50_ns))
        .collect();
    // Both times are medians of this cell's kind of sample.
    let resolution = cell.resolution.and(cell.resolution);
    estimates::log_mean_of_starts(&ratios, resolution, confidence)
}
