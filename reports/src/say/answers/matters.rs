//! Whether the choice of a way out of the process matters beside the work of one's own service.

use crate::{
    figures::summary::Summary,
    model::crossover::{self, Choice},
    say::answers::answer::Answer,
    stats::{
        comparison::MARGIN,
        units::{percent, short},
    },
};

/// The work of a service whose author named none, ns.
pub(crate) const USUAL_WORK_NS: f64 = 5e6;

/// The work of the user's own service, ns: what the plan names, or the usual one.
pub(crate) fn work_ns(summary: &Summary) -> f64 {
    summary.record.plan.service_time_ns.map_or(USUAL_WORK_NS, |ns| ns as f64)
}

/// Between the quickest and the slowest default lane that leaves the process; none where there are
/// no two.
pub(super) fn answer(summary: &Summary) -> Option<Answer> {
    let work = work_ns(summary);
    let scene = summary.main()?;
    let widest = crossover::widest(scene);
    let choice = widest.iter().rev().find(|choice| !choice.quicker.lane.in_process)?;
    let most = choice.share(work)?.interval?.high;
    let matters = most > MARGIN;
    Some(Answer {
        question: format!("{} service?", short::named_time(work)),
        short: if matters { "it may matter" } else { "it does not matter" }.to_owned(),
        text: format!(
            "between {} and {} the choice is at most {} of a call{}. {}",
            choice.quicker.lane.short,
            choice.slower.lane.short,
            short::percent(most.max(0.0)),
            scene.placed,
            begins(choice)
        ),
    })
}

/// From which work on it passes the margin.
fn begins(choice: &Choice) -> String {
    let margin = percent(MARGIN);
    let highest = choice.break_even().and_then(|work| Some(work.interval?.high));
    match highest {
        Some(high) if high > 0.0 => {
            format!("It passes {margin} only below {} of work.", short::time(high))
        }
        Some(_) => format!("It never passes {margin}."),
        None => format!("This run cannot tell where it passes {margin}."),
    }
}
