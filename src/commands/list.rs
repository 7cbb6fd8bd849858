//! Every lane by role, with its sets, and why one is missing.

use crate::lanes::{Lanes, roster::Roster};
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
/// Before what is said of a lane below its name.
const INDENT: &str = "      ";

fn human(roster: &Roster) -> String {
    let mut text = String::new();
    for role in Role::ALL {
        let of_role = roster.known.iter().filter(|lane| lane.about.role == role.name());
        let lanes: Vec<&Lane> = of_role.map(|lane| &lane.about).collect();
        if lanes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}: {}", role.name(), role.words());
        for about in lanes {
            add_lane(&mut text, about, roster.is_base(about));
        }
        text.push('\n');
    }
    text.push_str("`--lanes` takes names, groups as `grpc*`, roles, sets, and all:\n");
    for set in Set::ALL {
        let _ = writeln!(text, "  {:8} {}", set.name(), set.words());
    }
    let _ = writeln!(text, "  {:8} every lane that can run here", "all");
    text.push_str("The base of a role is the lane that stands for it where roles are compared.\n");
    text
}

fn add_lane(text: &mut String, about: &Lane, is_base: bool) {
    let sets = sets_in_words(about, is_base);
    let _ = writeln!(text, "{}", format!("  {:26} {sets}", about.name).trim_end());
    add_wrapped(text, &about.summary);
    let made_of = if about.implementation.is_empty() {
        String::new()
    } else {
        format!("; {}", about.implementation)
    };
    add_wrapped(text, &(about.modes.join(", ") + &made_of));
    if let Some(reason) = &about.reason {
        add_wrapped(text, &format!("unavailable: {reason}"));
    }
}

/// As `default, ci; base`.
fn sets_in_words(about: &Lane, is_base: bool) -> String {
    let mut said = about.sets.join(", ");
    if is_base {
        said += if said.is_empty() { "base" } else { "; base" };
    }
    said
}

/// Words below a name, in lines that a terminal holds. A longer word has a line of its own.
fn add_wrapped(text: &mut String, words: &str) {
    let mut line = String::from(INDENT);
    for word in words.split(' ') {
        let is_begun = line.len() > INDENT.len();
        if is_begun && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            let _ = writeln!(text, "{line}");
            line.truncate(INDENT.len());
        } else if is_begun {
            line.push(' ');
        }
        line.push_str(word);
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
