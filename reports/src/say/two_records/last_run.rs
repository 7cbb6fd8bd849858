//! What changed since the last run of the same plan on the same machine, in one line.

use crate::{
    judge::comparison::{self, Change},
    record::Record,
};

/// Most lanes that are named.
const MOST_NAMED: usize = 3;

/// The single calls of both runs against each other. None where they are not of one plan, machine
/// and data, where one of them must not be used, or where too little is in both.
pub fn since(old: &Record, new: &Record) -> Option<String> {
    if plan_of(old) != plan_of(new) {
        return None;
    }
    let between = comparison::changes(old, new, false).ok()?;
    if !between.distrusted.is_empty() {
        return None;
    }
    let single = between.changes.iter().filter(|change| change.main && change.items == 1);
    let single: Vec<&Change> = single.collect();
    let found = in_words(&single)?;
    Some(format!("Since the last run ({}): {found}.", begun(old)))
}

/// The command without its seed, which differs in every run.
fn plan_of(record: &Record) -> Vec<&str> {
    let mut words: Vec<&str> = record.command.split(' ').collect();
    if let Some(at) = words.iter().position(|word| *word == "--seed") {
        words.drain(at..words.len().min(at + 2));
    }
    words
}

/// As `2026-11-28 09:12 UTC`.
fn begun(record: &Record) -> String {
    let minutes: String = record.started_at.chars().take("2026-11-28T09:12".len()).collect();
    minutes.replace('T', " ") + " UTC"
}

/// The lanes that changed; where none did, the largest difference.
fn in_words(single: &[&Change]) -> Option<String> {
    let far = |change: &&&Change| change.comparison.ratio.value.ln().abs();
    let largest = single.iter().max_by(|one, other| far(one).total_cmp(&far(other)))?;
    let changed: Vec<&&Change> = single.iter().filter(|change| change.detected).collect();
    if changed.is_empty() {
        let largest = one_change(largest);
        return Some(format!("no lane changed beyond noise (most of all: {largest})"));
    }
    let named = changed.iter().take(MOST_NAMED).map(|change| one_change(change));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match changed.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more changed"),
    };
    let rest = match single.len() - changed.len() {
        0 => String::new(),
        1 => "; the other one within noise".to_owned(),
        rest => format!("; the other {rest} within noise"),
    };
    Some(format!("{named}{more}{rest}"))
}

/// As `grpc on one core 3 % faster`.
fn one_change(change: &Change) -> String {
    let (lane, ratio) = (&change.lane_placed, change.comparison.ratio.value);
    let percent = 100.0 * (ratio - 1.0).abs();
    if ratio >= 2.0 {
        format!("{lane} takes {ratio:.1}× as long")
    } else if percent < 0.5 {
        format!("{lane} unchanged")
    } else {
        let direction = if ratio > 1.0 { "slower" } else { "faster" };
        format!("{lane} {percent:.0} % {direction}")
    }
}
