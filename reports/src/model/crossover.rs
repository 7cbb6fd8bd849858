//! Two lanes by their models: where they cross, and how much work in the callee makes the choice
//! between them unimportant. It writes no text.

use crate::{
    figures::{
        cells::CONFIDENCE,
        row::{Row, compare_single},
        summary::Scene,
    },
    model::{Model, Modelled, fit::Curve},
    stats::{
        comparison::{self, Comparison, DETECTION, MARGIN},
        estimates::{self, Estimate, Interval},
        starts::{self, Starts},
    },
};

/// Two lanes of which one is quicker for few items and the other for many.
#[derive(Clone, Debug)]
pub struct CrossOver<'s, 'a> {
    /// Quicker for a single call.
    pub few: &'s Row<'a>,
    /// Quicker at the largest size.
    pub many: &'s Row<'a>,
    /// The largest size that both have.
    pub most_items: u32,
    /// Items at which both take as long; absent where the models of some start do not cross within
    /// the sizes.
    pub items: Option<Estimate>,
}

/// Every pair that crosses within the measured sizes, by items.
///
/// The measured ends say whether a pair crosses: the difference of a single call and that at the
/// largest size, both detected and against each other, in the whole family of pairs (Holm, with the
/// larger p-value of both ends). The models say where.
pub fn cross_overs<'s, 'a>(lanes: &[Modelled<'s, 'a>]) -> Vec<CrossOver<'s, 'a>> {
    let pairs = pairs(lanes);
    let p_values: Vec<f64> = pairs.iter().map(MeasuredPair::p_value).collect();
    let detected = comparison::holm(&p_values, 1.0 - DETECTION);
    let mut crossings = Vec::new();
    for (pair, detected) in pairs.iter().zip(detected) {
        if detected {
            crossings.extend(pair.crossing());
        }
    }
    let key = |crossing: &CrossOver| crossing.items.map_or(f64::INFINITY, |items| items.value);
    crossings.sort_by(|a, b| key(a).total_cmp(&key(b)));
    crossings
}

fn pairs<'l, 's, 'a>(lanes: &'l [Modelled<'s, 'a>]) -> Vec<MeasuredPair<'l, 's, 'a>> {
    let mut pairs = Vec::new();
    for (at, first) in lanes.iter().enumerate() {
        for second in &lanes[at + 1..] {
            pairs.extend(MeasuredPair::of(first, second));
        }
    }
    pairs
}

/// Two lanes at the measured ends of the sizes that both have.
struct MeasuredPair<'l, 's, 'a> {
    first: &'l Modelled<'s, 'a>,
    second: &'l Modelled<'s, 'a>,
    /// First by second for a single call, by the median: as the first table has it.
    single: Comparison,
    /// First by second for the largest batch.
    largest: Comparison,
}

impl<'l, 's, 'a> MeasuredPair<'l, 's, 'a> {
    /// `None` unless both have the same largest batch and a model that holds.
    fn of(first: &'l Modelled<'s, 'a>, second: &'l Modelled<'s, 'a>) -> Option<Self> {
        if most_items(first)? != most_items(second)? {
            return None;
        }
        Some(Self {
            first,
            second,
            single: compare_single(first.row, second.row)?,
            largest: Comparison::of(&largest(first.row)?, &largest(second.row)?)?,
        })
    }

    /// Of "they do not differ at both ends".
    fn p_value(&self) -> f64 {
        self.single.p_value.max(self.largest.p_value)
    }

    /// `None` where the same lane is quicker at both ends.
    fn crossing(&self) -> Option<CrossOver<'s, 'a>> {
        let second_quicker_for_one = self.single.ratio.value > 1.0;
        let second_quicker_for_most = self.largest.ratio.value > 1.0;
        if second_quicker_for_one == second_quicker_for_most {
            return None;
        }
        let (few, many) = if second_quicker_for_one {
            (self.second, self.first)
        } else {
            (self.first, self.second)
        };
        let (few_model, many_model) = (few.batched()?, many.batched()?);
        let most_items = few_model.most_items();
        Some(CrossOver {
            few: few.row,
            many: many.row,
            most_items,
            items: crossing_items(few_model, many_model).map(|items| within(items, most_items)),
        })
    }
}

/// The largest size of a lane's batches, where a model of them holds.
fn most_items(lane: &Modelled) -> Option<u32> {
    let model = lane.batched().filter(|model| model.holds())?;
    Some(model.most_items())
}

/// The mean of an item in the largest batch, in each whole start.
fn largest(row: &Row) -> Option<Starts> {
    Some(row.largest_batch()?.comparable(|start| Some(start.item_ns)))
}

/// Items at which both models take as long; `None` where those of some start do not cross.
fn crossing_items(few: &Model, many: &Model) -> Option<Estimate> {
    let most = f64::from(few.most_items());
    let mut starts = Vec::new();
    for (few, many) in curves_of_both(few, many) {
        starts.push(root(|items| few.at(items) - many.at(items), most)?);
    }
    let resolution = few.resolution.and(many.resolution);
    estimates::log_mean_of_starts(&starts, resolution, CONFIDENCE)
}

/// The curves of each start that both have. Where none is in both, one was measured later: each of
/// its curves meets one of the other's, in their order; nothing else says which.
fn curves_of_both<'m>(first: &'m Model, second: &'m Model) -> Vec<(&'m Curve, &'m Curve)> {
    let mut both = Vec::new();
    for (start, one) in &first.curves {
        both.extend(second.curve(*start).map(|other| (one, other)));
    }
    if both.is_empty() {
        let curves = first.curves.iter().zip(&second.curves);
        both.extend(curves.map(|((_, one), (_, other))| (one, other)));
    }
    both
}

/// Nothing is said of sizes beyond the measured ones.
fn within(items: Estimate, most: u32) -> Estimate {
    let most = f64::from(most);
    let clipped = |i: Interval| Interval { low: i.low.max(1.0), high: i.high.min(most) };
    Estimate { interval: items.interval.map(clipped), ..items }
}

/// Where this difference changes from below 0 to above, from 1 to the most; by halving on
/// logarithms.
fn root(difference: impl Fn(f64) -> f64, most: f64) -> Option<f64> {
    let (mut low, mut high) = (1.0, most);
    if difference(low) > 0.0 || difference(high) < 0.0 {
        return None;
    }
    for _ in 0..60 {
        let middle = f64::sqrt(low * high);
        if difference(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::sqrt(low * high))
}

/// Two lanes for a single call, when the callee does real work.
#[derive(Clone, Debug)]
pub struct Choice<'s, 'a> {
    /// Quicker by the mean of a single call.
    pub quicker: &'s Row<'a>,
    /// The other.
    pub slower: &'s Row<'a>,
    /// Mean of a single call over the quicker, and what the slower takes longer, in each start, ns.
    pub starts: Vec<[f64; 2]>,
    /// No difference of both is told more finely than this, ns.
    pub finest_ns: f64,
    /// Slower by quicker, with its 99 % interval.
    pub comparison: Comparison,
}

impl<'s, 'a> Choice<'s, 'a> {
    /// A choice between two lanes that share at least two whole starts.
    pub fn of(first: &'s Row<'a>, second: &'s Row<'a>) -> Option<Self> {
        let first_ns = first.single.as_ref()?.item.value;
        let second_ns = second.single.as_ref()?.item.value;
        let (quicker, slower) =
            if first_ns <= second_ns { (first, second) } else { (second, first) };
        let (quick, slow) = (singles(quicker), singles(slower));
        let mut starts = Vec::new();
        let (quick_ones, slow_ones) = starts::put_together(&quick, &slow);
        for (start, quick_ns) in &quick_ones {
            if let Some((_, slow_ns)) = slow_ones.iter().find(|(other, _)| other == start) {
                starts.push([*quick_ns, slow_ns - quick_ns]);
            }
        }
        Some(Self {
            quicker,
            slower,
            starts,
            finest_ns: quick.finest().hypot(slow.finest()),
            comparison: Comparison::of(&slow, &quick)?,
        })
    }

    /// From which time of work in the callee on the slower takes less than the margin longer for a
    /// whole call, ns: with d the difference, T the quicker call without work and m the margin, d /
    /// (T + work) = m at work = d / m - T. Negative where the difference is below the margin
    /// without any work.
    pub fn break_even(&self) -> Option<Estimate> {
        self.mean_of_starts(self.finest_ns / MARGIN, |[quick, more]| more / MARGIN - quick)
    }

    /// What the slower takes longer, as a share of a whole call over the quicker whose callee works
    /// this long.
    pub fn share(&self, work_ns: f64) -> Option<Estimate> {
        let finest = self.finest_ns / (self.quicker_ns() + work_ns);
        self.mean_of_starts(finest, |[quick, more]| more / (quick + work_ns))
    }

    /// The mean of a single call over the quicker, ns.
    fn quicker_ns(&self) -> f64 {
        let sum: f64 = self.starts.iter().map(|[quick, _]| quick).sum();
        sum / self.starts.len().max(1) as f64
    }

    fn mean_of_starts(&self, finest: f64, of: impl Fn([f64; 2]) -> f64) -> Option<Estimate> {
        let values: Vec<f64> = self.starts.iter().map(|start| of(*start)).collect();
        estimates::mean_of_starts(&values, finest, CONFIDENCE)
    }
}

/// The choices between the default lanes that were measured: each against the in-process lane, then
/// neighbours by the mean of a single call.
pub fn choices<'s, 'a>(scene: &'s Scene<'a>) -> Vec<Choice<'s, 'a>> {
    let (base, others) = (scene.baseline(), candidates(scene));
    let against = others.iter().filter_map(|row| Choice::of(base?, row));
    let neighbours = others.windows(2).filter_map(|two| Choice::of(two[0], two[1]));
    against.chain(neighbours).collect()
}

/// The slowest of these lanes against the in-process one, and against the quickest that leaves the
/// process.
pub fn widest<'s, 'a>(scene: &'s Scene<'a>) -> Vec<Choice<'s, 'a>> {
    let others = candidates(scene);
    let Some(slowest) = others.last() else { return Vec::new() };
    let quickest = others
        .iter()
        .find(|row| !row.lane.in_process)
        .filter(|row| row.lane.name != slowest.lane.name)
        .copied();
    let ends = [scene.baseline(), quickest];
    ends.into_iter().flatten().filter_map(|row| Choice::of(row, slowest)).collect()
}

/// The measured default lanes by the mean of a single call, the in-process one that others are
/// counted from left out. Where none of them leaves the process, all lanes of the run stand for
/// them.
fn candidates<'s, 'a>(scene: &'s Scene<'a>) -> Vec<&'s Row<'a>> {
    let base = scene.baseline().map(|base| &base.lane.name);
    let mut rows: Vec<&Row> = scene
        .rows
        .iter()
        .filter(|row| row.lane.answers && row.whole() && row.single.is_some())
        .collect();
    if rows.iter().any(|row| row.lane.is_default() && !row.lane.in_process) {
        rows.retain(|row| row.lane.is_default());
    }
    rows.retain(|row| Some(&row.lane.name) != base);
    rows.sort_by(|a, b| mean_ns(a).total_cmp(&mean_ns(b)));
    rows
}

/// The mean of a single call, ns; not a number without one.
fn mean_ns(row: &Row) -> f64 {
    row.single.as_ref().map_or(f64::NAN, |single| single.item.value)
}

/// The mean of a single call in each whole start.
fn singles(row: &Row) -> Starts {
    row.single
        .as_ref()
        .map_or_else(Starts::none, |cell| cell.comparable(|s| Some(s.item_ns)))
}
