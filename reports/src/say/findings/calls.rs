//! What a single call takes over the lanes of a scene, and how far its tail reaches.

use crate::{
    figures::{row::Row, summary::Scene},
    record::Lane,
    say::capital,
    stats::{estimates::Estimate, sample_times},
};

/// The lane whose p99 lies farthest beyond its median.
pub(crate) fn tail(scene: &Scene) -> Option<String> {
    let rows = scene.rows.iter().filter(|row| row.lane.answers);
    let apart = rows.filter_map(Stretched::of).filter(Stretched::is_shown);
    let farthest = apart.max_by(|a, b| a.times().total_cmp(&b.times()))?;
    Some(format!(
        "{} has the longest tail{}, relative to its median: one call in a hundred takes {} or \
        longer, the median call {} (one caller, which waits for each answer).",
        farthest.lane.named(),
        scene.placed,
        sample_times::time_with_interval(&farthest.p99),
        sample_times::time_with_interval(&farthest.p50)
    ))
}

/// Median and p99 of a single call over a lane, ns.
struct Stretched<'a> {
    lane: &'a Lane,
    p50: Estimate,
    p99: Estimate,
}

impl<'a> Stretched<'a> {
    fn of(row: &Row<'a>) -> Option<Self> {
        let p99 = row.percentile(0.99).ok()?;
        Some(Self { lane: row.lane, p50: row.single.as_ref()?.p50, p99 })
    }

    /// Whether the intervals show that the p99 lies beyond the median.
    fn is_shown(&self) -> bool {
        let intervals = self.p50.interval.zip(self.p99.interval);
        intervals.is_some_and(|(p50, p99)| p99.low > p50.high)
    }

    fn times(&self) -> f64 {
        self.p99.value / self.p50.value
    }
}

/// The sentence above the chart of single calls.
pub(crate) fn above_cost(scene: &Scene) -> String {
    let answering = scene.rows.iter().filter(|row| row.lane.answers);
    let Some((least, most)) = extremes(answering) else {
        return "No single call was measured.".to_owned();
    };
    if least.row.lane.name == most.row.lane.name {
        return format!("The median call{} takes {}.", scene.placed, least.over());
    }
    format!(
        "The median call{} takes from {} to {}.{}",
        scene.placed,
        least.over(),
        most.over(),
        other_engines(scene, [least.row, most.row])
    )
}

/// An engine that works differs by language: which lanes of these have another than the function
/// call, as a sentence behind another.
fn other_engines(scene: &Scene, named: [&Row; 2]) -> String {
    let Some(base) = scene.baseline().filter(|_| scene.asked.engine_works()) else {
        return String::new();
    };
    let mut said = String::new();
    for lane in named.map(|row| row.lane).iter().filter(|lane| lane.callee != base.lane.callee) {
        said += &format!(" in {} over {},", capital(&lane.callee), lane.short);
    }
    if said.is_empty() {
        return said;
    }
    let (own, base) = (capital(&base.lane.callee), &base.lane.short);
    format!(" The engine is written{said} in {own} over {base}.")
}

/// The median of a single call over a lane, ns.
#[derive(Clone, Copy)]
pub(crate) struct Median<'s, 'a> {
    pub(crate) row: &'s Row<'a>,
    p50: Estimate,
}

impl Median<'_, '_> {
    fn over(&self) -> String {
        format!("{} over {}", sample_times::time(self.p50.value), self.row.lane.named())
    }
}

/// The quickest and the slowest of these lanes by the median of a single call.
pub(crate) fn extremes<'s, 'a: 's>(
    rows: impl Iterator<Item = &'s Row<'a>>,
) -> Option<(Median<'s, 'a>, Median<'s, 'a>)> {
    let with_median = rows.filter_map(|row| Some(Median { row, p50: row.single.as_ref()?.p50 }));
    let mut medians: Vec<Median> = with_median.collect();
    // A stable sort: of equal lanes the first counts as quickest, the last as slowest.
    medians.sort_by(|a, b| a.p50.value.total_cmp(&b.p50.value));
    Some((*medians.first()?, *medians.last()?))
}

/// The sentence above the chart of tails.
pub(crate) fn above_tail(scene: &Scene) -> String {
    tail(scene).unwrap_or_else(|| {
        format!("No lane's p99 is shown to differ from its median{}.", scene.placed)
    })
}
