//! Which cells a record lacks, and which of those that it has are measured beside them.

use crate::{
    lanes::roster::Known,
    measure::run::groups,
    plan::{Plan, grid, grid::Planned, schedule::Schedule},
};
use api::Mode;
use reports::record::{Cell, Record};
use std::time::Duration;

/// Restarts of an addition: as many as its time allows, within these.
const FEWEST_RESTARTS: u32 = 5;
pub(crate) const MOST_RESTARTS: u32 = 8;
/// Visits of a single call that the record has, in a restart: its median does not depend on them.
const MOST_OF_SINGLE_ANCHOR: u32 = 3;
/// What an addition may take: this, and as much more for each lane.
const TIME: Duration = Duration::from_secs(9);
const TIME_OF_LANE: Duration = Duration::from_secs(3);
/// What starting a lane takes where most of them start quickly: the prediction has a bound.
const USUAL_START: Duration = Duration::from_millis(150);

/// What is measured for a record.
#[derive(Debug, Default)]
pub(crate) struct Missing<'a> {
    pub(crate) lanes: Vec<&'a Known>,
    /// Cells of these lanes: those that the record lacks, and anchors.
    pub(crate) cells: Vec<Planned>,
    /// Of each of them, whether the record has it.
    is_anchor: Vec<bool>,
    /// Of each of them, the visits that such a cell has in a restart of the record: the first ones
    /// of a process take longer, so that a mean depends on how many there are.
    visits: Vec<u32>,
}

impl<'a> Missing<'a> {
    /// What the plan has of new lanes and of these batch sizes, and the record has not; with
    /// anchors. `lanes` are all lanes of the plan.
    pub(crate) fn of(
        record: &Record,
        plan: &Plan,
        lanes: &[&'a Known],
        batch: &[u32],
    ) -> Missing<'a> {
        let all = grid::cells(plan, lanes);
        let is_new = |lane: usize| !record.plan.lanes.contains(&lanes[lane].about.name);
        let there: Vec<bool> = all.iter().map(|cell| has(record, cell, lanes)).collect();
        let is_added = |at: &usize| {
            let cell = &all[*at];
            let of_size = cell.mode == Mode::Batched && batch.contains(&cell.items);
            !there[*at] && (is_new(cell.lane) || of_size)
        };
        let added: Vec<usize> = (0..all.len()).filter(is_added).collect();
        let mut chosen = vec![None; all.len()];
        for &at in &added {
            chosen[at] = Some(false);
            for anchor in beside(&all, at, &there) {
                chosen[anchor] = Some(true);
            }
        }
        if added.iter().any(|at| is_new(all[*at].lane)) {
            for anchor in anchors_of_new(plan, lanes, &all, &there) {
                chosen[anchor] = Some(true);
            }
        }
        Self::chosen(lanes, &all, &chosen).visited_as_in(record)
    }

    /// All cells of the plan over these lanes, by name.
    pub(crate) fn anew(
        record: &Record,
        plan: &Plan,
        lanes: &[&'a Known],
        names: &[String],
    ) -> Self {
        let all = grid::cells(plan, lanes);
        let is_of = |cell: &Planned| names.contains(&lanes[cell.lane].about.name);
        let chosen: Vec<Option<bool>> =
            all.iter().map(|cell| is_of(cell).then_some(false)).collect();
        Self::chosen(lanes, &all, &chosen).visited_as_in(record)
    }

    fn visited_as_in(mut self, record: &Record) -> Self {
        let visits = self.cells.iter().map(|cell| visits_in(record, cell));
        self.visits = visits.collect();
        for at in 0..self.cells.len() {
            if self.is_anchor[at] && self.cells[at].items == 1 {
                self.visits[at] = self.visits[at].min(MOST_OF_SINGLE_ANCHOR);
            }
        }
        self
    }

    /// The cells that have an entry here, which says whether they are anchors, and their lanes.
    fn chosen(lanes: &[&'a Known], all: &[Planned], chosen: &[Option<bool>]) -> Self {
        let mut missing = Self::default();
        let mut places: Vec<usize> = Vec::new();
        for (cell, is_anchor) in all.iter().zip(chosen) {
            let Some(is_anchor) = *is_anchor else { continue };
            let lane = places.iter().position(|place| *place == cell.lane).unwrap_or_else(|| {
                places.push(cell.lane);
                places.len() - 1
            });
            missing.cells.push(Planned { lane, ..*cell });
            missing.is_anchor.push(is_anchor);
        }
        missing.lanes = places.into_iter().map(|place| lanes[place]).collect();
        missing
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// True where nothing of it is in the record, so that nothing can be compared.
    pub(crate) fn is_anew(&self) -> bool {
        self.anchors() == 0
    }

    /// Cells that the record has.
    pub(crate) fn anchors(&self) -> usize {
        self.is_anchor.iter().filter(|is_anchor| **is_anchor).count()
    }

    /// Lanes that get cells.
    pub(crate) fn lanes_with_cells(&self) -> usize {
        let gets = |lane: &usize| {
            let mut cells = self.cells.iter().zip(&self.is_anchor);
            cells.any(|(cell, is_anchor)| cell.lane == *lane && !is_anchor)
        };
        (0..self.lanes.len()).filter(gets).count()
    }

    /// As many visits of each cell as in a restart of the record, or less, where its time is less.
    pub(crate) fn schedule(&self, plan: &Plan) -> Schedule {
        let of_share = |share: f64| {
            let visits = |at: usize| ((f64::from(self.visits[at]) * share) as u32).max(1);
            Schedule::of_visits(plan, &self.cells, visits)
        };
        let left = (self.time() / FEWEST_RESTARTS).saturating_sub(self.start_up());
        let all = of_share(1.0).start_time().as_secs_f64().max(1e-3);
        of_share((left.as_secs_f64() / all).min(1.0))
    }

    /// As many restarts as the time allows.
    pub(crate) fn restarts(&self, plan: &Plan) -> u32 {
        let each = self.schedule(plan).start_time() + self.start_up();
        let restarts = self.time().as_secs_f64() / each.as_secs_f64().max(1e-3);
        (restarts as u32).clamp(FEWEST_RESTARTS, MOST_RESTARTS)
    }

    fn time(&self) -> Duration {
        TIME + TIME_OF_LANE * self.lanes_with_cells() as u32
    }

    /// What the start of its lanes takes in a restart.
    fn start_up(&self) -> Duration {
        USUAL_START * self.lanes.len() as u32
    }
}

/// Visits of such a cell in a restart of the record: the fewest of those that are asked the same in
/// as many items or others; one where there is none.
fn visits_in(record: &Record, planned: &Planned) -> u32 {
    let is_such = |cell: &&Cell| {
        cell.engine == planned.engine_name()
            && cell.workload == planned.asked.workload.name()
            && cell.size == planned.asked.size
            && cell.mode == planned.mode_name()
            && cell.placement == planned.placement.name()
    };
    let such = record.cells.iter().filter(is_such);
    let visits = such.filter_map(|cell| Some(cell.starts.last()?.visits_planned));
    visits.min().unwrap_or(1).max(1)
}

/// True where the record has this cell.
fn has(record: &Record, planned: &Planned, lanes: &[&Known]) -> bool {
    record.cells.iter().any(|cell| is_cell(cell, planned, lanes))
}

/// True where both are the same question to the same lane in the same placement.
fn is_cell(cell: &Cell, planned: &Planned, lanes: &[&Known]) -> bool {
    cell.lane == lanes[planned.lane].about.name
        && cell.engine == planned.engine_name()
        && cell.workload == planned.asked.workload.name()
        && cell.size == planned.asked.size
        && cell.mode == planned.mode_name()
        && cell.items == planned.items
        && cell.placement == planned.placement.name()
}

/// The single call and both neighbouring batches of a cell, of those that are there.
fn beside(all: &[Planned], at: usize, there: &[bool]) -> Vec<usize> {
    let cell = &all[at];
    let is_like = |other: &&usize| {
        let other = &all[**other];
        other.lane == cell.lane
            && other.engine == cell.engine
            && other.asked == cell.asked
            && other.placement == cell.placement
    };
    let places: Vec<usize> = (0..all.len()).filter(|at| there[*at]).collect();
    let like: Vec<usize> = places.iter().filter(is_like).copied().collect();
    let items = |at: &usize| all[*at].items;
    let batches = || {
        like.iter()
            .copied()
            .filter(|at| items(at) > 1 && all[*at].mode == Mode::Batched)
    };
    let single = like.iter().copied().find(|at| items(at) == 1);
    let below = batches().filter(|at| items(at) < cell.items).max_by_key(items);
    let above = batches().filter(|at| items(at) > cell.items).min_by_key(items);
    [single, below, above].into_iter().flatten().collect()
}

/// For lanes that are new: the single call and the largest batch of the two lanes that groups are
/// compared by.
fn anchors_of_new(plan: &Plan, lanes: &[&Known], all: &[Planned], there: &[bool]) -> Vec<usize> {
    let is_there = |lane: &usize| (0..all.len()).any(|at| there[at] && all[at].lane == *lane);
    let kinds = [true, false].map(|in_process| {
        groups::candidates(lanes, in_process).into_iter().find(|lane| is_there(lane))
    });
    let mut anchors = Vec::new();
    for lane in kinds.into_iter().flatten() {
        let of_lane = (0..all.len()).filter(|at| there[*at] && all[*at].lane == lane);
        let singles: Vec<usize> = of_lane.filter(|at| all[*at].is_main(plan)).collect();
        for single in singles {
            let like = |at: &usize| {
                let (cell, one) = (&all[*at], &all[single]);
                there[*at]
                    && cell.mode == Mode::Batched
                    && (cell.lane, cell.placement, cell.asked, cell.engine)
                        == (one.lane, one.placement, one.asked, one.engine)
            };
            anchors.push(single);
            anchors.extend((0..all.len()).filter(like).max_by_key(|at| all[*at].items));
        }
    }
    anchors
}
