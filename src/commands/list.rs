//! Every lane, and why one is missing.

use crate::lanes::{Lanes, roster::Roster};
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
    default: bool,
    modes: &'a [String],
    properties: reports::record::Properties,
}

/// The lanes in this form.
pub(crate) fn list(lanes: &Lanes, format: &str) -> String {
    let roster = Roster::new(lanes);
    match format {
        "json" => {
            let known = roster.known.iter();
            let lanes: Vec<_> = known.map(|lane| lane_json(&lane.about)).collect();
            serde_json::to_string_pretty(&lanes).expect("text and flags are always JSON") + "\n"
        }
        "markdown" => markdown(&roster),
        _ => human(&roster),
    }
}

fn lane_json(about: &Lane) -> LaneJson<'_> {
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
        default: about.default,
        modes: &about.modes,
        properties: about.properties,
    }
}

fn human(roster: &Roster) -> String {
    let mut text = String::new();
    for lane in &roster.known {
        let about = &lane.about;
        let mark = if about.default { "*" } else { " " };
        let _ = writeln!(text, "{mark} {:26} {}", about.name, about.summary);
        let _ = writeln!(text, "  {:26} {}", "", about.modes.join(", "));
        if !about.implementation.is_empty() {
            let _ = writeln!(text, "  {:26} {}", "", about.implementation);
        }
        if let Some(reason) = &about.reason {
            let _ = writeln!(text, "  {:26} unavailable: {reason}", "");
        }
    }
    text.push_str(
        "* measured when no lanes are named; `--lanes all` measures every lane that can run here\n",
    );
    text
}

fn markdown(roster: &Roster) -> String {
    let mut text =
        "| lane | what crosses | made of | modes | here |\n|---|---|---|---|---|\n".to_string();
    for lane in &roster.known {
        let about = &lane.about;
        let here = about.reason.as_deref().unwrap_or("yes");
        let modes = about.modes.join(", ");
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {modes} | {here} |",
            about.name, about.summary, about.implementation
        );
    }
    text
}
