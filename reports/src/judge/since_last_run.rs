//! A run beside the last one, cell by cell. Whatever else their plans hold, a cell is compared if
//! both runs measured it alike: lane, engine, workload, size, mode, items and placement are the
//! same, and visits of about the same length; on one machine, over the same data, with one build
//! profile. What a record has from the other, because it was added to, is no second measurement:
//! it is left out without a word.
//!
//! The figures are those of `judge::comparison`: Welch's t on logarithms, unpaired, and Holm over
//! all cells that are compared.

use crate::{
    figures::{cells::CellFigures, summary::Summary, withdrawn},
    judge::{
        comparison::{
            Change, Mismatch,
            change::{counterpart, same_figure},
            mismatch::foreign,
        },
        trust,
    },
    record::{Cell, Record},
    stats::comparison,
};

/// Visits of one run last at most so many times as long as those of the other. The time of a call
/// depends on the length of its visit, but little (METHOD.md); equal lengths would refuse every
/// changed plan, since a budget is divided among its cells.
const MOST_TIMES_AS_LONG: u64 = 2;

/// This run beside the last one.
#[derive(Clone, Debug)]
pub struct SinceLastRun<'a> {
    /// The record of the last run.
    pub earlier: &'a Record,
    /// Why nothing is compared.
    pub refused: Option<Refusal>,
    /// What both have, in the order of the earlier record's tables.
    pub cells: Vec<CellSince<'a>>,
    /// Cells that both have and that are not compared, because visits lasted differently long.
    pub unlike: usize,
}

/// Why two runs are not compared at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Machine, data or build profile differ.
    Foreign(Mismatch),
    /// One of them must not be used.
    Distrusted,
}

/// A cell in both runs.
#[derive(Clone, Debug)]
pub struct CellSince<'a> {
    /// Its figures in the last run.
    pub before: CellFigures<'a>,
    /// This run by the last one.
    pub change: Change,
}

impl<'a> SinceLastRun<'a> {
    /// Compares what both measured alike. `later` holds no withdrawn lane.
    pub fn of(earlier: &'a Record, later: &Record) -> Self {
        let mut since = Self { earlier, refused: None, cells: Vec::new(), unlike: 0 };
        since.refused = refusal(earlier, later);
        if since.refused.is_none() {
            since.compare(later);
        }
        since
    }

    fn compare(&mut self, later: &Record) {
        let earlier = self.earlier;
        let summary = Summary::of(earlier);
        let withdrawn = withdrawn::of(earlier);
        let visits = [visit_lengths(earlier), visit_lengths(later)];
        for scene in &summary.scenes {
            let own = scene.rows.iter().filter(|row| row.is_of(scene.asked));
            for row in own.filter(|row| row.lane.answers) {
                if withdrawn.iter().any(|one| one.lane == row.lane.name) {
                    continue;
                }
                for before in row.single.iter().chain(&row.cells) {
                    if is_of_one_measurement(before.cell, [earlier, later]) {
                        continue;
                    }
                    let Ok(change) = counterpart(row.lane, before, [earlier, later]) else {
                        continue;
                    };
                    if are_alike(before.cell, [earlier, later], &visits) {
                        self.cells.push(CellSince { before: before.clone(), change });
                    } else {
                        self.unlike += 1;
                    }
                }
            }
        }
        let all = self.cells.iter().map(|cell| &cell.change.comparison);
        let detected = comparison::detected_in_family(all);
        for (cell, detected) in self.cells.iter_mut().zip(detected) {
            cell.change.detected = detected;
        }
    }

    /// What became of this cell of the later record.
    pub fn of_cell(&self, cell: &Cell) -> Option<&CellSince<'a>> {
        self.cells.iter().find(|since| same_figure(since.before.cell, cell))
    }
}

fn refusal(earlier: &Record, later: &Record) -> Option<Refusal> {
    if let Some(mismatch) = foreign(earlier, later) {
        return Some(Refusal::Foreign(mismatch));
    }
    let distrusted = [earlier, later].iter().any(|record| trust::grade(record).forbids().is_some());
    distrusted.then_some(Refusal::Distrusted)
}

/// True where the later record has this cell from the earlier one, to which it is an addition.
fn is_of_one_measurement(before: &Cell, [earlier, later]: [&Record; 2]) -> bool {
    if earlier.started_at != later.started_at {
        return false;
    }
    let after = later.cells.iter().find(|cell| same_figure(cell, before));
    let numbers = |cell: &Cell| cell.starts.iter().map(|start| start.start).collect::<Vec<_>>();
    after.is_some_and(|after| numbers(after) == numbers(before))
}

/// How long the last visit of each cell was to last, ms; none where it is not told.
fn visit_lengths(record: &Record) -> Vec<Option<u64>> {
    let mut lengths = vec![None; record.cells.len()];
    for visit in &record.visits {
        if let Some(length) = lengths.get_mut(visit.cell as usize) {
            *length = visit.limit_ms.or(*length);
        }
    }
    lengths
}

/// True where visits of this cell were about as long in both; also where it is not told.
fn are_alike(before: &Cell, records: [&Record; 2], visits: &[Vec<Option<u64>>; 2]) -> bool {
    let length = |which: usize| {
        let at = records[which].cells.iter().position(|cell| same_figure(cell, before))?;
        visits[which][at]
    };
    let (Some(before), Some(after)) = (length(0), length(1)) else { return true };
    before.max(after) <= before.min(after).saturating_mul(MOST_TIMES_AS_LONG)
}
