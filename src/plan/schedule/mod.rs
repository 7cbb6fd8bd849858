//! When each cell is measured. Starts; in a start, blocks; in a block every cell in a fresh random
//! order.

#[cfg(test)]
mod tests;

use crate::plan::{grid::Planned, order::Order, run_plan::Plan};
use fixtures::generate::SplitMix64;
use std::time::Duration;

/// A visit lasts at most this long (METHOD.md): long enough to be steady, short enough to be
/// spread.
pub(crate) const LONGEST_VISIT: Duration = Duration::from_millis(250);
/// The length aimed at when time is cut into blocks, where the plan names none.
pub(crate) const USUAL_VISIT: Duration = Duration::from_millis(60);
const MOST_BLOCKS: u32 = 8;
pub(crate) const SHORTEST_VISIT: Duration = Duration::from_millis(5);
/// Actions of a lead-in, at most, and the share of a visit that it may take.
pub(crate) const LEAD_IN_CALLS: u32 = 20;
const LEAD_IN_SHARE: f64 = 0.05;

/// How long the lead-in of a visit with this limit may take, ms. Never 0, which would be one call.
pub(crate) fn lead_in_ms(limit: Duration) -> u64 {
    limit.mul_f64(LEAD_IN_SHARE).as_millis().max(1) as u64
}

/// One visit to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slot {
    /// Index into the cells.
    pub(crate) cell: usize,
    pub(crate) block: u32,
    /// The golden line to begin with.
    pub(crate) first: usize,
    /// Of the whole visit, what it takes to settle included.
    pub(crate) limit: Duration,
    /// The place in the run of the disturbed visit that this one repeats.
    pub(crate) repeats: Option<u32>,
    /// True for a visit that only controls the others: see `run/uninterrupted.rs`.
    pub(crate) uninterrupted: bool,
    /// True for a visit that only compares groups: see `run/groups.rs`.
    pub(crate) guest: bool,
}

/// Repeats of disturbed visits take at most this share of the time of a start's visits; one is
/// always made.
const REPEATS_SHARE: f64 = 0.1;

/// How often and how long each cell is visited.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) blocks: u32,
    /// Visits of each cell in a block.
    counts: Vec<u32>,
    /// What calls of each cell take to settle, on top of the length of each visit.
    settling: Vec<Duration>,
    /// Of every visit that has nothing to settle: with free placement a median depends on it, so
    /// that what is set against each other must be of one length.
    pub(crate) length: Duration,
    order: Order,
}

impl Schedule {
    /// Cuts the time of a start: each lane gets the same, its main cells half of it in equal parts,
    /// the other cells the rest in equal parts. All visits are of one length, and a cell with more
    /// time has more of them.
    pub(crate) fn new(plan: &Plan, start_time: Duration, cells: &[Planned]) -> Self {
        let per_lane = start_time / lanes_of(cells);
        let times: Vec<Duration> =
            cells.iter().map(|cell| time_of(cell, per_lane, plan, cells)).collect();
        let shortest = times.iter().copied().min().unwrap_or(per_lane);
        let usual = plan.visit.unwrap_or(USUAL_VISIT);
        let blocks = (shortest.as_secs_f64() / usual.as_secs_f64())
            .round()
            .clamp(1.0, f64::from(MOST_BLOCKS)) as u32;
        let aimed_at = plan.visit.unwrap_or_else(|| aimed_at(shortest / blocks));
        let settling: Vec<Duration> = cells.iter().map(|cell| cell.placement.settling()).collect();
        let often = |(time, settling): (&Duration, &Duration)| {
            let visits = (*time / blocks).as_secs_f64() / (aimed_at + *settling).as_secs_f64();
            (visits.round() as u32).max(1)
        };
        let counts: Vec<u32> = times.iter().zip(&settling).map(often).collect();
        // Whole visits are not quite the time that there is: their length makes up for it.
        let visits = blocks * counts.iter().sum::<u32>();
        let settled: Duration =
            counts.iter().zip(&settling).map(|(count, settling)| *settling * *count).sum();
        let left = start_time.saturating_sub(settled * blocks);
        let fitting = (left / visits.max(1)).clamp(SHORTEST_VISIT, LONGEST_VISIT);
        Self {
            blocks,
            counts,
            settling,
            length: plan.visit.unwrap_or(fitting),
            order: plan.order,
        }
    }

    /// So many visits of each cell, in one block, all of the length that the plan names.
    pub(crate) fn of_visits(plan: &Plan, cells: &[Planned], visits: impl Fn(usize) -> u32) -> Self {
        Self {
            blocks: 1,
            counts: (0..cells.len()).map(visits).collect(),
            settling: cells.iter().map(|cell| cell.placement.settling()).collect(),
            length: plan.visit.unwrap_or(USUAL_VISIT),
            order: plan.order,
        }
    }

    /// The time of a start in which the shortest visits are of the usual length.
    pub(crate) fn usual_time(plan: &Plan, cells: &[Planned]) -> Duration {
        let lanes = lanes_of(cells);
        let most = (0..lanes as usize).map(|lane| others_of(plan, cells, lane)).max().unwrap_or(0);
        let mains = (0..lanes as usize).map(|lane| mains_of(plan, cells, lane)).max().unwrap_or(1);
        // Half of a lane's time is its main cells'; such that stand alone are visited in several
        // blocks.
        plan.visit.unwrap_or(USUAL_VISIT)
            * lanes
            * if most == 0 { MOST_BLOCKS * mains } else { 2 * most.max(mains) }
    }

    /// The visits of one group of a start, in their order: cells of its own, and those of guests.
    pub(crate) fn slots_of(
        &self,
        random: &mut SplitMix64,
        lines: usize,
        own: impl Fn(usize) -> bool,
        guest: impl Fn(usize) -> bool,
    ) -> Vec<Slot> {
        let mut slots = Vec::new();
        for block in 0..self.blocks {
            let from = slots.len();
            for (cell, &visits) in self.counts.iter().enumerate() {
                let guest = guest(cell);
                let visits = if guest || own(cell) { visits } else { 0 };
                for _ in 0..visits {
                    slots.push(Slot {
                        cell,
                        block,
                        first: random.below(lines.max(1)),
                        limit: self.limit_of(cell),
                        repeats: None,
                        uninterrupted: false,
                        guest,
                    });
                }
            }
            random.shuffle(&mut slots[from..]);
        }
        if self.order == Order::Fixed {
            slots.sort_by_key(|slot| slot.cell);
        }
        slots
    }

    /// How long a visit of this cell lasts.
    fn limit_of(&self, cell: usize) -> Duration {
        self.length + self.settling[cell]
    }

    /// Visits of one cell in one start.
    pub(crate) fn visits_of(&self, cell: usize) -> u32 {
        self.counts[cell] * self.blocks
    }

    /// Time of the visits of one cell in one start.
    pub(crate) fn time_of_cell(&self, cell: usize) -> Duration {
        self.limit_of(cell) * self.visits_of(cell)
    }

    /// Time inside visits in one start.
    pub(crate) fn start_time(&self) -> Duration {
        (0..self.counts.len()).map(|cell| self.time_of_cell(cell)).sum()
    }

    /// As many of these as the time for repeats allows, from the front; `all` is the time of the
    /// visits that they are of.
    pub(crate) fn affordable(mut repeats: Vec<Slot>, all: Duration) -> Vec<Slot> {
        let most = all.mul_f64(REPEATS_SHARE);
        let mut spent = Duration::ZERO;
        let fit = repeats.iter().take_while(|slot| {
            spent += slot.limit;
            spent <= most
        });
        let fit = fit.count().max(1);
        repeats.truncate(fit);
        repeats
    }

    /// Visits in one start.
    pub(crate) fn visits(&self) -> u32 {
        self.counts.iter().sum::<u32>() * self.blocks
    }
}

/// The length of visits where the shortest cell has this time in a block.
fn aimed_at(shortest: Duration) -> Duration {
    let parts = shortest.as_nanos().div_ceil(LONGEST_VISIT.as_nanos()).max(1) as u32;
    (shortest / parts).max(SHORTEST_VISIT)
}

fn lanes_of(cells: &[Planned]) -> u32 {
    cells.iter().map(|cell| cell.lane as u32).max().map_or(1, |last| last + 1)
}

/// The time of a cell in a start, of the time of its lane: half of it for the main ones, the rest
/// for the others, each in equal parts.
fn time_of(cell: &Planned, per_lane: Duration, plan: &Plan, cells: &[Planned]) -> Duration {
    let others = others_of(plan, cells, cell.lane);
    let mains = mains_of(plan, cells, cell.lane).max(1);
    if !cell.is_main(plan) {
        per_lane / 2 / others
    } else if others > 0 {
        per_lane / 2 / mains
    } else {
        per_lane / mains
    }
}

/// Main cells of a lane: one in each of its placements.
fn mains_of(plan: &Plan, cells: &[Planned], lane: usize) -> u32 {
    cells.iter().filter(|other| other.lane == lane && other.is_main(plan)).count() as u32
}

/// Cells of a lane beside its main ones.
fn others_of(plan: &Plan, cells: &[Planned], lane: usize) -> u32 {
    cells.iter().filter(|other| other.lane == lane && !other.is_main(plan)).count() as u32
}
