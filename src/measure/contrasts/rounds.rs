//! How often each pair is started in a restart of the run, and for how long it is asked.

use crate::{
    measure::contrasts::{
        pairs::{Pair, SELF},
        service_time,
    },
    plan::Plan,
};
use std::time::Duration;

/// What starting and stopping two sides takes.
pub(crate) const START_COST: Duration = Duration::from_millis(150);
/// The bursts of one start: more starts tell more than longer ones.
const LONGEST: Duration = Duration::from_millis(350);
pub(crate) const SHORTEST: Duration = Duration::from_millis(50);

/// Fresh starts of pairs in a restart of the run.
pub(crate) struct Rounds {
    /// Of a lane against itself.
    of_self: u32,
    /// So many times as many has a pair that differs, see [`weight`].
    weight: u32,
    /// Fresh starts of all pairs, were a lane asked against itself once.
    starts_in_round: u32,
    /// Time of the bursts in one start.
    bursts: Duration,
    /// True where restarts too short for a round save their time for one that is long enough.
    saves: bool,
    saved: Duration,
    /// How long the callee of the second works in a pair that checks a service time.
    work: Option<Duration>,
    placements: u32,
}

impl Rounds {
    pub(crate) fn new(plan: &Plan, pairs: &[Pair<'_>]) -> Self {
        let weight = weight(pairs);
        let (selves, all) = (count_selves(pairs), pairs.len());
        Self {
            of_self: 1,
            weight,
            starts_in_round: selves as u32 + (all - selves) as u32 * weight,
            bursts: SHORTEST,
            saves: plan.precision.is_some(),
            saved: Duration::ZERO,
            work: plan.service_time,
            placements: plan.placements.len() as u32,
        }
    }

    /// Fresh starts of a pair of this kind.
    pub(crate) fn of(&self, kind: &str) -> u32 {
        let rounds = self.of_self * if kind == SELF { 1 } else { self.weight };
        if rounds == 0 {
            return 0;
        }
        // A start in which a callee works longer than usual bursts take has the time of several.
        let usual = (self.bursts + START_COST).as_secs_f64();
        let longer = self.time_of(kind).as_secs_f64() / usual;
        let fewer = (f64::from(rounds) / longer) as u32;
        fewer.max(1)
    }

    /// What one start of a pair of this kind takes.
    pub(crate) fn time_of(&self, kind: &str) -> Duration {
        let work = self.work.filter(|_| kind == service_time::KIND);
        service_time::start_time(work, self.bursts, self.placements) + START_COST
    }

    /// Time of the bursts in one start of a pair.
    pub(crate) fn bursts(&self) -> Duration {
        self.bursts
    }

    /// How long the callee of the second works in a pair of this kind.
    pub(crate) fn work_of(&self, kind: &str) -> Option<Duration> {
        self.work.filter(|_| kind == service_time::KIND)
    }

    /// They have this long in the next restart, and in those after it unless they are given another
    /// time.
    pub(crate) fn give(&mut self, time: Duration) {
        self.saved += time;
        let each = self.saved / self.starts_in_round.max(1);
        if self.saves && each < SHORTEST + START_COST {
            self.of_self = 0;
            return;
        }
        self.saved = Duration::ZERO;
        let longest = LONGEST + START_COST;
        self.of_self = (each.as_secs_f64() / longest.as_secs_f64()).ceil().max(1.0) as u32;
        self.bursts = (each / self.of_self).saturating_sub(START_COST).clamp(SHORTEST, LONGEST);
    }

    /// How often pairs are started, in words; `share` is that of the time to measure, 0 to 1.
    pub(crate) fn text(&self, share: f64) -> String {
        if self.saves {
            format!("{:.0} % of the time to measure", share * 100.0)
        } else if self.weight == 1 {
            format!("{} fresh starts each in a restart", self.of_self)
        } else {
            format!(
                "{} fresh starts each in a restart, of the others {}",
                self.of_self,
                self.of_self * self.weight
            )
        }
    }
}

/// Pairs of a lane with itself.
pub(crate) fn count_selves(pairs: &[Pair<'_>]) -> usize {
    pairs.iter().filter(|pair| pair.kind == SELF).count()
}

/// How many fresh starts a pair that differs has for one of a lane against itself: the few pairs
/// that a run is for have half of the time between them, however many lanes tell what a difference
/// is worth.
fn weight(pairs: &[Pair<'_>]) -> u32 {
    let selves = count_selves(pairs);
    (selves / (pairs.len() - selves).max(1)).max(1) as u32
}
