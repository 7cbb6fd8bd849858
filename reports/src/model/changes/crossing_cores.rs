//! What a second core does to a call: the same processes on one core and moved to two, lane by
//! lane, from the visits of both placements, paired by restart.

use crate::{
    figures::{
        row::{self, Row, compare_single},
        summary::{Scene, Summary},
    },
    record::Lane,
    stats::{
        comparison::{self, Comparison},
        estimates::Estimate,
    },
};

/// The lanes of a run in one of its further placements beside the first.
#[derive(Clone, Debug)]
pub struct Crossing<'s> {
    /// The first placement of the plan, as `one`.
    pub from: &'s str,
    /// The other, as `two`.
    pub to: &'s str,
    /// Every lane that was measured in both, in the order of the scene.
    pub lanes: Vec<Moved<'s>>,
}

/// A lane in two placements. All times are those of a single call.
#[derive(Clone, Debug)]
pub struct Moved<'s> {
    /// The lane.
    pub lane: &'s Lane,
    /// The median in the first placement, ns.
    pub from: Estimate,
    /// The median in the other, ns.
    pub to: Estimate,
    /// How much longer the median is in the other, ns: the mean of the differences of restarts,
    /// with its 95 % interval.
    pub more: Estimate,
    /// The other placement divided by the first, by medians.
    pub comparison: Comparison,
    /// Detected among all lanes of this placement (Holm).
    pub detected: bool,
}

/// One for each placement after the first that has lanes of its own.
pub fn of<'s>(summary: &'s Summary) -> Vec<Crossing<'s>> {
    let scenes = summary.placed();
    let [first, others @ ..] = &scenes[..] else { return Vec::new() };
    others.iter().filter_map(|other| Crossing::of(first, other)).collect()
}

impl<'s> Crossing<'s> {
    fn of(first: &'s Scene, other: &'s Scene) -> Option<Self> {
        let mut lanes: Vec<Moved> = Vec::new();
        for moved in other.rows.iter().filter(|row| row.is_of(other.asked)) {
            let here = first.rows.iter().find(|row| row.lane.name == moved.lane.name);
            lanes.extend(here.and_then(|here| Moved::of(here, moved)));
        }
        let detected = comparison::detected_in_family(lanes.iter().map(|lane| &lane.comparison));
        for (lane, detected) in lanes.iter_mut().zip(detected) {
            lane.detected = detected;
        }
        if lanes.is_empty() {
            return None;
        }
        Some(Self {
            from: first.asked.placement,
            to: other.asked.placement,
            lanes,
        })
    }
}

impl<'s> Moved<'s> {
    fn of(here: &'s Row, moved: &'s Row) -> Option<Self> {
        let more = row::difference(&moved.medians_told(), &here.medians_told())?;
        Some(Self {
            lane: moved.lane,
            from: here.single.as_ref()?.p50,
            to: moved.single.as_ref()?.p50,
            more: more.only_if(here.whole() && moved.whole()),
            comparison: compare_single(moved, here)?,
            detected: false,
        })
    }
}
