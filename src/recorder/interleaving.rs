//! Controls of the schedule in the record: how long the first calls of a visit take, and calls that
//! nothing interrupts.

use crate::{plan::schedule::Slot, protocol::Visited, recorder::Recorder, shell::failure::Failure};
use reports::record::{Settling, Uninterrupted};
use reports::stats::paired_ratio;
use std::collections::BTreeMap;

/// The first samples of a cell's visits in one start, and how many actions each is.
pub(crate) type First = BTreeMap<usize, (u32, Vec<Vec<u64>>)>;

/// A cell's first sample, then twice as many in each part: up to the 63rd.
const PARTS: u32 = 6;

impl Recorder {
    /// Keeps the first samples of a visit, of single calls with the main engine and reply size.
    pub(crate) fn first_samples(&mut self, cell: usize, visited: &Visited) {
        let (plan, of) = (&self.record.plan, &self.record.cells[cell]);
        let main =
            of.items == 1 && of.engine == plan.engines[0] && of.max_results == plan.max_results[0];
        let clean = visited.wrong + visited.errors == 0;
        if let Some(first) = visited.first_ns.as_ref().filter(|_| main && clean) {
            let (group, visits) = self.first.entry(cell).or_default();
            *group = visited.group;
            visits.push(first.clone());
        }
    }

    /// Writes the first samples of the start that is over.
    pub(crate) fn settle_first(&mut self) {
        for (cell, (group, visits)) in std::mem::take(&mut self.first) {
            let lane = self.record.cells[cell].lane.clone();
            for (from, to) in (0..PARTS).map(|part| (1 << part, (2 << part) - 1)) {
                let part = |visit: &Vec<u64>| {
                    visit
                        .iter()
                        .take(to as usize)
                        .skip(from as usize - 1)
                        .map(|ns| *ns as f64)
                        .collect::<Vec<_>>()
                };
                let mut samples: Vec<f64> = visits.iter().flat_map(part).collect();
                let Some(sample_ns) = paired_ratio::median(&mut samples) else { continue };
                self.record.controls.get_or_insert_default().settling.push(Settling {
                    lane: lane.clone(),
                    start: self.start,
                    from,
                    to,
                    group,
                    samples: samples.len() as u64,
                    p50_ns: sample_ns / f64::from(group.max(1)),
                });
            }
        }
    }

    /// A visit without interruption. One that went wrong voids its cell like any other.
    pub(crate) fn uninterrupted(&mut self, slot: &Slot, visited: &Visited) -> Result<(), Failure> {
        if visited.wrong + visited.errors > 0 {
            self.failed_visit(slot.cell, visited);
            return Ok(());
        }
        let Some(p50_ns) = visited.p50_ns else { return Ok(()) };
        self.record.controls.get_or_insert_default().uninterrupted.push(Uninterrupted {
            lane: self.record.cells[slot.cell].lane.clone(),
            start: self.start,
            limit_ms: slot.limit.as_millis() as u64,
            samples: visited.samples,
            p50_ns: p50_ns as f64 / f64::from(visited.group.max(1)),
        });
        Ok(())
    }
}
