//! What a second core does to a call, in a sentence: by how much calls become longer, and whether
//! that is more than the choice of a lane makes.

use crate::{
    figures::{
        row::difference,
        summary::{Scene, Summary},
    },
    model::changes::crossing_cores::{self, Crossing, Moved},
    record::Plan,
    say::findings::processes::remote_extremes,
    stats::{
        estimates::Estimate,
        units::{time, time_with_interval},
    },
};

/// What the first placement after the main one does to calls.
pub fn finding(summary: &Summary) -> Option<String> {
    let crossings = crossing_cores::of(summary);
    sentence(summary, crossings.first()?)
}

/// By how much calls become longer in the other placement; none where nothing shows that any does.
pub(crate) fn sentence(summary: &Summary, crossing: &Crossing) -> Option<String> {
    let mut longer: Vec<&Moved> = crossing.lanes.iter().filter(|moved| is_longer(moved)).collect();
    longer.sort_by(|a, b| a.more.value.total_cmp(&b.more.value));
    let (least, most) = (longer.first()?, longer.last()?);
    let [from, to] = titles(&summary.record.plan, crossing);
    let all = crossing.lanes.len();
    let claim = if longer.len() == all {
        format!("On {to} a call takes longer than on {from}")
    } else {
        format!(
            "On {to} a call takes longer than on {from} over {} of {all} lanes",
            longer.len()
        )
    };
    let by = if longer.len() == 1 {
        by_how_much(most)
    } else {
        format!("from {} to {}", by_how_much(least), by_how_much(most))
    };
    let of_lanes = if longer.len() == all {
        summary.main().and_then(|scene| against_lanes(scene, &least.more, &most.more))
    } else {
        None
    };
    let of_lanes = of_lanes.map_or_else(String::new, |(than, span)| {
        format!(
            " That is {than} than the difference between the fastest and the slowest lane on \
            {from}, {}.",
            time(span.value)
        )
    });
    Some(format!("{claim}: {by} (medians).{of_lanes}"))
}

fn titles(plan: &Plan, crossing: &Crossing) -> [String; 2] {
    [crossing.from, crossing.to].map(|placement| plan.placement_title(placement))
}

fn by_how_much(moved: &Moved) -> String {
    format!("{} longer over {}", time_with_interval(&moved.more), moved.lane.named())
}

/// Whether the interval shows that a call takes longer.
fn is_longer(moved: &Moved) -> bool {
    moved.detected && moved.more.interval.is_some_and(|interval| interval.low > 0.0)
}

/// `more` or `less` than what lies between the quickest and the slowest lane of the first
/// placement, where the intervals tell these apart, and that span, ns.
fn against_lanes(
    scene: &Scene,
    least: &Estimate,
    most: &Estimate,
) -> Option<(&'static str, Estimate)> {
    let (quickest, slowest) = remote_extremes(scene)
        .filter(|(quickest, slowest)| quickest.lane.name != slowest.lane.name)?;
    let span = difference(&slowest.medians_told(), &quickest.medians_told())?;
    let (interval, least, most) = (span.interval?, least.interval?, most.interval?);
    if least.low > interval.high {
        return Some(("more", span));
    }
    (most.high < interval.low).then_some(("less", span))
}
