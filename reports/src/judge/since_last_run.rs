//! A run beside the last one, cell by cell. Whatever else their plans hold, a cell is compared if
//! both runs measured it alike: lane, engine, workload, size, mode, items and placement are the
//! same, and visits of about the same length; on one machine, over the same data, with one build
//! profile.
//!
//! The figures are those of `judge::comparison`: Welch's t on logarithms, unpaired, and Holm over
//! all cells that are compared.

use crate::{
    figures::{cells::CellFigures, row::Row, summary::Summary, withdrawn},
    judge::{
        comparison::{
            Change, Mismatch,
            change::{counterpart, same_figure},
            mismatch::foreign,
        },
        trust,
    },
    record::{Cell, Lane, Record},
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
        let lengths = [earlier, later].map(VisitLengths::of);
        for scene in &summary.scenes {
            let own = scene.rows.iter().filter(|row| row.is_of(scene.asked) && row.lane.answers);
            let stands = |row: &&Row| withdrawn.iter().all(|one| one.lane != row.lane.name);
            for row in own.filter(stands) {
                for before in row.single.iter().chain(&row.cells) {
                    self.compare_cell(row.lane, before, later, &lengths);
                }
            }
        }
        let all = self.cells.iter().map(|cell| &cell.change.comparison);
        let detected = comparison::detected_in_family(all);
        for (cell, detected) in self.cells.iter_mut().zip(detected) {
            cell.change.detected = detected;
        }
    }

    fn compare_cell(
        &mut self,
        lane: &Lane,
        before: &CellFigures<'a>,
        later: &Record,
        lengths: &[VisitLengths<'_>; 2],
    ) {
        // Without a counterpart there is nothing to be said beside it: the plans tell why.
        let Ok(change) = counterpart(lane, before, [self.earlier, later]) else {
            return;
        };
        let [was, is] = lengths.each_ref().map(|lengths| lengths.of_cell(before.cell));
        if are_alike(was, is) {
            self.cells.push(CellSince { before: before.clone(), change });
        } else {
            self.unlike += 1;
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

/// How long visits of each cell were to last.
struct VisitLengths<'r> {
    record: &'r Record,
    /// Of the last visit of each cell, ms; none where it is not told.
    ms: Vec<Option<u64>>,
}

impl<'r> VisitLengths<'r> {
    fn of(record: &'r Record) -> Self {
        let mut ms = vec![None; record.cells.len()];
        for visit in &record.visits {
            if let Some(length) = ms.get_mut(visit.cell as usize) {
                *length = visit.limit_ms.or(*length);
            }
        }
        Self { record, ms }
    }

    /// Of the cell that asks the same as this one.
    fn of_cell(&self, cell: &Cell) -> Option<u64> {
        let at = self.record.cells.iter().position(|other| same_figure(other, cell))?;
        self.ms[at]
    }
}

/// True where visits were about as long in both runs; also where one of them does not tell.
fn are_alike(was: Option<u64>, is: Option<u64>) -> bool {
    let (Some(was), Some(is)) = (was, is) else { return true };
    was.max(is) <= was.min(is).saturating_mul(MOST_TIMES_AS_LONG)
}
