//! How many restarts, and how long, for intervals of a wanted width: chosen once, from the pilot.
//! It decides about the single call of the lanes that answer and reads records; it measures
//! nothing.
//!
//! Two stages (Stein, "A two-sample test for a linear hypothesis whose power is independent of the
//! variance", 1945): stopping as soon as an interval happens to be narrow would make intervals that
//! cover less than they say. The intervals that are shown use all starts, not the pilot's scatter
//! alone as Stein's do; so that they cover what they say, the choice rests on an upper bound of the
//! scatter and never ends a run before [`FEWEST`] starts (`tests/it/precision.rs`).

pub mod reached;

use crate::{
    figures::cells::{CONFIDENCE, is_whole},
    record::{Cell, NO_ENGINE, PilotLane, Record},
    stats::estimates,
};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::sync::OnceLock;

/// Restarts of a pilot.
pub const PILOT: u32 = 5;
/// Fewest restarts that a pilot's scatter may decide for; fewer only where the budget, which knows
/// no scatter, ends the run.
pub const FEWEST: u32 = 8;
/// Most restarts.
pub const MOST: u32 = 1_000;
/// Confidence of the upper bound of the scatter.
const BOUND: f64 = 0.8;
/// Lengths of a restart that are tried: each is this much longer than the one before.
const STEP: f64 = 1.1;

/// What is wanted, and what there is to spend.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Half width of the 95 % interval, as a share of the value.
    pub share: f64,
    /// Fewest starts that the scatter may decide for.
    pub fewest: u32,
    /// What is left of the budget after the pilot, seconds.
    pub left_s: f64,
    /// Shortest and longest time of the work in a start, seconds.
    pub work_s: (f64, f64),
}

/// The pilot.
#[derive(Clone, Debug)]
pub struct Pilot {
    /// Its starts.
    pub starts: u32,
    /// Time of the work (visits, pairs asked in turns) in one of them, seconds.
    pub work_s: f64,
    /// What each took besides, seconds.
    pub cost_s: f64,
    /// What it saw.
    pub lanes: Vec<PilotLane>,
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Starts in all, the pilot's included.
    pub starts: u32,
    /// Time of the work in each of the starts to come, seconds.
    pub work_s: f64,
    /// Half width foreseen for the lane that scatters most, from the upper bound of its scatter, as
    /// a share.
    pub predicted_share: f64,
    /// What the wanted precision would need where the budget does not allow it: starts in all, and
    /// seconds after the pilot.
    pub needed: Option<(u32, f64)>,
}

/// The cells that a wanted precision is about: the single call of every planned lane that answers,
/// with the plan's first engine and size.
pub(crate) fn promised(record: &Record) -> impl Iterator<Item = &Cell> {
    record.cells.iter().filter(|cell| is_promised(cell, record))
}

fn is_promised(cell: &Cell, record: &Record) -> bool {
    let plan = &record.plan;
    let is_main_single_call = cell.items == 1
        && (cell.engine == NO_ENGINE || plan.engines.first() == Some(&cell.engine))
        && plan.main_workload() == cell.workload
        && plan.main_size() == Some(cell.size)
        && plan.placements.first().is_none_or(|main| *main == cell.placement);
    is_main_single_call
        && record
            .lanes
            .iter()
            .any(|lane| lane.name == cell.lane && lane.planned && lane.answers)
}

/// What the starts so far say of each promised lane; lanes that did not give a whole start each
/// time are left out.
pub fn pilot_lanes(record: &Record) -> Vec<PilotLane> {
    let mut lanes = Vec::new();
    for (index, cell) in record.cells.iter().enumerate() {
        if !is_promised(cell, record) {
            continue;
        }
        if let Some(start_scatter) = start_scatter(record, cell) {
            lanes.push(PilotLane {
                lane: cell.lane.clone(),
                start_scatter,
                visit_error: visit_error(record, index),
            });
        }
    }
    lanes
}

/// Standard deviation of the logarithms of the starts' medians; `None` where a start is missing.
fn start_scatter(record: &Record, cell: &Cell) -> Option<f64> {
    let whole = cell.starts.iter().filter(|start| is_whole(start));
    let logs: Vec<f64> = whole.filter_map(|start| Some(start.p50_ns?.ln())).collect();
    if cell.status == "void" || logs.len() != record.progress.starts_done as usize {
        return None;
    }
    let scatter = variance(&logs)?.sqrt();
    scatter.is_finite().then_some(scatter)
}

/// The error that the visits of a start leave in its median: pooled over starts, as a standard
/// deviation of logarithms.
fn visit_error(record: &Record, cell: usize) -> Option<f64> {
    let mut squares = Vec::new();
    for start in 0..record.progress.starts_done {
        let of_start = record
            .visits
            .iter()
            .filter(|visit| visit.cell as usize == cell && visit.start == start);
        let logs: Vec<f64> = of_start.filter_map(|visit| Some(visit.p50_ns?.ln())).collect();
        squares.push(variance(&logs)? / logs.len() as f64);
    }
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    mean.is_finite().then(|| mean.sqrt())
}

fn variance(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    Some(values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0))
}

/// Chooses the number of starts and their length: the cheapest that reach the wanted width, else
/// the narrowest that the budget allows. `None` where the pilot saw no lane.
///
/// Short starts cost their bring-up too often, long ones measure what starts differ by too exactly:
/// for one lane the best length is the classical `sqrt(cost_s * visit variance per second /
/// variance between starts)` (Cochran, "Sampling Techniques", on two-stage sampling); for several
/// it is searched for, since the lane that needs most decides.
pub fn choose(pilot: &Pilot, wish: &Wish) -> Option<Choice> {
    if pilot.lanes.is_empty() || pilot.starts < 2 {
        return None;
    }
    let bounded = Bounded::of(pilot);
    let lengths = bounded.lengths(wish);
    let fewest = wish.fewest.max(pilot.starts);
    let cheapest = lengths
        .iter()
        .map(|&work_s| bounded.needed(wish.share, fewest, work_s))
        .min_by(|a, b| pilot.cost_of(*a).total_cmp(&pilot.cost_of(*b)))?;
    let cheapest_share = bounded.half_width(cheapest);
    if cheapest_share <= wish.share && pilot.cost_of(cheapest) <= wish.left_s {
        return Some(cheapest.chosen(cheapest_share, None));
    }
    let most = pilot.affordable(wish.left_s, lengths[0]);
    let narrowest = lengths
        .iter()
        .map(|&work_s| Design {
            starts: pilot.affordable(wish.left_s, work_s).min(MOST),
            work_s,
        })
        .filter(|design| design.starts >= most.min(fewest))
        .min_by(|a, b| bounded.half_width(*a).total_cmp(&bounded.half_width(*b)))?;
    let predicted_share = bounded.half_width(narrowest);
    let needed = if predicted_share > wish.share {
        Some((cheapest.starts, pilot.cost_of(cheapest)))
    } else {
        None
    };
    Some(narrowest.chosen(predicted_share, needed))
}

/// A number of starts, and the time of the work in those after the pilot.
#[derive(Clone, Copy)]
struct Design {
    starts: u32,
    work_s: f64,
}

impl Design {
    fn chosen(self, predicted_share: f64, needed: Option<(u32, f64)>) -> Choice {
        let Self { starts, work_s } = self;
        Choice { starts, work_s, predicted_share, needed }
    }
}

impl Pilot {
    /// What the starts after the pilot take, seconds.
    fn cost_of(&self, design: Design) -> f64 {
        f64::from(design.starts - self.starts) * (self.cost_s + design.work_s)
    }

    /// How many starts of this length there is time for, the pilot's included.
    fn affordable(&self, left_s: f64, work_s: f64) -> u32 {
        self.starts + (left_s.max(0.0) / (self.cost_s + work_s)).min(1e3) as u32
    }
}

/// The pilot with upper bounds in the place of what it saw.
struct Bounded<'p> {
    pilot: &'p Pilot,
    lanes: Vec<BoundedLane>,
}

/// Variances of logarithms, upper bounds where the pilot says so little.
struct BoundedLane {
    /// Of a start's median in the pilot.
    start: f64,
    /// The part of it that visits leave open; absent where a start has one visit.
    visits: Option<f64>,
}

/// The quantile of Student's t for that many starts; a choice asks for it many thousand times.
fn t(starts: u32) -> f64 {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        (0..=MOST as usize)
            .map(|starts| estimates::t_quantile(starts, CONFIDENCE))
            .collect()
    });
    table[starts.min(MOST) as usize]
}

impl<'p> Bounded<'p> {
    fn of(pilot: &'p Pilot) -> Self {
        let freedom = f64::from(pilot.starts - 1);
        let factor =
            ChiSquared::new(freedom).map_or(f64::NAN, |chi| freedom / chi.inverse_cdf(1.0 - BOUND));
        let lanes = pilot
            .lanes
            .iter()
            .map(|lane| BoundedLane {
                start: factor * lane.start_scatter.powi(2),
                visits: lane.visit_error.map(|error| error.powi(2)),
            })
            .collect();
        Self { pilot, lanes }
    }

    /// The lengths to try; the pilot's alone where nothing is known of how a start's length
    /// matters.
    fn lengths(&self, wish: &Wish) -> Vec<f64> {
        let (shortest, longest) = wish.work_s;
        if self.lanes.iter().any(|lane| lane.visits.is_none()) {
            return vec![self.pilot.work_s];
        }
        let mut lengths = vec![shortest];
        let mut next = shortest * STEP;
        while next <= longest {
            lengths.push(next);
            next *= STEP;
        }
        lengths
    }

    /// The half width of the worst lane, as a share.
    fn half_width(&self, design: Design) -> f64 {
        let variances = self.lanes.iter().map(|lane| self.variance_of_mean(lane, design));
        let worst = variances.fold(0.0, f64::max);
        // On logarithms; the upper half of the interval is the wider one.
        (t(design.starts) * worst.sqrt()).exp_m1()
    }

    /// Of the mean over all starts, those of the pilot and those after it.
    fn variance_of_mean(&self, lane: &BoundedLane, design: Design) -> f64 {
        let pilot = f64::from(self.pilot.starts);
        let n = f64::from(design.starts);
        let visits = lane.visits.unwrap_or(0.0);
        let later = (lane.start - visits).max(0.0) + visits * self.pilot.work_s / design.work_s;
        (pilot * lane.start + (n - pilot) * later) / (n * n)
    }

    /// Fewest starts of this length for that half width; [`MOST`] where so many do not reach it.
    fn needed(&self, share: f64, fewest: u32, work_s: f64) -> Design {
        (fewest..MOST)
            .map(|starts| Design { starts, work_s })
            .find(|design| self.half_width(*design) <= share)
            .unwrap_or(Design { starts: MOST, work_s })
    }
}
