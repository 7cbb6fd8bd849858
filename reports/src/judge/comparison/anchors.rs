//! Whether a machine is what it was: calls that a record has, measured once more among those that
//! it lacks. What was measured in both stands beside each other unpaired, as in two records.

use crate::{
    figures::cells::{CONFIDENCE, CellFigures},
    judge::comparison::change::{logs, same_figure},
    record::{AnchorRatio, Record},
    stats::{
        comparison::{Comparison, DETECTION, MARGIN},
        estimates::mean,
        welch::Welch,
    },
};
use std::collections::BTreeMap;

/// An anchor that is shown to differ by more than this is enough by itself: one that is quicker and
/// another that is slower, as where a busy core does not go to sleep, leave the mean of a lane
/// where it was. Runs of one build on a quiet machine differ by less.
const ENOUGH_ALONE: f64 = 0.2;

/// What the anchors of an addition say.
#[derive(Clone, Debug)]
pub struct AnchorCheck {
    /// Each of them, in the order of the addition.
    pub anchors: Vec<AnchorRatio>,
    /// Lanes that have anchors.
    pub lanes: usize,
    /// Full names of those whose anchors differ.
    pub differing: Vec<String>,
    /// As many lanes have to differ.
    pub needed: usize,
    /// True where a single anchor differs by enough.
    pub enough_alone: bool,
}

impl AnchorCheck {
    /// True where the record may be added to.
    pub fn agree(&self) -> bool {
        !self.enough_alone && self.differing.len() < self.needed
    }

    /// True for a lane whose anchors differ.
    fn differs(&self, lane: &str) -> bool {
        self.differing.iter().any(|other| other == lane)
    }
}

/// Cells of one lane in both records.
type Pairs<'r> = Vec<(CellFigures<'r>, CellFigures<'r>)>;

/// Sets every call of the addition that the record has against it. A lane differs if the mean of
/// its anchors' log ratios does at 99 %, by more than 5 %, or if one of them is shown to differ by
/// more than 20 %, at a level that holds for all anchors together.
pub fn check(record: &Record, addition: &Record) -> AnchorCheck {
    let pairs = in_both(record, addition);
    let mut found = AnchorCheck {
        anchors: Vec::new(),
        lanes: pairs.len(),
        differing: Vec::new(),
        needed: needed(pairs.len()),
        enough_alone: false,
    };
    let anchors: usize = pairs.values().map(Vec::len).sum();
    for (lane, pairs) in &pairs {
        let is_shown_alone = pairs.iter().any(|pair| differs_by_enough(pair, anchors));
        found.enough_alone |= is_shown_alone;
        if is_shown_alone || lane_ratio(pairs).is_some_and(|ratio| differs(&ratio)) {
            found.differing.push((*lane).to_owned());
        }
    }
    for (earlier, later) in pairs.values().flatten() {
        found.anchors.extend(ratio(earlier, later));
    }
    for at in 0..found.anchors.len() {
        found.anchors[at].differs = found.differs(&found.anchors[at].lane);
    }
    found
}

/// The figures of each lane that both records have, earlier first.
fn in_both<'r>(record: &'r Record, addition: &'r Record) -> BTreeMap<&'r str, Pairs<'r>> {
    let mut pairs: BTreeMap<&str, Pairs> = BTreeMap::new();
    for after in &addition.cells {
        let before = record.cells.iter().find(|before| same_figure(before, after));
        let before = before.and_then(|cell| CellFigures::of(cell, record.environment.clock_step()));
        let later = CellFigures::of(after, addition.environment.clock_step());
        if let (Some(earlier), Some(later)) = (before, later)
            && Welch::of(&logs(&later), &logs(&earlier), 0.0).is_some()
        {
            pairs.entry(&after.lane).or_default().push((earlier, later));
        }
    }
    pairs
}

fn ratio(earlier: &CellFigures, later: &CellFigures) -> Option<AnchorRatio> {
    let finest = earlier.resolution.and(later.resolution).log();
    let ratio = Welch::of(&logs(later), &logs(earlier), finest)?.estimate(CONFIDENCE).exp();
    let cell = later.cell;
    Some(AnchorRatio {
        lane: cell.lane.clone(),
        engine: cell.engine.clone(),
        workload: cell.workload.clone(),
        size: cell.size,
        mode: cell.mode.clone(),
        items: cell.items,
        placement: cell.placement.clone(),
        ratio: ratio.value,
        low: ratio.interval.map(|interval| interval.low),
        high: ratio.interval.map(|interval| interval.high),
        differs: false,
    })
}

/// Later by earlier for the anchors of a lane together: of each restart the mean of its logarithms.
fn lane_ratio(pairs: &Pairs) -> Option<Comparison> {
    let earlier: Vec<&CellFigures> = pairs.iter().map(|(earlier, _)| earlier).collect();
    let later: Vec<&CellFigures> = pairs.iter().map(|(_, later)| later).collect();
    // An anchor may itself have been added before, in other restarts: those that most have count.
    let start = starts(&earlier)
        .into_iter()
        .max_by_key(|start| having(&earlier, *start).len())?;
    let kept = having(&earlier, start);
    let of_kept = |all: &[&CellFigures]| -> Vec<f64> {
        let kept: Vec<&CellFigures> = kept.iter().map(|at| all[*at]).collect();
        starts(&kept).into_iter().filter_map(|start| mean_log(&kept, start)).collect()
    };
    let finest = pairs.iter().map(|(one, other)| one.resolution.and(other.resolution).log());
    let finest = finest.fold(0.0, f64::max);
    Welch::of(&of_kept(&later), &of_kept(&earlier), finest).map(|logs| Comparison::unpaired(&logs))
}

/// The restarts that any of these has.
fn starts(cells: &[&CellFigures]) -> Vec<u32> {
    let mut starts: Vec<u32> = cells
        .iter()
        .flat_map(|cell| cell.starts.iter().map(|start| start.start))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The places of those that have this restart.
fn having(cells: &[&CellFigures], start: u32) -> Vec<usize> {
    (0..cells.len()).filter(|at| cells[*at].start(start).is_some()).collect()
}

/// The mean of the logarithms of all of them in a restart; none where one lacks it.
fn mean_log(cells: &[&CellFigures], start: u32) -> Option<f64> {
    let mut all = Vec::new();
    for cell in cells {
        let figures = cell.start(start).filter(|_| cell.whole)?;
        let ns = if cell.cell.items == 1 { figures.p50_ns } else { figures.item_ns };
        all.push(ns.ln());
    }
    Some(mean(&all))
}

/// True where one of so many anchors is shown to be quicker or slower by enough; by chance that
/// happens to any of them in at most 2 % of all additions.
fn differs_by_enough((earlier, later): &(CellFigures, CellFigures), anchors: usize) -> bool {
    let finest = earlier.resolution.and(later.resolution).log();
    let level = (1.0 - DETECTION) / anchors as f64;
    let is_longer = |one: &CellFigures, other: &CellFigures| {
        let longer = Welch::of(&logs(one), &logs(other), finest);
        longer.is_some_and(|longer| longer.p_value_of_at_most(ENOUGH_ALONE.ln_1p()) <= level)
    };
    is_longer(later, earlier) || is_longer(earlier, later)
}

fn differs(ratio: &Comparison) -> bool {
    ratio.detected() && ratio.ratio.value.ln().abs() > MARGIN.ln_1p()
}

/// How many of so many lanes have to differ for it to happen by chance in at most 1 % of all
/// additions, if each does in 1 %: one of one, two of 2 to 15, three of 16 to 44.
fn needed(lanes: usize) -> usize {
    let chance = 1.0 - DETECTION;
    let mut exactly = (1.0 - chance).powi(lanes as i32);
    let mut fewer = exactly;
    let mut needed = 1;
    // Of rounding: 1 - 0.99 is not quite 0.01.
    while 1.0 - fewer > chance + 1e-9 {
        let left = lanes as f64 - needed as f64 + 1.0;
        exactly *= left / needed as f64 * chance / (1.0 - chance);
        fewer += exactly;
        needed += 1;
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::needed;

    /// By hand: of 15 lanes two or more differ in 0.96 %, of 16 in 1.09 %.
    #[test]
    fn as_many_lanes_must_differ_as_chance_gives_in_one_addition_of_a_hundred() {
        assert_eq!([1, 2, 15, 16, 44].map(needed), [1, 2, 2, 3, 3]);
        assert_eq!(needed(0), 1);
    }
}
