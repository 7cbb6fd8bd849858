//! The two levels of two records: starts within a run, and the luck that all starts of a run share.
//! It settles what each figure says once that luck is known.

use crate::{
    judge::comparison::Change,
    record::{Floor, Record},
    stats::{
        comparison::{self, Comparison, DETECTION},
        paired_ratio,
        welch::{Welch, between_runs::BetweenRuns},
    },
};

/// How often a slowdown of the smallest size that is said is named.
const POWER: f64 = 0.9;

/// What two runs are like in one placement.
#[derive(Clone, Debug)]
pub struct Placed {
    /// As shown: `one core`.
    pub placement: String,
    /// What their luck adds to every difference.
    pub runs: BetweenRuns,
    /// Of all figures in this placement that can be told: the smallest slowdown that is named in
    /// nine of ten cases, as a share, for the figure that tells most, the middle one and the one
    /// that tells least.
    pub smallest: Option<[f64; 3]>,
}

/// Adds the luck of the runs to every figure, and says what remains detected among all of them.
/// Figures of which nothing can be told are of no family.
pub(crate) fn settle(changes: &mut [Change], records: [&Record; 2]) -> Vec<Placed> {
    let floors = floors(records);
    let mut placements: Vec<String> = Vec::new();
    for change in changes.iter() {
        if !placements.contains(&change.placement) {
            placements.push(change.placement.clone());
        }
    }
    let runs: Vec<BetweenRuns> = placements
        .iter()
        .map(|placement| luck_in(changes, placement, &floors))
        .collect();
    for change in changes.iter_mut() {
        if let Some(at) = placements.iter().position(|placement| *placement == change.placement) {
            change.logs = change.logs.with_luck_of_runs(&runs[at]);
            change.comparison = Comparison::unpaired(&change.logs);
        }
    }
    detect(changes);
    let placed = placements.into_iter().zip(runs);
    placed
        .map(|(placement, runs)| Placed {
            smallest: smallest_in(changes, &placement),
            placement,
            runs,
        })
        .collect()
}

fn luck_in(changes: &[Change], placement: &str, floors: &[Welch]) -> BetweenRuns {
    let told = || {
        let told = changes.iter().filter(|change| change.open.is_none());
        told.filter(|change| change.placement == placement)
    };
    let differences: Vec<Welch> = told().map(|change| change.logs).collect();
    let mut lanes: Vec<&str> = told().map(|change| change.lane_name.as_str()).collect();
    lanes.sort_unstable();
    lanes.dedup();
    BetweenRuns::of(&differences, lanes.len(), floors)
}

/// What the floors of the machine that both records have differ by, in logarithms.
fn floors([old, new]: [&Record; 2]) -> Vec<Welch> {
    let logs = |floor: &Floor| -> Vec<f64> {
        let values = floor.starts.iter().filter_map(|start| start.mean_ns.or(start.bytes_per_s));
        values.filter(|value| *value > 0.0).map(f64::ln).collect()
    };
    let mut differences = Vec::new();
    for before in &old.floors {
        let after = new.floors.iter().find(|after| after.name == before.name);
        differences.extend(after.and_then(|after| Welch::of(&logs(after), &logs(before), 0.0)));
    }
    differences
}

/// Holm over all figures that can be told, in two families that were chosen before anything was
/// seen, with half of the error each: the single calls of the main question, which are few and what
/// people ask for, and all else (Bonferroni's split of the error between families).
fn detect(changes: &mut [Change]) {
    let is_first = |change: &Change| change.main && change.items == 1;
    let told = changes.iter_mut().filter(|change| change.open.is_none());
    let (first, others): (Vec<&mut Change>, Vec<&mut Change>) = told.partition(|one| is_first(one));
    detect_in_family(first);
    detect_in_family(others);
}

fn detect_in_family(mut family: Vec<&mut Change>) {
    let error = (1.0 - DETECTION) / 2.0;
    let p_values: Vec<f64> = family.iter().map(|change| change.comparison.p_value).collect();
    let detected = comparison::holm(&p_values, error);
    // The first of Holm's levels, of which the half lies on the side of what is slower.
    let level = error / 2.0 / family.len().max(1) as f64;
    for (change, detected) in family.iter_mut().zip(detected) {
        change.detected = detected;
        change.smallest = change.logs.smallest_shown(level, POWER).map(f64::exp_m1);
    }
}

fn smallest_in(changes: &[Change], placement: &str) -> Option<[f64; 3]> {
    let here = changes.iter().filter(|change| change.placement == placement);
    let mut smallest: Vec<f64> = here.filter_map(|change| change.smallest).collect();
    let middle = paired_ratio::median(&mut smallest)?;
    Some([*smallest.first()?, middle, *smallest.last()?])
}
