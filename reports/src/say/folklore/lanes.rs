//! Which lanes a claim is about, chosen by what the record says of them.

use crate::{
    figures::{
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
    let meant = |row: &&Row| {
        let lane = row.lane;
        let own = lane.variant_of.is_none() && lane.caller == lane.callee && row.is_equal();
        own && place.contains(&lane.looseness) && coded(lane, codec) && usable(row)
    };
    scene.rows.iter().find(meant)
}

pub(crate) fn coded(lane: &Lane, codec: &str) -> bool {
    lane.codec.as_deref() == Some(codec)
}

pub(crate) fn usable(row: &Row) -> bool {
    row.lane.answers && row.single.is_some() && row.whole()
}

/// A JSON lane and a protobuf lane that differ in nothing else; where there are none, the usual
/// HTTP lane and the usual RPC lane, which differ in much. True for the first kind.
pub(crate) fn both_codecs<'s, 'a>(
    scene: &'s Scene<'a>,
) -> Option<(&'s Row<'a>, &'s Row<'a>, bool)> {
    let json = scene.rows.iter().filter(|row| coded(row.lane, "json") && usable(row));
    let twin = |row: &'s Row<'a>| {
        let same = |other: &&Row| {
            let (a, b) = (row.lane, other.lane);
            let base = a.variant_of.as_ref() == Some(&b.transport) && a.class == b.class;
            base && (&a.caller, &a.callee) == (&b.caller, &b.callee)
                && coded(b, "protobuf")
                && usable(other)
        };
        Some((row, scene.rows.iter().find(same)?, true))
    };
    let twins = json.filter_map(twin).next();
    twins.or_else(|| Some((usual(scene, &HTTP, "json")?, usual(scene, &RPC, "protobuf")?, false)))
}

/// Scenes of the same engine as the main one: they differ in the ids of an item.
pub(crate) fn payloads<'s, 'a>(
    summary: &'s Summary<'a>,
    main: &Scene,
) -> impl Iterator<Item = &'s Scene<'a>> {
    let engine = main.engine.to_owned();
    summary.scenes.iter().filter(move |scene| scene.engine == engine)
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
