//! One load as text and as JSON. It computes nothing.

use reports::{
    figures::load::{Load, counted::Loop},
    record::{Percentiles, Verdict},
    stats::units::{ABSENT, count, number, time},
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

fn head(text: &mut String, load: &Load) -> std::fmt::Result {
    let asked = &load.asked;
    let callee = if asked.given_endpoint {
        ", at an endpoint that you named"
    } else {
        ""
    };
    let mut made_of = vec![asked.lane.as_str(), asked.implementation.as_str()];
    made_of.retain(|part| !part.is_empty());
    let made_of = made_of.join(" - ");
    writeln!(text, "{made_of}{callee}; loopback on one machine")?;
    let placement = match asked.placement.as_str() {
        "same" => ", both sides on one core",
        "cross" => ", each side on a core of its own",
        _ => "",
    };
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
            "closed loop: {places}, for {} s. Blind to stalls: while an answer is late, no call \
            is sent that would see it",
            asked.duration_s
        ),
    }
}

fn figures(text: &mut String, load: &Load) -> std::fmt::Result {
    let unfinished = if load.interrupted { ", ended early" } else { "" };
    writeln!(text, "\n{}{unfinished}", load.verdict.name())?;
    for reason in &load.reasons {
        writeln!(text, "  {reason}")?;
    }
    counts(text, load)?;
    cpu(text, load)?;
    times(text, load)
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
        " (its wait for the next one included)"
    } else {
        ""
    };
    writeln!(
        text,
        "CPU       caller {}{waiting}, callee {}",
        cpu_of_call(load.cpu_caller_ns_per_call),
        cpu_of_call(load.cpu_callee_ns_per_call)
    )
}

fn cpu_of_call(ns: Option<f64>) -> String {
    ns.map_or("not measured".into(), |ns| time(ns) + " a call")
}

fn times(text: &mut String, load: &Load) -> std::fmt::Result {
    writeln!(
        text,
        "\n{:<28}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "", "p50", "p90", "p99", "p99.9", "longest"
    )?;
    let open = load.asked.discipline == Loop::Open;
    if open {
        let hidden = load.verdict == Verdict::Unstable;
        line(text, "from the intended start", load.latency_ns.as_ref(), hidden)?;
    }
    line(text, "from the actual start", load.service_ns.as_ref(), false)?;
    if open { lateness(text, load) } else { Ok(()) }
}

/// Why calls were sent later than they were due.
fn lateness(text: &mut String, load: &Load) -> std::fmt::Result {
    line(
        text,
        "sent late by",
        load.lateness_ns.as_ref(),
        load.verdict == Verdict::Unstable,
    )?;
    let parts = [
        ("  no place in flight", &load.lateness_place_ns),
        ("  thread with other calls", &load.lateness_thread_ns),
        ("  generator", &load.lateness_generator_ns),
    ];
    // Where the whole is hidden, so are its parts; and not every lane has one thread.
    for (what, part) in parts {
        part.as_ref().map_or(Ok(()), |part| line(text, what, Some(part), false))?;
    }
    Ok(())
}

fn line(text: &mut String, what: &str, of: Option<&Percentiles>, hidden: bool) -> std::fmt::Result {
    let Some(of) = of else {
        let why = if hidden {
            "not shown: it says how long the load lasted"
        } else {
            "not measured"
        };
        return writeln!(text, "{what:<28}{why:>10}");
    };
    let shown = |ns: Option<u64>| ns.map_or(ABSENT.into(), |ns| time(ns as f64));
    let [p50, p90, p99, p999, max] = [of.p50, of.p90, of.p99, of.p999, Some(of.max)].map(shown);
    writeln!(text, "{what:<28}{p50:>10}{p90:>10}{p99:>10}{p999:>10}{max:>10}")
}

fn calls(number: u32) -> String {
    format!("{number} call{}", if number == 1 { "" } else { "s" })
}

fn connections(number: u32) -> String {
    format!("{number} connection{}", if number == 1 { "" } else { "s" })
}
