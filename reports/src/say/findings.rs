//! Sentences that hold numbers. Each is made from an interval or a paired comparison and is left
//! out where these do not carry it: no finding is better than one that a repetition would turn
//! round.

use crate::{
    figures::{
        cells::CellFigures,
        cores_at_rate::Cores,
        row::{Row, compare_single},
        summary::{Scene, Summary},
    },
    judge::Judged,
    model::crossover,
    record::Lane,
    say::{
        cores_at_rate,
        cost_model::{break_even, with_work},
    },
    stats::{
        comparison::{Comparison, StartValue, Verdict},
        estimates::Estimate,
        units::{count, time, time_with_interval, times_with_interval},
    },
};

/// Most sentences at the head of a report.
pub const MOST: usize = 5;
/// A boundary below this share of a call is said not to matter.
const NEGLIGIBLE: f64 = 0.01;

/// One sentence, or two that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub text: String,
    /// The section with the figures behind it: `cost`, `batching`, `tail`.
    pub section: &'static str,
}

/// One to five findings, the most useful first.
pub fn findings(judged: &Judged) -> Vec<Finding> {
    let summary = &judged.summary;
    if let Some(text) = forbidden(judged) {
        return vec![Finding { text, section: "absent" }];
    }
    let Some(scene) = summary.main() else {
        return vec![Finding { text: "Nothing was measured.".to_owned(), section: "absent" }];
    };
    let finding = |section| move |text| Finding { text, section };
    let matters = matters(summary, scene).into_iter().map(finding("cost"));
    let others = [
        busy_cores(summary, scene).map(finding("rate")),
        leaving_the_process(scene).map(finding("cost")),
        between_processes(scene).map(finding("cost")),
        batching(scene).map(finding("batching")),
        order_turns(scene).map(finding("batching")),
        tail(scene).map(finding("tail")),
    ];
    let mut found: Vec<Finding> = matters.chain(others.into_iter().flatten()).take(MOST).collect();
    if found.is_empty() {
        let text = "The restarts are too few for an interval, so no lane is called faster than \
        another: repeat with at least 5.";
        found.push(Finding { text: text.to_owned(), section: "cost" });
    }
    found
}

/// Why nothing is claimed, where the figures must not be used.
pub fn forbidden(judged: &Judged) -> Option<String> {
    let reason = judged.trust.forbids()?;
    Some(format!(
        "There are no findings, because the figures must not be used: {}",
        reason.text
    ))
}

/// Whether the choice matters: with the work that the user named, or else from which work on it
/// does not. Between ways out of the process first: who must leave it has that choice left.
fn matters(summary: &Summary, scene: &Scene) -> Vec<String> {
    let widest = crossover::widest(scene);
    if let Some(work_ns) = summary.record.plan.service_time_ns {
        let said = widest.iter().rev().filter_map(|choice| with_work(choice, work_ns as f64));
        return said.collect();
    }
    let ways_out = match &widest[..] {
        [_, ways_out] => {
            break_even(ways_out).map(|even| format!(" Between ways out of the process, {even}"))
        }
        _ => None,
    };
    whether_it_matters(scene)
        .map(|largest| largest + &ways_out.unwrap_or_default())
        .into_iter()
        .collect()
}

/// The largest toll, and the work against which it vanishes.
fn whether_it_matters(scene: &Scene) -> Option<String> {
    let tolls = scene
        .rows
        .iter()
        .filter_map(|row| Some((row, row.toll.filter(|t| t.interval.is_some())?)));
    let (row, toll) = tolls.max_by(|(_, a), (_, b)| a.value.total_cmp(&b.value))?;
    let interval = toll.interval.filter(|i| i.low > 0.0)?;
    // toll / (toll + work) <= 1 % for the upper end of the toll.
    let work = time(interval.high * (1.0 / NEGLIGIBLE - 1.0));
    let base = scene.baseline()?.lane.named();
    let others = scene
        .rows
        .iter()
        .filter(|other| other.toll.is_some() && other.lane.name != row.lane.name);
    // A toll is a mean, and means decide which is the largest.
    let largest = clearly(row, others, Verdict::Slower, compare_means);
    let claim = if largest {
        "No call costs more on average than"
    } else {
        "No call is shown to cost more on average than"
    };
    Some(format!(
        "{claim} one over {}: {} longer than one over {base}. Where the callee itself works \
        {work} or longer, that is \
         at most 1 % of the call.",
        row.lane.named(),
        time_with_interval(&toll),
    ))
}

/// True when the difference to every one of the others was detected and lies beyond the margin.
fn clearly<'s, 'a: 's>(
    row: &Row,
    others: impl Iterator<Item = &'s Row<'a>>,
    verdict: Verdict,
    compare: impl Fn(&Row, &Row) -> Option<Comparison>,
) -> bool {
    let mut others = others.filter(|other| other.single.is_some());
    others.all(|other| compare(row, other).is_some_and(|c| c.verdict() == verdict))
}

/// What the user's own rate keeps busy, over the lanes of the usual profile that leave the process.
fn busy_cores(summary: &Summary, scene: &Scene) -> Option<String> {
    let calls_per_s = summary.record.plan.calls_per_s?;
    let remote = scene.rows.iter().filter(|row| !row.lane.in_process && row.is_equal());
    let cores =
        |row| Some((row, Cores::of(row, calls_per_s).both.filter(|both| both.interval.is_some())?));
    let mut busy: Vec<(&Row, Estimate)> = remote.filter_map(cores).collect();
    busy.sort_by(|(_, a), (_, b)| a.value.total_cmp(&b.value));
    let over = |(row, both): &(&Row, Estimate)| {
        format!("{} over {}", cores_at_rate::shown(Some(both)), row.lane.named())
    };
    let [least, .., most] = &busy[..] else { return None };
    Some(format!(
        "At {} single calls per second both sides together keep from {} to {} of the {} cores of \
        this machine busy.",
        cores_at_rate::written(calls_per_s),
        over(least),
        over(most),
        summary.record.environment.logical_cores
    ))
}

fn leaving_the_process(scene: &Scene) -> Option<String> {
    let inside = scene.baseline()?;
    let (quickest, _) = remote_extremes(scene)?;
    let comparison = compare_single(quickest, inside)?;
    let others = scene
        .rows
        .iter()
        .filter(|row| !row.lane.in_process && row.lane.name != quickest.lane.name);
    let alone = clearly(quickest, others, Verdict::Faster, compare_single);
    let claim = if alone {
        "the quickest way out that was measured"
    } else {
        "than which no way out is shown to be quicker"
    };
    let text = format!(
        "Leaving the process costs: the median call over {}, {claim}, takes {} as long as one \
        over {}.",
        quickest.lane.named(),
        times_with_interval(&comparison.ratio),
        inside.lane.named()
    );
    (comparison.verdict() == Verdict::Slower).then_some(text)
}

fn between_processes(scene: &Scene) -> Option<String> {
    let (quickest, slowest) = remote_extremes(scene)?;
    if quickest.lane.name == slowest.lane.name {
        return None;
    }
    let comparison = compare_single(slowest, quickest)?;
    Some(said(
        &comparison,
        slowest.lane,
        quickest.lane,
        "for the median single call between processes",
    ))
}

/// Quickest and slowest lane of the usual profile that leave the process, by the median of a single
/// call.
fn remote_extremes<'s, 'a>(scene: &'s Scene<'a>) -> Option<(&'s Row<'a>, &'s Row<'a>)> {
    let remote = || {
        scene
            .rows
            .iter()
            .filter(|r| !r.lane.in_process && r.is_equal() && r.whole())
            .filter_map(|r| Some((r, r.single.as_ref()?)))
    };
    let by_median = |a: &CellFigures, b: &CellFigures| a.p50.value.total_cmp(&b.p50.value);
    let quickest = remote().min_by(|(_, a), (_, b)| by_median(a, b))?;
    let slowest = remote().max_by(|(_, a), (_, b)| by_median(a, b))?;
    Some((quickest.0, slowest.0))
}

/// A comparison in the words of METHOD.md: slower, slightly slower, same, cannot tell.
pub fn said(comparison: &Comparison, first: &Lane, second: &Lane, where_: &str) -> String {
    let (first, second, ratio) =
        (first.named(), second.named(), times_with_interval(&comparison.ratio));
    match comparison.verdict() {
        Verdict::Slower | Verdict::Faster => {
            format!("{first} takes {ratio} as long as {second} {where_}.")
        }
        Verdict::Slightly => {
            format!(
                "{first} and {second} differ slightly {where_}: {ratio} as long, not shown to be \
                more than 5 %."
            )
        }
        Verdict::Same => {
            format!("{first} and {second} are the same within 5 % {where_}: {ratio} as long.")
        }
        Verdict::CannotTell => {
            format!(
                "Whether {first} or {second} is quicker {where_}, this run cannot tell: {ratio} \
                as long."
            )
        }
    }
}

/// The lane on which the largest batch saves most, by the lower end of its interval.
fn batching(scene: &Scene) -> Option<String> {
    let gains = scene.rows.iter().filter(|row| row.lane.answers).filter_map(gain);
    let (row, batch, gain) = gains.max_by(|a, b| low(&a.2).total_cmp(&low(&b.2)))?;
    let (n, one) = (count(batch.cell.items.into()), row.single.as_ref()?);
    let saves = gain.verdict() == Verdict::Slower;
    let text = format!(
        "Batching pays: over {}, an item costs {} alone and {} in a call of {n}: {} less.",
        row.lane.named(),
        time_with_interval(&one.item),
        time_with_interval(&batch.item),
        times_with_interval(&gain.ratio)
    );
    saves.then_some(text)
}

fn gain<'s, 'a>(row: &'s Row<'a>) -> Option<(&'s Row<'a>, &'s CellFigures<'a>, Comparison)> {
    let batch = row.largest_batch()?;
    let comparison = Comparison::of(&item_starts(row.single.as_ref()?), &item_starts(batch))?;
    Some((row, batch, comparison))
}

fn low(comparison: &Comparison) -> f64 {
    comparison.ratio.interval.map_or(0.0, |i| i.low)
}

/// Two lanes whose order for a single call is not their order at the largest batch both have.
fn order_turns(scene: &Scene) -> Option<String> {
    let remote: Vec<&Row> = scene.rows.iter().filter(|r| !r.lane.in_process).collect();
    let pairs = remote.iter().flat_map(|a| remote.iter().map(move |b| (*a, *b)));
    let turned = pairs.filter_map(|(a, b)| Some((a, b, turn(a, b)?)));
    let (a, b, (n, single, batch)) = turned.max_by(|x, y| low(&x.2.2).total_cmp(&low(&y.2.2)))?;
    Some(format!(
        "The order turns: for a single call {} takes {} as long as {}, but in calls of {} it is \
        {} that takes {} as long.",
        a.lane.named(),
        times_with_interval(&single.ratio),
        b.lane.named(),
        count(n.into()),
        b.lane.short,
        times_with_interval(&batch.ratio)
    ))
}

/// `a` is slower alone and `b` is slower in a batch, both beyond the margin.
fn turn(a: &Row, b: &Row) -> Option<(u32, Comparison, Comparison)> {
    let single = compare_single(a, b).filter(|c| c.verdict() == Verdict::Slower)?;
    let largest = a.largest_batch()?;
    let n = largest.cell.items;
    let other = b.cells.iter().find(|c| c.cell.mode == "batched" && c.cell.items == n)?;
    let batch = Comparison::of(&item_starts(other), &item_starts(largest))?;
    (batch.verdict() == Verdict::Slower).then_some((n, single, batch))
}

/// The lane whose p99 lies farthest beyond its median.
fn tail(scene: &Scene) -> Option<String> {
    let rows = scene.rows.iter().filter(|row| row.lane.answers);
    let observable =
        rows.filter_map(|row| Some((row, row.single.as_ref()?.p50, row.percentile(0.99).ok()?)));
    let apart = observable.filter(|(_, p50, p99)| match (p50.interval, p99.interval) {
        (Some(p50), Some(p99)) => p99.low > p50.high,
        _ => false,
    });
    let stretch = |p50: &Estimate, p99: &Estimate| p99.value / p50.value;
    let (row, p50, p99) =
        apart.max_by(|a, b| stretch(&a.1, &a.2).total_cmp(&stretch(&b.1, &b.2)))?;
    Some(format!(
        "The p99 lies farthest beyond its median over {}: one call in a hundred takes at least \
        {}, the median {} (closed \
         loop: one caller that waits).",
        row.lane.named(),
        time_with_interval(&p99),
        time_with_interval(&p50)
    ))
}

/// The sentence above the chart of single calls.
pub fn above_cost(scene: &Scene) -> String {
    let singles = || {
        scene
            .rows
            .iter()
            .filter(|r| r.lane.answers)
            .filter_map(|r| Some((r, r.single.as_ref()?)))
    };
    let by_median = |a: &(&Row, &CellFigures), b: &(&Row, &CellFigures)| {
        a.1.p50.value.total_cmp(&b.1.p50.value)
    };
    match (singles().min_by(by_median), singles().max_by(by_median)) {
        (Some(least), Some(most)) if least.0.lane.name != most.0.lane.name => format!(
            "The median call takes from {} over {} to {} over {}.",
            time_with_interval(&least.1.p50),
            least.0.lane.named(),
            time_with_interval(&most.1.p50),
            most.0.lane.named()
        ),
        (Some(only), _) => {
            format!(
                "The median call takes {} over {}.",
                time_with_interval(&only.1.p50),
                only.0.lane.named()
            )
        }
        _ => "No single call was measured.".to_owned(),
    }
}

/// The sentence above the chart of batches.
pub fn above_batching(scene: &Scene) -> String {
    let none = "No lane is shown to gain from batching.";
    order_turns(scene)
        .or_else(|| batching(scene))
        .unwrap_or_else(|| none.to_owned())
}

/// The sentence above the chart of tails.
pub fn above_tail(scene: &Scene) -> String {
    let none = "No p99 is shown to lie apart from its median.";
    tail(scene).unwrap_or_else(|| none.to_owned())
}

/// The same by the means of starts.
fn compare_means(first: &Row, second: &Row) -> Option<Comparison> {
    let means = |row: &Row| row.single.as_ref().map_or_else(Vec::new, item_starts);
    Comparison::of(&means(first), &means(second))
}

fn item_starts(cell: &CellFigures) -> Vec<StartValue> {
    cell.comparable(|s| Some(s.item_ns))
}
