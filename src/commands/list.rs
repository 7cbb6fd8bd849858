//! Every lane by role, and what is missing for those that cannot run here.

use crate::lanes::{
    Lanes,
    roster::{Roster, Unavailable},
};
use api::{Role, Set};
use reports::record::Lane;
use serde::Serialize;
use std::fmt::Write;

/// One lane of `list --format json`: less than a record holds of it.
#[derive(Serialize)]
struct LaneJson<'a> {
    name: &'a str,
    short: &'a str,
    caller: &'a str,
    transport: &'a str,
    callee: &'a str,
    summary: &'a str,
    implementation: &'a str,
    profile: &'a str,
    class: &'a str,
    variant_of: Option<&'a str>,
    codec: Option<&'a str>,
    carrier: Option<&'a str>,
    in_process: bool,
    /// What stands between its sides.
    server: Option<&'a str>,
    available: bool,
    reason: Option<&'a str>,
    role: &'a str,
    sets: &'a [String],
    /// True for the base of its role.
    base: bool,
    modes: &'a [String],
    properties: reports::record::Properties,
}

/// The lanes in this form.
pub(crate) fn list(lanes: &Lanes, format: &str) -> String {
    let roster = Roster::new(lanes);
    match format {
        "json" => {
            let known = roster.known.iter();
            let lanes: Vec<_> =
                known.map(|lane| lane_json(&lane.about, roster.is_base(&lane.about))).collect();
            serde_json::to_string_pretty(&lanes).expect("text and flags are always JSON") + "\n"
        }
        "markdown" => markdown(&roster),
        _ => human(&roster),
    }
}

fn lane_json(about: &Lane, base: bool) -> LaneJson<'_> {
    LaneJson {
        name: &about.name,
        short: &about.short,
        caller: &about.caller,
        transport: &about.transport,
        callee: &about.callee,
        summary: &about.summary,
        implementation: &about.implementation,
        profile: &about.profile,
        class: &about.class,
        variant_of: about.variant_of.as_deref(),
        codec: about.codec.as_deref(),
        carrier: about.carrier.as_deref(),
        in_process: about.in_process,
        server: about.server.as_deref(),
        available: about.available,
        reason: about.reason.as_deref(),
        role: &about.role,
        sets: &about.sets,
        base,
        modes: &about.modes,
        properties: about.properties,
    }
}

/// Columns of a terminal.
const COLUMNS: usize = 80;
/// Before the name of a lane that is measured when the user names none, and before that of another.
const MARKED: &str = "* ";
const UNMARKED: &str = "  ";
/// The column of names, at most: what is longer stands out of it.
const MOST_NAMES: usize = 26;

/// Short names first, role by role; at the end what is not available, with its cure.
fn human(roster: &Roster) -> String {
    let mut text =
        String::from("Lanes by role, from tightly to loosely coupled. * is measured by default.\n");
    let available = roster.known.iter().map(|lane| &lane.about).filter(|about| about.available);
    let longest = available.map(|about| about.short.chars().count()).max().unwrap_or_default();
    let column = longest.min(MOST_NAMES);
    for role in Role::ALL {
        let of_role = roster.known.iter().map(|lane| &lane.about);
        let of_role = of_role.filter(|about| about.role == role.name() && about.available);
        let lanes: Vec<&Lane> = of_role.collect();
        if lanes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}: {}", role.name(), role.words());
        let before = [None].into_iter().chain(lanes.iter().copied().map(Some));
        for (about, before) in lanes.iter().zip(before) {
            add_lane(&mut text, about, before, column);
        }
    }
    text += &words_for_lanes();
    for unavailable in Unavailable::of(roster.known.iter().map(|lane| &lane.about)) {
        text.push('\n');
        add_wrapped(&mut text, "", "  ", &unavailable.text());
    }
    text
}

fn add_lane(text: &mut String, about: &Lane, before: Option<&Lane>, column: usize) {
    let mark = if about.is_default() { MARKED } else { UNMARKED };
    let name = format!("{mark}{:column$} ", about.short);
    let indent = " ".repeat(MARKED.len() + column + 1);
    add_wrapped(text, &name, &indent, beyond(about, before));
}

/// Of what crosses, what the line before has not said of the same transport: between which
/// languages.
fn beyond<'l>(about: &'l Lane, before: Option<&Lane>) -> &'l str {
    let before = before.filter(|before| before.transport == about.transport);
    match (before, about.summary.rsplit_once(", ")) {
        (Some(before), Some((crosses, who))) if before.summary.starts_with(crosses) => who,
        _ => &about.summary,
    }
}

/// What stands for several lanes, and where more is told of each.
fn words_for_lanes() -> String {
    let mut text = String::from(
        "\n--lanes takes names, groups such as `grpc*`, the roles above, and these sets:\n",
    );
    for set in Set::ALL {
        let _ = writeln!(text, "  {:8} {}", set.name(), set.words());
    }
    let _ = writeln!(text, "  {:8} every lane that can run here", "all");
    text.push_str(
        "Full names, libraries and modes of all lanes: tollgate list --format markdown\n",
    );
    text
}

/// As `default, ci; base`.
fn sets_in_words(about: &Lane, is_base: bool) -> String {
    let mut said = about.sets.join(", ");
    if is_base {
        said += if said.is_empty() { "base" } else { "; base" };
    }
    said
}

/// Words behind their beginning, in lines that a terminal holds, of which further ones are
/// indented. A longer word has a line of its own.
fn add_wrapped(text: &mut String, begin: &str, indent: &str, words: &str) {
    let mut line = begin.to_owned();
    let mut is_begun = false;
    for word in words.split(' ') {
        if is_begun && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            let _ = writeln!(text, "{line}");
            indent.clone_into(&mut line);
        } else if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    let _ = writeln!(text, "{line}");
}

fn markdown(roster: &Roster) -> String {
    let mut text = "| lane | role | sets | what crosses | made of | modes | here |\n\
        |---|---|---|---|---|---|---|\n"
        .to_string();
    for lane in &roster.known {
        let about = &lane.about;
        let here = about.reason.as_deref().unwrap_or("yes");
        let (sets, modes) = (sets_in_words(about, roster.is_base(about)), about.modes.join(", "));
        let _ = writeln!(
            text,
            "| `{}` | {} | {sets} | {} | {} | {modes} | {here} |",
            about.name, about.role, about.summary, about.implementation
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_is_said_once_where_other_languages_follow() {
        let said = human(&Roster::new(&crate::lanes()));
        let rows: Vec<&str> = said.lines().filter(|line| line.contains("/uds/")).collect();
        for row in &rows {
            assert!(!row.contains("length-prefixed"), "{row}");
        }
        let reads = |end: &str| rows.iter().any(|row| row.ends_with(end));
        assert!(rows.is_empty() || reads("Python on both sides") || reads("Go on both sides"));
    }

    #[test]
    fn a_list_begins_with_short_names_by_role_and_ends_with_what_is_missing() {
        let mut roster = Roster::new(&crate::lanes());
        for lane in roster.known.iter_mut().filter(|lane| lane.about.role == Role::Http.name()) {
            (lane.about.available, lane.about.reason) = (false, Some("no web here".into()));
        }
        let said = human(&roster);
        assert!(said.lines().all(|line| line.chars().count() <= COLUMNS), "{said}");
        let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("{words}: {said}"));
        assert!(at("\nfunction: ") < at("\n* inproc ") && at("\n* inproc ") < at("\nsocket: "));
        assert!(at("\nsocket: ") < at("\n  uds-tokio ") && at("\n* uds ") < at("\nrpc: "));
        assert!(!said.contains("\nhttp: "), "{said}");
        let (_, end) = said.split_at(at("lanes cannot run here ("));
        let end: Vec<&str> = end.split_whitespace().collect();
        let end = end.join(" ");
        assert!(end.contains("rest-lean") && end.ends_with("no web here"), "{end}");
    }
}
