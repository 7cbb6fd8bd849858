//! What a second core does to calls, beside what the choice of a lane does, and whose order it
//! turns.

use crate::{
    figures::summary::Summary,
    model::changes::{
        crossing_cores::{self, Crossing, Moved},
        order_between_placements,
    },
    record::{FREE, Lane},
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
    let [from, to] = [crossing.from, crossing.to].map(|placement| plan.placement_phrase(placement));
    let is_told = |lane: &&Moved| lane.detected && lane.comparison.detected();
    let told: Vec<&Moved> = crossing.lanes.iter().filter(is_told).collect();
    let mut more_ns: Vec<f64> = told.iter().map(|lane| lane.more.value).collect();
    more_ns.sort_by(f64::total_cmp);
    let question = format!("{}?", capital(&to));
    let Some(least) = more_ns.first() else {
        return Some(Answer {
            question,
            short: "cannot tell".to_owned(),
            text: format!("no lane is shown to take another time than {from}."),
            is_of_work: false,
        });
    };
    let short = if *least > 0.0 { "slower" } else { "it depends on the lane" };
    Some(Answer {
        question,
        short: short.to_owned(),
        text: format!(
            "{}{}.{}{}",
            if crossing.to == FREE { "" } else { "with a core for each side " },
            moved(&told, crossing.lanes.len(), &from),
            protocols(summary).unwrap_or_default(),
            order(summary, crossing).unwrap_or_default()
        ),
        is_of_work: false,
    })
}

/// As `a call over 12 of 18 lanes takes 17 to 100 µs longer than on one core, over 4 of 18 lanes 24
/// to 111 µs less`.
fn moved(told: &[&Moved<'_>], lanes: usize, from: &str) -> String {
    let (longer, less): (Vec<&Moved>, Vec<&Moved>) =
        told.iter().partition(|lane| lane.more.value > 0.0);
    let range = |of: &[&Moved]| {
        let times = of.iter().map(|lane| lane.more.value.abs());
        let least = times.clone().fold(f64::INFINITY, f64::min);
        short::range_of_time(least, times.fold(0.0, f64::max))
    };
    let said = |of: &[&Moved], how: &str| format!("{} takes {} {how}", over(of, lanes), range(of));
    match [longer.as_slice(), less.as_slice()] {
        [longer, []] => format!("a call{} than {from}", said(longer, "longer")),
        [[], less] => format!("a call{} than {from}", said(less, "less")),
        [longer, less] => format!(
            "a call{} than {from},{} {} less",
            said(longer, "longer"),
            over(less, lanes),
            range(less)
        ),
    }
}

/// Over which of so many lanes that is, where it is not told of all.
fn over(told: &[&Moved<'_>], lanes: usize) -> String {
    match told {
        told if told.len() == lanes => String::new(),
        [one] => format!(" over {}", one.lane.short),
        several => format!(" over {} of {lanes} lanes", several.len()),
    }
}

/// What lies between the quickest and the slowest base lane that leaves the process, in the first
/// placement.
fn protocols(summary: &Summary) -> Option<String> {
    let remote = bases(summary).into_iter().filter(|row| !row.lane.in_process);
    let told = remote.filter_map(|row| Some((row.single.as_ref()?.p50.value, row.lane)));
    let mut lanes: Vec<(f64, &Lane)> = told.collect();
    lanes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let [(least, quickest), .., (most, slowest)] = lanes[..] else { return None };
    let placed = &summary.main()?.placed;
    Some(format!(
        " For comparison:{placed} {} takes {} longer than {}.",
        slowest.short,
        short::time(most - least),
        quickest.short
    ))
}

/// The two lanes whose order turns most.
fn order(summary: &Summary, crossing: &Crossing) -> Option<String> {
    let scenes = summary.placed();
    let [first, then] = [crossing.from, crossing.to]
        .map(|placement| scenes.iter().find(|scene| scene.asked.placement == placement));
    let turns = order_between_placements::of(first?, then?);
    let turn = turns.first()?;
    let [from, to] = [crossing.from, crossing.to]
        .map(|placement| summary.record.plan.placement_phrase(placement));
    Some(format!(
        " The order changes: {} takes {} as long as {} {from}, but {} {to}.",
        turn.slower_first.short,
        short::times(turn.first.ratio.value),
        turn.slower_then.short,
        short::times(1.0 / turn.then.ratio.value),
    ))
}
