//! What a second core does to calls, beside what the choice of a lane does.

use crate::{
    figures::summary::Summary,
    model::changes::crossing_cores,
    say::{
        answers::{answer::Answer, bases::bases},
        capital,
    },
    stats::units::short,
};

/// From the lanes that were measured on one core and on two; none where there are no such.
pub(super) fn answer(summary: &Summary) -> Option<Answer> {
    let crossings = crossing_cores::of(summary);
    let crossing = crossings.first()?;
    let plan = &summary.record.plan;
    let [from, to] = [crossing.from, crossing.to].map(|placement| plan.placement_title(placement));
    let question = format!("{from} or {to}?");
    let told = crossing.lanes.iter().filter(|lane| lane.detected && lane.comparison.detected());
    let mut more_ns: Vec<f64> = told.map(|lane| lane.more.value).collect();
    more_ns.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (more_ns.first(), more_ns.last()) else {
        return Some(Answer {
            question: capital(&question),
            short: "cannot tell".to_owned(),
            text: "no lane is shown to take longer or less.".to_owned(),
        });
    };
    let short = if *least > 0.0 { from } else { "it depends".to_owned() };
    Some(Answer {
        question: capital(&question),
        short,
        text: format!(
            "crossing cores adds {} to a call{}.",
            short::range_of_time(*least, *most),
            protocols(summary).unwrap_or_default()
        ),
    })
}

/// What lies between the quickest and the slowest base lane that leaves the process.
fn protocols(summary: &Summary) -> Option<String> {
    let remote = bases(summary).into_iter().filter(|row| !row.lane.in_process);
    let mut medians: Vec<f64> =
        remote.filter_map(|row| Some(row.single.as_ref()?.p50.value)).collect();
    medians.sort_by(f64::total_cmp);
    let [least, .., most] = medians[..] else { return None };
    Some(format!("; protocols differ by {}", short::time(most - least)))
}
