//! What one change takes: a lane that differs from another in one thing, against that other. A
//! single call rests on bursts that were asked in turns where the run has them, else on visits of
//! the same starts; each says which.

use crate::{
    figures::{
        contrasts,
        row::{Row, compare_single},
        summary::Scene,
    },
    record::{Lane, Record},
    stats::{
        comparison::Comparison,
        starts::Starts,
        units::{count, times_with_interval},
    },
};

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
            Self::InTurns => "alternately",
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
    let asked = contrasts::variant(record, &row.lane.name, scene.asked);
    let base = match asked {
        Some((base, _)) => base,
        None => {
            let at = base(row.lane, scene.rows.iter().map(|other| other.lane))?;
            scene.rows[at].lane.name.as_str()
        }
    };
    let base_row = scene.rows.iter().find(|other| other.lane.name == base);
    // Bursts in turns tell more than visits that were merely in the same start.
    let single = match (asked, base_row) {
        (Some((_, Some(comparison))), _) => Some((comparison, Source::InTurns)),
        (_, Some(base)) => in_turns_or_by_visits(scene, row, base),
        (_, None) => None,
    };
    let batch = base_row.and_then(|base| compare_batch(row, base));
    let (lane, base) = (row.lane.short.as_str(), record.name_of(base));
    if single.is_none() && batch.is_none() {
        return None;
    }
    Some(Variant { lane, base, single, batch })
}

/// The two may have been asked in turns as neighbours, or each with a third.
fn in_turns_or_by_visits(scene: &Scene, row: &Row, base: &Row) -> Option<(Comparison, Source)> {
    let in_turns = scene.compared_in_turns(row, base).map(|found| (found, Source::InTurns));
    in_turns.or_else(|| compare_single(row, base).map(|found| (found, Source::ByVisits)))
}

/// Which of `among` a lane differs from in one thing, by its place: a lane of the transport that it
/// names and from the same caller, to the same callee where there is such a one, else to the one
/// that other callees are held against too.
pub fn base<'l>(lane: &Lane, among: impl Iterator<Item = &'l Lane>) -> Option<usize> {
    let wanted = lane.variant_of.as_ref()?;
    let bases = among.enumerate().filter(|(_, other)| {
        // The base may have the same transport, where a lane differs from it in the callee.
        other.transport == *wanted && other.caller == lane.caller && other.name != lane.name
    });
    // Of equals the first is taken.
    let distance =
        |other: &Lane| (other.callee != lane.callee, other.variant_of == lane.variant_of);
    bases.min_by_key(|(_, other)| distance(other)).map(|(at, _)| at)
}

fn compare_batch(row: &Row, base: &Row) -> Option<(u32, Comparison)> {
    let batched = row.cells.iter().filter(|cell| cell.cell.mode == "batched");
    let mut sizes: Vec<u32> = batched.map(|cell| cell.cell.items).collect();
    sizes.sort_unstable();
    for items in sizes.into_iter().rev() {
        let (Some(first), Some(second)) = (batch(row, items), batch(base, items)) else {
            continue;
        };
        if let Some(comparison) = Comparison::of(&first, &second) {
            return Some((items, comparison));
        }
    }
    None
}

/// The mean of an item in a batch of this size, in each start, ns.
fn batch(row: &Row, items: u32) -> Option<Starts> {
    let cell = row
        .cells
        .iter()
        .find(|cell| cell.cell.mode == "batched" && cell.cell.items == items)?;
    Some(cell.comparable(|start| Some(start.item_ns)))
}

impl Variant<'_> {
    /// `tcp : uds`.
    pub fn names(&self) -> String {
        format!("{} : {}", self.lane, self.base)
    }

    /// A single call in words, as `1.24 times (1.20 to 1.28) alternately`.
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
        self.single_words()
            .into_iter()
            .chain(self.batch_words())
            .collect::<Vec<_>>()
            .join("; ")
    }
}
