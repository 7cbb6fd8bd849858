//! Visits without interruption: does it change a call that its lane is visited in turns with all
//! others? One lane of each class is asked once a restart for much longer than a visit lasts.

use crate::{
    lanes::roster::Known,
    plan::{
        Plan,
        grid::Planned,
        schedule::{Slot, USUAL_VISIT},
    },
};
use fixtures::generate::SplitMix64;
use std::time::Duration;

/// Share of a run's budget, at most.
const SHARE: f64 = 0.05;
/// Such a visit lasts at least this many times as long as a usual one.
const TIMES_USUAL: u32 = 4;
/// The longest such visit: what lasts longer adds nothing.
const LONGEST: Duration = Duration::from_secs(2);

/// The visits without interruption of one restart.
pub(crate) struct Uninterrupted {
    cells: Vec<usize>,
    limit: Duration,
    /// Why there are none.
    left_out: Option<&'static str>,
}

impl Uninterrupted {
    /// None where the budget is too small for visits of at least four times the usual length, where
    /// a precision is wanted, which all time is for then, and where two builds are compared, which
    /// is done in turns and not by visits.
    pub(crate) fn new(plan: &Plan, chosen: &[&Known], cells: &[Planned]) -> Self {
        let mut lanes = one_of_each_class(chosen);
        lanes.retain(|lane| !plan.also_measured.contains(&chosen[*lane].about.name));
        let is_one = |cell: &Planned| lanes.contains(&cell.lane) && cell.is_first(plan);
        let cells: Vec<usize> = (0..cells.len()).filter(|at| is_one(&cells[*at])).collect();
        let each = plan.budget.mul_f64(SHARE) / plan.starts / cells.len().max(1) as u32;
        let left_out = if plan.against.is_some() {
            Some("the time is for the other build")
        } else if plan.precision.is_some() {
            Some("the time is for the wanted precision")
        } else if each < TIMES_USUAL * plan.visit.unwrap_or(USUAL_VISIT) {
            Some("the budget is too small")
        } else {
            None
        };
        let cells = if left_out.is_none() { cells } else { Vec::new() };
        Self { cells, limit: each.min(LONGEST), left_out }
    }

    /// The time they take in one restart.
    pub(crate) fn start_time(&self) -> Duration {
        self.limit * self.cells.len() as u32
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> String {
        match self.left_out {
            Some(because) => format!("no visits without interruption: {because}"),
            None => format!(
                "{} lanes called without interruption for {} ms",
                self.cells.len(),
                self.limit.as_millis()
            ),
        }
    }

    /// Puts each of a group somewhere among its visits.
    pub(crate) fn mix_into(
        &self,
        slots: &mut Vec<Slot>,
        random: &mut SplitMix64,
        lines: usize,
        own: impl Fn(usize) -> bool,
    ) {
        for &cell in self.cells.iter().filter(|cell| own(**cell)) {
            let at = random.below(slots.len() + 1);
            let first = random.below(lines.max(1));
            slots.insert(
                at,
                Slot {
                    cell,
                    block: 0,
                    first,
                    limit: self.limit,
                    repeats: None,
                    uninterrupted: true,
                    guest: false,
                },
            );
        }
    }
}

/// Of each class of lanes that answer the one that is measured by default, of the usual profile,
/// and tightest.
fn one_of_each_class(chosen: &[&Known]) -> Vec<usize> {
    let mut classes: Vec<&str> = Vec::new();
    let mut lanes: Vec<usize> = (0..chosen.len()).filter(|at| chosen[*at].about.answers).collect();
    lanes.sort_by_key(|at| {
        let about = &chosen[*at].about;
        (!about.is_default(), about.profile != reports::record::equal(), about.looseness)
    });
    lanes.retain(|at| {
        let class = chosen[*at].about.class.as_str();
        let new = !classes.contains(&class);
        classes.push(class);
        new
    });
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lanes::roster::Roster,
        plan::{Flags, grid},
    };

    /// The lanes asked without interruption, by class, and for how long.
    fn asked(plan: &Plan) -> (Vec<String>, Duration) {
        let lanes = crate::lanes();
        let roster = Roster::new(&lanes);
        let chosen = roster.select(&[]).expect("the default lanes");
        let cells = grid::cells(plan, &chosen);
        let uninterrupted = Uninterrupted::new(plan, &chosen, &cells);
        let class = |cell: &usize| chosen[cells[*cell].lane].about.class.clone();
        (
            uninterrupted.cells.iter().map(class).collect(),
            uninterrupted.start_time() * plan.starts,
        )
    }

    #[test]
    fn the_default_run_asks_one_lane_of_each_class_within_a_twentieth_of_its_budget() {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let (mut classes, time) = asked(&plan);
        classes.sort();
        assert_eq!(classes, ["async", "blocking", "direct"]);
        let most = plan.budget / 20;
        assert!(time <= most && time > most.mul_f64(0.9), "{time:?}");
    }

    #[test]
    fn a_run_without_the_time_for_long_visits_asks_none() {
        let standard = Plan::from_flags(&Flags::default()).expect("defaults");
        let plan = Plan { starts: 3, budget: Duration::from_secs(33), ..standard };
        assert_eq!(asked(&plan), (Vec::new(), Duration::ZERO));
    }
}
