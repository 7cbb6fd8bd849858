//! Which of the base lanes of two roles is quicker: for single calls in each placement, from pairs
//! asked in turns, and for the largest batch that both have, from visits.

use crate::{
    figures::{
        row::{Row, item_starts},
        summary::{Scene, Summary},
    },
    say::answers::{answer::Answer, bases::base},
    stats::{
        comparison::{Comparison, Verdict},
        units::{count, short},
    },
};

/// Between the base lanes of two roles; none where either was not measured, or no chain of pairs
/// leads from one to the other.
pub(super) fn between(summary: &Summary, roles: [&str; 2]) -> Option<Answer> {
    let [first, second] = [base(summary, roles[0])?, base(summary, roles[1])?];
    let main = Single::of(summary.main()?, first, second)?;
    let (slower, quicker, main) = if main.comparison.ratio.value >= 1.0 {
        (first, second, main)
    } else {
        (second, first, Single { comparison: main.comparison.inverted(), ..main })
    };
    let mut calls = vec![single_calls(summary, &main, slower)];
    calls.extend(further_placements(summary, slower, quicker));
    let batch = largest_batch(slower, quicker).unwrap_or_default();
    Some(Answer {
        question: format!("{} or {}{}?", first.lane.short, second.lane.short, whose(summary)),
        short: match main.comparison.verdict() {
            Verdict::Slower | Verdict::Faster => quicker.lane.short.clone(),
            Verdict::Slightly | Verdict::Same => "no difference".to_owned(),
            Verdict::CannotTell => "cannot tell".to_owned(),
        },
        text: format!("{}.{batch}", calls.join(", ")),
        is_of_work: false,
    })
}

/// Who calls over the base lanes, where others were measured too.
fn whose(summary: &Summary) -> &'static str {
    if summary.has_several_languages() { ", from Rust" } else { "" }
}

/// Single calls of two lanes in one placement.
struct Single<'s> {
    placement: &'s str,
    /// First by second.
    comparison: Comparison,
}

impl<'s> Single<'s> {
    fn of(scene: &'s Scene<'_>, first: &Row, second: &Row) -> Option<Self> {
        let row = |row: &Row| scene.rows.iter().find(|one| one.lane.name == row.lane.name);
        let comparison = scene.compared_in_turns(row(first)?, row(second)?)?;
        Some(Self { placement: scene.asked.placement, comparison })
    }
}

fn single_calls(summary: &Summary, single: &Single<'_>, slower: &Row) -> String {
    let placed = summary.record.plan.where_placed(single.placement);
    match single.comparison.verdict() {
        Verdict::Slower | Verdict::Faster => format!(
            "a call over {} takes {} as long{placed}",
            slower.lane.short,
            short::times_with_interval(&single.comparison.ratio)
        ),
        Verdict::Slightly | Verdict::Same => {
            format!("single calls differ by at most a few percent{placed}")
        }
        Verdict::CannotTell => format!("single calls are too noisy to tell{placed}"),
    }
}

/// The placements after the first, each in a few words.
fn further_placements(summary: &Summary, slower: &Row, quicker: &Row) -> Vec<String> {
    let mut said = Vec::new();
    for scene in summary.placed().into_iter().skip(1) {
        let Some(single) = Single::of(scene, slower, quicker) else { continue };
        let placed = summary.record.plan.where_placed(single.placement);
        said.push(match single.comparison.verdict() {
            Verdict::Slower | Verdict::Faster => {
                let times = short::times(single.comparison.ratio.value);
                format!("{times}{}{placed}", who_moves(slower, quicker))
            }
            Verdict::Slightly | Verdict::Same => format!("no difference{placed}"),
            Verdict::CannotTell => format!("cannot tell{placed}"),
        });
    }
    said
}

/// Which of the two the other placement is of, where the other one has one process, which stays
/// where it was.
fn who_moves(slower: &Row, quicker: &Row) -> String {
    match [slower, quicker].map(|row| row.lane.in_process) {
        [false, true] => format!(" for {}", slower.lane.short),
        [true, false] => format!(" against {}", quicker.lane.short),
        [true, true] | [false, false] => String::new(),
    }
}

/// The largest batch that both have, by the mean of an item: a sentence behind another.
fn largest_batch(slower: &Row, quicker: &Row) -> Option<String> {
    let (largest, other) = (slower.largest_batch()?, quicker.largest_batch()?);
    if largest.cell.items != other.cell.items {
        return None;
    }
    let items = count(largest.cell.items.into());
    let comparison = Comparison::of(&item_starts(largest), &item_starts(other))?;
    Some(match comparison.verdict() {
        Verdict::Slower | Verdict::Faster => {
            let (lane, times) = (&slower.lane.short, short::times(comparison.ratio.value));
            format!(" In batches of {items} {lane} takes {times} as long.")
        }
        Verdict::Slightly | Verdict::Same => format!(" Batches of {items}: no difference."),
        Verdict::CannotTell => format!(" Batches of {items}: cannot tell."),
    })
}
