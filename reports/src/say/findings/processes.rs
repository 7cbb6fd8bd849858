//! What it costs to leave the process, and how lanes between processes compare.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    record::{HTTP, Lane, RPC},
    say::findings::calls::extremes,
    stats::{
        comparison::{Comparison, Verdict},
        estimates::FEWEST_STARTS,
        units::times_with_interval,
    },
};

pub(crate) fn leaving_the_process(scene: &Scene) -> Option<String> {
    let inside = scene.baseline()?;
    let (quickest, _) = remote_extremes(scene)?;
    let comparison = scene.compared_in_turns(quickest, inside)?;
    let others = scene
        .rows
        .iter()
        .filter(|row| !row.lane.in_process && row.lane.name != quickest.lane.name);
    let in_turns = |one: &Row, other: &Row| scene.compared_in_turns(one, other);
    let alone = clearly(quickest, others, Verdict::Faster, in_turns);
    let claim = if alone {
        "is the fastest way out of the process"
    } else {
        "has the lowest median of all ways out of the process, though another may be as fast"
    };
    if comparison.verdict() != Verdict::Slower {
        return None;
    }
    Some(format!(
        "{} {claim}{}: a call takes {} as long as over {} (medians).",
        quickest.lane.named(),
        scene.placed,
        times_with_interval(&comparison.ratio),
        inside.lane.short
    ))
}

pub(crate) fn between_processes(scene: &Scene) -> Option<String> {
    let (quickest, slowest) = remote_extremes(scene)?;
    if quickest.lane.name == slowest.lane.name {
        return None;
    }
    let enough = |found: &Comparison| found.ratio.starts >= FEWEST_STARTS;
    let comparison = scene.compared_in_turns(slowest, quickest).filter(enough)?;
    let said = said(&comparison, slowest.lane, quickest.lane, &for_a_single_call(scene));
    Some(format!("Between processes, slowest lane against fastest: {said}"))
}

/// What people ask first: a call by HTTP against a remote procedure call, over the bases of both.
/// Left out where the extremes say it.
pub(crate) fn http_and_rpc(summary: &Summary, scene: &Scene) -> Option<String> {
    let base = |role: &str| {
        let lane = summary.base_of_role(role)?;
        scene.rows.iter().find(|row| row.lane.name == lane.name)
    };
    let (http, rpc) = (base(HTTP)?, base(RPC)?);
    let (quickest, slowest) = remote_extremes(scene)?;
    let said_already = [quickest, slowest].map(|row| row.lane.name.as_str());
    if [http, rpc].iter().all(|row| said_already.contains(&row.lane.name.as_str())) {
        return None;
    }
    let enough = |found: &Comparison| found.ratio.starts >= FEWEST_STARTS;
    let comparison = scene.compared_in_turns(http, rpc).filter(enough)?;
    Some(said(&comparison, http.lane, rpc.lane, &for_a_single_call(scene)))
}

fn for_a_single_call(scene: &Scene) -> String {
    format!("for a single call{} (median)", scene.placed)
}

/// Quickest and slowest lane of the usual profile that leave the process, by the median of a single
/// call.
pub(crate) fn remote_extremes<'s, 'a>(scene: &'s Scene<'a>) -> Option<(&'s Row<'a>, &'s Row<'a>)> {
    let rows = scene.rows.iter();
    let remote = rows.filter(|row| !row.lane.in_process && row.is_equal() && row.whole());
    let (quickest, slowest) = extremes(remote)?;
    Some((quickest.row, slowest.row))
}

/// A comparison as a sentence: the ratio, then what METHOD.md calls it.
pub(crate) fn said(comparison: &Comparison, first: &Lane, second: &Lane, where_: &str) -> String {
    let (first, second, ratio) =
        (first.named(), second.named(), times_with_interval(&comparison.ratio));
    match comparison.verdict() {
        Verdict::Slower | Verdict::Faster => {
            format!("{first} takes {ratio} as long as {second} {where_}.")
        }
        Verdict::Slightly => {
            format!(
                "{first} takes {ratio} as long as {second} {where_}: a difference, but not shown \
                to exceed 5 %."
            )
        }
        Verdict::Same => {
            format!("{first} takes {ratio} as long as {second} {where_}: the same within 5 %.")
        }
        Verdict::CannotTell => {
            format!(
                "{first} takes {ratio} as long as {second} {where_}: this run cannot tell which \
                is faster."
            )
        }
    }
}

/// True when the difference to every one of the others was detected and lies beyond the margin.
pub(crate) fn clearly<'s, 'a: 's>(
    row: &Row,
    others: impl Iterator<Item = &'s Row<'a>>,
    verdict: Verdict,
    compare: impl Fn(&Row, &Row) -> Option<Comparison>,
) -> bool {
    let mut others = others.filter(|other| other.single.is_some());
    others.all(|other| compare(row, other).is_some_and(|c| c.verdict() == verdict))
}
