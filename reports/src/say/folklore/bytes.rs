//! Claims about sizes. Bytes are counted and not estimated, so they carry no interval.

use crate::{
    figures::{cells::CellFigures, row::Row, summary::Scene},
    judge::Judged,
    say::folklore::{
        evidence::{Evidence, Side},
        lanes::{BothCodecs, both_codecs, cell_of, payloads, place, there},
    },
    stats::units::{bytes, number},
};

/// How many times smaller the claim says.
const CLAIMED: std::ops::RangeInclusive<f64> = 3.0..=10.0;

/// JSON by protobuf, of a single call and of the largest batch, for each size of replies.
pub(crate) fn smaller(judged: &Judged, scene: &Scene) -> Result<Vec<Evidence>, &'static str> {
    const MISSING: &str = "it needs a lane with JSON and one with protobuf whose bytes are counted";
    let BothCodecs { json, protobuf, twins } = both_codecs(scene).ok_or(MISSING)?;
    let whole = if twins { "" } else { ", headers and framing included" };
    let about =
        format!("{} against {}, out and back{whole}: ", json.lane.short, protobuf.lane.short);
    let mut evidence = Vec::new();
    for scene in payloads(&judged.summary, scene) {
        let (Some(json), Some(protobuf)) = (there(scene, json), there(scene, protobuf)) else {
            continue;
        };
        let cells = [json.single.as_ref().zip(protobuf.single.as_ref()), largest(json, protobuf)];
        for (json, protobuf) in cells.into_iter().flatten() {
            evidence.extend(times_smaller(json, protobuf, scene.asked.size, &about));
        }
    }
    if evidence.is_empty() { Err(MISSING) } else { Ok(evidence) }
}

/// The bytes of one call with JSON by those with protobuf; none where they were not counted.
fn times_smaller(
    json: &CellFigures,
    protobuf: &CellFigures,
    ids: u32,
    about: &str,
) -> Option<Evidence> {
    let (large, small) = (both_ways(json)?, both_ways(protobuf)?);
    let (ratio, items) = (large / small, json.cell.items);
    let text = format!(
        "{} times {} ({} and {})",
        number(ratio),
        place(items, ids),
        bytes(large),
        bytes(small)
    );
    Some(Evidence {
        side: Side::of(CLAIMED.contains(&ratio), true),
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
    json: &'s Row<'a>,
    protobuf: &'s Row<'a>,
) -> Option<(&'s CellFigures<'a>, &'s CellFigures<'a>)> {
    let first = json.largest_batch()?;
    Some((first, cell_of(protobuf, "batched", first.cell.items)?))
}

fn both_ways(cell: &CellFigures) -> Option<f64> {
    let sum = cell.bytes_out? + cell.bytes_back?;
    (sum > 0.0).then_some(sum)
}
