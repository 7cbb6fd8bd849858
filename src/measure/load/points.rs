//! At which rates a lane is asked, once its capacity is known.

use crate::{
    lanes::roster::Known,
    measure::load::{
        capacity::{self, Capacity, SHARES},
        request::USUAL_IN_FLIGHT,
    },
};
use api::Waiting;

/// One load to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) lane: usize,
    /// Of the lane's own capacity; none at a rate that is the same for all lanes.
    pub(crate) share: Option<f64>,
    /// Calls per second; none is the closed loop.
    pub(crate) rate_per_s: Option<f64>,
    pub(crate) in_flight: u32,
}

/// A lane whose capacity was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) lane: usize,
    pub(crate) capacity: Capacity,
    /// Its calls are too short for shares of its capacity.
    pub(crate) too_short: bool,
}

impl Found {
    /// The points of this lane in one restart, with these common rates.
    pub(crate) fn points(&self, known: &Known, common_per_s: &[f64]) -> Vec<Point> {
        let Self { lane, capacity: Capacity { per_s, in_flight }, too_short } = *self;
        // One thread has as many places as it likes; more threads than gave the capacity would be
        // another load.
        let one_thread = known.about.class == Waiting::Async.name();
        let in_flight = if one_thread { in_flight.max(USUAL_IN_FLIGHT) } else { in_flight };
        let mut rates = Vec::new();
        if !too_short {
            rates.extend(SHARES.map(|share| (Some(share), share * per_s)));
        }
        let common = common_per_s.iter().filter(|rate| capacity::takes(per_s, **rate));
        rates.extend(common.map(|rate| (None, *rate)));
        let point = |(share, rate)| Point { lane, share, rate_per_s: Some(rate), in_flight };
        rates.into_iter().map(point).collect()
    }
}
