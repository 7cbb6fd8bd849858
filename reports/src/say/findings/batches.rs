//! What a batch saves, and lanes whose order turns with it.

use crate::{
    figures::{
        cells::CellFigures,
        row::{Row, item_starts},
        summary::Scene,
    },
    record::Lane,
    stats::{
        comparison::{Comparison, Verdict},
        units::{count, time, times_with_interval},
    },
};

/// The lane on which the largest batch saves most, by the lower end of its interval.
pub(crate) fn batching(scene: &Scene) -> Option<String> {
    let answering = scene.rows.iter().filter(|row| row.lane.answers);
    let gains = answering.filter_map(Gain::of);
    let gain = gains.max_by(|a, b| low(&a.comparison).total_cmp(&low(&b.comparison)))?;
    if gain.comparison.verdict() != Verdict::Slower {
        return None;
    }
    Some(format!(
        "Batching pays{}: over {}, an item costs {} alone and {} in a call of {} on average: {} \
        less.",
        scene.placed,
        gain.lane.named(),
        time(gain.single.item.value),
        time(gain.batch.item.value),
        count(gain.batch.cell.items.into()),
        times_with_interval(&gain.comparison.ratio)
    ))
}

/// What an item takes alone against what it takes in the largest batch of a lane.
struct Gain<'s, 'a> {
    lane: &'a Lane,
    single: &'s CellFigures<'a>,
    batch: &'s CellFigures<'a>,
    comparison: Comparison,
}

impl<'s, 'a> Gain<'s, 'a> {
    fn of(row: &'s Row<'a>) -> Option<Self> {
        let (batch, single) = (row.largest_batch()?, row.single.as_ref()?);
        let comparison = Comparison::of(&item_starts(single), &item_starts(batch))?;
        Some(Self { lane: row.lane, single, batch, comparison })
    }
}

fn low(comparison: &Comparison) -> f64 {
    comparison.ratio.interval.map_or(0.0, |i| i.low)
}

/// Two lanes whose order for a single call is not their order at the largest batch both have.
pub(crate) fn order_turns(scene: &Scene) -> Option<String> {
    let remote: Vec<&Row> = scene.rows.iter().filter(|r| !r.lane.in_process).collect();
    let mut turns = Vec::new();
    for a in &remote {
        turns.extend(remote.iter().filter_map(|b| Turn::of(scene, a, b)));
    }
    let turn = turns.iter().max_by(|a, b| low(&a.batch).total_cmp(&low(&b.batch)))?;
    Some(format!(
        "The order turns{}: for a single call {} takes {} as long as {}, but in calls of {} it is \
        {} that takes {} as long.",
        scene.placed,
        turn.slower_alone.named(),
        times_with_interval(&turn.single.ratio),
        turn.slower_in_batch.named(),
        count(turn.items.into()),
        turn.slower_in_batch.short,
        times_with_interval(&turn.batch.ratio)
    ))
}

/// Two lanes of which one is slower alone and the other in a batch, both beyond the margin.
struct Turn<'a> {
    slower_alone: &'a Lane,
    slower_in_batch: &'a Lane,
    /// Of a call of the batch.
    items: u32,
    /// How much longer the first takes alone.
    single: Comparison,
    /// How much longer the second takes in the batch.
    batch: Comparison,
}

impl<'a> Turn<'a> {
    fn of(scene: &Scene, a: &Row<'a>, b: &Row<'a>) -> Option<Self> {
        let single = scene.compared_in_turns(a, b).filter(|c| c.verdict() == Verdict::Slower)?;
        let largest = a.largest_batch()?;
        let items = largest.cell.items;
        let other = b.cells.iter().find(|c| c.cell.mode == "batched" && c.cell.items == items)?;
        let batch = Comparison::of(&item_starts(other), &item_starts(largest))?;
        if batch.verdict() != Verdict::Slower {
            return None;
        }
        Some(Self {
            slower_alone: a.lane,
            slower_in_batch: b.lane,
            items,
            single,
            batch,
        })
    }
}

/// The sentence above the chart of batches.
pub(crate) fn above_batching(scene: &Scene) -> String {
    order_turns(scene)
        .or_else(|| batching(scene))
        .unwrap_or_else(|| format!("No lane is shown to gain from batching{}.", scene.placed))
}
