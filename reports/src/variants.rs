//! What one change takes: a lane that differs from another in one thing, against that other. A single call rests on bursts
//! that were asked in turns where the run has them, else on visits of the same starts; each says which.

use crate::compare::Comparison;
use crate::contrasts;
use crate::findings::compare_single;
use crate::record::Record;
use crate::summary::{Row, Scene};
use crate::units::{count, times_with_interval};

/// What a ratio rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Bursts of both lanes next to each other, everything fresh in each start.
    InTurns,
    /// Visits of the main table, paired by start.
    ByVisits,
}

impl Source {
    fn text(self) -> &'static str {
        match self {
            Self::InTurns => "in turns",
            Self::ByVisits => "by visits",
        }
    }
}

/// A lane and the one from which it differs in one thing, both measured.
#[derive(Clone, Debug)]
pub struct Variant<'s> {
    /// The lane that differs.
    pub lane: &'s str,
    /// The lane from which it differs.
    pub base: &'s str,
    /// A single call, by the median.
    pub single: Option<(Comparison, Source)>,
    /// Items of the largest batch that both have, and an item in it, by the mean of visits.
    pub batch: Option<(u32, Comparison)>,
}

/// Every such pair of a scene, in its order.
pub fn of<'s>(scene: &'s Scene, record: &'s Record) -> Vec<Variant<'s>> {
    scene.rows.iter().filter_map(|row| pair(row, scene, record)).collect()
}

fn pair<'s>(row: &'s Row, scene: &'s Scene, record: &'s Record) -> Option<Variant<'s>> {
    // Where lanes were asked in turns, the run said which one is the base.
    let asked = contrasts::variant(record, &row.lane.name, scene.engine, scene.max_results);
    let base = asked.map_or_else(|| Some(base_of(row, scene)?.lane.name.as_str()), |(base, _)| Some(base))?;
    let base_row = scene.rows.iter().find(|other| other.lane.name == base);
    let in_turns = asked.and_then(|(_, comparison)| Some((comparison?, Source::InTurns)));
    let by_visits = || Some((compare_single(row, base_row?)?, Source::ByVisits));
    // Bursts in turns tell more than visits that were merely in the same start.
    let single = in_turns.or_else(by_visits);
    let batch = base_row.and_then(|base| compare_batch(row, base));
    let (lane, base) = (row.lane.short.as_str(), contrasts::name_of(record, base));
    (single.is_some() || batch.is_some()).then_some(Variant { lane, base, single, batch })
}

/// Between the same two languages.
fn base_of<'s>(row: &Row, scene: &'s Scene) -> Option<&'s Row<'s>> {
    let wanted = row.lane.variant_of.as_ref()?;
    let is_base = |other: &&Row| {
        let (other, lane) = (other.lane, row.lane);
        // The base may have the same transport, where a lane differs from it in the callee.
        other.transport == *wanted && other.caller == lane.caller && other.name != lane.name
    };
    let mut bases = scene.rows.iter().filter(is_base);
    // A lane into C is compared with one into Rust where that is the change.
    let same = scene.rows.iter().filter(is_base).find(|other| other.lane.callee == row.lane.callee);
    same.or_else(|| bases.next())
}

fn compare_batch(row: &Row, base: &Row) -> Option<(u32, Comparison)> {
    let mut both: Vec<u32> =
        row.cells.iter().filter(|cell| cell.cell.mode == "batched").map(|cell| cell.cell.items).collect();
    let of = |row: &Row, items| {
        let cell = row.cells.iter().find(|cell| cell.cell.mode == "batched" && cell.cell.items == items)?;
        Some(cell.comparable(|start| Some(start.item_ns)))
    };
    both.sort_unstable();
    both.into_iter()
        .rev()
        .find_map(|items| Some((items, Comparison::of(&of(row, items)?, &of(base, items)?)?)))
}

impl Variant<'_> {
    /// `tcp : uds`.
    pub fn names(&self) -> String {
        format!("{} : {}", self.lane, self.base)
    }

    /// A single call in words, as `1.24 times (1.20 to 1.28) in turns`.
    pub fn single_words(&self) -> Option<String> {
        let (single, source) = self.single.as_ref()?;
        Some(format!("{} {}", times_with_interval(&single.ratio), source.text()))
    }

    /// The largest batch in words.
    pub fn batch_words(&self) -> Option<String> {
        let (n, batch) = self.batch.as_ref()?;
        Some(format!("{} at n = {}", times_with_interval(&batch.ratio), count((*n).into())))
    }

    /// Both in one line.
    pub fn ratios(&self) -> String {
        self.single_words().into_iter().chain(self.batch_words()).collect::<Vec<_>>().join("; ")
    }
}
