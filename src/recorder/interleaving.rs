//! Controls of the schedule in the record: how long the first calls of a visit take, and calls that
//! nothing interrupts.

use crate::{plan::schedule::Slot, protocol::Visited, recorder::visit::slices_p50_ns};
use reports::{
    record::{Controls, Settling, Uninterrupted},
    stats::paired_ratio,
};
use std::collections::BTreeMap;

/// A cell's first sample, then twice as many in each part: up to the 63rd.
const PARTS: u32 = 6;

/// The controls of a run.
#[derive(Default)]
pub(crate) struct ControlsRecord {
    pub(crate) controls: Option<Controls>,
    /// The first samples of each cell's visits in the start that is under way.
    first: BTreeMap<usize, FirstSamples>,
}

/// The first samples of a cell's visits in one start.
#[derive(Default)]
struct FirstSamples {
    lane: String,
    /// Actions per sample.
    group: u32,
    /// Of each visit, ns.
    visits: Vec<Vec<u64>>,
}

impl FirstSamples {
    /// All samples at the places `from` to `to`, counted from 1.
    fn between(&self, from: u32, to: u32) -> Vec<f64> {
        let mut samples = Vec::new();
        for visit in &self.visits {
            let part = visit.iter().take(to as usize).skip(from as usize - 1);
            samples.extend(part.map(|ns| *ns as f64));
        }
        samples
    }
}

impl ControlsRecord {
    /// Keeps the first samples of a visit, unless something in it went wrong.
    pub(crate) fn first_samples(&mut self, cell: usize, lane: &str, visited: &Visited) {
        let Some(first_ns) = &visited.first_ns else { return };
        if visited.wrong + visited.errors > 0 {
            return;
        }
        let first = self.first.entry(cell).or_default();
        first.lane = lane.into();
        first.group = visited.group;
        first.visits.push(first_ns.clone());
    }

    /// Writes the first samples of the start that is over.
    pub(crate) fn settle_first(&mut self, start: u32) {
        for first in std::mem::take(&mut self.first).into_values() {
            for part in 0..PARTS {
                let (from, to) = (1 << part, (2 << part) - 1);
                let mut samples = first.between(from, to);
                let Some(sample_ns) = paired_ratio::median(&mut samples) else { continue };
                self.controls.get_or_insert_default().settling.push(Settling {
                    lane: first.lane.clone(),
                    start,
                    from,
                    to,
                    group: first.group,
                    samples: samples.len() as u64,
                    p50_ns: sample_ns / f64::from(first.group.max(1)),
                });
            }
        }
    }

    /// A visit without interruption.
    pub(crate) fn uninterrupted(&mut self, lane: &str, start: u32, slot: &Slot, visited: &Visited) {
        let Some(p50_ns) = visited.p50_ns else { return };
        self.controls.get_or_insert_default().uninterrupted.push(Uninterrupted {
            lane: lane.into(),
            start,
            limit_ms: slot.limit.as_millis() as u64,
            samples: visited.samples,
            p50_ns: p50_ns as f64 / f64::from(visited.group.max(1)),
            slices_p50_ns: slices_p50_ns(visited),
        });
    }
}
