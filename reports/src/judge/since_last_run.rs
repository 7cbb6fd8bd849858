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
            change::{Fate, counterpart, same_figure},
            mismatch::foreign,
        },
        trust,
    },
    record::{Cell, Lane, Record},
    stats::comparison,
};

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
        for scene in &summary.scenes {
            let own = scene.rows.iter().filter(|row| row.is_of(scene.asked) && row.lane.answers);
            let stands = |row: &&Row| withdrawn.iter().all(|one| one.lane != row.lane.name);
            for row in own.filter(stands) {
                for before in row.single.iter().chain(&row.cells) {
                    self.compare_cell(row.lane, before, later);
                }
            }
        }
        let all = self.cells.iter().map(|cell| &cell.change.comparison);
        let detected = comparison::detected_in_family(all);
        for (cell, detected) in self.cells.iter_mut().zip(detected) {
            cell.change.detected = detected;
        }
    }

    fn compare_cell(&mut self, lane: &Lane, before: &CellFigures<'a>, later: &Record) {
        match counterpart(lane, before, [self.earlier, later]) {
            Ok(change) => self.cells.push(CellSince { before: before.clone(), change }),
            Err((Fate::Unlike, _)) => self.unlike += 1,
            // Without a counterpart there is nothing to be said beside it: the plans tell why.
            Err(_) => {}
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
