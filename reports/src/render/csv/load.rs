//! Loads of a run as CSV: one line for each step of a search and each point, with what may be made
//! of it. Units stand last in the names of columns; what was not measured, or may not be shown, is
//! an empty field.

use crate::{
    record::{LoadPart, LoadPoint, Loads, Part, Percentiles, Record, SearchStep, of_part},
    render::csv::lines::{asked, each, number, table},
};

const LOADS: &str = "\
    lane,engine,workload,size,placement,start,loop,share_of_capacity,rate_per_s,in_flight,\
    connections,offered_per_s,achieved_per_s,sent,answered,dropped,errors,wrong,\
    latency_p50_ns,latency_p99_ns,service_p50_ns,service_p99_ns,lateness_p99_ns,\
    cpu_caller_ns_per_call,cpu_callee_ns_per_call,cpu_server_ns_per_call,clipped,verdict,reason";
/// Fields of a line that a lane without a start leaves empty: all from `start` to `verdict`.
const OF_START: usize = 23;

/// One line for each step and point; a lane without any has one line with its reason.
pub(crate) fn loads(record: &Record) -> String {
    let of_lanes = record
        .loads
        .iter()
        .flat_map(|loads| loads.lanes.iter().flat_map(|lane| of_lane(loads, lane)));
    table(LOADS, of_lanes)
}

fn of_lane(loads: &Loads, lane: &crate::record::LaneLoads) -> Vec<Vec<String>> {
    let before = [vec![lane.lane.clone()], asked(&loads.asked())].concat();
    let lines = lane.starts.iter().flat_map(|start| {
        let steps = start.search.iter().map(closed);
        let points = start.points.iter().map(open);
        steps
            .chain(points)
            .map(|fields| [vec![start.start.to_string()], fields].concat())
    });
    each(&before, lines.collect(), OF_START, &[lane.reason.clone().unwrap_or_default()])
}

fn closed(step: &SearchStep) -> Vec<String> {
    let none = String::new;
    let [p50, p99] = p50_and_p99(step.service_ns.as_ref());
    vec![
        "closed".to_owned(),
        none(),
        none(),
        step.in_flight.to_string(),
        step.connections.to_string(),
        none(),
        number(Some(step.achieved_per_s)),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        p50,
        p99,
        none(),
        cpu_of_call(&step.parts, Part::Caller),
        cpu_of_call(&step.parts, Part::Callee),
        cpu_of_call(&step.parts, Part::Server),
        clipped(&[step.service_ns.as_ref()]),
        step.verdict.name().to_owned(),
    ]
}

fn open(point: &LoadPoint) -> Vec<String> {
    let [p50, p99] = p50_and_p99(point.latency_ns.as_ref());
    let [service_p50, service_p99] = p50_and_p99(point.service_ns.as_ref());
    let [_, lateness_p99] = p50_and_p99(point.lateness_ns.as_ref());
    vec![
        "open".to_owned(),
        number(point.share),
        number(Some(point.rate_per_s)),
        point.in_flight.to_string(),
        point.connections.to_string(),
        number(Some(point.offered_per_s)),
        number(Some(point.achieved_per_s)),
        point.sent.to_string(),
        point.answered.to_string(),
        point.dropped.to_string(),
        point.errors.to_string(),
        point.wrong.to_string(),
        p50,
        p99,
        service_p50,
        service_p99,
        lateness_p99,
        cpu_of_call(&point.parts, Part::Caller),
        cpu_of_call(&point.parts, Part::Callee),
        cpu_of_call(&point.parts, Part::Server),
        clipped(&[point.latency_ns.as_ref(), point.service_ns.as_ref()]),
        point.verdict.name().to_owned(),
    ]
}

fn cpu_of_call(parts: &[LoadPart], part: Part) -> String {
    number(of_part(parts, part).map(|one| one.cpu_ns_per_call))
}

/// The most calls of which one of these times is longer than a histogram tells.
fn clipped(times: &[Option<&Percentiles>]) -> String {
    let most = times.iter().flatten().map(|times| times.clipped).max();
    most.map_or_else(String::new, |calls| calls.to_string())
}

/// p50 and p99, where they are supported.
fn p50_and_p99(percentiles: Option<&Percentiles>) -> [String; 2] {
    [percentiles.and_then(|one| one.p50), percentiles.and_then(|one| one.p99)]
        .map(|ns| ns.map_or_else(String::new, |ns| ns.to_string()))
}
