//! What limits how finely the clock tells time: what a read costs, and in which steps it moves.

use quanta::Clock;
use std::{collections::BTreeMap, hint::black_box};

/// An action shorter than this many clock reads, or than as many steps, is timed in groups.
const LIMITS_PER_SAMPLE: f64 = 20.0;

/// The limits of a clock.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Cost of one clock read, ns.
    pub read_ns: f64,
    /// The step in which it moves, ns: at least 1, since samples are kept in whole ns. None where
    /// it is not seen to move.
    pub step_ns: Option<f64>,
}

impl Limits {
    /// Looks at the clock for some milliseconds.
    pub fn of(clock: &Clock) -> Self {
        Self { read_ns: median_read_ns(clock), step_ns: step_ns(clock) }
    }

    /// The shortest sample that this clock tells well enough, ns.
    pub fn least_sample_ns(&self) -> f64 {
        LIMITS_PER_SAMPLE * self.read_ns.max(self.step_ns.unwrap_or(0.0))
    }
}

/// Cost of one clock read, ns.
fn median_read_ns(clock: &Clock) -> f64 {
    median_of_bursts(clock, || {
        black_box(clock.raw());
    })
}

/// Cost of one call of a function that does nothing, by a pointer, so that it is called, ns.
pub(crate) fn empty_call_ns(clock: &Clock) -> f64 {
    fn nothing() {}
    let called: fn() = nothing;
    median_of_bursts(clock, || black_box(called)())
}

/// What one of these takes, ns: the median of 64 bursts of 64.
fn median_of_bursts(clock: &Clock, mut one: impl FnMut()) -> f64 {
    const ONES: u32 = 64;
    let mut bursts: Vec<u64> = (0..64)
        .map(|_| {
            let start = clock.raw();
            // The read that ends the burst is one of a burst of reads.
            (1..ONES).for_each(|_| one());
            clock.delta_as_nanos(start, clock.raw())
        })
        .collect();
    bursts.sort_unstable();
    bursts[bursts.len() / 2] as f64 / f64::from(ONES)
}

/// The step in which the clock moves, ns; none where it does not move within a million reads.
fn step_ns(clock: &Clock) -> Option<f64> {
    const SCALE: u64 = 1_000_000;
    let step = common_step(&moves(clock))?;
    // A million of them, because one counter step may be less than a whole nanosecond.
    let step_ns = clock.delta_as_nanos(0, (step * SCALE as f64) as u64) as f64 / SCALE as f64;
    Some(step_ns.max(1.0))
}

/// By how much the clock moves from read to read, in its own ticks, and how often. Between two
/// reads goes by a time that differs each time: reads at an even pace would show that pace as a
/// step.
fn moves(clock: &Clock) -> BTreeMap<u64, u32> {
    const READS: u32 = 1_000_000;
    const MOVES: u32 = 20_000;
    let mut moves = BTreeMap::new();
    let (mut last, mut seen) = (clock.raw(), 0);
    for read in 0..READS {
        // 37 and 64 have no common divisor: every length of the wait comes, in no even order.
        for turn in 0..read.wrapping_mul(37) % 64 {
            black_box(turn);
        }
        let now = clock.raw();
        if now > last {
            *moves.entry(now - last).or_insert(0) += 1;
            seen += 1;
            if seen == MOVES {
                break;
            }
        }
        last = now;
    }
    moves
}

/// Part of the moves that must be whole numbers of steps. The rest are moves that the system's
/// own rounding has shortened or stretched, and interruptions.
const EXPLAINED: f64 = 0.98;

/// The longest step, in ticks, of which nearly all moves are whole numbers. Looking for the least
/// move instead is fooled by a single one: a counter in steps of 26 ticks was seen to show 1.
///
/// A clock that is scaled to another unit rounds each move up or down, so that the moves of a step
/// of 10.4 ticks are 10 and 11; of steps this long, a move may be that much off.
fn common_step(moves: &BTreeMap<u64, u32>) -> Option<f64> {
    let (&most_frequent, _) = moves.iter().max_by_key(|(_, times)| **times)?;
    let short = || {
        let ticks = (1..=LEAST_ROUNDED).rev().map(f64::from);
        ticks.into_iter().find(|step| explains(moves, *step, 0.0))
    };
    long_step(moves, most_frequent).or_else(short)
}

/// Steps of fewer ticks are not told from rounding.
const LEAST_ROUNDED: u32 = 8;
/// A step is sought down to this part of the most frequent move: of a shorter one, 20 reads are far
/// more than 20 steps.
const MOST_PARTS: u32 = 1_000;
/// How much rounding may add to a move, or take: a tick, and what the mean of moves is off.
const ROUNDING: f64 = 1.05;

/// A step of at least [`LEAST_ROUNDED`] ticks: a whole part of what most moves are.
fn long_step(moves: &BTreeMap<u64, u32>, most_frequent: u64) -> Option<f64> {
    let move_ticks = mean_around(moves, most_frequent);
    let parts = (1..=MOST_PARTS).map(|part| move_ticks / f64::from(part));
    parts
        .take_while(|step| *step >= f64::from(LEAST_ROUNDED))
        .find(|step| explains(moves, *step, ROUNDING))
}

/// The mean of the moves that rounding may have made of one, ticks.
fn mean_around(moves: &BTreeMap<u64, u32>, center: u64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (ticks, times) in moves.range(center.saturating_sub(1)..=center.saturating_add(1)) {
        sum += *ticks as f64 * f64::from(*times);
        count += f64::from(*times);
    }
    sum / count
}

/// True where nearly all moves are whole numbers of this step, at least one, give or take so many
/// ticks.
fn explains(moves: &BTreeMap<u64, u32>, step: f64, rounding: f64) -> bool {
    let (mut whole, mut all) = (0.0, 0.0);
    for (ticks, times) in moves {
        let (ticks, times) = (*ticks as f64, f64::from(*times));
        let steps = (ticks / step).round();
        all += times;
        if steps >= 1.0 && (ticks - steps * step).abs() <= rounding {
            whole += times;
        }
    }
    whole >= EXPLAINED * all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step_of(moves: &[(u64, u32)]) -> Option<f64> {
        common_step(&moves.iter().copied().collect())
    }

    #[test]
    fn the_step_is_what_most_moves_are_whole_numbers_of() {
        assert_eq!(step_of(&[]), None);
        let fooled = [(1, 1), (25, 2), (26, 9_000), (51, 3), (52, 9_500), (286, 110)];
        let step = step_of(&fooled).expect("it moves");
        assert!((step - 26.0).abs() < 0.01, "{step}: one odd move of 1 tick is no step");
        assert_eq!(step_of(&[(20, 900), (30, 1_000), (50, 40)]), Some(10.0), "reads are slower");
        let every_tick = [(39, 300), (40, 900), (41, 300), (45, 200), (53, 90), (66, 80)];
        assert_eq!(step_of(&every_tick), Some(1.0));
        assert_eq!(step_of(&[(40, 900), (42, 900), (46, 300)]), Some(2.0));
        assert_eq!(step_of(&[(1_000, 12)]), Some(1_000.0), "a clock of microseconds");
    }

    #[test]
    fn a_step_that_is_scaled_to_another_unit_is_seen_through_the_rounding() {
        // 10.4 ticks, as whole ticks: 0, 10, 21, 31, 42, 52, ...
        let rounded = |steps: u32| (f64::from(steps) * 10.4).floor() as u64;
        let mut moves = BTreeMap::new();
        for at in 0..3_000 {
            let moved = rounded(at + 1 + at % 3) - rounded(at);
            *moves.entry(moved).or_insert(0) += 1;
        }
        let step = common_step(&moves).expect("it moves");
        assert!((step - 10.4).abs() < 0.1, "{step}");
    }

    #[test]
    fn the_real_clock_moves_in_steps_that_its_own_moves_are_made_of() {
        let clock = Clock::new();
        let moves = moves(&clock);
        let step = common_step(&moves).expect("the clock moves");
        assert!(step >= 1.0 && explains(&moves, step, ROUNDING), "{step} of {moves:?}");
        let limits = Limits::of(&clock);
        let least_ns = limits.least_sample_ns();
        assert!(least_ns >= 20.0 * limits.read_ns, "{limits:?}");
        assert!(limits.step_ns.is_some_and(|step| least_ns >= 20.0 * step), "{limits:?}");
    }
}
