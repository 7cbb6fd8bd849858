//! One load as text and as JSON. It computes nothing.

#[cfg(test)]
mod tests;

use crate::drive::WRONG_ON_PURPOSE;
use api::EngineKind;
use reports::{
    figures::load::{Load, counted::Loop},
    record::{Percentiles, Verdict},
    stats::{
        sample_times,
        units::{ABSENT, count, number, time},
    },
};
use std::fmt::Write;

/// The figures and nothing else.
pub(crate) fn json(load: &Load) -> String {
    let text =
        serde_json::to_string_pretty(load).expect("figures are text, numbers and lists of them");
    text + "\n"
}

/// For a person.
pub(crate) fn human(load: &Load) -> String {
    let mut text = String::new();
    head(&mut text, load)
        .and_then(|()| figures(&mut text, load))
        .expect("text takes text");
    text
}

/// Where both sides run, behind where the calls go.
fn placed(placement: &str) -> &'static str {
    match placement {
        "one" => ", both sides on one core",
        "two" => ", each side on a core of its own",
        "far" => ", each side on a core of its own, as far apart as can be",
        _ => "",
    }
}

fn head(text: &mut String, load: &Load) -> std::fmt::Result {
    let asked = &load.asked;
    if asked.engine == EngineKind::Wrong.name() {
        writeln!(text, "{WRONG_ON_PURPOSE}")?;
    }
    let callee = if asked.given_endpoint {
        ", at an endpoint that you named"
    } else {
        ""
    };
    let mut made_of = vec![asked.lane.as_str(), asked.implementation.as_str()];
    made_of.retain(|part| !part.is_empty());
    let made_of = made_of.join(" - ");
    writeln!(text, "{made_of}{callee}; loopback on one machine")?;
    let placement = placed(&asked.placement);
    let places = format!(
        "{} in flight on {}{placement}",
        calls(asked.in_flight),
        connections(asked.connections)
    );
    match (asked.discipline, asked.rate_per_s) {
        (Loop::Open, Some(rate)) => writeln!(
            text,
            "open loop: {} calls per second, {} arrivals, for {} s; at most {places}",
            number(rate),
            asked.arrivals.as_deref().unwrap_or(ABSENT),
            asked.duration_s
        ),
        _ => writeln!(
            text,
            "closed loop: {places}, for {} s. It does not show stalls: while an answer is late, \
            no further call is sent",
            asked.duration_s
        ),
    }
}

fn figures(text: &mut String, load: &Load) -> std::fmt::Result {
    let unfinished = if load.interrupted { ", ended early" } else { "" };
    writeln!(text, "\n{}{unfinished}", verdict(load))?;
    for reason in &load.reasons {
        writeln!(text, "  {reason}")?;
    }
    counts(text, load)?;
    cpu(text, load)?;
    times(text, load)
}

/// What may be made of the load. That a lane kept up is no word on calls that were sent late.
fn verdict(load: &Load) -> &'static str {
    match load.verdict {
        Verdict::Stable if load.is_late() => "the lane kept up, but calls were sent late",
        Verdict::Stable if load.asked.discipline == Loop::Open => "stable: the lane kept up",
        verdict @ (Verdict::Stable | Verdict::Untrustworthy) => verdict.name(),
        Verdict::Unstable => "unstable: the lane did not keep up",
    }
}

fn counts(text: &mut String, load: &Load) -> std::fmt::Result {
    let offered = load.offered_per_s.map(|offered| format!(" of {} offered", number(offered)));
    writeln!(
        text,
        "\nachieved  {} per second{}",
        number(load.achieved_per_s),
        offered.unwrap_or_default()
    )?;
    writeln!(
        text,
        "calls     {} sent, {} answered, {} dropped, {} failed, {} wrong",
        count(load.sent),
        count(load.answered),
        count(load.dropped),
        count(load.errors),
        count(load.wrong_answers)
    )?;
    let mean = load
        .little
        .map(|little| format!(", {} on average", number(little.in_flight_mean)));
    writeln!(
        text,
        "in flight {} at most{}",
        count(load.in_flight_max),
        mean.unwrap_or_default()
    )
}

fn cpu(text: &mut String, load: &Load) -> std::fmt::Result {
    let waiting = if load.asked.discipline == Loop::Open {
        " (with its wait for the next call)"
    } else {
        ""
    };
    let server = load
        .cpu_server_ns_per_call
        .map(|ns| format!(", server {}", cpu_of_call(Some(ns))));
    writeln!(
        text,
        "CPU       caller {}{waiting}, callee {}{}",
        cpu_of_call(load.cpu_caller_ns_per_call),
        cpu_of_call(load.cpu_callee_ns_per_call),
        server.unwrap_or_default()
    )
}

fn cpu_of_call(ns: Option<f64>) -> String {
    ns.map_or("not measured".into(), |ns| time(ns) + " a call")
}

fn times(text: &mut String, load: &Load) -> std::fmt::Result {
    let open = load.asked.discipline == Loop::Open;
    let hidden = load.verdict == Verdict::Unstable;
    let mut lines = vec![Line::call("from when it was sent", load.service_ns.as_ref(), false)];
    if open {
        lines.insert(0, Line::call("from when it was due", load.latency_ns.as_ref(), hidden));
        lines.push(Line::wait("sent late by", load.lateness_ns.as_ref(), hidden));
        lines.extend(lateness(load));
    }
    let clipped = lines.iter().any(|line| line.of.is_some_and(|of| of.clipped > 0));
    // What is longer than is told takes more room than a figure.
    let width = if clipped { sample_times::LONGER.len() + 2 } else { 10 };
    let head = ["p50", "p90", "p99", "p99.9", "longest"].map(Into::into);
    writeln!(text, "\n{}", columns("", &head, width))?;
    for line in lines {
        writeln!(text, "{}", line.text(width))?;
    }
    Ok(())
}

/// Why calls were sent later than they were due. Where the whole is hidden, so are its parts; and
/// not every lane has one thread.
fn lateness(load: &Load) -> impl Iterator<Item = Line<'_>> {
    let parts = [
        ("  no place in flight", &load.lateness_place_ns),
        ("  thread with other calls", &load.lateness_thread_ns),
        ("  generator", &load.lateness_generator_ns),
    ];
    let known = parts.into_iter().filter(|(_, part)| part.is_some());
    known.map(|(what, part)| Line::wait(what, part.as_ref(), false))
}

/// A line of the table.
struct Line<'a> {
    what: &'static str,
    of: Option<&'a Percentiles>,
    /// True where an unstable load hides it.
    hidden: bool,
    /// Writes a time of it, given in ns.
    time: fn(f64) -> String,
}

impl<'a> Line<'a> {
    /// Times of calls.
    fn call(what: &'static str, of: Option<&'a Percentiles>, hidden: bool) -> Self {
        Self { what, of, hidden, time: sample_times::time }
    }

    /// Times that calls waited, which may be 0.
    fn wait(what: &'static str, of: Option<&'a Percentiles>, hidden: bool) -> Self {
        Self { what, of, hidden, time: sample_times::wait }
    }

    fn text(&self, width: usize) -> String {
        let what = self.what;
        let Some(of) = self.of else {
            let why = if self.hidden {
                "not shown: it says how long the load lasted"
            } else {
                "not measured"
            };
            return format!("{what:<28}{why:>10}");
        };
        let shown = |ns: Option<u64>| ns.map_or(ABSENT.into(), |ns| (self.time)(ns as f64));
        columns(what, &[of.p50, of.p90, of.p99, of.p999, Some(of.max)].map(shown), width)
    }
}

fn columns(what: &str, cells: &[String; 5], width: usize) -> String {
    let cells: String = cells.iter().map(|cell| format!("{cell:>width$}")).collect();
    format!("{what:<28}{cells}")
}

fn calls(number: u32) -> String {
    format!("{number} call{}", if number == 1 { "" } else { "s" })
}

fn connections(number: u32) -> String {
    format!("{number} connection{}", if number == 1 { "" } else { "s" })
}
