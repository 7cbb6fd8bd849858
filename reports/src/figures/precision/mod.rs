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
    record::{Cell, PilotLane, Record},
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
/// with the plan's first engine and `max_results`.
pub(crate) fn promised(record: &Record) -> impl Iterator<Item = &Cell> {
    let plan = &record.plan;
    let answers = |name: &str| {
        record
            .lanes
            .iter()
            .any(|lane| lane.name == name && lane.planned && lane.answers)
    };
    record.cells.iter().filter(move |cell| {
        cell.items == 1
            && plan.engines.first() == Some(&cell.engine)
            && plan.max_results.first() == Some(&cell.max_results)
            && answers(&cell.lane)
    })
}

/// What the starts so far say of each promised lane; lanes that did not give a whole start each
/// time are left out.
pub fn pilot_lanes(record: &Record) -> Vec<PilotLane> {
    let done = record.progress.starts_done as usize;
    let of = |(at, cell): (usize, &Cell)| {
        let whole = cell.starts.iter().filter(|start| is_whole(start));
        let p50s: Vec<f64> = whole.filter_map(|start| Some(start.p50_ns?.ln())).collect();
        (cell.status != "void" && p50s.len() == done).then_some(())?;
        let start_scatter = variance(&p50s)?.sqrt();
        (start_scatter.is_finite()).then_some(())?;
        Some(PilotLane {
            lane: cell.lane.clone(),
            start_scatter,
            visit_error: visit_error(record, at),
        })
    };
    let promised: Vec<&Cell> = promised(record).collect();
    let is_promised = |cell: &Cell| promised.iter().any(|other| std::ptr::eq(*other, cell));
    record
        .cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| is_promised(cell))
        .filter_map(of)
        .collect()
}

/// The error that the visits of a start leave in its median: pooled over starts, as a standard
/// deviation of logarithms.
fn visit_error(record: &Record, cell: usize) -> Option<f64> {
    let starts = 0..record.progress.starts_done;
    let of_start = |start: u32| -> Option<f64> {
        let here = record
            .visits
            .iter()
            .filter(|visit| visit.cell as usize == cell && visit.start == start);
        let logs: Vec<f64> = here.filter_map(|visit| Some(visit.p50_ns?.ln())).collect();
        Some(variance(&logs)? / logs.len() as f64)
    };
    let squares: Vec<f64> = starts.map(of_start).collect::<Option<_>>()?;
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
    let cost =
        |starts: u32, work_s: f64| f64::from(starts - pilot.starts) * (pilot.cost_s + work_s);
    let fewest = wish.fewest.max(pilot.starts);
    let needed = |&work_s: &f64| (bounded.needed(wish.share, fewest, work_s), work_s);
    let cheapest = |a: &(u32, f64), b: &(u32, f64)| cost(a.0, a.1).total_cmp(&cost(b.0, b.1));
    let (starts, work_s) = lengths.iter().map(needed).min_by(cheapest)?;
    let enough = bounded.half_width(starts, work_s) <= wish.share;
    if enough && cost(starts, work_s) <= wish.left_s {
        let predicted_share = bounded.half_width(starts, work_s);
        return Some(Choice { starts, work_s, predicted_share, needed: None });
    }
    let affordable = |work_s: f64| {
        pilot.starts + (wish.left_s.max(0.0) / (pilot.cost_s + work_s)).min(1e3) as u32
    };
    let most = affordable(lengths[0]);
    let within = lengths.iter().map(|&work_s| (affordable(work_s).min(MOST), work_s));
    let (at_most, long_s) = within
        .filter(|(starts, _)| *starts >= most.min(fewest))
        .min_by(|a, b| bounded.half_width(a.0, a.1).total_cmp(&bounded.half_width(b.0, b.1)))?;
    let predicted_share = bounded.half_width(at_most, long_s);
    let needed = (predicted_share > wish.share).then(|| (starts, cost(starts, work_s)));
    Some(Choice { starts: at_most, work_s: long_s, predicted_share, needed })
}

/// The pilot with upper bounds in the place of what it saw.
struct Bounded<'p> {
    pilot: &'p Pilot,
    /// For each lane: variance of a start's logarithm in the pilot, and the part of it that visits
    /// leave open.
    lanes: Vec<(f64, Option<f64>)>,
}

/// The quantile of Student's t for that many starts; a choice asks for it many thousand times.
fn t(starts: u32) -> f64 {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    let quantile = |starts| estimates::t_quantile(starts, CONFIDENCE);
    TABLE.get_or_init(|| (0..=MOST as usize).map(quantile).collect())[starts.min(MOST) as usize]
}

impl<'p> Bounded<'p> {
    fn of(pilot: &'p Pilot) -> Self {
        let freedom = f64::from(pilot.starts - 1);
        let factor =
            ChiSquared::new(freedom).map_or(f64::NAN, |chi| freedom / chi.inverse_cdf(1.0 - BOUND));
        let bound = |lane: &PilotLane| {
            (factor * lane.start_scatter.powi(2), lane.visit_error.map(|error| error.powi(2)))
        };
        Self { pilot, lanes: pilot.lanes.iter().map(bound).collect() }
    }

    /// The lengths to try; the pilot's alone where nothing is known of how a start's length
    /// matters.
    fn lengths(&self, wish: &Wish) -> Vec<f64> {
        let (shortest, longest) = wish.work_s;
        if self.lanes.iter().any(|(_, visits)| visits.is_none()) {
            return vec![self.pilot.work_s];
        }
        let next = |length: &f64| Some(length * STEP).filter(|length| *length <= longest);
        std::iter::successors(Some(shortest), next).collect()
    }

    /// The half width with that many starts of which those after the pilot have this length, of the
    /// worst lane.
    fn half_width(&self, starts: u32, work_s: f64) -> f64 {
        let pilot = f64::from(self.pilot.starts);
        let n = f64::from(starts);
        let variance = |&(seen, visits): &(f64, Option<f64>)| {
            let visits = visits.unwrap_or(0.0);
            let later = (seen - visits).max(0.0) + visits * self.pilot.work_s / work_s;
            (pilot * seen + (n - pilot) * later) / (n * n)
        };
        let worst = self.lanes.iter().map(variance).fold(0.0, f64::max);
        // On logarithms; the upper half of the interval is the wider one.
        (t(starts) * worst.sqrt()).exp_m1()
    }

    /// Fewest starts of this length for that half width; [`MOST`] where so many do not reach it.
    fn needed(&self, share: f64, fewest: u32, work_s: f64) -> u32 {
        (fewest..MOST)
            .find(|starts| self.half_width(*starts, work_s) <= share)
            .unwrap_or(MOST)
    }
}
