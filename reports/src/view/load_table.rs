//! Loads as a table of text and the sentences below it, the same for every rendering.

use crate::{
    figures::{
        load::sweep::{NoTail, UnderLoad, lowest_common_per_s, of},
        summary::Summary,
    },
    record::{Lane, Loads, Verdict},
    stats::{
        estimates::Estimate,
        sample_times,
        units::{ABSENT, interval_behind, number, percent},
    },
    view::table::Table,
};

use std::collections::BTreeMap;

/// What the table is called; it names the rate.
pub(crate) fn title(summary: &Summary) -> String {
    let rate = lowest_common_per_s(summary.record);
    let rate =
        rate.map_or_else(String::new, |rate| format!(", and a call at {} calls/s", number(rate)));
    let loads = summary.record.loads.as_ref();
    let placed = loads.map_or_else(String::new, |loads| {
        format!(" {}", summary.record.plan.placement_phrase(&loads.placement))
    });
    format!("Under load{placed}: calls per second that a lane takes{rate}")
}

/// A row for each lane with loads.
pub(crate) fn table(summary: &Summary) -> Option<Table> {
    let rows: Vec<Vec<String>> = with_loads(summary).map(|(lane, load)| row(lane, &load)).collect();
    let head = ["lane", "capacity/s", "in flight", "p50", "p99", "unstable from"];
    (!rows.is_empty()).then(|| Table::new(&head, rows))
}

fn with_loads<'s>(summary: &'s Summary) -> impl Iterator<Item = (&'s Lane, UnderLoad<'s>)> {
    summary.lanes.iter().filter_map(|lane| {
        let load = of(summary.record, &lane.name)?;
        (!load.lane.starts.is_empty()).then_some((*lane, load))
    })
}

fn row(lane: &Lane, load: &UnderLoad) -> Vec<String> {
    let in_flight: Vec<String> = load.in_flight().iter().map(u32::to_string).collect();
    let unstable = match (load.unstable_from(), load.most_share()) {
        (Some(share), _) => percent(share),
        (None, Some(most)) => format!("beyond {}", percent(most)),
        (None, None) => ABSENT.to_owned(),
    };
    vec![
        lane.short.clone(),
        load.capacity_per_s()
            .map_or_else(|| ABSENT.to_owned(), |capacity| rate(&capacity)),
        in_flight.join(", "),
        at_lowest_common(load, 0.5),
        at_lowest_common(load, 0.99),
        unstable,
    ]
}

/// A percentile at the lowest rate that all lanes are asked for.
fn at_lowest_common(load: &UnderLoad, quantile: f64) -> String {
    match load.at_lowest_common(quantile) {
        Ok(Ok(estimate)) => sample_times::time_with_interval(&estimate),
        Err(NoTail::Unstable) => "unstable".to_owned(),
        Ok(Err(_)) | Err(_) => ABSENT.to_owned(),
    }
}

fn rate(per_s: &Estimate) -> String {
    let value = number(per_s.value);
    match per_s.relative_error() {
        Some(error) => format!("{value} ±{}", percent(error)),
        None => format!("{value}{}", interval_behind(per_s, number)),
    }
}

/// How the table is read, what failed, and what was not measured.
pub(crate) fn notes(summary: &Summary) -> Vec<String> {
    let Some(loads) = &summary.record.loads else { return Vec::new() };
    let mut notes = vec![reading(summary, loads)];
    notes.extend(another_regime(summary));
    notes.extend(with_loads(summary).flat_map(|(lane, load)| failures(lane, &load)));
    let mut lanes_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for lane in &loads.lanes {
        if let Some(reason) = &lane.reason {
            lanes_of.entry(reason).or_default().push(summary.record.name_of(&lane.lane));
        }
    }
    for (reason, lanes) in lanes_of {
        notes.push(format!("{}: {reason}.", lanes.join(", ")));
    }
    notes
}

fn reading(summary: &Summary, loads: &Loads) -> String {
    let slowest = loads.slowest.as_ref().map(|lane| summary.record.name_of(lane));
    let common = slowest.map_or_else(String::new, |slowest| {
        format!(" The rate of p50 and p99 is half the capacity of the slowest, {slowest}.")
    });
    format!(
        "Capacity: closed loop, the best of 1, 2, 4, .. calls in flight, {} s each; blind to \
        stalls. All else: open loop, {} arrivals, \
         {} s a point, latency from the intended start, {} restarts. Unstable from: the smallest \
         share of its own capacity \
         at which a lane did not keep up.{common}",
        loads.step_s, loads.arrivals, loads.point_s, loads.starts
    )
}

/// A call at a low rate takes so many times as long as one after another before that is said.
const ANOTHER_REGIME: f64 = 1.25;

/// That a low rate is another regime than a closed loop, of the lane that shows it most.
fn another_regime(summary: &Summary) -> Option<String> {
    let rate = lowest_common_per_s(summary.record)?;
    let mut most: Option<(f64, String)> = None;
    for (lane, load) in with_loads(summary) {
        let Ok(Ok(p50)) = load.at_lowest_common(0.5) else { continue };
        let Some(one_ns) = load.one_in_flight_ns() else { continue };
        let times = p50.value / one_ns;
        if times > most.as_ref().map_or(ANOTHER_REGIME, |(most, _)| *most) {
            let (at_rate, after) = (sample_times::time(p50.value), sample_times::time(one_ns));
            let said = format!(
                "A low rate is another regime: between calls cores fall asleep and caches go cold. \
                At {} calls/s a call over {} takes {at_rate} (p50), one right after another \
                {after}.",
                number(rate),
                lane.short
            );
            most = Some((times, said));
        }
    }
    most.map(|(_, said)| said)
}

/// What a lane's loads do not show, in words: each cause once.
fn failures(lane: &Lane, load: &UnderLoad) -> Vec<String> {
    let steps = load.lane.starts.iter().flat_map(|start| &start.search);
    let steps = steps.map(|step| (step.verdict, &step.reasons));
    let all = steps.chain(load.points().map(|point| (point.verdict, &point.reasons)));
    let bad = all.filter(|(verdict, _)| *verdict == Verdict::Untrustworthy);
    let mut causes: Vec<&String> = bad.filter_map(|(_, reasons)| reasons.first()).collect();
    causes.dedup();
    let mut failures = Vec::new();
    if let [cause, others @ ..] = causes.as_slice() {
        let more = if others.is_empty() {
            String::new()
        } else {
            format!(" ({} more)", others.len())
        };
        failures.push(format!("{} is not to be believed under load: {cause}{more}.", lane.short));
    }
    let unstable = load
        .points()
        .find(|point| point.share.is_none() && point.verdict == Verdict::Unstable);
    if let Some(point) = unstable {
        let why = point.reasons.first().map_or_else(String::new, |why| format!(": {why}"));
        let rate = number(point.rate_per_s);
        failures.push(format!("{} did not keep up with {rate} calls/s{why}.", lane.short));
    }
    failures
}
