//! Which lanes were alive together, and what that does to a call, in words.

use crate::{
    figures::series::lane_groups::{self, Alone, Away, LaneGroups, ratios_in_words},
    record::Record,
    stats::{
        estimates::{FEWEST_STARTS, TOO_FEW},
        units::percent,
    },
};

/// What was found; none where all lanes were alive together.
pub fn found(record: &Record) -> Option<String> {
    let groups = lane_groups::of(record)?;
    let how = format!(
        "Lanes were measured in {} in each restart, at most {} lanes at the same time.",
        number_of(&groups),
        groups.most_alive
    );
    let compared = compared(&groups.away);
    let alone = groups.alone.iter().map(alone_in_words);
    Some([how, compared].into_iter().chain(alone).collect::<Vec<_>>().join(" "))
}

fn compared(away: &[Away]) -> String {
    let Some(ratios) = ratios_in_words(away.iter()) else {
        return "No lane was measured in several groups of a restart: groups are not compared."
            .to_owned();
    };
    let interval = if away.iter().any(|one| one.ratio.starts >= FEWEST_STARTS) {
        "99 % interval".to_owned()
    } else {
        format!("an interval {TOO_FEW}")
    };
    format!("Outside its own group {ratios} (median of a single call, {interval}).")
}

/// How many lanes were alive at once, for the table of the plan; none where the record does not
/// tell.
pub(crate) fn alive_at_once(record: &Record) -> Option<String> {
    if record.groups.is_empty() {
        return None;
    }
    let in_groups = lane_groups::of(record).map(|groups| {
        format!("at most {}, in {} a restart", groups.most_alive, number_of(&groups))
    });
    Some(in_groups.unwrap_or_else(|| "all".to_owned()))
}

/// `3 groups`, `1 to 3 groups`.
fn number_of(groups: &LaneGroups) -> String {
    let (fewest, most) = (groups.fewest, groups.most);
    if fewest == most {
        format!("{most} groups")
    } else {
        format!("{fewest} to {most} groups")
    }
}

fn alone_in_words(alone: &Alone) -> String {
    format!(
        "{} had a group to itself, because its processes kept {} of a core busy in restart {} \
        although nobody called them.",
        alone.lane.short,
        percent(alone.idle_cores),
        u64::from(alone.start) + 1
    )
}
