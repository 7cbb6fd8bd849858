//! When each cell is measured. Starts; in a start, blocks; in a block every cell in a fresh random
//! order.

use crate::plan::{grid::Planned, order::Order, run_plan::Plan};
use fixtures::generate::SplitMix64;
use reports::figures::series::steady_state::VISITS_ENOUGH;
use std::time::Duration;

/// A visit lasts at most this long (METHOD.md): long enough to be steady, short enough to be
/// spread.
pub(crate) const LONGEST_VISIT: Duration = Duration::from_millis(250);
/// The length aimed at when time is cut into blocks.
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
    pub(crate) limit: Duration,
    /// The place in the run of the disturbed visit that this one repeats.
    pub(crate) repeats: Option<u32>,
    /// True for a visit that only controls the others: see `run/uninterrupted.rs`.
    pub(crate) uninterrupted: bool,
}

/// Repeats of disturbed visits take at most this share of the time of a start's visits; one is
/// always made.
const REPEATS_SHARE: f64 = 0.1;

/// How often and how long each cell is visited.
#[derive(Debug)]
pub(crate) struct Schedule {
    pub(crate) blocks: u32,
    /// For each cell: visits in a block, and the time of one.
    shares: Vec<(u32, Duration)>,
    order: Order,
}

impl Schedule {
    /// Cuts the time of a start: each lane gets the same, its main cell half of it, the other cells
    /// the rest in equal parts.
    pub(crate) fn new(plan: &Plan, start_time: Duration, cells: &[Planned]) -> Self {
        let per_lane = start_time / lanes_of(cells);
        let times: Vec<Duration> =
            cells.iter().map(|cell| time_of(cell, per_lane, plan, cells)).collect();
        let shortest = times.iter().copied().min().unwrap_or(per_lane);
        let blocks = (shortest.as_secs_f64() / USUAL_VISIT.as_secs_f64())
            .round()
            .clamp(1.0, f64::from(MOST_BLOCKS)) as u32;
        // Enough to tell whether a lane settles, where none of them is shorter than usual for that.
        let enough = (VISITS_ENOUGH as u32).div_ceil(blocks);
        let mut shares = Vec::new();
        for (cell, time) in cells.iter().zip(times) {
            let in_block = time / blocks;
            let mut count = in_block.as_nanos().div_ceil(LONGEST_VISIT.as_nanos()).max(1) as u32;
            if cell.is_main(plan) && in_block / enough >= USUAL_VISIT {
                count = count.max(enough);
            }
            shares.push((count, (in_block / count).max(SHORTEST_VISIT)));
        }
        Self { blocks, shares, order: plan.order }
    }

    /// The time of a start in which the shortest visits are of the usual length.
    pub(crate) fn usual_time(plan: &Plan, cells: &[Planned]) -> Duration {
        let lanes = lanes_of(cells);
        let most = (0..lanes as usize).map(|lane| others_of(plan, cells, lane)).max().unwrap_or(0);
        // Half of a lane's time is its main cell's; one that stands alone is visited in several
        // blocks.
        USUAL_VISIT * lanes * if most == 0 { MOST_BLOCKS } else { 2 * most }
    }

    /// The visits of one start, in their order.
    pub(crate) fn slots(&self, random: &mut SplitMix64, lines: usize) -> Vec<Slot> {
        let mut slots = Vec::new();
        for block in 0..self.blocks {
            let from = slots.len();
            for (cell, &(visits, limit)) in self.shares.iter().enumerate() {
                for _ in 0..visits {
                    slots.push(Slot {
                        cell,
                        block,
                        first: random.below(lines.max(1)),
                        limit,
                        repeats: None,
                        uninterrupted: false,
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

    /// Visits of one cell in one start.
    pub(crate) fn visits_of(&self, cell: usize) -> u32 {
        self.shares[cell].0 * self.blocks
    }

    /// Time inside visits in one start.
    pub(crate) fn start_time(&self) -> Duration {
        self.shares.iter().map(|(visits, limit)| *limit * *visits * self.blocks).sum()
    }

    /// As many of these as the time for repeats allows, from the front.
    pub(crate) fn affordable(&self, mut repeats: Vec<Slot>) -> Vec<Slot> {
        let most = self.start_time().mul_f64(REPEATS_SHARE);
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
        self.shares.iter().map(|(visits, _)| visits * self.blocks).sum()
    }
}

fn lanes_of(cells: &[Planned]) -> u32 {
    cells.iter().map(|cell| cell.lane as u32).max().map_or(1, |last| last + 1)
}

/// The time of a cell in a start, of the time of its lane: half of it for the main one, the rest in
/// equal parts for the others.
fn time_of(cell: &Planned, per_lane: Duration, plan: &Plan, cells: &[Planned]) -> Duration {
    let others = others_of(plan, cells, cell.lane);
    if !cell.is_main(plan) {
        per_lane / 2 / others
    } else if others > 0 {
        per_lane / 2
    } else {
        per_lane
    }
}

/// Cells of a lane beside its main one.
fn others_of(plan: &Plan, cells: &[Planned], lane: usize) -> u32 {
    cells.iter().filter(|other| other.lane == lane && !other.is_main(plan)).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::input::flags::Flags;
    use api::{EngineKind, Mode};
    use fixtures::{WorkloadKind, WorkloadSize};

    fn cells(lanes: usize) -> Vec<Planned> {
        let cell = |lane, items| Planned {
            lane,
            engine: EngineKind::Stub,
            mode: Mode::Batched,
            items,
            asked: WorkloadSize { workload: WorkloadKind::Recommendations, size: 10 },
        };
        (0..lanes)
            .flat_map(|lane| [1, 4, 16, 64, 256].map(|items| cell(lane, items)))
            .collect()
    }

    #[test]
    fn spends_the_budget_and_gives_half_of_it_to_single_calls() {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let cells = cells(6);
        let schedule = Schedule::new(&plan, plan.budget / plan.starts, &cells);
        let spent = schedule.start_time() * plan.starts;
        let off = spent.as_secs_f64() / plan.budget.as_secs_f64();
        assert!((0.99..1.01).contains(&off), "{off}");
        let slots = schedule.slots(&mut SplitMix64(1), 100);
        let single: Duration = slots
            .iter()
            .filter(|slot| cells[slot.cell].items == 1)
            .map(|slot| slot.limit)
            .sum();
        let share = single.as_secs_f64() / schedule.start_time().as_secs_f64();
        assert!((0.49..0.51).contains(&share), "{share}");
        assert!(slots.iter().all(|slot| slot.limit <= LONGEST_VISIT));
    }

    #[test]
    fn single_calls_have_enough_visits_to_tell_whether_a_lane_settles() {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let cells = cells(9);
        for seconds in [11, 22, 44] {
            let schedule = Schedule::new(&plan, Duration::from_secs(seconds), &cells);
            assert!(schedule.visits_of(0) as usize >= VISITS_ENOUGH, "{seconds} s: {schedule:?}");
            assert!(schedule.shares[0].1 >= USUAL_VISIT, "{seconds} s: {schedule:?}");
        }
    }

    #[test]
    fn repeats_take_at_most_a_tenth_of_a_start_and_one_is_always_made() {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let schedule = Schedule::new(&plan, plan.budget, &cells(3));
        let slots = schedule.slots(&mut SplitMix64(7), 100);
        let made = schedule.affordable(slots.clone());
        let time: Duration = made.iter().map(|slot| slot.limit).sum();
        assert!(!made.is_empty() && time <= schedule.start_time().mul_f64(REPEATS_SHARE));
        assert_eq!(made[..], slots[..made.len()], "the earliest come first");
        assert_eq!(schedule.affordable(slots[..1].to_vec()).len(), 1);
        let tiny = Schedule::new(&plan, Duration::from_millis(20), &cells(1)[..1]);
        let slots = tiny.slots(&mut SplitMix64(7), 100);
        assert_eq!(tiny.affordable(slots).len(), 1, "however short the start");
        assert!(schedule.affordable(Vec::new()).is_empty());
    }

    #[test]
    fn visits_every_cell_in_every_block_in_a_fresh_order() {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let cells = cells(3);
        let schedule = Schedule::new(&plan, plan.budget / plan.starts, &cells);
        let slots = schedule.slots(&mut SplitMix64(7), 100);
        let order = |block| {
            slots
                .iter()
                .filter(|slot| slot.block == block)
                .map(|slot| slot.cell)
                .collect::<Vec<_>>()
        };
        for block in 0..schedule.blocks {
            let order = order(block);
            assert!((0..cells.len()).all(|cell| order.contains(&cell)));
        }
        assert_ne!(order(0), order(1));
        assert_eq!(
            slots,
            schedule.slots(&mut SplitMix64(7), 100),
            "the same seed gives the same order"
        );
    }

    #[test]
    fn fixed_order_gives_the_same_visits_lane_by_lane() {
        let mut plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let cells = cells(3);
        let interleaved = Schedule::new(&plan, plan.budget / plan.starts, &cells);
        plan.order = Order::Fixed;
        let fixed = Schedule::new(&plan, plan.budget / plan.starts, &cells);
        let slots = fixed.slots(&mut SplitMix64(7), 100);
        assert!(slots.is_sorted_by_key(|slot| slot.cell));
        let mut same = interleaved.slots(&mut SplitMix64(7), 100);
        assert!(!same.is_sorted_by_key(|slot| slot.cell));
        same.sort_by_key(|slot| slot.cell);
        let timed =
            |slots: &[Slot]| slots.iter().map(|slot| (slot.cell, slot.limit)).collect::<Vec<_>>();
        assert_eq!(timed(&slots), timed(&same));
    }

    #[test]
    fn a_start_of_the_usual_time_has_one_block_of_usual_visits() {
        let plan = Plan::from_flags(&Flags::default()).expect("defaults");
        let cells = cells(6);
        let schedule = Schedule::new(&plan, Schedule::usual_time(&plan, &cells), &cells);
        assert_eq!(schedule.blocks, 1);
        let other = cells.iter().position(|cell| cell.items == 4).expect("there");
        assert_eq!(schedule.shares[other], (1, USUAL_VISIT));
    }
}
