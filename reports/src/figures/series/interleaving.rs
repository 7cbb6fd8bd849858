//! What interleaving does to a call: how soon after the beginning of a visit a call takes its usual
//! time, and whether a call takes another time where nothing interrupts its lane. Both are set
//! against the visits of the same starts.

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures},
        summary::Summary,
    },
    record::{Controls, Lane},
    stats::{
        comparison::MARGIN,
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
        let level =
            |place: &&Place| (1.0 / (1.0 + MARGIN)..=1.0 + MARGIN).contains(&place.ratio.value);
        let last = self.places.iter().rev().take_while(level).last()?;
        Some(last.from)
    }
}

/// Every lane whose calls are timed one by one; of the others a first call cannot be seen.
pub fn settled<'r>(summary: &Summary<'r>) -> Vec<Settled<'r>> {
    let of_lane = |(cell, lane, controls): (&CellFigures, &'r Lane, &Controls)| {
        let here = || controls.settling.iter().filter(|one| one.lane == lane.name);
        let mut places: Vec<u32> = here().map(|one| one.from).collect();
        places.sort_unstable();
        places.dedup();
        let place = |from: u32| {
            let at = here().filter(|one| one.from == from && one.group == 1);
            let ratio = ratio(cell, at.map(|one| (one.start, one.p50_ns)))?;
            Some(Place { from, ratio })
        };
        let places: Vec<Place> = places.into_iter().filter_map(place).collect();
        (!places.is_empty()).then_some(Settled { lane, places })
    };
    singles(summary).filter_map(of_lane).collect()
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
}

/// Every lane that was asked without interruption.
pub fn alone<'r>(summary: &Summary<'r>) -> Vec<Alone<'r>> {
    let of_lane = |(cell, lane, controls): (&CellFigures, &'r Lane, &Controls)| {
        let here = || controls.uninterrupted.iter().filter(|one| one.lane == lane.name);
        let ratio = ratio(cell, here().map(|one| (one.start, one.p50_ns)))?;
        Some(Alone { lane, limit_ms: here().map(|one| one.limit_ms).max()?, ratio })
    };
    singles(summary).filter_map(of_lane).collect()
}

/// Single calls of the main scene over lanes that answer, where some start was whole.
fn singles<'s, 'r>(
    summary: &'s Summary<'r>,
) -> impl Iterator<Item = (&'s CellFigures<'r>, &'r Lane, &'r Controls)> {
    let rows = summary
        .main()
        .into_iter()
        .flat_map(|scene| &scene.rows)
        .filter(|row| row.lane.answers);
    let whole =
        rows.filter_map(|row| Some((row.single.as_ref().filter(|cell| cell.whole)?, row.lane)));
    whole.filter_map(|(cell, lane)| Some((cell, lane, summary.record.controls.as_ref()?)))
}

/// Start by start, these times divided by the cell's p50.
fn ratio(cell: &CellFigures, times_ns: impl Iterator<Item = (u32, f64)>) -> Option<Estimate> {
    let ratios: Vec<f64> = times_ns
        .filter_map(|(start, ns)| Some(ns / cell.start(start)?.p50_ns))
        .collect();
    estimates::log_mean_of_starts(&ratios, CONFIDENCE)
}
