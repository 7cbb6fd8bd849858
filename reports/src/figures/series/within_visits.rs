//! How a single call goes on within a visit: the median of what comes after some time of it, set
//! against that of what came before. Where a call takes another time later, its figures depend on
//! how long visits last. The start is the unit of an interval here too.

use crate::{
    figures::{
        cells::CONFIDENCE,
        contrasts,
        series::visits::{counted, median},
    },
    record::{Cell, Lane, Record, Visit},
    stats::{
        comparison::{DETECTION, MARGIN},
        estimates::{self, Estimate},
        resolution::Resolution,
    },
};
use std::collections::BTreeMap;

/// Length of a slice, ms.
const SLICE_MS: u64 = 10;
/// Where visits are cut, ms from where their calls are recorded.
const CUTS_MS: [u64; 5] = [20, 50, 100, 200, 500];

/// A single call after some time of its visits, by what it took before.
#[derive(Clone, Debug)]
pub struct Cut {
    /// Time since calls were recorded, ms: what it takes to settle is before it.
    pub after_ms: u64,
    /// Median until then: geometric mean over restarts, with its 95 % interval, ns.
    pub before_ns: Estimate,
    /// How many times as long a call takes after it: in each restart the geometric mean over
    /// visits of the ratio of medians; the interval is of 99 % for all lanes and cuts of the run
    /// together.
    pub ratio: Estimate,
}

impl Cut {
    /// How far a call is from what it took before: the absolute logarithm of the ratio.
    pub fn distance(&self) -> f64 {
        self.ratio.value.ln().abs()
    }

    /// True where the whole interval lies beyond the margin of what matters, to either side.
    pub fn is_beyond_margin(&self) -> bool {
        is_beyond_margin(&self.ratio)
    }
}

/// True where the whole interval of a ratio lies beyond the margin of what matters.
pub fn is_beyond_margin(ratio: &Estimate) -> bool {
    let beyond = |i: estimates::Interval| i.low > 1.0 + MARGIN || i.high < 1.0 / (1.0 + MARGIN);
    ratio.interval.is_some_and(beyond)
}

/// A lane's main single call in one placement.
#[derive(Clone, Debug)]
pub struct WithinVisits<'r> {
    /// The lane.
    pub lane: &'r Lane,
    /// Where its processes ran.
    pub placement: &'r str,
    /// In rising order of time; not empty.
    pub cuts: Vec<Cut>,
    /// Of the intervals of their ratios, 0 to 1: 99 % for all lanes and cuts together.
    pub confidence: f64,
}

/// Every main single call whose visits tell it, in the order of the cells.
pub fn of(record: &Record) -> Vec<WithinVisits<'_>> {
    let mut visits: BTreeMap<usize, Vec<&Visit>> = BTreeMap::new();
    for visit in counted(record).into_iter().filter(|visit| !visit.slices_p50_ns.is_empty()) {
        let at = visit.cell as usize;
        if visit.start < record.progress.starts_done
            && record.cells.get(at).is_some_and(|cell| is_main(record, cell))
        {
            visits.entry(at).or_default().push(visit);
        }
    }
    let told = |visits: &Vec<&Visit>| {
        CUTS_MS
            .iter()
            .filter(|cut| visits.iter().any(|visit| halves(visit, **cut).is_some()))
            .count()
    };
    let family = visits.values().map(told).sum::<usize>().max(1);
    let confidence = 1.0 - (1.0 - DETECTION) / family as f64;
    let mut all = Vec::new();
    for (at, visits) in &visits {
        let cell = &record.cells[*at];
        let Some(lane) = record.lanes.iter().find(|lane| lane.name == cell.lane) else {
            continue;
        };
        let cut = |after_ms: &u64| cut(record, cell, visits, *after_ms, confidence);
        let cuts: Vec<Cut> = CUTS_MS.iter().filter_map(cut).collect();
        if !cuts.is_empty() {
            all.push(WithinVisits { lane, placement: &cell.placement, cuts, confidence });
        }
    }
    all
}

/// True for a single call of the main engine and size, in any placement.
pub(crate) fn is_main(record: &Record, cell: &Cell) -> bool {
    let plan = &record.plan;
    cell.items == 1
        && Some(cell.size) == plan.main_size()
        && plan.engines.first().is_none_or(|engine| *engine == cell.engine)
}

/// Medians of a visit before and after a cut, ns.
struct Halves {
    before_ns: f64,
    after_ns: f64,
}

/// `None` where either is empty, or the visit ended less than a slice after the cut.
fn halves(visit: &Visit, after_ms: u64) -> Option<Halves> {
    let recorded = visit.slices_p50_ns.iter().position(|ns| *ns > 0.0)?;
    let cut = recorded + (after_ms / SLICE_MS) as usize;
    if visit.limit_ms? < (cut as u64 + 1) * SLICE_MS {
        return None;
    }
    let (before, after) = visit.slices_p50_ns.split_at_checked(cut)?;
    Some(Halves {
        before_ns: median_of_told(before)?,
        after_ns: median_of_told(after)?,
    })
}

/// The median of those slices in which calls began.
fn median_of_told(slices_ns: &[f64]) -> Option<f64> {
    median(&slices_ns.iter().copied().filter(|ns| *ns > 0.0).collect::<Vec<_>>())
}

/// What the visits of one restart say, as logarithms.
#[derive(Default)]
struct OfStart {
    before: Vec<f64>,
    ratios: Vec<f64>,
}

fn cut(
    record: &Record,
    cell: &Cell,
    visits: &[&Visit],
    after_ms: u64,
    confidence: f64,
) -> Option<Cut> {
    let mut starts: BTreeMap<u32, OfStart> = BTreeMap::new();
    for visit in visits {
        if let Some(halves) = halves(visit, after_ms) {
            let of_start = starts.entry(visit.start).or_default();
            of_start.before.push(halves.before_ns.ln());
            of_start.ratios.push((halves.after_ns / halves.before_ns).ln());
        }
    }
    let means = |logs: fn(&OfStart) -> &Vec<f64>| -> Vec<f64> {
        starts.values().map(|start| estimates::mean(logs(start))).collect()
    };
    let (before, ratios) = (means(|start| &start.before), means(|start| &start.ratios));
    let step = record.environment.clock_step();
    let resolution = Resolution::of_time(
        estimates::mean(&before).exp(),
        contrasts::group(record, &cell.lane),
        step,
    );
    let both = resolution.and(resolution).log();
    Some(Cut {
        after_ms,
        before_ns: estimates::mean_of_starts(&before, resolution.log(), CONFIDENCE)?.exp(),
        ratio: estimates::mean_of_starts(&ratios, both, confidence)?.exp(),
    })
}
