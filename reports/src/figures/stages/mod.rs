//! Where the time of a single call goes: the stages of each lane, from the rungs of its ladder.
//! Means only, since percentiles do not add; every difference is taken within a start. What is left
//! over may be negative and stays so.

mod composition;
mod finest;

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures},
        stages::{
            composition::{Composition, ns},
            finest::Finest,
        },
    },
    record::{Floor, Ladder, LadderStart, Lane, MissingRung, Record},
    stats::{
        estimates::{self, Estimate},
        resolution::{ClockStep, Resolution},
    },
};

/// The parts of a call, in the order in which they are shown.
pub const PARTS: [&str; 5] = ["transport", "framework", "codec", "compute", "unattributed"];

/// One stage of a lane.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// Measured, ns.
    Takes(Estimate),
    /// The lane has no such stage.
    None,
    /// It has one, which was not measured.
    Unknown,
}

impl Stage {
    /// Its time, where it was measured.
    pub fn estimate(&self) -> Option<&Estimate> {
        match self {
            Self::Takes(estimate) => Some(estimate),
            Self::None | Self::Unknown => None,
        }
    }
}

/// The stages of a single call over one lane.
#[derive(Clone, Debug)]
pub struct Stages<'a> {
    /// The lane.
    pub lane: &'a Lane,
    /// The lane whose echo is its bare carrier.
    pub carrier: Option<&'a Lane>,
    /// The bare carrier, R2.
    pub transport: Stage,
    /// What the lane's framework adds to it, R3 - R2; none for a lane that is its own bare carrier.
    pub framework: Stage,
    /// Both sides of the codec, R1; without one, what a caller does with buffers that it lent.
    pub codec: Stage,
    /// The engine, R0, or as the callee's own clock has it where this program cannot run it alone.
    pub compute: Stage,
    /// True where the callee's clock says it.
    pub compute_by_callee: bool,
    /// R4 - R3 - R1 - R0; overlap where it is negative.
    pub unattributed: Stage,
    /// The same as a share of the whole call.
    pub unattributed_share: Option<Estimate>,
    /// The whole call, R4.
    pub whole: Estimate,
    /// The parts in the order of [`PARTS`], each divided by the whole call of its start.
    pub shares: [Stage; PARTS.len()],
    /// The whole call over the floor that bounds the lane.
    pub floor: Option<(&'a str, Estimate)>,
    /// What the callee reports of its parts: means of decode, compute, encode, ns.
    pub stamps: Option<[Estimate; 3]>,
    /// Rungs without figures, and why.
    pub missing: &'a [MissingRung],
    /// Visits of rungs in these starts, and those of them that were disturbed and that no
    /// undisturbed repeat replaced.
    pub visits: (u64, u64),
}

/// Why a run measured no stages, where it was not asked to: its time was for something else.
pub fn left_out(record: &Record) -> Option<&'static str> {
    let plan = &record.plan;
    if !record.ladders.is_empty() {
        None
    } else if record.against.is_some() {
        Some("the time of this run was for the other build")
    } else if plan.precision.is_some() {
        Some("the time of this run was for the wanted precision")
    } else if plan.order.is_some() {
        Some("visits of a fixed order are not mixed with others")
    } else {
        None
    }
}

/// Parts that are more than the whole by this share of it explain nothing.
const NOT_ADDING_UP: f64 = 0.25;

impl Stages<'_> {
    /// False where the interval shows that the parts alone take more than the whole call, by more
    /// than a quarter of it: then they are not parts of that call.
    pub fn adds_up(&self) -> bool {
        let interval = self.unattributed_share.and_then(|share| share.interval);
        interval.is_none_or(|interval| interval.high >= -NOT_ADDING_UP)
    }

    /// The parts in the order of [`PARTS`], ns.
    pub fn parts(&self) -> [Stage; PARTS.len()] {
        [self.transport, self.framework, self.codec, self.compute, self.unattributed]
    }
}

/// The stages of every lane that has a ladder and a whole call, in the order of these lanes.
pub fn of<'a>(lanes: &[&'a Lane], record: &'a Record) -> Vec<Stages<'a>> {
    lanes.iter().filter_map(|lane| of_lane(lane, record)).collect()
}

fn of_lane<'a>(lane: &'a Lane, record: &'a Record) -> Option<Stages<'a>> {
    let ladder = record.ladders.iter().find(|ladder| ladder.lane == lane.name)?;
    MeasuredLadder::of(lane, ladder, record)?.stages(record)
}

/// A ladder beside the whole calls of the same starts.
struct MeasuredLadder<'a> {
    lane: &'a Lane,
    ladder: &'a Ladder,
    /// Rungs of a start, and the mean of its whole calls, ns.
    starts: Vec<(&'a LadderStart, f64)>,
    /// How finely a whole call can be told; a rung is timed in the same way.
    resolution: Resolution,
    /// Of the clock.
    step: ClockStep,
}

impl<'a> MeasuredLadder<'a> {
    fn of(lane: &'a Lane, ladder: &'a Ladder, record: &'a Record) -> Option<Self> {
        let single = record.cells.iter().find(|cell| {
            cell.lane == ladder.lane && cell.items == 1 && cell.asked() == ladder.asked()
        });
        let figures = CellFigures::of(single?, record.environment.clock_step())?;
        let mut starts = Vec::new();
        for (start, whole_ns) in figures.comparable(|start| Some(start.item_ns)).iter() {
            if let Some(rungs) = ladder.starts.iter().find(|rungs| rungs.start == *start) {
                starts.push((rungs, *whole_ns));
            }
        }
        if starts.is_empty() {
            return None;
        }
        let (resolution, step) = (figures.resolution, record.environment.clock_step());
        Some(Self { lane, ladder, starts, resolution, step })
    }

    /// A mean over starts of what each one gives; none where any start gives nothing, so that all
    /// stages rest on the same.
    fn mean(
        &self,
        finest: Finest,
        of: impl Fn(&LadderStart, f64) -> Option<f64>,
    ) -> Option<Estimate> {
        let values: Option<Vec<f64>> =
            self.starts.iter().map(|(start, whole)| of(start, *whole)).collect();
        let values = values?;
        let finest = finest.of(&values, self.resolution, self.step);
        estimates::mean_of_starts(&values, finest, CONFIDENCE)
    }

    /// The stage if the lane has it.
    fn stage(
        &self,
        there: bool,
        finest: Finest,
        of: impl Fn(&LadderStart, f64) -> Option<f64>,
    ) -> Stage {
        if !there {
            return Stage::None;
        }
        match self.mean(finest, of) {
            Some(estimate) => Stage::Takes(estimate),
            None => Stage::Unknown,
        }
    }

    fn stages(&self, record: &'a Record) -> Option<Stages<'a>> {
        let ladder = self.ladder;
        let carrier = ladder
            .carrier
            .as_ref()
            .and_then(|name| record.lanes.iter().find(|lane| lane.name == *name));
        let by_callee = self.mean(Finest::OfItself, |start, _| ns(start.compute)).is_none();
        let [transport, framework, codec, compute, unattributed] = self.parts(by_callee, |_| 1.0);
        let shares = self.parts(by_callee, |whole| whole);
        Some(Stages {
            lane: self.lane,
            carrier,
            transport,
            framework,
            codec,
            compute,
            compute_by_callee: by_callee,
            unattributed,
            whole: self.mean(Finest::OfItself, |_, whole| Some(whole))?.without_noise(),
            unattributed_share: shares[PARTS.len() - 1].estimate().copied(),
            shares,
            floor: self.floor(record),
            stamps: self.stamps(),
            missing: &ladder.missing,
            visits: self.visits(),
        })
    }

    /// The parts of a call, those of each start divided by what `by` makes of its whole call.
    fn parts(&self, by_callee: bool, by: impl Fn(f64) -> f64) -> [Stage; PARTS.len()] {
        let coded = self.starts.iter().any(|(start, _)| start.codec.is_some());
        let has = Composition::of(self.lane, self.ladder, coded, by_callee);
        let wholes: f64 = self.starts.iter().map(|(_, whole)| whole / by(*whole)).sum();
        // Differences of times as long as the whole call.
        let rest = Finest::Of(wholes / self.starts.len().max(1) as f64);
        [
            self.stage(has.carrier, Finest::OfItself, |start, whole| {
                Some(ns(start.carrier)? / by(whole))
            }),
            self.stage(has.framework, rest, |start, whole| {
                Some((ns(start.framework)? - ns(start.carrier)?) / by(whole))
            }),
            self.stage(has.codec, Finest::OfItself, |start, whole| {
                Some(ns(start.codec)? / by(whole))
            }),
            self.stage(true, Finest::OfItself, |start, whole| {
                Some(has.compute(start, whole)? / by(whole))
            }),
            self.stage(true, rest, |start, whole| {
                Some(has.unattributed(start, whole)? / by(whole))
            }),
        ]
    }

    /// Visits of all rungs, and how many of them stayed disturbed.
    fn visits(&self) -> (u64, u64) {
        let (mut all, mut disturbed) = (0, 0);
        for (start, _) in &self.starts {
            let rungs = [start.compute, start.codec, start.carrier, start.framework, start.stamped];
            for rung in rungs.into_iter().flatten() {
                all += u64::from(rung.visits);
                disturbed += u64::from(rung.disturbed);
            }
        }
        (all, disturbed)
    }

    /// How many times the floor a call takes.
    fn floor(&self, record: &'a Record) -> Option<(&'a str, Estimate)> {
        let floor = bound(self.ladder, record)?;
        let mut ratios = Vec::new();
        for (start, whole) in &self.starts {
            let of_start = floor.starts.iter().find(|of_floor| of_floor.start == start.start);
            let floor_ns = of_start.and_then(|of_floor| of_floor.mean_ns);
            if let Some(floor_ns) = floor_ns.filter(|ns| *ns > 0.0) {
                ratios.push(whole / floor_ns);
            }
        }
        let ratio = estimates::log_mean_of_starts(&ratios, self.resolution, CONFIDENCE)?;
        Some((floor.name.as_str(), ratio))
    }

    fn stamps(&self) -> Option<[Estimate; 3]> {
        Some([
            self.mean(Finest::OneStep, |start, _| Some(start.stamps?.decode_ns))?,
            self.mean(Finest::OneStep, |start, _| Some(start.stamps?.compute_ns))?,
            self.mean(Finest::OneStep, |start, _| Some(start.stamps?.encode_ns))?,
        ])
    }
}

/// The floor of a lane with its mean over starts, ns; none for a lane that has none, and where it
/// was not measured.
pub fn floor_of<'r>(lane: &str, record: &'r Record) -> Option<(&'r Floor, Estimate)> {
    let of_lane = bound(record.ladders.iter().find(|ladder| ladder.lane == lane)?, record)?;
    Some((of_lane, floor(of_lane)?))
}

/// The floor that a ladder names.
fn bound<'r>(ladder: &Ladder, record: &'r Record) -> Option<&'r Floor> {
    record.floors.iter().find(|floor| Some(&floor.name) == ladder.floor.as_ref())
}

/// A floor's mean over starts: ns, or bytes in a second for copying.
pub fn floor(floor: &Floor) -> Option<Estimate> {
    let values: Vec<f64> = floor
        .starts
        .iter()
        .filter_map(|start| start.mean_ns.or(start.bytes_per_s))
        .collect();
    estimates::log_mean_of_starts(&values, Resolution::of_long_time(), CONFIDENCE)
}
