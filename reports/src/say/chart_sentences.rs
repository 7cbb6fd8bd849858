//! The sentences above the charts of stages, cross-overs, load and resources. As in `findings`,
//! none says more than the intervals carry: extremes are named with their figures, and not called
//! apart.

use crate::{
    figures::{
        row::Row,
        stages::{PARTS, Stages},
        summary::Scene,
    },
    model::{batch_sizes::Contest, crossover::CrossOver, load_curves::Curves},
    record::{Lane, Loads},
    say::cost_model,
    stats::{
        estimates::Estimate,
        units::{count, interval_behind, number, time, time_with_interval, time_with_margin},
    },
};

/// Lanes that are named as the quickest somewhere, at most.
const MOST_NAMED: usize = 3;

/// Section 3: the parts of the longest call between processes among default lanes, the largest
/// first.
pub(crate) fn stages(lanes: &[Stages], placed: &str) -> String {
    let drawn = || lanes.iter().filter(|one| one.adds_up());
    let ways_out = drawn().filter(|one| one.lane.is_default() && !one.lane.in_process);
    let Some(one) = longest(ways_out).or_else(|| longest(drawn())) else {
        return "No call was taken apart.".to_owned();
    };
    let shares = PARTS.iter().zip(&one.shares);
    let mut parts: Vec<(&str, &Estimate)> =
        shares.filter_map(|(part, share)| Some((*part, share.estimate()?))).collect();
    parts.sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
    let said: Vec<String> = parts
        .iter()
        .map(|(part, share)| format!("{part} {:.0} %", 100.0 * share.value))
        .collect();
    format!(
        "A call over {}{placed} takes {} on average: {}.",
        one.lane.named(),
        time_with_margin(&one.whole),
        said.join(", ")
    )
}

fn longest<'s, 'a>(lanes: impl Iterator<Item = &'s Stages<'a>>) -> Option<&'s Stages<'a>> {
    lanes.max_by(|a, b| a.whole.value.total_cmp(&b.whole.value))
}

/// Section 5: how many pairs of lanes cross, and the first of them. `placed` says where, as ` on
/// two cores`; it may be empty.
pub(crate) fn crossing(crossings: &[CrossOver], placed: &str) -> String {
    match crossings {
        [] => format!("No two lanes with a cost model are shown to cross over{placed}."),
        [only] => crossing_placed(only, placed),
        [first, ..] => format!(
            "{} pairs of lanes cross over{placed} within the measured batch sizes. The first: {}",
            crossings.len(),
            cost_model::crossing(first)
        ),
    }
}

/// Where two lanes cross, and in which placement: `On two cores uds and tcp cross at ..`.
pub(crate) fn crossing_placed(crossing: &CrossOver, placed: &str) -> String {
    let said = cost_model::crossing(crossing);
    match placed.trim_start().split_once(' ') {
        Some(("on", where_)) => format!("On {where_} {said}"),
        Some(("with", where_)) => format!("With {where_} {said}"),
        _ => said,
    }
}

/// Section 5: who is the quickest, and how often.
pub(crate) fn quickest(contest: &Contest) -> String {
    let of = contest.cells.len();
    let wins = wins(contest);
    let open = of - wins.iter().map(|(_, times)| times).sum::<usize>();
    let further = wins.len().saturating_sub(MOST_NAMED);
    let mut said: Vec<String> = wins
        .iter()
        .take(MOST_NAMED)
        .map(|(name, times)| format!("{name} in {times}"))
        .collect();
    if further > 0 {
        said.push(format!("{further} further lanes in the others"));
    }
    if open > 0 {
        said.push(format!("no clear winner in {open}"));
    }
    let combinations = if of == 1 { "combination" } else { "combinations" };
    format!(
        "The fastest lane {}, for {of} {combinations} of batch size and item size: {}.",
        among(contest),
        said.join(", ")
    )
}

/// How often each lane is the only quickest one, the most often first.
fn wins(contest: &Contest) -> Vec<(String, usize)> {
    let mut wins: Vec<(String, usize)> = Vec::new();
    for cell in &contest.cells {
        let [(row, _)] = cell.first.as_slice() else { continue };
        let winner = row.lane.named();
        match wins.iter_mut().find(|(name, _)| *name == winner) {
            Some((_, times)) => *times += 1,
            None => wins.push((winner, 1)),
        }
    }
    wins.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    wins
}

/// Which lanes a contest is about, as `between processes, rust to rust`.
pub(crate) fn among(contest: &Contest) -> String {
    let [caller, callee] = contest.languages;
    let placed = contest.placed.as_ref().map_or_else(String::new, |placed| format!(", {placed}"));
    if contest.in_process {
        format!("in process, called from {caller}{placed}")
    } else {
        format!("between processes, {caller} to {callee}{placed}")
    }
}

/// What is subtracted from callers, as a sentence; nothing where it was not measured.
fn subtracted(scene: &Scene) -> String {
    let own = scene.harness().and_then(|row| row.cpu.caller);
    own.map_or_else(String::new, |own| {
        format!(
            " The CPU time of the harness itself, {} a call, is subtracted.",
            time(own.value)
        )
    })
}

/// One figure of a lane.
struct OfLane<'a> {
    lane: &'a Lane,
    figure: Estimate,
}

/// The least first; equal ones stay in the order in which they came.
fn ascending<'a>(figures: impl Iterator<Item = OfLane<'a>>) -> Vec<OfLane<'a>> {
    let mut sorted: Vec<OfLane> = figures.collect();
    sorted.sort_by(|a, b| a.figure.value.total_cmp(&b.figure.value));
    sorted
}

/// The CPU time of both sides together.
fn cpu_of_both<'a>(row: &Row<'a>) -> Option<OfLane<'a>> {
    Some(OfLane { lane: row.lane, figure: row.cpu.both? })
}

/// Section 9: least and most CPU time of a lane; of lanes in the process only where there are no
/// others.
pub(crate) fn burn(scene: &Scene) -> String {
    let answering = scene.rows.iter().filter(|row| row.lane.answers);
    let mut used = ascending(answering.filter_map(cpu_of_both));
    let outside = used.iter().any(|one| !one.lane.in_process);
    if outside {
        used.retain(|one| !one.lane.in_process);
    }
    let has_server = used.iter().any(|one| one.lane.server.is_some());
    let server = if has_server { ", callee and any server" } else { " and callee" };
    let own = subtracted(scene);
    match used.as_slice() {
        [least, .., most] => format!(
            "CPU time of a call{}{}, caller{server} together: from {} over {} to {} over {}.{own}",
            if outside { " between processes" } else { "" },
            scene.placed,
            time_with_interval(&least.figure),
            least.lane.named(),
            time_with_interval(&most.figure),
            most.lane.named()
        ),
        [only] => format!(
            "A call over {}{} takes {} of CPU time.{own}",
            only.lane.named(),
            scene.placed,
            time_with_interval(&only.figure)
        ),
        [] => "No CPU time was measured.".to_owned(),
    }
}

/// The least and the largest p99 at the lowest common rate; none of fewer than two lanes.
fn p99_ends(lanes: &[Curves]) -> Option<String> {
    let held = lanes.iter().filter_map(|one| {
        let p99 = one.common_tail()?.percentile(0.99).ok()?;
        Some(OfLane { lane: one.lane, figure: p99 })
    });
    let held = ascending(held);
    let [least, .., most] = held.as_slice() else { return None };
    Some(format!(
        "p99 is from {} over {} to {} over {}",
        time_with_interval(&least.figure),
        least.lane.named(),
        time_with_interval(&most.figure),
        most.lane.named()
    ))
}

/// Section 8: p99 at the lowest rate that all lanes are asked for.
pub(crate) fn latency(lanes: &[Curves], loads: &Loads) -> String {
    let fell = lanes
        .iter()
        .filter(|one| one.points.iter().any(|point| point.latency.is_err()))
        .count();
    let fell = match fell {
        0 => String::new(),
        1 => " One lane did not keep up with every rate; the highest is 95 % of its own capacity."
            .to_owned(),
        some => format!(
            " {some} lanes did not keep up with every rate; the highest is 95 % of a lane's own \
            capacity."
        ),
    };
    match (p99_ends(lanes), loads.common_per_s.first()) {
        (Some(ends), Some(rate)) => {
            format!(
                "At {} calls per second, sent whether or not earlier ones are answered, \
                    {ends}.{fell}",
                count(rate.round() as u64)
            )
        }
        _ => format!("No two lanes have a p99 at the same rate.{fell}"),
    }
}

/// Section 8: least and most calls per second.
pub(crate) fn throughput(lanes: &[Curves]) -> String {
    let told = lanes
        .iter()
        .filter_map(|one| Some(OfLane { lane: one.lane, figure: one.load.capacity_per_s()? }));
    let range = match ascending(told).as_slice() {
        [least, .., most] => format!("from {} to {}", rate_over(least), rate_over(most)),
        [only] => rate_over(only),
        [] => return "No lane's capacity was found.".to_owned(),
    };
    format!("Capacity, with as many calls in flight as raise it: {range}.")
}

fn rate_over(capacity: &OfLane) -> String {
    format!("{} over {}", per_s_with_interval(&capacity.figure), capacity.lane.named())
}

/// Section 7: the tails at the lowest common rate.
pub(crate) fn open_tail(lanes: &[Curves], loads: &Loads) -> String {
    let Some(rate) = loads.common_per_s.first() else {
        return "There is no rate that lanes share.".to_owned();
    };
    let slowest = lanes.iter().find(|one| Some(&one.lane.name) == loads.slowest.as_ref());
    let half = slowest
        .map_or_else(String::new, |one| format!(" (half of the capacity of {})", one.lane.named()));
    let ends = p99_ends(lanes).unwrap_or_else(|| "no two lanes have a p99".to_owned());
    format!("At {} calls per second{half}, {ends}.", count(rate.round() as u64))
}

/// A rate as `12,300 calls/s`.
pub(crate) fn per_s(rate: f64) -> String {
    format!("{} calls/s", rounded(rate))
}

/// The same with its interval.
pub(crate) fn per_s_with_interval(rate: &Estimate) -> String {
    format!("{} calls/s{}", rounded(rate.value), interval_behind(rate, rounded))
}

/// Three digits of a rate, however large.
pub(crate) fn rounded(rate: f64) -> String {
    if rate.abs() < 1e3 {
        return number(rate);
    }
    let step = 10_f64.powi(rate.abs().log10().floor() as i32 - 2);
    number((rate / step).round() * step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates::Interval;

    #[test]
    fn writes_three_digits_of_a_rate() {
        for (rate, text) in [
            (8_115_963.0, "8,120,000"),
            (19_434.0, "19,400"),
            (999.6, "1,000"),
            (12.345, "12.3"),
            (0.0, "0"),
        ] {
            assert_eq!(rounded(rate), text);
        }
        let interval = Some(Interval { low: 17_136.0, high: 22_039.0 });
        let estimate = Estimate { value: 19_434.0, interval, starts: 3, too_noisy: false };
        assert_eq!(per_s_with_interval(&estimate), "19,400 calls/s (17,100 to 22,000)");
    }
}
