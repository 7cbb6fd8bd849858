//! Claims about sizes. Bytes are counted and not estimated, so they carry no interval.

use crate::{
    figures::{cells::CellFigures, row::Row, summary::Scene},
    judge::Judged,
    say::folklore::{
        evidence::{Evidence, Side},
        lanes::{BothCodecs, both_codecs, cell_of, payloads, place, there},
        questions,
    },
    stats::units::{bytes, number},
};

/// The first's bytes by the second's, of a single call and of the largest batch, for each size of
/// replies.
pub(crate) fn smaller(
    judged: &Judged,
    scene: &Scene,
    sides: &[questions::Side; 2],
    within: [f64; 2],
) -> Option<Vec<Evidence>> {
    let BothCodecs { first, second, twins } = both_codecs(&judged.summary, scene, sides)?;
    let whole = if twins { "" } else { ", headers and framing included" };
    let about =
        format!("{} against {}, out and back{whole}: ", first.lane.short, second.lane.short);
    let mut evidence = Vec::new();
    for scene in payloads(&judged.summary, scene) {
        let (Some(first), Some(second)) = (there(scene, first), there(scene, second)) else {
            continue;
        };
        let cells = [first.single.as_ref().zip(second.single.as_ref()), largest(first, second)];
        for (first, second) in cells.into_iter().flatten() {
            evidence.extend(times_smaller(first, second, scene.asked.size, &about, within));
        }
    }
    Some(evidence)
}

/// The first's bytes of one call by the second's; none where they were not counted.
fn times_smaller(
    first: &CellFigures,
    second: &CellFigures,
    ids: u32,
    about: &str,
    [from, to]: [f64; 2],
) -> Option<Evidence> {
    let (large, small) = (both_ways(first)?, both_ways(second)?);
    let (ratio, items) = (large / small, first.cell.items);
    let text = format!(
        "{} times {} ({} and {})",
        number(ratio),
        place(items, ids),
        bytes(large),
        bytes(small)
    );
    Some(Evidence {
        side: Side::of((from..=to).contains(&ratio), true),
        lane: String::new(),
        items,
        ids,
        value: ratio,
        text,
        about: about.to_owned(),
    })
}

/// The largest batch that both have.
fn largest<'s, 'a>(
    first: &'s Row<'a>,
    second: &'s Row<'a>,
) -> Option<(&'s CellFigures<'a>, &'s CellFigures<'a>)> {
    let batch = first.largest_batch()?;
    Some((batch, cell_of(second, "batched", batch.cell.items)?))
}

fn both_ways(cell: &CellFigures) -> Option<f64> {
    let sum = cell.bytes_out? + cell.bytes_back?;
    (sum > 0.0).then_some(sum)
}
