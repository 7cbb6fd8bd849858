//! Section 10: whether the run can be trusted. The grade, lanes against themselves, single calls by
//! restart, and what else the run was checked for.

pub(crate) mod checks;

use crate::{
    figures::{
        contrasts,
        row::Row,
        summary::{Scene, Summary},
    },
    judge::Judged,
    record::{Contrast, Lane},
    render::html::page::chart_sections,
    say::{
        capital,
        header::{self, scene_name},
        interleaving,
    },
    stats::{
        comparison::Comparison,
        estimates::TOO_FEW,
        sample_times,
        units::{ABSENT, number, times_with_interval},
    },
    view::{figure::Figure, table::Table},
};

const READING_SELVES: &str = "Each lane ran twice, and both copies were called alternately (single \
    calls). Shown is the time of the second divided by that of the first. Both are the same lane: \
    a difference comes from the harness or the machine. Bars are 99 % intervals over restarts. A \
    bar without 1 in it is a false difference, which one lane in a hundred has by chance. In the \
    pale band, 5 %, a difference does not matter. The axis is logarithmic.";

const READING_RESTARTS: &str = "A row for each lane, its restarts from left to right: the median \
    of a single call in each restart, divided by the geometric mean of all. Rows share one \
    logarithmic scale. If all rows climb or fall together, the machine drifts. If a row jumps \
    between two levels, the lane runs in two ways, and its mean describes neither. What goes \
    beyond four times ends at the edge of its row.";

/// What the section shows.
pub(crate) struct Trust {
    /// The grade and why.
    pub(crate) finding: String,
    pub(crate) figures: Vec<Figure>,
    /// What the figures tell, and what is missing in them.
    pub(crate) notes: Vec<String>,
    pub(crate) checks: Table,
    /// What it does to a call; none where it was not measured.
    pub(crate) interleaving: Vec<String>,
}

impl Trust {
    pub(crate) fn of(judged: &Judged) -> Self {
        let summary = &judged.summary;
        let mut selves: Vec<_> = contrasts::themselves(summary.record).collect();
        selves.sort_by_key(|(contrast, _)| {
            summary
                .lanes
                .iter()
                .position(|lane| lane.name == contrast.first)
                .unwrap_or(usize::MAX)
        });
        let scene = summary.main();
        let restarts = scene
            .and_then(restarts)
            .map(|figure| chart_sections::unless_forbidden(judged, figure));
        Self {
            finding: crate::say::trust::sentence(judged),
            figures: scene
                .and_then(|_| itself(summary, &selves))
                .into_iter()
                .chain(restarts)
                .collect(),
            notes: notes(summary, &selves),
            checks: checks::table(summary),
            interleaving: interleaving::sentences(judged),
        }
    }
}

type Itself<'r> = (&'r Contrast, Option<Comparison>);

/// Lanes against themselves. Not silenced where the figures must not be used: it may be why.
fn itself(summary: &Summary, selves: &[Itself]) -> Option<Figure> {
    let first = selves.first()?.0;
    Some(Figure {
        kind: "selves",
        scene: 0,
        drawn: selves.iter().any(|(_, found)| found.is_some()),
        title: first.asked().text(),
        finding: above_selves(summary, selves),
        reading: READING_SELVES,
        table: Table::new(
            &["lane", "placement", "second by first, 99 % interval", "restarts", "verdict"],
            selves.iter().map(|one| row_of_itself(summary, one)).collect(),
        ),
    })
}

fn row_of_itself(summary: &Summary, (contrast, found): &Itself) -> Vec<String> {
    let (ratio, words) = match (found, &contrast.reason) {
        (Some(found), _) => {
            (times_with_interval(&found.ratio), contrasts::words_of_itself(found).to_owned())
        }
        (None, Some(reason)) => (ABSENT.to_owned(), reason.clone()),
        (None, None) => (ABSENT.to_owned(), TOO_FEW.to_owned()),
    };
    let record = summary.record;
    vec![
        record.name_of(&contrast.first).to_owned(),
        record.plan.placement_title(&contrast.placement),
        ratio,
        contrast.starts.len().to_string(),
        words,
    ]
}

/// The largest ratio, and who was called different.
fn above_selves(summary: &Summary, selves: &[Itself]) -> String {
    let mut found: Vec<(&Contrast, &Comparison)> = Vec::new();
    for (contrast, comparison) in selves {
        found.extend(comparison.as_ref().map(|comparison| (*contrast, comparison)));
    }
    let farthest = found.iter().max_by(|a, b| from_one(a.1).total_cmp(&from_one(b.1)));
    let Some((contrast, farthest)) = farthest else {
        return "No lane was compared with itself in three restarts.".to_owned();
    };
    let different: Vec<String> = found
        .iter()
        .filter(|(_, one)| one.detected())
        .map(|(contrast, one)| lane_and_ratio(summary, contrast, one))
        .collect();
    if different.is_empty() {
        format!(
            "No lane differs from itself beyond chance. The ratio farthest from 1: {}.",
            lane_and_ratio(summary, contrast, farthest)
        )
    } else {
        format!("Lanes that differ from themselves: {}.", different.join("; "))
    }
}

/// How far a ratio is from 1, either way, as a logarithm.
fn from_one(comparison: &Comparison) -> f64 {
    comparison.ratio.value.ln().abs()
}

fn lane_and_ratio(summary: &Summary, contrast: &Contrast, comparison: &Comparison) -> String {
    let record = summary.record;
    let name = record.name_of(&contrast.first);
    let placed = record.plan.where_placed(&contrast.placement);
    format!("{name}{placed}, {}", times_with_interval(&comparison.ratio))
}

/// A lane that has single calls in at least two restarts.
struct Restarted<'s> {
    lane: &'s Lane,
    /// The geometric mean of its restarts, ns.
    p50_ns: f64,
    /// Each restart, and its p50 divided by that mean.
    ratios: Vec<(u32, f64)>,
}

impl<'s> Restarted<'s> {
    fn of(row: &'s Row) -> Option<Self> {
        let single = row.single.as_ref().filter(|single| single.starts.len() > 1)?;
        let shares = single.by_mean();
        Some(Self {
            lane: row.lane,
            p50_ns: single.p50.value,
            ratios: shares.iter().map(|(start, ratio, _)| (*start, *ratio)).collect(),
        })
    }

    fn cells(&self) -> Vec<String> {
        let ratios: Vec<String> = self
            .ratios
            .iter()
            .map(|(start, ratio)| format!("{}: {}", u64::from(*start) + 1, number(*ratio)))
            .collect();
        vec![self.lane.short.clone(), sample_times::time(self.p50_ns), ratios.join(", ")]
    }

    /// How many times the quickest restart the slowest took.
    fn spread(&self) -> f64 {
        let (mut slowest, mut quickest) = (0.0, f64::INFINITY);
        for (_, ratio) in &self.ratios {
            slowest = f64::max(slowest, *ratio);
            quickest = f64::min(quickest, *ratio);
        }
        slowest / quickest
    }

    fn spread_in_words(&self) -> String {
        format!("{} times over {}", number(self.spread()), self.lane.named())
    }
}

/// Single calls by restart; nothing where no lane was started twice.
fn restarts(scene: &Scene) -> Option<Figure> {
    let lanes: Vec<Restarted> = scene.rows.iter().filter_map(Restarted::of).collect();
    if lanes.is_empty() {
        return None;
    }
    Some(Figure {
        kind: "restarts",
        scene: 0,
        drawn: true,
        title: scene_name(scene),
        finding: above_restarts(&lanes),
        reading: READING_RESTARTS,
        table: Table::new(
            &["lane", "p50, geometric mean", "restart: p50 divided by it"],
            lanes.iter().map(Restarted::cells).collect(),
        ),
    })
}

fn above_restarts(lanes: &[Restarted]) -> String {
    let mut by_spread: Vec<&Restarted> = lanes.iter().collect();
    by_spread.sort_by(|a, b| a.spread().total_cmp(&b.spread()));
    let of = "p50 of a single call, slowest restart divided by fastest";
    match by_spread.as_slice() {
        [] => String::new(),
        [only] => format!("{of}: {}.", only.spread_in_words()),
        [least, .., most] => {
            format!("{of}: from {} to {}.", least.spread_in_words(), most.spread_in_words())
        }
    }
}

/// The smallest detectable difference of each class, and what is missing.
fn notes(summary: &Summary, selves: &[Itself]) -> Vec<String> {
    let mut notes = vec![resolution(summary)];
    let untried: Vec<&str> = summary
        .lanes
        .iter()
        .filter(|lane| lane.planned && lane.answers)
        .filter(|lane| !selves.iter().any(|(contrast, _)| contrast.first == lane.name))
        .map(|lane| lane.short.as_str())
        .collect();
    if !untried.is_empty() {
        notes.push(format!("Not compared with itself: {}.", untried.join(", ")));
    }
    let rows = summary.main().into_iter().flat_map(|scene| &scene.rows);
    let once: Vec<&str> = rows
        .filter(|row| Restarted::of(row).is_none())
        .map(|row| row.lane.short.as_str())
        .collect();
    if !once.is_empty() {
        notes.push(format!(
            "Not shown by restart, because fewer than two restarts have single calls: {}.",
            once.join(", ")
        ));
    }
    notes
}

/// The smallest detectable difference, and what it is of.
fn resolution(summary: &Summary) -> String {
    format!(
        "{}. Nine of ten runs find a difference of that size between two lanes that are called \
        alternately, if no restart is outlying (beyond five times the scatter). The times of \
        the main table are less precise. In function calls no thread waits; a caller that blocks \
        waits in its own thread.",
        capital(&header::smallest_detectable_difference(summary))
    )
}
