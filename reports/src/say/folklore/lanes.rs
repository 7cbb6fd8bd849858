//! Which lanes a claim is about, chosen by what the record says of them.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
    },
    record::Lane,
};

use std::ops::RangeInclusive;

/// Places on the spectrum, as `Lane::looseness` has them: RPC, and HTTP with bodies of one's own.
pub(crate) const RPC: RangeInclusive<u8> = 40..=59;

pub(crate) const HTTP: RangeInclusive<u8> = 60..=79;

/// The lane that people mean by such a mechanism: the usual profile, no variant of another, one
/// language on both sides.
pub(crate) fn usual<'s, 'a>(
    scene: &'s Scene<'a>,
    place: &RangeInclusive<u8>,
    codec: &str,
) -> Option<&'s Row<'a>> {
    scene.rows.iter().find(|row| {
        let lane = row.lane;
        let own = lane.variant_of.is_none() && lane.caller == lane.callee && row.is_equal();
        own && place.contains(&lane.looseness) && coded(lane, codec) && usable(row)
    })
}

pub(crate) fn coded(lane: &Lane, codec: &str) -> bool {
    lane.codec.as_deref() == Some(codec)
}

pub(crate) fn usable(row: &Row) -> bool {
    row.lane.answers && row.single.is_some() && row.whole()
}

/// A lane with JSON and one with protobuf, whose codecs are compared.
pub(crate) struct BothCodecs<'s, 'a> {
    pub(crate) json: &'s Row<'a>,
    pub(crate) protobuf: &'s Row<'a>,
    /// True where the two lanes differ in nothing but the codec.
    pub(crate) twins: bool,
}

/// A JSON lane and a protobuf lane that differ in nothing else; where there are none, the usual
/// HTTP lane and the usual RPC lane, which differ in much.
pub(crate) fn both_codecs<'s, 'a>(scene: &'s Scene<'a>) -> Option<BothCodecs<'s, 'a>> {
    for json in &scene.rows {
        if !coded(json.lane, "json") || !usable(json) {
            continue;
        }
        if let Some(protobuf) = scene.rows.iter().find(|other| is_protobuf_twin(json, other)) {
            return Some(BothCodecs { json, protobuf, twins: true });
        }
    }
    Some(BothCodecs {
        json: usual(scene, &HTTP, "json")?,
        protobuf: usual(scene, &RPC, "protobuf")?,
        twins: false,
    })
}

/// True where the JSON lane is a variant of the other, with protobuf in the place of JSON.
fn is_protobuf_twin(json: &Row, other: &Row) -> bool {
    let (a, b) = (json.lane, other.lane);
    let base = a.variant_of.as_ref() == Some(&b.transport) && a.class == b.class;
    let same_languages = a.caller == b.caller && a.callee == b.callee;
    base && same_languages && coded(b, "protobuf") && usable(other)
}

/// Scenes that differ from the main one in nothing but the size of an item.
pub(crate) fn payloads<'s, 'a>(
    summary: &'s Summary<'a>,
    main: &Scene<'a>,
) -> impl Iterator<Item = &'s Scene<'a>> {
    let main = main.asked;
    summary.scenes.iter().filter(move |scene| scene.asked.beside(&main))
}

/// The calls of one mode with so many items over a lane.
pub(crate) fn cell_of<'s, 'a>(
    row: &'s Row<'a>,
    mode: &str,
    items: u32,
) -> Option<&'s CellFigures<'a>> {
    row.cells.iter().find(|cell| cell.cell.mode == mode && cell.cell.items == items)
}

/// The same lane in another scene.
pub(crate) fn there<'s, 'a>(scene: &'s Scene<'a>, row: &Row) -> Option<&'s Row<'a>> {
    scene
        .rows
        .iter()
        .find(|other| other.lane.name == row.lane.name)
        .filter(|other| usable(other))
}

/// `a single call` or `an item of 64`, with the ids of an item.
pub(crate) fn place(items: u32, ids: u32) -> String {
    let ids = crate::stats::units::count(ids.into());
    match items {
        1 => format!("for a single call of {ids} ids"),
        n => format!("for an item of {} with {ids} ids", crate::stats::units::count(n.into())),
    }
}
