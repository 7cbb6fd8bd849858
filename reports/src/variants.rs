//! What one change takes: a lane that differs from another in one thing, against that other, paired by start.

use crate::compare::Comparison;
use crate::contrasts;
use crate::findings::compare_single;
use crate::record::Record;
use crate::summary::{Row, Scene};
use crate::units::{count, times_with_interval};

/// A lane and the one from which it differs in one thing, both measured.
#[derive(Clone, Debug)]
pub struct Variant<'s> {
    /// The lane that differs.
    pub lane: &'s str,
    /// The lane from which it differs.
    pub base: &'s str,
    /// A single call: from bursts in turns where the run has them, else by the median.
    pub single: Option<Comparison>,
    /// Items of the largest batch that both have, and an item in it, by the mean.
    pub batch: Option<(u32, Comparison)>,
}

/// Every such pair of a scene, in its order.
pub fn of<'s>(scene: &'s Scene, record: &Record) -> Vec<Variant<'s>> {
    let pair = |row: &'s Row<'s>| {
        let base = base_of(row, scene)?;
        let (first, second) = (base.lane.name.as_str(), row.lane.name.as_str());
        let in_turns = contrasts::variant(record, first, second, scene.engine, scene.max_results);
        // Bursts in turns tell more than visits that were merely in the same start.
        let single = in_turns.or_else(|| compare_single(row, base));
        let batch = compare_batch(row, base);
        let (lane, base) = (row.lane.short.as_str(), base.lane.short.as_str());
        (single.is_some() || batch.is_some()).then_some(Variant { lane, base, single, batch })
    };
    scene.rows.iter().filter_map(pair).collect()
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

    /// A single call in words, as `1.24 times (1.20 to 1.28)`.
    pub fn single_words(&self) -> Option<String> {
        self.single.as_ref().map(|single| times_with_interval(&single.ratio))
    }

    /// The largest batch in words.
    pub fn batch_words(&self) -> Option<String> {
        self.batch
            .as_ref()
            .map(|(n, batch)| format!("{} at n = {}", times_with_interval(&batch.ratio), count((*n).into())))
    }

    /// Both in one line.
    pub fn ratios(&self) -> String {
        self.single_words().into_iter().chain(self.batch_words()).collect::<Vec<_>>().join("; ")
    }
}
