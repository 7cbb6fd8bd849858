//! Which lanes a claim is about: bases of roles, and lanes that differ in the codec alone.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
    },
    record::{Asked, Lane},
    say::folklore::{evidence::Carried, questions::Side},
};

/// The base lane of a role, if it was measured and has the codec that is meant.
pub(crate) fn base<'s, 'a>(
    summary: &Summary,
    scene: &'s Scene<'a>,
    side: &Side,
) -> Option<&'s Row<'a>> {
    let base = summary.base_of_role(side.role)?;
    let as_meant = |row: &&Row| {
        let codec_fits = side.codec.is_none_or(|codec| coded(row.lane, codec));
        row.lane.name == base.name && codec_fits && usable(row)
    };
    scene.rows.iter().find(as_meant)
}

pub(crate) fn coded(lane: &Lane, codec: &str) -> bool {
    lane.codec.as_deref() == Some(codec)
}

pub(crate) fn usable(row: &Row) -> bool {
    row.lane.answers && row.single.is_some() && row.whole()
}

/// Two lanes whose codecs are compared.
pub(crate) struct BothCodecs<'s, 'a> {
    pub(crate) first: &'s Row<'a>,
    pub(crate) second: &'s Row<'a>,
    /// True where the two lanes differ in nothing but the codec.
    pub(crate) twins: bool,
}

/// Two lanes with the codecs of both sides that differ in nothing else, those before others of
/// which the second is the base of its role; where there are none, the bases, which differ in much.
pub(crate) fn both_codecs<'s, 'a>(
    summary: &Summary,
    scene: &'s Scene<'a>,
    sides: &[Side; 2],
) -> Option<BothCodecs<'s, 'a>> {
    let mut twins = Vec::new();
    for first in scene.rows.iter().filter(|row| usable(row)) {
        let others = scene.rows.iter().filter(|row| usable(row));
        twins.extend(
            others
                .filter(|second| are_twins([first.lane, second.lane], sides))
                .map(|second| (first, second)),
        );
    }
    let nearest = twins.into_iter().min_by_key(|(_, second)| !summary.is_base(second.lane));
    if let Some((first, second)) = nearest {
        return Some(BothCodecs { first, second, twins: true });
    }
    let [first, second] = sides;
    Some(BothCodecs {
        first: base(summary, scene, first)?,
        second: base(summary, scene, second)?,
        twins: false,
    })
}

/// True where the first lane is a variant of the second, with its side's codec in the place of the
/// other's.
fn are_twins([first, second]: [&Lane; 2], sides: &[Side; 2]) -> bool {
    let fits = |lane: &Lane, side: &Side| side.codec.is_some_and(|codec| coded(lane, codec));
    let is_variant =
        first.variant_of.as_ref() == Some(&second.transport) && first.class == second.class;
    let same_languages = first.caller == second.caller && first.callee == second.callee;
    is_variant && same_languages && fits(first, &sides[0]) && fits(second, &sides[1])
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

/// The same batch over both lanes: the largest small one, which every size of replies has, and the
/// largest of all where that is no small one.
pub(crate) fn both_batched<'s, 'a>(
    first: &'s Row<'a>,
    second: &'s Row<'a>,
) -> Vec<(&'s CellFigures<'a>, &'s CellFigures<'a>)> {
    let mut largest = Vec::new();
    for carried in [Carried::Few, Carried::Many] {
        let batches = first.cells.iter().filter(|cell| is_whole_batch(cell, carried));
        let both = batches.filter_map(|cell| {
            let other = cell_of(second, "batched", cell.cell.items)?;
            other.whole.then_some((cell, other))
        });
        largest.extend(both.max_by_key(|(cell, _)| cell.cell.items));
    }
    largest
}

fn is_whole_batch(cell: &CellFigures, carried: Carried) -> bool {
    cell.whole && cell.cell.mode == "batched" && Carried::by(cell.cell.items) == carried
}

/// The main scene, and what was asked alike in the other placements of the record.
pub(crate) fn in_each_placement<'s, 'a>(
    summary: &'s Summary<'a>,
    main: &Scene<'a>,
) -> impl Iterator<Item = &'s Scene<'a>> {
    let main = main.asked;
    summary
        .scenes
        .iter()
        .filter(move |scene| Asked { placement: main.placement, ..scene.asked } == main)
}
