//! What changed since the last run, in one line: single calls that both measured alike, and how the
//! plans differ. Other cells, lanes or sizes in one of them do not matter.

use crate::{
    figures::{summary::Summary, withdrawn},
    judge::{
        SinceLastRun,
        comparison::{Change, Mismatch},
        since_last_run::Refusal,
    },
    record::{Record, RecordHead},
    say::two_records::plan_difference,
};

/// Most lanes that are named.
const MOST_NAMED: usize = 3;

/// The single calls of both runs against each other. None where they are not of one machine, data
/// and build profile, where one of them must not be used, or where no single call is in both.
pub fn since(old: &Record, new: &Record) -> Option<String> {
    let new = &*withdrawn::without(new);
    let found = SinceLastRun::of(old, new);
    let summary = Summary::of(new);
    let main = summary.main()?.asked;
    let single: Vec<&Change> = found
        .cells
        .iter()
        .filter(|since| {
            let cell = since.before.cell;
            cell.items == 1 && cell.asked().asks_as(&main)
        })
        .map(|since| &since.change)
        .collect();
    let changed = in_words(&single)?;
    Some(format!("Since the last run ({}): {changed}.", which(old, new)))
}

/// As `2026-11-28 09:12 UTC; batch +32, -256`.
fn which(old: &Record, new: &Record) -> String {
    let difference = plan_difference::text(&RecordHead::of(old), &RecordHead::of(new));
    if difference.is_empty() {
        begun(&old.started_at)
    } else {
        format!("{}; {difference}", begun(&old.started_at))
    }
}

/// The line above the table: which run was the last one, how the plans differ, and why a cell may
/// stand without a change.
pub(crate) fn line(since: &SinceLastRun, record: &Record) -> String {
    let which = which(since.earlier, record);
    let said = match &since.refused {
        Some(Refusal::Foreign(mismatch)) => format!("not compared: {}", other(mismatch)),
        Some(Refusal::Distrusted) => "not compared: one of both must not be used".to_owned(),
        None if since.cells.is_empty() && since.unlike == 0 => {
            "nothing was measured in both".to_owned()
        }
        None if since.cells.is_empty() => DIFFERENT_VISITS.to_owned(),
        None => {
            let many = since.cells.len();
            let unlike = match since.unlike {
                0 => String::new(),
                unlike => format!("; {unlike} more in visits of another length, not compared"),
            };
            format!("{many} cells are in both{unlike}")
        }
    };
    format!("The last run: {which}; {said}.")
}

const DIFFERENT_VISITS: &str =
    "not compared: its visits were of another length (--budget and --visit set their length)";

fn other(mismatch: &Mismatch) -> &'static str {
    match mismatch {
        Mismatch::Machine => "another machine, or other cores of this one",
        Mismatch::Workload => "over other data",
        Mismatch::Profile => "a build of another profile",
        _ => "nothing is in both",
    }
}

/// As `2026-11-28 09:12 UTC`.
pub(crate) fn begun(started_at: &str) -> String {
    let minutes: String = started_at.chars().take("2026-11-28T09:12".len()).collect();
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
