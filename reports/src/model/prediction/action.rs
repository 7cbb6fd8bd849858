//! An action as its user describes it, and the calls that it is made of.

use serde::{Deserialize, Serialize};

/// The numbers of a user.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Time that the callee computes for an item, ns.
    pub service_ns: f64,
    /// Actions that begin in a second.
    pub actions_per_s: f64,
    /// Items of an action; bytes each way, where a call is predicted by what it carries.
    pub items: u32,
    /// Items of a call, at most.
    pub items_per_call: u32,
    /// Calls of an action that are in flight at once, at most.
    pub parallel: u32,
    /// What a network adds to each call that leaves the process, there and back, ns.
    pub round_trip_ns: f64,
    /// What an action may take, ns.
    pub budget_ns: f64,
}

/// Calls of an action. As many as are allowed in parallel make a round.
pub(crate) struct Calls {
    /// How many.
    pub(crate) all: u32,
    /// Items of all but the last.
    pub(crate) full_items: u32,
    /// Items of the last.
    pub(crate) rest_items: u32,
    /// Rounds of full calls before the last round.
    pub(crate) rounds_before: u32,
    /// Items of the longest call of the last round.
    pub(crate) last_round_items: u32,
}

impl Calls {
    /// One call that carries so many bytes.
    pub(crate) fn one(bytes: u32) -> Self {
        Self {
            all: 1,
            full_items: bytes,
            rest_items: bytes,
            rounds_before: 0,
            last_round_items: bytes,
        }
    }

    pub(crate) fn of(settings: &Settings) -> Self {
        let items = settings.items.max(1);
        let full_items = settings.items_per_call.clamp(1, items);
        let all = items.div_ceil(full_items);
        let parallel = settings.parallel.max(1);
        let rest_items = items - (all - 1) * full_items;
        let rounds_before = all.div_ceil(parallel) - 1;
        let last_is_alone = all - rounds_before * parallel == 1;
        Self {
            all,
            full_items,
            rest_items,
            rounds_before,
            last_round_items: if last_is_alone { rest_items } else { full_items },
        }
    }
}
