//! Whether two records have one figure measured alike, and each of them in one piece: visits of one
//! length, restarts of one speed, a machine that was left alone.

use crate::{
    figures::series::{
        drift,
        visits::{counted, is_disturbed},
    },
    record::{Cell, CellStart, Record},
    stats::units::time,
};

/// Visits are of one length where the longer one lasts at most so many times as long.
const SAME_LENGTH: f64 = 1.25;
/// A figure was disturbed where more than this share of its visits was, and at least so many.
const DISTURBED_SHARE: f64 = 0.1;
const DISTURBED_VISITS: usize = 2;
/// What disturbs a tenth of the visits is not taken to double the time of any restart.
const MOST_DISTURBED: f64 = 2.0;
const NS_PER_MS: f64 = 1e6;

/// Why nothing can be told of a figure of two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// On one side its restarts fall into two groups, of which a mean is neither, and restarts of
    /// one side lie among those of the other.
    TwoGroups,
    /// On one side something else disturbed its visits, and the sides are not far apart.
    Disturbed,
}

impl Open {
    /// What stands in the place of a verdict.
    pub fn words(self) -> &'static str {
        match self {
            Self::TwoGroups => "cannot tell (two groups)",
            Self::Disturbed => "cannot tell (disturbed)",
        }
    }
}

/// Why nothing can be told of a figure; none where it can.
pub(crate) fn open(cells: [&Cell; 2], records: [&Record; 2]) -> Option<Open> {
    let sides = || cells.into_iter().zip(records);
    let apart = times_apart(&cells.map(times_of_starts));
    if cells.into_iter().any(is_in_two_groups) && apart <= 1.0 {
        Some(Open::TwoGroups)
    } else if sides().any(|(cell, record)| was_disturbed(cell, record)) && apart <= MOST_DISTURBED {
        Some(Open::Disturbed)
    } else {
        None
    }
}

fn is_in_two_groups(cell: &Cell) -> bool {
    let times = if cell.items == 1 {
        drift::medians_of_starts(cell)
    } else {
        times_of_starts(cell)
    };
    drift::two_groups(&times).is_some()
}

/// An action in each restart, ns.
fn times_of_starts(cell: &Cell) -> Vec<f64> {
    let of_start = |start: &CellStart| if cell.items == 1 { start.p50_ns } else { start.mean_ns };
    cell.starts.iter().filter_map(of_start).collect()
}

/// How many times as long the quickest restart of one side took as the slowest of the other; at
/// most 1 where the sides overlap.
fn times_apart([old, new]: &[Vec<f64>; 2]) -> f64 {
    let least = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
    let most = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    (least(old) / most(new)).max(least(new) / most(old))
}

fn was_disturbed(cell: &Cell, record: &Record) -> bool {
    let Some(at) = place_of(cell, record) else { return false };
    let visits: Vec<bool> = counted(record)
        .into_iter()
        .filter(|visit| visit.cell as usize == at)
        .map(is_disturbed)
        .collect();
    let disturbed = visits.iter().filter(|disturbed| **disturbed).count();
    disturbed >= DISTURBED_VISITS && disturbed as f64 > DISTURBED_SHARE * visits.len() as f64
}

/// How long both were visited, in words, where that differs.
pub(crate) fn different_visits(cells: [&Cell; 2], records: [&Record; 2]) -> Option<String> {
    let [old, new] = [0, 1].map(|side| visit_ms(cells[side], records[side]));
    let (old, new) = (old?, new?);
    let differs = old.max(new) as f64 > SAME_LENGTH * old.min(new) as f64;
    let words = |ms: u64| time(ms as f64 * NS_PER_MS);
    differs.then(|| {
        format!(
            "visits last {} in the earlier record and {} in the later: measure both with the \
            same --budget, or the same --visit",
            words(old),
            words(new)
        )
    })
}

/// How long a visit of a cell was to last, lead-in included, ms; none where its record does not
/// tell.
fn visit_ms(cell: &Cell, record: &Record) -> Option<u64> {
    let at = place_of(cell, record)?;
    let visits = record.visits.iter().filter(|visit| visit.cell as usize == at);
    visits.filter_map(|visit| visit.limit_ms).min()
}

fn place_of(cell: &Cell, record: &Record) -> Option<usize> {
    record.cells.iter().position(|other| std::ptr::eq(other, cell))
}
