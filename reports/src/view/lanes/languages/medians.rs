//! Single calls between languages, by caller, transport and callee.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    record::Lane,
    say::findings::languages::REFERENCE,
    stats::{sample_times, units::ABSENT},
};

/// Where links on the page lead to the first of them.
pub(super) const ID: &str = "languages";
/// Its lane to itself is what others are compared with, and it is named first.
pub(super) const FIRST: &str = REFERENCE;

/// Lanes that leave the process and answer, with nothing between their sides.
pub(super) fn between_processes<'s, 'r>(scene: &'s Scene<'r>) -> impl Iterator<Item = &'s Row<'r>> {
    let is_direct = |lane: &Lane| !lane.in_process && lane.answers && lane.server.is_none();
    scene.rows.iter().filter(move |row| is_direct(row.lane))
}

/// Each once, Rust first, then by name.
pub(super) fn languages_of<'s>(names: impl Iterator<Item = &'s str>) -> Vec<&'s str> {
    let mut languages: Vec<&str> = names.collect();
    languages.sort_by_key(|name| (*name != FIRST, *name));
    languages.dedup();
    languages
}

/// The row of a lane between these, where it was measured.
pub(super) fn row_of<'s, 'r>(
    scene: &'s Scene<'r>,
    caller: &str,
    transport: &str,
    callee: &str,
) -> Option<&'s Row<'r>> {
    between_processes(scene).find(|row| {
        let lane = row.lane;
        lane.caller == caller && lane.transport == transport && lane.callee == callee
    })
}

/// The median of a single call in this scene, ns.
pub(super) fn median_ns(scene: &Scene, caller: &str, transport: &str, callee: &str) -> Option<f64> {
    Some(row_of(scene, caller, transport, callee)?.single.as_ref()?.p50.value)
}

/// The median of a single call over this lane.
pub(super) fn median(row: &Row) -> String {
    let median_ns = row.single.as_ref().map(|one| one.p50.value);
    median_ns.map_or_else(|| ABSENT.to_owned(), sample_times::time)
}

/// The median of a single call in each placement, in their order.
pub(super) fn medians(scenes: &[&Scene], caller: &str, transport: &str, callee: &str) -> String {
    let median =
        |scene: &&Scene| median_ns(scene, caller, transport, callee).map(sample_times::time);
    let times: Vec<Option<String>> = scenes.iter().map(median).collect();
    if times.iter().all(Option::is_none) {
        return ABSENT.to_owned();
    }
    let times = times.into_iter().map(|time| time.unwrap_or_else(|| ABSENT.to_owned()));
    times.collect::<Vec<_>>().join(", ")
}

/// The placements whose medians a cell has, as `one core, two cores`.
pub(super) fn placements(summary: &Summary) -> String {
    let plan = &summary.record.plan;
    let titles = summary
        .placed()
        .into_iter()
        .map(|scene| plan.placement_title(scene.asked.placement));
    titles.collect::<Vec<_>>().join(", ")
}
