//! How the time of a start is cut, and in which order its visits come.

use super::*;
use reports::figures::series::steady_state::VISITS_ENOUGH;

impl Schedule {
    /// The visits of a start with one group.
    fn slots(&self, random: &mut SplitMix64, lines: usize) -> Vec<Slot> {
        self.slots_of(random, lines, |_| true, |_| false)
    }
}

use crate::{machine::placement::Placement, plan::keys::flags::Flags};
use api::{EngineKind, Mode};
use fixtures::{WorkloadKind, WorkloadSize};

fn cells(lanes: usize) -> Vec<Planned> {
    let cell = |lane, items| Planned {
        lane,
        engine: EngineKind::Stub,
        mode: Mode::Batched,
        items,
        asked: WorkloadSize { workload: WorkloadKind::Recommendations, size: 10 },
        placement: Placement::One,
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
fn single_calls_in_two_placements_share_the_half_of_one() {
    let plan = Plan::from_flags(&Flags::default()).expect("defaults");
    let mut cells = cells(6);
    let in_two = cells.iter().filter(|cell| cell.lane > 2);
    let in_two: Vec<Planned> =
        in_two.map(|cell| Planned { placement: Placement::Two, ..*cell }).collect();
    cells.extend(in_two);
    let schedule = Schedule::new(&plan, plan.budget / plan.starts, &cells);
    let of = |lane: usize, only: fn(&Planned) -> bool| -> f64 {
        let is_of = |at: &usize| cells[*at].lane == lane && only(&cells[*at]);
        let of_lane = (0..cells.len()).filter(is_of);
        of_lane.map(|at| schedule.time_of_cell(at).as_secs_f64()).sum()
    };
    for lane in 0..6 {
        let half = of(lane, |cell| cell.items == 1) / of(lane, |_| true);
        // As near as whole visits come, with what it takes to settle.
        assert!((0.45..0.55).contains(&half), "{lane}: {half}");
        let as_any_other = of(lane, |_| true) / of(0, |_| true);
        assert!((0.85..1.15).contains(&as_any_other), "{lane}: {as_any_other}");
    }
    let single = |cell: &Planned| cell.items == 1 && cell.placement == Placement::Two;
    let in_two = of(5, single) / of(5, |cell| cell.items == 1);
    assert!((0.49..0.51).contains(&in_two), "{in_two}");
}

#[test]
fn single_calls_have_enough_visits_to_tell_whether_a_lane_settles() {
    let plan = Plan::from_flags(&Flags::default()).expect("defaults");
    let cells = cells(9);
    for seconds in [11, 22, 44] {
        let schedule = Schedule::new(&plan, Duration::from_secs(seconds), &cells);
        assert!(schedule.visits_of(0) as usize >= VISITS_ENOUGH, "{seconds} s: {schedule:?}");
        assert!(schedule.length * 4 >= USUAL_VISIT * 3, "{seconds} s: {schedule:?}");
    }
}

#[test]
fn repeats_take_at_most_a_tenth_of_a_start_and_one_is_always_made() {
    let plan = Plan::from_flags(&Flags::default()).expect("defaults");
    let schedule = Schedule::new(&plan, plan.budget, &cells(3));
    let slots = schedule.slots(&mut SplitMix64(7), 100);
    let made = Schedule::affordable(slots.clone(), schedule.start_time());
    let time: Duration = made.iter().map(|slot| slot.limit).sum();
    assert!(!made.is_empty() && time <= schedule.start_time().mul_f64(REPEATS_SHARE));
    assert_eq!(made[..], slots[..made.len()], "the earliest come first");
    let affordable = |slots| Schedule::affordable(slots, schedule.start_time());
    assert_eq!(affordable(slots[..1].to_vec()).len(), 1);
    let tiny = Schedule::new(&plan, Duration::from_millis(20), &cells(1)[..1]);
    let slots = tiny.slots(&mut SplitMix64(7), 100);
    let made = Schedule::affordable(slots, tiny.start_time());
    assert_eq!(made.len(), 1, "however short the start");
    assert!(affordable(Vec::new()).is_empty());
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
    assert_eq!((schedule.counts[other], schedule.length), (1, USUAL_VISIT));
}

#[test]
fn every_visit_of_a_run_lasts_as_long_whichever_cell_it_is_of() {
    let plan = Plan::from_flags(&Flags::default()).expect("defaults");
    // One lane with fewer cells than the others: each of them has more time.
    let mut cells = cells(5);
    cells.retain(|cell| cell.lane != 2 || cell.items <= 4);
    for seconds in [2, 11, 60, 600] {
        let schedule = Schedule::new(&plan, Duration::from_secs(seconds), &cells);
        let slots = schedule.slots(&mut SplitMix64(3), 100);
        assert!(slots.iter().all(|slot| slot.limit == schedule.length), "{schedule:?}");
        let often = |cell: Planned| {
            schedule.visits_of(cells.iter().position(|one| *one == cell).expect("it is there"))
        };
        let (single, batch) = (cells[0], cells[1]);
        assert!(often(single) > often(batch), "{schedule:?}");
    }
}

#[test]
fn a_visit_between_two_cores_has_what_it_takes_to_settle_on_top_of_its_length() {
    let plan = Plan::from_flags(&Flags::default()).expect("defaults");
    let mut cells = cells(3);
    let in_two: Vec<Planned> = cells
        .iter()
        .map(|cell| Planned { placement: Placement::Two, ..*cell })
        .collect();
    cells.extend(in_two);
    let settling = Placement::Two.settling();
    assert!(settling > Duration::ZERO);
    for seconds in [8, 40] {
        let time = Duration::from_secs(seconds);
        let schedule = Schedule::new(&plan, time, &cells);
        let slots = schedule.slots(&mut SplitMix64(3), 100);
        for slot in &slots {
            let more = if cells[slot.cell].placement == Placement::Two {
                settling
            } else {
                Duration::ZERO
            };
            assert_eq!(slot.limit, schedule.length + more, "{schedule:?}");
        }
        let spent: Duration = slots.iter().map(|slot| slot.limit).sum();
        assert_eq!(spent, schedule.start_time());
        let off = spent.as_secs_f64() / time.as_secs_f64();
        assert!((0.99..1.01).contains(&off), "{seconds} s: {off}");
    }
}

#[test]
fn a_length_that_the_plan_names_is_that_of_every_visit_and_the_budget_says_how_many() {
    let named = |ms| Plan {
        visit: Some(Duration::from_millis(ms)),
        ..Plan::from_flags(&Flags::default()).expect("defaults")
    };
    let cells = cells(4);
    for ms in [25, 150, 1_000] {
        let plan = named(ms);
        let schedule = Schedule::new(&plan, Duration::from_secs(40), &cells);
        assert_eq!(schedule.length.as_millis(), u128::from(ms));
        let off = schedule.start_time().as_secs_f64() / 40.0;
        assert!((0.8..1.25).contains(&off), "{ms} ms: {off}");
    }
    let short = Schedule::new(&named(1_000), Duration::from_secs(1), &cells);
    assert_eq!(short.visits() as usize, cells.len(), "each cell is visited once at least");
}
