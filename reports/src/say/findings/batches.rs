//! What a batch saves, and lanes whose order turns with it.

use crate::{
    figures::{
        cells::CellFigures,
        row::{Row, compare_single, item_starts},
        summary::Scene,
    },
    stats::{
        comparison::{Comparison, Verdict},
        units::{count, time_with_interval, times_with_interval},
    },
};

/// The lane on which the largest batch saves most, by the lower end of its interval.
pub(crate) fn batching(scene: &Scene) -> Option<String> {
    let gains = scene.rows.iter().filter(|row| row.lane.answers).filter_map(gain);
    let (row, batch, gain) = gains.max_by(|a, b| low(&a.2).total_cmp(&low(&b.2)))?;
    let (n, one) = (count(batch.cell.items.into()), row.single.as_ref()?);
    let saves = gain.verdict() == Verdict::Slower;
    let text = format!(
        "Batching pays: over {}, an item costs {} alone and {} in a call of {n}: {} less.",
        row.lane.named(),
        time_with_interval(&one.item),
        time_with_interval(&batch.item),
        times_with_interval(&gain.ratio)
    );
    saves.then_some(text)
}

pub(crate) fn gain<'s, 'a>(
    row: &'s Row<'a>,
) -> Option<(&'s Row<'a>, &'s CellFigures<'a>, Comparison)> {
    let batch = row.largest_batch()?;
    let comparison = Comparison::of(&item_starts(row.single.as_ref()?), &item_starts(batch))?;
    Some((row, batch, comparison))
}

pub(crate) fn low(comparison: &Comparison) -> f64 {
    comparison.ratio.interval.map_or(0.0, |i| i.low)
}

/// Two lanes whose order for a single call is not their order at the largest batch both have.
pub(crate) fn order_turns(scene: &Scene) -> Option<String> {
    let remote: Vec<&Row> = scene.rows.iter().filter(|r| !r.lane.in_process).collect();
    let pairs = remote.iter().flat_map(|a| remote.iter().map(move |b| (*a, *b)));
    let turned = pairs.filter_map(|(a, b)| Some((a, b, turn(a, b)?)));
    let (a, b, (n, single, batch)) = turned.max_by(|x, y| low(&x.2.2).total_cmp(&low(&y.2.2)))?;
    Some(format!(
        "The order turns: for a single call {} takes {} as long as {}, but in calls of {} it is \
        {} that takes {} as long.",
        a.lane.named(),
        times_with_interval(&single.ratio),
        b.lane.named(),
        count(n.into()),
        b.lane.short,
        times_with_interval(&batch.ratio)
    ))
}

/// `a` is slower alone and `b` is slower in a batch, both beyond the margin.
pub(crate) fn turn(a: &Row, b: &Row) -> Option<(u32, Comparison, Comparison)> {
    let single = compare_single(a, b).filter(|c| c.verdict() == Verdict::Slower)?;
    let largest = a.largest_batch()?;
    let n = largest.cell.items;
    let other = b.cells.iter().find(|c| c.cell.mode == "batched" && c.cell.items == n)?;
    let batch = Comparison::of(&item_starts(other), &item_starts(largest))?;
    (batch.verdict() == Verdict::Slower).then_some((n, single, batch))
}

/// The sentence above the chart of batches.
pub(crate) fn above_batching(scene: &Scene) -> String {
    let none = "No lane is shown to gain from batching.";
    order_turns(scene)
        .or_else(|| batching(scene))
        .unwrap_or_else(|| none.to_owned())
}
