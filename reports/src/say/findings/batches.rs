//! What a batch saves, and lanes whose order turns with it.

use crate::{
    figures::{
        cells::CellFigures,
        row::{Row, item_starts},
        summary::Scene,
    },
    record::Lane,
    stats::{
        comparison::{self, Comparison, DETECTION, Verdict},
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
        "Batching pays{}: in a batch of {}, an item over {} is {} cheaper ({} alone, {} in the \
        batch, means).",
        scene.placed,
        count(gain.batch.cell.items.into()),
        gain.lane.named(),
        times_with_interval(&gain.comparison.ratio),
        time(gain.single.item.value),
        time(gain.batch.item.value)
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

/// Two lanes whose order for a single call is not their order at the largest batch both have. Both
/// differences are detected in the family of all pairs (Holm, with the larger p-value of both), as
/// those of lanes that cross are.
pub(crate) fn order_turns(scene: &Scene) -> Option<String> {
    let remote: Vec<&Row> = scene.rows.iter().filter(|r| !r.lane.in_process).collect();
    let mut pairs = Vec::new();
    for (at, first) in remote.iter().enumerate() {
        let others = &remote[at + 1..];
        pairs.extend(others.iter().filter_map(|second| AloneAndInBatch::of(scene, first, second)));
    }
    let p_values: Vec<f64> = pairs.iter().map(AloneAndInBatch::p_value).collect();
    let detected = comparison::holm(&p_values, 1.0 - DETECTION);
    let told = pairs.iter().zip(detected).filter(|(_, detected)| *detected);
    let turns: Vec<Turn> = told.filter_map(|(pair, _)| pair.turn()).collect();
    let turn = turns.iter().max_by(|a, b| low(&a.batch).total_cmp(&low(&b.batch)))?;
    Some(format!(
        "The faster lane depends on the batch size:{} a single call over {} takes {} as long as \
        over {}, but a batch of {} over {} takes {} as long as over {}.",
        scene.placed,
        turn.slower_alone.named(),
        times_with_interval(&turn.single.ratio),
        turn.slower_in_batch.named(),
        count(turn.items.into()),
        turn.slower_in_batch.short,
        times_with_interval(&turn.batch.ratio),
        turn.slower_alone.short
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

/// Two lanes, one call at a time and in the largest batch that both have.
struct AloneAndInBatch<'a> {
    lanes: [&'a Lane; 2],
    /// Of a call of the batch.
    items: u32,
    /// First by second.
    single: Comparison,
    /// Second by first.
    batch: Comparison,
}

impl<'a> AloneAndInBatch<'a> {
    fn of(scene: &Scene, first: &Row<'a>, second: &Row<'a>) -> Option<Self> {
        let single = scene.compared_in_turns(first, second)?;
        let largest = [first, second].map(|row| row.largest_batch().map(|c| c.cell.items));
        let items = largest[0]?.min(largest[1]?);
        let batch_of = |row: &Row| {
            let mut batches = row.cells.iter().filter(|cell| cell.cell.mode == "batched");
            batches.find(|cell| cell.cell.items == items).map(item_starts)
        };
        let batch = Comparison::of(&batch_of(second)?, &batch_of(first)?)?;
        Some(Self { lanes: [first.lane, second.lane], items, single, batch })
    }

    fn p_value(&self) -> f64 {
        self.single.p_value.max(self.batch.p_value)
    }

    /// None where one lane is the quicker both times, or a difference is not beyond the margin.
    fn turn(&self) -> Option<Turn<'a>> {
        let [first, second] = self.lanes;
        let (slower_alone, slower_in_batch, single, batch) =
            match (self.single.verdict(), self.batch.verdict()) {
                (Verdict::Slower, Verdict::Slower) => (first, second, self.single, self.batch),
                (Verdict::Faster, Verdict::Faster) => {
                    (second, first, self.single.inverted(), self.batch.inverted())
                }
                _ => return None,
            };
        Some(Turn {
            slower_alone,
            slower_in_batch,
            items: self.items,
            single,
            batch,
        })
    }
}

/// The sentence above the chart of batches.
pub(crate) fn above_batching(scene: &Scene) -> String {
    order_turns(scene)
        .or_else(|| batching(scene))
        .unwrap_or_else(|| format!("Batching is not shown to help over any lane{}.", scene.placed))
}
