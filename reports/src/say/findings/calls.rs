//! What a single call takes over the lanes of a scene, and how far its tail reaches.

use crate::{
    figures::{cells::CellFigures, row::Row, summary::Scene},
    stats::{estimates::Estimate, units::time_with_interval},
};

/// The lane whose p99 lies farthest beyond its median.
pub(crate) fn tail(scene: &Scene) -> Option<String> {
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
pub(crate) fn above_cost(scene: &Scene) -> String {
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

/// The sentence above the chart of tails.
pub(crate) fn above_tail(scene: &Scene) -> String {
    let none = "No p99 is shown to lie apart from its median.";
    tail(scene).unwrap_or_else(|| none.to_owned())
}
