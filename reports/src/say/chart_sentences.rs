//! The sentences above the charts of stages, cross-overs, load and resources. As in `findings`,
//! none says more than the intervals carry: extremes are named with their figures, and not called
//! apart.

use crate::{
    figures::{
        row::Row,
        stages::{PARTS, Stages},
        summary::Scene,
    },
    model::{
        batch_sizes::{Contest, Quickest},
        crossover::CrossOver,
        load_curves::Curves,
    },
    record::{Lane, Loads},
    say::cost_model,
    stats::{
        estimates::Estimate,
        units::{count, number, time, time_with_interval, time_with_margin},
    },
};

/// Lanes that are named as the quickest somewhere, at most.
const MOST_NAMED: usize = 3;

/// Section 3: the parts of the longest call between processes among default lanes, the largest
/// first.
pub(crate) fn stages(lanes: &[Stages]) -> String {
    let longest = |of: &dyn Fn(&&Stages) -> bool| {
        lanes.iter().filter(of).max_by(|a, b| a.whole.value.total_cmp(&b.whole.value))
    };
    let chosen =
        longest(&|one| one.lane.default && !one.lane.in_process).or_else(|| longest(&|_| true));
    let Some(one) = chosen else { return "No call was taken apart.".to_owned() };
    let shares = PARTS.iter().zip(&one.shares);
    let mut parts: Vec<(&str, &Estimate)> =
        shares.filter_map(|(part, share)| Some((*part, share.estimate()?))).collect();
    parts.sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
    let said: Vec<String> = parts
        .iter()
        .map(|(part, share)| format!("{part} {}", cost_model::percent_with_interval(share)))
        .collect();
    format!(
        "A call over {} takes {}: {}.",
        one.lane.named(),
        time_with_margin(&one.whole),
        said.join(", ")
    )
}

/// Section 5: how many pairs of lanes cross, and the first of them.
pub(crate) fn crossing(crossings: &[CrossOver]) -> String {
    match crossings {
        [] => "No two lanes are shown to cross within the measured batch sizes.".to_owned(),
        [only] => cost_model::crossing(only),
        [first, ..] => format!(
            "{} pairs of lanes cross within the measured batch sizes. {}",
            crossings.len(),
            cost_model::crossing(first)
        ),
    }
}

/// Section 5: who is the quickest, and how often.
pub(crate) fn quickest(contest: &Contest) -> String {
    let of = contest.cells.len();
    let alone = |cell: &Quickest| match cell.first.as_slice() {
        [(row, _)] => Some(row.lane.named()),
        _ => None,
    };
    let mut wins: Vec<(String, usize)> = Vec::new();
    for winner in contest.cells.iter().filter_map(alone) {
        match wins.iter_mut().find(|(name, _)| *name == winner) {
            Some((_, times)) => *times += 1,
            None => wins.push((winner, 1)),
        }
    }
    wins.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let open = of - wins.iter().map(|(_, times)| times).sum::<usize>();
    let further = wins.len().saturating_sub(MOST_NAMED);
    let mut said: Vec<String> = wins
        .iter()
        .take(MOST_NAMED)
        .map(|(name, times)| format!("{name} in {times}"))
        .collect();
    if further > 0 {
        said.push(format!("{further} others in the rest"));
    }
    if open > 0 {
        said.push(format!("no single one told from the others in {open}"));
    }
    let combinations = if of == 1 { "combination" } else { "combinations" };
    format!(
        "The quickest {}, of {of} {combinations} of batch size and ids per item: {}.",
        among(contest),
        said.join(", ")
    )
}

/// Which lanes a contest is about, as `between processes, rust to rust`.
pub(crate) fn among(contest: &Contest) -> String {
    let [caller, callee] = contest.languages;
    if contest.in_process {
        format!("in process, called from {caller}")
    } else {
        format!("between processes, {caller} to {callee}")
    }
}

/// What is subtracted from callers, as a sentence; nothing where it was not measured.
fn subtracted(scene: &Scene) -> String {
    let own = scene.harness().and_then(|row| row.cpu.caller);
    own.map_or_else(String::new, |own| {
        format!(
            " What the harness itself takes of a caller, {}, is subtracted.",
            time(own.value)
        )
    })
}

/// Section 9: least and most CPU time of both sides.
pub(crate) fn burn(scene: &Scene) -> String {
    let used = || {
        scene
            .rows
            .iter()
            .filter(|row| row.lane.answers)
            .filter_map(|row| Some((row, row.cpu.both.as_ref()?)))
    };
    let by_cpu = |a: &(&Row, &Estimate), b: &(&Row, &Estimate)| a.1.value.total_cmp(&b.1.value);
    let outside = || used().filter(|(row, _)| !row.lane.in_process);
    let own = subtracted(scene);
    let extremes = outside().min_by(by_cpu).zip(outside().max_by(by_cpu));
    match extremes.or_else(|| used().min_by(by_cpu).zip(used().max_by(by_cpu))) {
        Some((least, most)) if least.0.lane.name != most.0.lane.name => format!(
            "{} takes from {} of CPU time, caller and callee together, over {} to {} over {}.{own}",
            if least.0.lane.in_process {
                "A call"
            } else {
                "Between processes a call"
            },
            time_with_interval(least.1),
            least.0.lane.named(),
            time_with_interval(most.1),
            most.0.lane.named()
        ),
        Some((only, _)) => {
            format!(
                "A call over {} takes {} of CPU time.{own}",
                only.0.lane.named(),
                time_with_interval(only.1)
            )
        }
        None => "No CPU time was measured.".to_owned(),
    }
}

/// The least and the largest p99 at the lowest common rate; none of fewer than two lanes.
fn p99_ends(lanes: &[Curves]) -> Option<String> {
    let mut held: Vec<(&Lane, Estimate)> = lanes
        .iter()
        .filter_map(|one| Some((one.lane, one.common_tail()?.percentile(0.99).ok()?)))
        .collect();
    held.sort_by(|(_, a), (_, b)| a.value.total_cmp(&b.value));
    let [least, .., most] = held.as_slice() else { return None };
    Some(format!(
        "p99 is from {} over {} to {} over {}",
        time_with_interval(&least.1),
        least.0.named(),
        time_with_interval(&most.1),
        most.0.named()
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
        1 => " One lane did not keep up with all rates, which go up to 95 % of a lane's own \
        capacity."
            .to_owned(),
        some => format!(
            " {some} lanes did not keep up with all rates, which go up to 95 % of a lane's own \
            capacity."
        ),
    };
    match (p99_ends(lanes), loads.common_per_s.first()) {
        (Some(ends), Some(rate)) => {
            format!(
                "At {} calls per second that do not wait for answers, {ends}.{fell}",
                count(rate.round() as u64)
            )
        }
        _ => format!("No two lanes have a p99 at the same rate.{fell}"),
    }
}

/// Section 8: least and most calls per second.
pub(crate) fn throughput(lanes: &[Curves]) -> String {
    let mut told: Vec<(&Lane, Estimate)> = lanes
        .iter()
        .filter_map(|one| Some((one.lane, one.load.capacity_per_s()?)))
        .collect();
    told.sort_by(|(_, a), (_, b)| a.value.total_cmp(&b.value));
    let said = |(lane, rate): &(&Lane, Estimate)| {
        format!("{} over {}", per_s_with_interval(rate), lane.named())
    };
    match told.as_slice() {
        [least, .., most] => {
            format!(
                "At most from {} to {}, with as many calls in flight as help.",
                said(least),
                said(most)
            )
        }
        [only] => format!("At most {}, with as many calls in flight as help.", said(only)),
        [] => "No lane's capacity was found.".to_owned(),
    }
}

/// Section 7: the tails at the lowest common rate.
pub(crate) fn open_tail(lanes: &[Curves], loads: &Loads) -> String {
    let Some(rate) = loads.common_per_s.first() else {
        return "There is no rate that lanes share.".to_owned();
    };
    let slowest = lanes.iter().find(|one| Some(&one.lane.name) == loads.slowest.as_ref());
    let half = slowest.map_or_else(String::new, |one| {
        format!(", half of what {} takes at most", one.lane.named())
    });
    let ends = p99_ends(lanes).unwrap_or_else(|| "no two lanes have a p99".to_owned());
    format!("At {} calls per second{half}, {ends}.", count(rate.round() as u64))
}

/// A rate as `12,300 calls/s`.
pub(crate) fn per_s(rate: f64) -> String {
    format!("{} calls/s", rounded(rate))
}

/// The same with its interval.
pub(crate) fn per_s_with_interval(rate: &Estimate) -> String {
    let interval = rate.interval.map(|i| format!(" ({} to {})", rounded(i.low), rounded(i.high)));
    format!("{} calls/s{}", rounded(rate.value), interval.unwrap_or_default())
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
        let estimate = Estimate { value: 19_434.0, interval, starts: 2 };
        assert_eq!(per_s_with_interval(&estimate), "19,400 calls/s (17,100 to 22,000)");
    }
}
