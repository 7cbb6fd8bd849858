//! What placement does, as a section of text that every rendering lays out: lanes on one core
//! beside themselves on two, and in older records beside free placement.

use crate::{
    figures::{
        contrasts::placements::{self, Placed},
        summary::Summary,
    },
    model::changes::crossing_cores::{self, Crossing, Moved},
    say::findings::crossing_cores::sentence as crossing_cores_in_words,
    stats::{
        sample_times,
        units::{time, time_with_interval, times_with_interval},
    },
    view::table::{Table, TableSection},
};

/// Where links on the page lead to it.
const ID: &str = "placement";

/// What placement does to the lanes of this run; none where each was measured in one placement.
pub(super) fn sections(summary: &Summary) -> Vec<TableSection> {
    let crossings = crossing_cores::of(summary);
    let mut sections: Vec<TableSection> =
        crossings.iter().map(|crossing| crossed(summary, crossing)).collect();
    sections.extend(asked_in_turns(summary));
    sections
}

fn crossed(summary: &Summary, crossing: &Crossing) -> TableSection {
    let plan = &summary.record.plan;
    let [from, to] = [crossing.from, crossing.to].map(|placement| plan.placement_title(placement));
    let apart = plan.distances.get(crossing.to);
    let apart = apart.map_or_else(String::new, |apart| format!(" ({apart})"));
    TableSection {
        id: ID.to_owned(),
        title: format!("What placement does: {to}{apart} against {from}"),
        finding: crossing_cores_in_words(summary, crossing),
        reading: format!(
            "The median of a single call over the same processes, which are moved between {from} \
            and {to} visit by visit. Longer by: the mean difference over restarts, with its 95 % \
            interval. Ratio: with the 99 % interval; a verdict is significant after correction \
            for all lanes. Lanes within one process are left out: they use one core only."
        ),
        table: Table::new(
            &[
                "lane",
                &format!("median on {from}"),
                &format!("median on {to}"),
                "longer by",
                "ratio",
                "verdict",
            ],
            crossing.lanes.iter().map(moved_row).collect(),
        ),
    }
}

fn moved_row(moved: &Moved) -> Vec<String> {
    vec![
        moved.lane.short.clone(),
        sample_times::time(moved.from.value),
        sample_times::time(moved.to.value),
        time_with_interval(&moved.more),
        times_with_interval(&moved.comparison.ratio),
        moved.comparison.words_in_family(moved.detected).to_owned(),
    ]
}

/// Records from before a run measured in several placements set free placement against one core.
fn asked_in_turns(summary: &Summary) -> Option<TableSection> {
    let lanes = placements::of(summary.record);
    if lanes.is_empty() {
        return None;
    }
    Some(TableSection {
        id: ID.to_owned(),
        title: "What placement does: one core against free placement".to_owned(),
        finding: None,
        reading: "A single call with both processes on one core, and the same where the scheduler \
        decides (free). Both are called alternately, so these medians are not those of the first \
        table. Ratio: with the 99 % interval; a verdict is significant after correction for all \
        lanes."
            .to_owned(),
        table: Table::new(
            &[
                "lane",
                "free, median (alternating)",
                "one core, median (alternating)",
                "one core : free",
                "a call on one core",
            ],
            lanes.iter().map(placed_row).collect(),
        ),
    })
}

fn placed_row(one: &Placed) -> Vec<String> {
    vec![
        one.lane.to_owned(),
        time(one.free_ns),
        time(one.same_ns),
        one.ratio(),
        one.verdict().to_owned(),
    ]
}
