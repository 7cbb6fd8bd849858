//! Two records against each other, lane by lane: what became slower, and whether a gate lets it pass. The starts of two
//! records have nothing in common, so they are not paired; what the machine did between the two runs is in the
//! difference too. Two builds in one run tell more.

use crate::cells::CellFigures;
use crate::compare::{Comparison, DETECTION, Verdict};
use crate::record::Record;
use crate::stats;
use crate::summary::{Row, Scene, Summary};

/// Why two records are not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They are from different machines.
    Machine,
    /// They asked different questions, or other data answered them.
    Workload,
    /// Neither engine, reply size nor lane is in both.
    NothingInCommon,
}

impl Mismatch {
    /// One sentence that names the cure.
    pub fn text(&self) -> &'static str {
        match self {
            Self::Machine => {
                "the records are from different machines, so that a difference may be the machines': compare records of one machine, or take --force"
            }
            Self::Workload => {
                "the records are over different data: measure both with the same files, or take --force"
            }
            Self::NothingInCommon => "the records have no lane in common that was measured in both",
        }
    }
}

/// What happened to one figure of a lane.
#[derive(Clone, Debug)]
pub struct Change {
    /// The lane's name, as shown.
    pub lane: String,
    /// `a single call` or `an item at n = 1,024`.
    pub what: String,
    /// Before, ns.
    pub old_ns: f64,
    /// After, ns.
    pub new_ns: f64,
    /// New divided by old.
    pub comparison: Comparison,
    /// Detected among all figures of the comparison (Holm).
    pub detected: bool,
}

/// What a gate says of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// No figure can be slower by more than the limit.
    Passed,
    /// At least one figure is slower by more than the limit, whatever its interval leaves open.
    Failed,
    /// The intervals leave it open.
    CannotTell,
}

/// Every figure that both records have, loose to tight; single calls, and items of the largest batch that both have.
///
/// # Errors
/// [`Mismatch`], the first two unless `force`.
pub fn changes(old: &Record, new: &Record, force: bool) -> Result<Vec<Change>, Mismatch> {
    if !force && old.environment.fingerprint != new.environment.fingerprint {
        return Err(Mismatch::Machine);
    }
    if !force && old.workload.digest != new.workload.digest {
        return Err(Mismatch::Workload);
    }
    let (old, new) = (Summary::of(old), Summary::of(new));
    let scenes = || {
        let same = |a: &&Scene, b: &Scene| a.engine == b.engine && a.max_results == b.max_results;
        new.scenes.iter().find_map(|scene| Some((old.scenes.iter().find(|other| same(other, scene))?, scene)))
    };
    let (old, new) = scenes().ok_or(Mismatch::NothingInCommon)?;
    let pair = |row: &Row| old.rows.iter().find(|other| other.lane.name == row.lane.name);
    let mut changes = Vec::new();
    for row in new.rows.iter().filter(|row| row.lane.answers) {
        let Some(before) = pair(row) else { continue };
        changes.extend(single(before, row));
        changes.extend(batch(before, row));
    }
    if changes.is_empty() {
        return Err(Mismatch::NothingInCommon);
    }
    holm(&mut changes);
    Ok(changes)
}

fn single(old: &Row, new: &Row) -> Option<Change> {
    let (old_call, new_call) = (old.single.as_ref()?, new.single.as_ref()?);
    let medians = |cell: &CellFigures| values(cell, |start| start.p50_ns);
    change(new, "a single call".to_owned(), &medians(old_call), &medians(new_call))
}

fn batch(old: &Row, new: &Row) -> Option<Change> {
    let batched = |row: &Row| -> Vec<u32> {
        row.cells.iter().filter(|cell| cell.cell.mode == "batched").map(|cell| cell.cell.items).collect()
    };
    let both = batched(old).into_iter().filter(|items| batched(new).contains(items)).max()?;
    let cell = |row: &Row| {
        let found = row.cells.iter().find(|cell| cell.cell.mode == "batched" && cell.cell.items == both)?;
        Some(values(found, |start| start.item_ns))
    };
    change(new, format!("an item at n = {}", crate::units::count(both.into())), &cell(old)?, &cell(new)?)
}

fn values(cell: &CellFigures, of: impl Fn(&crate::StartFigures) -> f64) -> Vec<f64> {
    cell.comparable(|start| Some(of(start))).into_iter().map(|(_, value)| value).collect()
}

fn change(row: &Row, what: String, old: &[f64], new: &[f64]) -> Option<Change> {
    let comparison = Comparison::unpaired(new, old)?;
    let mean = |values: &[f64]| Some(stats::log_mean_of_starts(values, DETECTION)?.value);
    let lane = row.lane.short.clone();
    Some(Change { lane, what, old_ns: mean(old)?, new_ns: mean(new)?, comparison, detected: false })
}

/// Marks what stays significant in the whole family (Holm 1979).
fn holm(changes: &mut [Change]) {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.sort_by(|a, b| changes[*a].comparison.p_value.total_cmp(&changes[*b].comparison.p_value));
    let family = order.len();
    for (at, change) in order.into_iter().enumerate() {
        if changes[change].comparison.p_value > (1.0 - DETECTION) / (family - at) as f64 {
            return;
        }
        changes[change].detected = true;
    }
}

/// Whether all figures are within this slowdown (0.1 for 10 %).
pub fn gate(changes: &[Change], slowdown: f64) -> Gate {
    let limit = 1.0 + slowdown;
    let interval = |change: &Change| change.comparison.ratio.interval;
    if changes.iter().any(|change| interval(change).is_some_and(|i| i.low > limit)) {
        return Gate::Failed;
    }
    let within = |change: &Change| interval(change).is_some_and(|i| i.high < limit);
    if changes.iter().all(within) { Gate::Passed } else { Gate::CannotTell }
}

/// A change in the words of METHOD.md; a difference only where it stays one among all.
pub fn words(change: &Change) -> &'static str {
    match change.comparison.verdict() {
        Verdict::Same => "same within 5 %",
        _ if change.detected => change.comparison.words(),
        _ => "cannot tell",
    }
}
