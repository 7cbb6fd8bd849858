//! What one action would take over a lane with numbers that this run did not measure: the user's
//! service time, rate, items, calls in parallel and network (METHOD.md, "What if"). The page
//! computes the same in `template/predict.js`; a test holds the two to each other. It writes no
//! text; `words` does.

pub mod action;
pub mod basis;

pub use crate::model::prediction::basis::{Axis, Basis};
use crate::{
    figures::cells::CONFIDENCE,
    model::prediction::action::{Calls, Settings},
    stats::{
        estimates::{self, Estimate},
        resolution::Resolution,
    },
};
use serde::{Deserialize, Serialize};

/// Nothing is predicted for calls with more items than this many times the largest measured call.
pub const FARTHEST: f64 = 2.0;
/// Share of the machine's cores from which on waiting for one is no small part of an action: the
/// queue with one server and random arrivals (M/M/1) doubles its time there.
const CROWDED: f64 = 0.5;

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
    /// What the calls take of it, all but the work of the callee, as a share; absent without a
    /// time.
    pub share: Option<f64>,
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
    /// The smallest and the largest measured call, bytes; `None` where calls are sized by items,
    /// of which one is the smallest.
    pub fn bytes_measured(&self) -> Option<[u32; 2]> {
        let ends = [*self.sizes.first()?, *self.sizes.last()?];
        (self.axis == Axis::Bytes).then_some(ends)
    }

    /// The calls of an action, and the work of the callee for all of them, ns.
    fn calls(&self, settings: &Settings) -> (Calls, f64) {
        match self.axis {
            Axis::Items => {
                let items = f64::from(settings.items.max(1));
                (Calls::of(settings), items * settings.service_ns)
            }
            Axis::Bytes => (Calls::one(settings.items), settings.service_ns),
        }
    }

    /// The largest measured call, items.
    pub fn most_items(&self) -> u32 {
        self.sizes.last().copied().unwrap_or(1)
    }

    /// One action with these numbers, on a machine with so many cores.
    pub fn predict(&self, settings: &Settings, cores: u32) -> Prediction {
        let (calls, work_ns) = self.calls(settings);
        let used = self.cores(settings, &calls, work_ns);
        // Where the boundary's own CPU time is not known, the work alone may be too much.
        let busy = used.map_or(settings.actions_per_s * work_ns / 1e9, |cores| cores.value);
        let (full, most) = (f64::from(calls.full_items), f64::from(self.most_items()));
        let time = if full > FARTHEST * most {
            Err(Gap::Beyond)
        } else if busy >= f64::from(cores) {
            Err(Gap::Overloaded)
        } else {
            self.time(settings, &calls).ok_or(Gap::NoModel)
        };
        let at_least =
            (settings.parallel > 1 && calls.all > 1) || busy >= CROWDED * f64::from(cores);
        let budget = time.ok().map(|time| budget_verdict(&time, settings.budget_ns, at_least));
        let measured =
            self.sizes.contains(&calls.full_items) && self.sizes.contains(&calls.rest_items);
        let share = time.ok().map(|time| self.share(settings, &calls, time.value));
        Prediction {
            time,
            share,
            outside: full > most
                || self.bytes_measured().is_some_and(|[least, _]| full < f64::from(least)),
            between: time.is_ok() && self.curves.is_empty() && !measured,
            at_least,
            cores: used,
            budget,
        }
    }

    /// The time of an action, ns; `None` where a call of it has no time.
    fn time(&self, settings: &Settings, calls: &Calls) -> Option<Estimate> {
        let action_ns = self.action_ns(settings, calls)?;
        let resolution = Resolution::of_share(self.finest);
        estimates::log_mean_of_starts(&action_ns, resolution, CONFIDENCE)
    }

    /// What of an action that takes `action_ns` is not the work of the callee that it waits for.
    fn share(&self, settings: &Settings, calls: &Calls, action_ns: f64) -> f64 {
        let before = f64::from(calls.rounds_before) * self.work_ns(settings, calls.full_items);
        let work_ns = before + self.work_ns(settings, calls.last_round_items);
        (1.0 - work_ns / action_ns).max(0.0)
    }

    /// The callee's work for a call.
    fn work_ns(&self, settings: &Settings, items: u32) -> f64 {
        match self.axis {
            Axis::Items => settings.service_ns * f64::from(items),
            Axis::Bytes => settings.service_ns,
        }
    }

    /// The time of an action in each start; `None` where a call of it has no time.
    fn action_ns(&self, settings: &Settings, calls: &Calls) -> Option<Vec<f64>> {
        let starts = self.curves.len().max(self.measured_ns.len());
        let mut actions = Vec::new();
        for start in 0..starts {
            // A full call may have no time where none stands before the last round.
            let before = if calls.rounds_before == 0 {
                0.0
            } else {
                let full = self.served_call_ns(start, calls.full_items, settings)?;
                f64::from(calls.rounds_before) * full
            };
            actions.push(before + self.served_call_ns(start, calls.last_round_items, settings)?);
        }
        Some(actions)
    }

    /// The time of a call in one start with the network and the callee's work.
    fn served_call_ns(&self, start: usize, items: u32, settings: &Settings) -> Option<f64> {
        let network_ns = if self.in_process { 0.0 } else { settings.round_trip_ns };
        let call_ns = self.call_ns(start, items)?;
        Some(call_ns + network_ns + self.work_ns(settings, items))
    }

    /// The time of a call by itself in one start: what was measured, where that size was.
    fn call_ns(&self, start: usize, items: u32) -> Option<f64> {
        let n = f64::from(items);
        if self.sizes.contains(&items) {
            return interpolated(&self.sizes, self.measured_ns.get(start)?, items);
        }
        match self.curves.get(start).map(Vec::as_slice) {
            Some([a, b, bend, beyond]) if n > *bend => Some(a + b * bend + beyond * (n - bend)),
            Some([a, b, ..]) => Some(a + b * n),
            _ if items > self.most_items() => None,
            _ => interpolated(&self.sizes, self.measured_ns.get(start)?, items),
        }
    }

    /// Cores that all actions of a second keep busy.
    fn cores(&self, settings: &Settings, calls: &Calls, work_ns: f64) -> Option<Estimate> {
        // Beyond the sizes CPU time grows as it did between the last two, which is believed where
        // time does so too.
        let farthest = if self.curves.is_empty() { 1.0 } else { FARTHEST };
        if f64::from(calls.full_items) > farthest * f64::from(self.most_items()) {
            return None;
        }
        let mut actions = Vec::new();
        for cpu_ns in &self.cpu_ns {
            let full = if calls.all == 1 {
                0.0
            } else {
                f64::from(calls.all - 1) * interpolated(&self.sizes, cpu_ns, calls.full_items)?
            };
            let rest = interpolated(&self.sizes, cpu_ns, calls.rest_items)?;
            actions.push(full + rest + work_ns);
        }
        let action_ns = estimates::mean_of_starts(&actions, 0.0, CONFIDENCE)?;
        Some(action_ns.without_noise().scaled(settings.actions_per_s / 1e9))
    }
}

fn budget_verdict(time: &Estimate, budget_ns: f64, at_least: bool) -> Budget {
    match time.interval {
        Some(i) if i.low > budget_ns => Budget::Over,
        Some(i) if i.high <= budget_ns && at_least => Budget::AtBest,
        Some(i) if i.high <= budget_ns => Budget::Within,
        _ => Budget::CannotTell,
    }
}

/// The value at so many items on straight lines between the sizes, the last one continued.
fn interpolated(sizes: &[u32], values: &[f64], items: u32) -> Option<f64> {
    if let Some(at) = sizes.iter().position(|size| *size == items) {
        return values.get(at).copied();
    }
    let above = sizes.iter().position(|size| *size > items).unwrap_or(sizes.len().max(1) - 1);
    let below = above.checked_sub(1)?;
    let (x0, x1) = (f64::from(*sizes.get(below)?), f64::from(*sizes.get(above)?));
    let (y0, y1) = (values.get(below)?, values.get(above)?);
    Some(y0 + (y1 - y0) * (f64::from(items) - x0) / (x1 - x0))
}
