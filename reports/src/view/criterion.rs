//! What criterion measured of the same calls, beside this run's own means, as a section that every
//! rendering lays out.

use crate::{
    figures::{cells::CellFigures, stages::Stage},
    judge::Judged,
    record::{CALL, CODEC_CALL, CriterionEstimate, LANE_CALL, RECOMMENDATIONS, amount},
    stats::{
        estimates::{Estimate, Interval},
        units::{count, number, time, time_with_interval},
    },
    view::table::{Table, TableSection},
};

/// The engine that benches call.
const ENGINE: &str = "stub";

/// Why both differ.
const WHY: &str = "\
    Criterion times one call at a time: the same question many times in one loop, in one process \
    that is started once, and the answers are not checked. Tollgate restarts every process, \
    mixes lanes in short visits, changes the question with every call, times samples of several \
    calls and checks each answer. So calls of a few nanoseconds differ most: there the loop \
    around the call and the memory of the questions are a large part of the time. Both are means \
    of the whole call, with 95 % intervals: criterion's over samples of one process, Tollgate's \
    over restarts.";

/// None where criterion measured nothing that this run measured too.
pub(crate) fn section(judged: &Judged) -> Option<TableSection> {
    if !judged.usable() {
        return None;
    }
    let pairs = pairs(judged);
    let furthest = pairs.iter().max_by(|a, b| a.apart().total_cmp(&b.apart()))?;
    let head = ["call", "criterion's mean", "this run's mean", "this run : criterion"];
    Some(TableSection {
        id: "criterion".to_owned(),
        title: "Does criterion agree?".to_owned(),
        finding: Some(finding(&pairs, furthest)),
        reading: WHY.to_owned(),
        table: Table::new(&head, pairs.iter().map(Pair::row).collect()),
    })
}

/// One call, measured by both.
struct Pair {
    name: String,
    /// ns.
    criterion: Estimate,
    /// ns.
    own: Estimate,
}

impl Pair {
    fn ratio(&self) -> f64 {
        self.own.value / self.criterion.value
    }

    /// How far the two are apart, in either direction.
    fn apart(&self) -> f64 {
        self.ratio().ln().abs()
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            time_with_interval(&self.criterion),
            time_with_interval(&self.own),
            number(self.ratio()),
        ]
    }
}

/// Both are as long within so much.
const ALIKE: f64 = 1.1;

fn finding(pairs: &[Pair], furthest: &Pair) -> String {
    let alike = pairs.iter().filter(|pair| pair.apart() <= ALIKE.ln()).count();
    let alike = match alike {
        0 => "none takes".to_owned(),
        1 => "1 takes".to_owned(),
        many => format!("{} take", count(many as u64)),
    };
    let [criterion, own] = [&furthest.criterion, &furthest.own].map(|mean| time(mean.value));
    format!(
        "Of {} calls, {alike} the same time within 10 % by criterion and in this run. The largest \
        difference is {}: {criterion} by criterion, {own} here.",
        count(pairs.len() as u64),
        furthest.name
    )
}

/// Calls that both measured: single calls and the largest batch of each lane, then codecs.
fn pairs(judged: &Judged) -> Vec<Pair> {
    let estimates = &judged.summary.record.criterion;
    let mut pairs = Vec::new();
    for lane in &judged.summary.lanes {
        let is_own = |one: &&CriterionEstimate| {
            one.what == LANE_CALL && one.lane.as_ref() == Some(&lane.name)
        };
        let own = || estimates.iter().filter(is_own);
        let singles = own().filter(|one| one.items == 1);
        pairs.extend(singles.filter_map(|one| of_call(one, &lane.short, judged)));
        let mut batches: Vec<&CriterionEstimate> = own().filter(|one| one.items > 1).collect();
        batches.sort_by_key(|one| std::cmp::Reverse(one.items));
        pairs.extend(batches.iter().find_map(|one| of_call(one, &lane.short, judged)));
    }
    let codecs = estimates.iter().filter(|one| one.what == CODEC_CALL && one.items == 1);
    pairs.extend(codecs.filter_map(|one| of_codec(one, judged)));
    pairs
}

/// The cell that asks the same of the same lane, with its mean for the whole call.
fn of_call(estimate: &CriterionEstimate, lane: &str, judged: &Judged) -> Option<Pair> {
    let record = judged.summary.record;
    let cell = record.cells.iter().find(|cell| {
        Some(&cell.lane) == estimate.lane.as_ref()
            && (cell.items, cell.size) == (estimate.items, estimate.size)
            && (cell.items == 1 || cell.mode == "batched")
            && (cell.kind.as_str(), cell.engine.as_str()) == (CALL, ENGINE)
            && cell.workload == RECOMMENDATIONS
    })?;
    let figures = CellFigures::of(cell, record.environment.clock_step())?;
    let asked = asked(estimate);
    Pair::new(format!("{lane}, {asked}"), estimate, figures.item.scaled(estimate.items.into()))
}

/// The stage of the tightest lane that has this codec and calls of this size.
fn of_codec(estimate: &CriterionEstimate, judged: &Judged) -> Option<Pair> {
    let record = judged.summary.record;
    let is_of = |lane: &str| {
        let ladder = record.ladders.iter().find(|ladder| ladder.lane == lane);
        ladder.is_some_and(|ladder| {
            ladder.size == estimate.size
                && ladder.workload == RECOMMENDATIONS
                && ladder.engine == ENGINE
        })
    };
    let same = judged.stages.iter().rev().find(|stages| {
        let same_codec = stages.lane.codec.is_some() && stages.lane.codec == estimate.codec;
        same_codec && is_of(&stages.lane.name) && matches!(stages.codec, Stage::Takes(_))
    })?;
    let codec = estimate.codec.as_deref().unwrap_or_default();
    let (asked, lane) = (asked(estimate), &same.lane.short);
    let name = format!("{codec} codec, both sides ({lane}), {asked}");
    Pair::new(name, estimate, *same.codec.estimate()?)
}

/// `10 ids`, `1,024 × 10 ids`.
fn asked(estimate: &CriterionEstimate) -> String {
    let ids = amount(RECOMMENDATIONS, estimate.size);
    if estimate.items == 1 {
        ids
    } else {
        format!("batch of {} × {ids}", count(estimate.items.into()))
    }
}

impl Pair {
    /// None where one of them is no time.
    fn new(name: String, estimate: &CriterionEstimate, own: Estimate) -> Option<Self> {
        let criterion = Estimate {
            value: estimate.mean_ns,
            interval: Some(Interval { low: estimate.low_ns, high: estimate.high_ns }),
            starts: 1,
            too_noisy: false,
        };
        let times = criterion.value > 0.0 && own.value > 0.0;
        times.then_some(Self { name, criterion, own })
    }
}
