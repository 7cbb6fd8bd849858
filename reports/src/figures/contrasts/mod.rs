//! What pairs that were asked in turns say: the smallest difference that such a pair can tell,
//! whether lanes that are the same were called different, by how much lanes differ that differ in
//! one thing, and by how much two builds do.

pub mod head_to_head;
pub mod placements;
pub mod service_time;
pub mod smallest_difference;

use crate::{
    record::{Asked, Contrast, Record},
    stats::{
        comparison::{self, Comparison},
        estimates::{FEWEST_STARTS, TOO_FEW},
        resolution::Resolution,
    },
};

/// The logarithms of a contrast's ratio, second by first, one for each start.
pub(crate) fn logs(contrast: &Contrast) -> Vec<f64> {
    contrast
        .starts
        .iter()
        .map(|start| start.log_ratio)
        .filter(|log| log.is_finite())
        .collect()
}

/// Second by first; `None` of fewer than two starts.
pub(crate) fn compared(record: &Record, contrast: &Contrast) -> Option<Comparison> {
    Comparison::of_logs(&logs(contrast), resolution(record, contrast))
}

/// How finely the ratio can be told: that of both medians, in the start that tells them worst.
pub(crate) fn resolution(record: &Record, contrast: &Contrast) -> Resolution {
    let groups =
        [&contrast.first, &contrast.second].map(|lane| group(record, lane, contrast.asked()));
    // Both sides are timed in the larger group.
    let group = groups[0].max(groups[1]);
    let step = record.environment.clock_step();
    let mut coarsest = Resolution::EXACT;
    for start in &contrast.starts {
        let [first, second] = [start.first_p50_ns, start.second_p50_ns]
            .map(|ns| Resolution::of_time(ns, group, step));
        coarsest = coarsest.coarser(first.and(second));
    }
    coarsest
}

/// In which group single calls over a lane that ask this are timed, wherever it runs: its driver
/// chooses it for pairs as it does for visits. The smallest of all restarts; 1 where the record has
/// no visits of it.
pub(crate) fn group(record: &Record, lane: &str, asked: Asked<'_>) -> u32 {
    let singles = record
        .cells
        .iter()
        .filter(|cell| cell.lane == lane && cell.items == 1 && cell.asked().asks_as(&asked));
    singles
        .flat_map(|cell| &cell.starts)
        .map(|start| start.group)
        .min()
        .unwrap_or(1)
}

pub(crate) fn of_kind<'r>(
    record: &'r Record,
    kind: &'static str,
) -> impl Iterator<Item = &'r Contrast> + Clone {
    record.contrasts.iter().filter(move |contrast| contrast.kind == kind)
}

pub(crate) fn selves(record: &Record) -> impl Iterator<Item = &Contrast> {
    of_kind(record, "self").filter(|contrast| contrast.starts.len() >= FEWEST_STARTS)
}

/// Lanes against themselves: how many were called different, and how many there were.
pub fn false_alarms(record: &Record) -> (u64, u64) {
    let (mut hits, mut tried) = (0, 0);
    for contrast in selves(record) {
        if let Some(found) = compared(record, contrast) {
            hits += u64::from(found.detected());
            tried += 1;
        }
    }
    (hits, tried)
}

/// Every lane that was set against itself, and second by first; no comparison where fewer than two
/// starts came through.
pub(crate) fn themselves(record: &Record) -> impl Iterator<Item = (&Contrast, Option<Comparison>)> {
    of_kind(record, "self").map(|contrast| (contrast, compared(record, contrast)))
}

/// What a lane against itself is called: it is the same lane, so that a difference is a false
/// alarm.
pub(crate) fn words_of_itself(found: &Comparison) -> &'static str {
    if found.detected() {
        "called different"
    } else if found.ratio.starts < FEWEST_STARTS {
        TOO_FEW
    } else {
        "not told apart"
    }
}

/// A lane of this build against the same lane of another.
#[derive(Clone, Debug)]
pub struct Rebuilt<'r> {
    /// The lane's name, as shown.
    pub lane: &'r str,
    /// Where, as the end of a sentence has it: ` on two cores`; empty where the run has one
    /// placement.
    pub placed: String,
    /// This build divided by the other.
    pub comparison: Comparison,
    /// Detected among all lanes of the two builds (Holm).
    pub detected: bool,
}

impl<'r> Rebuilt<'r> {
    fn of(record: &'r Record, contrast: &'r Contrast) -> Option<Self> {
        let comparison = compared(record, contrast)?;
        let lane = record.name_of(&contrast.first);
        let placed = record.plan.where_placed(&contrast.placement);
        Some(Self { lane, placed, comparison, detected: false })
    }

    /// `uds`, or `uds on two cores`.
    pub fn name(&self) -> String {
        format!("{}{}", self.lane, self.placed)
    }

    /// The verdict in words; a difference only where it stays one among all lanes.
    pub fn words(&self) -> &'static str {
        self.comparison.words_in_family(self.detected)
    }
}

/// Every lane that was asked in turns with itself of another build.
pub fn against<'r>(record: &'r Record) -> Vec<Rebuilt<'r>> {
    let mut lanes: Vec<Rebuilt> = of_kind(record, "against")
        .filter_map(|contrast| Rebuilt::of(record, contrast))
        .collect();
    let detected = comparison::detected_in_family(lanes.iter().map(|lane| &lane.comparison));
    for (lane, detected) in lanes.iter_mut().zip(detected) {
        lane.detected = detected;
    }
    lanes
}

/// The other build in words, as `tollgate 0.1.0, release build, rustc 1.95.0`.
pub fn other_build(record: &Record) -> String {
    record
        .against
        .as_ref()
        .map_or_else(|| "its version is not in the record".to_owned(), |build| build.text())
}

/// The lane from which `lane` differs in one thing, by its full name, and how many times as long a
/// single call over `lane` takes, from bursts in turns where there are some that ask the
/// same. `None` where the run did not ask the lane in turns with its base.
pub fn variant<'r>(
    record: &'r Record,
    lane: &str,
    asked: Asked<'_>,
) -> Option<(&'r str, Option<Comparison>)> {
    let mut of_lane = of_kind(record, "variant").filter(|contrast| contrast.second == lane);
    let here = of_lane.clone().find(|one| one.asked() == asked);
    let base = here.or_else(|| of_lane.next())?;
    Some((&base.first, here.and_then(|contrast| compared(record, contrast))))
}

/// Contrasts that ended early, or never began.
pub(crate) fn failed(record: &Record) -> impl Iterator<Item = &Contrast> {
    record
        .contrasts
        .iter()
        .filter(|contrast| contrast.reason.is_some() || contrast.wrong)
}
