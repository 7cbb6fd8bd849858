//! What was measured after a run and put into its record: restarts of their own, and how calls that
//! the run had measured too compared then.

use crate::record::{Cell, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Cells that were measured after the run, in restarts of their own. Their restarts have the
/// numbers from [`Addition::first_start`] on, which no restart of the run and of another addition
/// has: nothing pairs them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Addition {
    /// When it began, RFC 3339, UTC.
    pub started_at: String,
    /// How long it took, seconds.
    pub elapsed_s: f64,
    /// What was asked, as `batch +32`.
    pub asked: String,
    /// The number of its first restart.
    pub first_start: u32,
    /// Its restarts.
    pub starts: u32,
    /// True where its anchors differed from the record, so that every cell of their lanes was
    /// measured anew.
    #[serde(default)]
    pub anew: bool,
    /// Calls that were measured before and once more among the added ones.
    #[serde(default)]
    pub anchors: Vec<AnchorRatio>,
}

/// A cell of the record that was measured once more: what its time was then, by what it was before.
/// Its later visits are in no figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnchorRatio {
    /// Full name of the lane.
    pub lane: String,
    /// As in the cell.
    pub engine: String,
    /// As in the cell.
    pub workload: String,
    /// As in the cell.
    pub size: u32,
    /// As in the cell.
    pub mode: String,
    /// Items per action.
    pub items: u32,
    /// As in the cell.
    pub placement: String,
    /// Later by earlier: the median of a single call, the mean of an item otherwise.
    pub ratio: f64,
    /// The ends of its 95 % interval; absent where restarts were too few.
    pub low: Option<f64>,
    /// See `low`.
    pub high: Option<f64>,
    /// True where the anchors of its lane differ: the mean of their logarithms at 99 %, and by more
    /// than 5 %.
    pub differs: bool,
}

impl Addition {
    /// True for the number of one of its restarts.
    fn has(&self, start: u32) -> bool {
        start.checked_sub(self.first_start).is_some_and(|after| after < self.starts)
    }

    /// See [`farthest_of`].
    pub fn farthest(&self) -> Option<f64> {
        farthest_of(&self.anchors)
    }
}

/// The farthest that the anchors of a lane are from what they were, on average: the geometric mean
/// of their ratios, as a share. None without anchors.
pub fn farthest_of(anchors: &[AnchorRatio]) -> Option<f64> {
    let mut lanes: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for anchor in anchors {
        lanes.entry(&anchor.lane).or_default().push(anchor.ratio.ln());
    }
    let away = lanes.values().map(|logs| {
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        mean.abs().exp_m1()
    });
    away.filter(|away| away.is_finite()).max_by(f64::total_cmp)
}

impl Record {
    /// The addition that measured this cell, and its place in the list; none where the run did.
    pub fn addition_of(&self, cell: &Cell) -> Option<(usize, &Addition)> {
        let start = cell.starts.first()?.start;
        self.additions.iter().enumerate().find(|(_, addition)| addition.has(start))
    }

    /// The number that the first restart of another addition has.
    pub fn next_start(&self) -> u32 {
        let ends = self.additions.iter().map(|one| one.first_start.saturating_add(one.starts));
        ends.chain([self.plan.starts.max(self.progress.starts_done)]).max().unwrap_or(0)
    }
}
