//! What one action would take over a lane with numbers that this run did not measure: the user's
//! service time, rate, items, calls in parallel and network (METHOD.md, "What if"). The page
//! computes the same in `template/predict.js`; a test holds the two to each other. It writes no
//! text; `words` does.

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures},
        row::Row,
        summary::Scene,
    },
    model::{
        MODES, Model,
        action::{Calls, Settings},
        grid::Grid,
    },
    stats::estimates::{self, Estimate},
};
use serde::{Deserialize, Serialize};

/// Nothing is predicted for calls with more items than this many times the largest measured call.
pub const FARTHEST: f64 = 2.0;
/// Share of the machine's cores from which on waiting for one is no small part of an action: the
/// queue with one server and random arrivals (M/M/1) doubles its time there.
const CROWDED: f64 = 0.5;
/// Significant digits that are kept of what the page computes with, so that it computes with the
/// same numbers as this program.
const DIGITS: usize = 7;

/// What is known of one lane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Basis {
    /// True where no network can come between the two sides.
    pub in_process: bool,
    /// Measured items per call, ascending.
    pub sizes: Vec<u32>,
    /// The fitted curve of each start, `[a, b]` or `[a, b, bend, b beyond it]`, ns; empty where no
    /// linear model holds.
    pub curves: Vec<Vec<f64>>,
    /// Mean time of a call of each size in each start, ns; empty where there are curves. Calls of
    /// other sizes lie on straight lines between these.
    pub measured_ns: Vec<Vec<f64>>,
    /// CPU time of both sides for a call of each size in each start, ns; empty where some of it was
    /// not read.
    pub cpu_ns: Vec<Vec<f64>>,
    /// The quantile of Student's t for the starts of the times and for those of the CPU times,
    /// two-sided 95 %.
    pub t: [f64; 2],
}

/// Why there is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// A call would have more than [`FARTHEST`] times the items of the largest measured one.
    Beyond,
    /// No linear model holds, and a call has more items than any measured one.
    NoModel,
    /// The cores of this machine do not suffice for that rate.
    Overloaded,
}

/// Whether an action keeps its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// The whole interval lies within it.
    Within,
    /// So it does, and the time is a lower bound.
    AtBest,
    /// The whole interval lies beyond it.
    Over,
    /// The interval holds it, or there is none.
    CannotTell,
}

/// One action over one lane.
#[derive(Clone, Copy, Debug)]
pub struct Prediction {
    /// Its time, ns, or why there is none.
    pub time: Result<Estimate, Gap>,
    /// True where a call has more items than the largest measured one.
    pub outside: bool,
    /// True where no linear model holds and a call lies between two measured ones.
    pub between: bool,
    /// True where the time is a lower bound: calls in parallel get in each other's way, and so do
    /// actions on busy cores.
    pub at_least: bool,
    /// Cores that both sides keep busy at that rate, the work of the callee included; absent where
    /// the CPU time of such a call is not known.
    pub cores: Option<Estimate>,
    /// Whether the time keeps the budget; absent without a time.
    pub budget: Option<Budget>,
}

impl Basis {
    /// What is known of a lane from its single call and its batches; the harness is the lane that
    /// answers nothing. `None` where no start has them all.
    pub fn of(row: &Row, scene: &Scene) -> Option<Self> {
        let grid = Grid::of(row, MODES[0])?;
        if grid.starts.is_empty() {
            return None;
        }
        let model = Model::of_grid(&grid, MODES[0]).filter(Model::holds);
        let curve = |curve: &crate::model::Curve| {
            let beyond =
                curve.bend.map_or_else(Vec::new, |(bend, beyond)| vec![bend, kept(beyond)]);
            [vec![kept(curve.call_ns), kept(curve.item_ns)], beyond].concat()
        };
        let curves: Vec<Vec<f64>> = model
            .iter()
            .flat_map(|model| model.curves.iter().map(|(_, one)| curve(one)))
            .collect();
        let times = |(_, ns): &(u32, Vec<f64>)| ns.iter().map(|ns| kept(*ns)).collect();
        let measured_ns = if curves.is_empty() {
            grid.starts.iter().map(times).collect()
        } else {
            Vec::new()
        };
        let cpu_ns = cpu(row, scene, &grid);
        let t = [grid.starts.len(), cpu_ns.len()]
            .map(|starts| estimates::t_quantile(starts, CONFIDENCE));
        let numbers = curves.iter().chain(&measured_ns).chain(&cpu_ns).flatten();
        // What is no number cannot stand in JSON.
        let usable = numbers.copied().all(f64::is_finite);
        let in_process = row.lane.in_process;
        usable.then_some(Self {
            in_process,
            sizes: grid.sizes,
            curves,
            measured_ns,
            cpu_ns,
            t,
        })
    }

    /// The largest measured call, items.
    pub fn most_items(&self) -> u32 {
        self.sizes.last().copied().unwrap_or(1)
    }

    /// One action with these numbers, on a machine with so many cores.
    pub fn predict(&self, settings: &Settings, cores: u32) -> Prediction {
        let calls = Calls::of(settings);
        let work_ns = f64::from(settings.items.max(1)) * settings.service_ns;
        let used = self.cores(settings, &calls, work_ns);
        // Where the boundary's own CPU time is not known, the work alone may be too much.
        let busy = used.map_or(settings.actions_per_s * work_ns / 1e9, |cores| cores.value);
        let (full, most) = (f64::from(calls.full), f64::from(self.most_items()));
        let time = match self.action_ns(settings, &calls) {
            _ if full > FARTHEST * most => Err(Gap::Beyond),
            _ if busy >= f64::from(cores) => Err(Gap::Overloaded),
            None => Err(Gap::NoModel),
            Some(starts) => estimates::log_mean_of_starts(&starts, CONFIDENCE).ok_or(Gap::NoModel),
        };
        let at_least =
            (settings.parallel > 1 && calls.all > 1) || busy >= CROWDED * f64::from(cores);
        let budget = time.ok().map(|time| kept_budget(&time, settings.budget_ns, at_least));
        let measured = |items: &u32| self.sizes.contains(items);
        let between = time.is_ok()
            && self.curves.is_empty()
            && ![calls.full, calls.rest].iter().all(measured);
        Prediction {
            time,
            outside: full > most,
            between,
            at_least,
            cores: used,
            budget,
        }
    }

    /// The time of an action in each start; `None` where a call of it has no time.
    fn action_ns(&self, settings: &Settings, calls: &Calls) -> Option<Vec<f64>> {
        let starts = self.curves.len().max(self.measured_ns.len());
        let added = if self.in_process { 0.0 } else { settings.round_trip_ns };
        let call = |start, items| {
            Some(self.call_ns(start, items)? + added + settings.service_ns * f64::from(items))
        };
        let action = |start| {
            let before = match calls.before {
                0 => 0.0,
                rounds => f64::from(rounds) * call(start, calls.full)?,
            };
            Some(before + call(start, calls.last)?)
        };
        (0..starts).map(action).collect()
    }

    /// The time of a call by itself in one start.
    fn call_ns(&self, start: usize, items: u32) -> Option<f64> {
        let n = f64::from(items);
        match self.curves.get(start).map(Vec::as_slice) {
            Some([a, b, bend, beyond]) if n > *bend => Some(a + b * bend + beyond * (n - bend)),
            Some([a, b, ..]) => Some(a + b * n),
            _ if items > self.most_items() => None,
            _ => between(&self.sizes, self.measured_ns.get(start)?, items),
        }
    }

    fn cores(&self, settings: &Settings, calls: &Calls, work_ns: f64) -> Option<Estimate> {
        // Beyond the sizes CPU time grows as it did between the last two, which is believed where
        // time does so too.
        let farthest = if self.curves.is_empty() { 1.0 } else { FARTHEST };
        if f64::from(calls.full) > farthest * f64::from(self.most_items()) {
            return None;
        }
        let action = |cpu_ns: &Vec<f64>| {
            let full = match calls.all {
                1 => 0.0,
                all => f64::from(all - 1) * between(&self.sizes, cpu_ns, calls.full)?,
            };
            Some(full + between(&self.sizes, cpu_ns, calls.rest)? + work_ns)
        };
        let starts: Option<Vec<f64>> = self.cpu_ns.iter().map(action).collect();
        let a_second = estimates::mean_of_starts(&starts?, CONFIDENCE)?;
        Some(a_second.scaled(settings.actions_per_s / 1e9))
    }
}

fn kept_budget(time: &Estimate, budget_ns: f64, at_least: bool) -> Budget {
    match time.interval {
        Some(i) if i.low > budget_ns => Budget::Over,
        Some(i) if i.high <= budget_ns => match at_least {
            true => Budget::AtBest,
            false => Budget::Within,
        },
        _ => Budget::CannotTell,
    }
}

/// The value at so many items on straight lines between the sizes, the last one continued.
fn between(sizes: &[u32], values: &[f64], items: u32) -> Option<f64> {
    if let Some(at) = sizes.iter().position(|size| *size == items) {
        return values.get(at).copied();
    }
    let above = sizes.iter().position(|size| *size > items).unwrap_or(sizes.len().max(1) - 1);
    let below = above.checked_sub(1)?;
    let [x, y] = [below, above].map(|at| sizes.get(at).copied().map(f64::from));
    let (x, y, from, to) = (x?, y?, values.get(below)?, values.get(above)?);
    Some(from + (to - from) * (f64::from(items) - x) / (y - x))
}

/// CPU time of both sides for a call of each size, less what the harness takes for a call of that
/// size: in each start of the grid, and empty where one figure is missing.
fn cpu(row: &Row, scene: &Scene, grid: &Grid) -> Vec<Vec<f64>> {
    let harness = scene.harness().filter(|other| other.lane.caller == row.lane.caller);
    let call = |start: u32, items: u32| {
        let own = sized(row, items)?.start(start)?;
        let callee = if row.lane.in_process { 0.0 } else { own.cpu_callee_ns? };
        let spent = match harness {
            Some(other) => sized(other, items)?.start(start)?.cpu_caller_ns?,
            None => 0.0,
        };
        Some(kept((own.cpu_caller_ns? - spent + callee) * f64::from(items)))
    };
    let of_start = |(start, _): &(u32, Vec<f64>)| {
        grid.sizes
            .iter()
            .map(|items| call(*start, *items))
            .collect::<Option<Vec<f64>>>()
    };
    grid.starts.iter().map(of_start).collect::<Option<_>>().unwrap_or_default()
}

/// The single call, or the batch of so many items.
fn sized<'s, 'a>(row: &'s Row<'a>, items: u32) -> Option<&'s CellFigures<'a>> {
    let batched = row.cells.iter().filter(|cell| cell.cell.mode == MODES[0]);
    row.single.iter().chain(batched).find(|cell| cell.cell.items == items)
}

fn kept(ns: f64) -> f64 {
    format!("{ns:.*e}", DIGITS - 1).parse().unwrap_or(ns)
}
