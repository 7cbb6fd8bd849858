//! Section 10: whether the run can be trusted. The grade, lanes against themselves, single calls by
//! restart, and what else the run was checked for.

pub(crate) mod checks;

use crate::{
    figures::{
        contrasts::{
            self,
            smallest_difference::{SmallestDifference, smallest_detectable_differences},
        },
        row::Row,
        summary::{Scene, Summary},
    },
    judge::Judged,
    record::Contrast,
    render::html::page::chart_sections,
    say::{header::scene_name, interleaving},
    stats::{
        comparison::Comparison,
        units::{ABSENT, number, percent, time, times_with_interval},
    },
    view::{figure::Figure, table::Table},
};

const READING_SELVES: &str = "Each lane was alive twice, and both of it were asked for single \
calls in turns: the second divided by the first. It is the same \
    lane, so that whatever is not 1 is the harness or the machine. Bars are 99 % intervals over \
    restarts; where one leaves out 1, the lane was called different from \
    itself, which one lane in a hundred is by chance. The pale band is 5 %, within which a \
    difference does not matter. The axis is logarithmic.";

const READING_RESTARTS: &str = "A row for each lane, its restarts from left to right: the median \
of its single call there, divided by the geometric mean of them \
    all. Rows share one logarithmic scale. Rows that climb or fall together are a machine that \
    drifts; a row that jumps between two levels has two ways \
    to run, and its mean is neither. What goes beyond four times ends at the edge of its row.";

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
        title: format!("engine {}, {} ids", first.engine, first.max_results),
        finding: above_selves(summary, selves),
        reading: READING_SELVES,
        table: Table::new(
            &["lane", "second by first, 99 % interval", "restarts", "verdict"],
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
        (None, None) => (ABSENT.to_owned(), "needs 2 restarts".to_owned()),
    };
    let name = summary.record.name_of(&contrast.first).to_owned();
    vec![name, ratio, contrast.starts.len().to_string(), words]
}

/// The largest ratio, and who was called different.
fn above_selves(summary: &Summary, selves: &[Itself]) -> String {
    let said = |contrast: &Contrast, found: &Comparison| {
        let name = summary.record.name_of(&contrast.first);
        format!("{name}, {}", times_with_interval(&found.ratio))
    };
    let found: Vec<_> =
        selves.iter().filter_map(|(c, found)| Some((*c, found.as_ref()?))).collect();
    let away = |found: &Comparison| found.ratio.value.ln().abs();
    let Some((contrast, farthest)) = found.iter().max_by(|a, b| away(a.1).total_cmp(&away(b.1)))
    else {
        return "No lane against itself came through two restarts.".to_owned();
    };
    let different: Vec<String> = found
        .iter()
        .filter(|(_, one)| one.detected())
        .map(|(contrast, one)| said(contrast, one))
        .collect();
    match different.as_slice() {
        [] => format!(
            "No lane was called different from itself; farthest from 1 is {}.",
            said(contrast, farthest)
        ),
        lanes => format!("Called different from itself: {}.", lanes.join("; ")),
    }
}

/// Single calls by restart; nothing where no lane was started twice.
fn restarts(scene: &Scene) -> Option<Figure> {
    let shares = |row: &Row| -> Option<Vec<(u32, f64, f64)>> {
        let single = row.single.as_ref().filter(|single| single.starts.len() > 1)?;
        Some(single.by_mean())
    };
    let lanes: Vec<_> = scene.rows.iter().filter_map(|row| Some((row, shares(row)?))).collect();
    let cells = |(row, shares): &(&Row, Vec<(u32, f64, f64)>)| {
        let all = shares
            .iter()
            .map(|(start, ratio, _)| format!("{}: {}", u64::from(*start) + 1, number(*ratio)));
        let mean = row
            .single
            .as_ref()
            .map_or_else(|| ABSENT.to_owned(), |single| time(single.p50.value));
        vec![row.lane.short.clone(), mean, all.collect::<Vec<_>>().join(", ")]
    };
    let spreads: Vec<(&Row, f64)> =
        lanes.iter().map(|(row, shares)| (*row, spread(shares))).collect();
    (!lanes.is_empty()).then(|| Figure {
        kind: "restarts",
        scene: 0,
        drawn: true,
        title: scene_name(scene),
        finding: above_restarts(spreads),
        reading: READING_RESTARTS,
        table: Table::new(
            &["lane", "p50, geometric mean", "restart: p50 divided by it"],
            lanes.iter().map(cells).collect(),
        ),
    })
}

/// How many times the quickest restart the slowest took.
fn spread(shares: &[(u32, f64, f64)]) -> f64 {
    let ratios = || shares.iter().map(|(_, ratio, _)| *ratio);
    ratios().fold(0.0, f64::max) / ratios().fold(f64::INFINITY, f64::min)
}

fn above_restarts(mut spreads: Vec<(&Row, f64)>) -> String {
    spreads.sort_by(|a, b| a.1.total_cmp(&b.1));
    let said =
        |(row, times): &(&Row, f64)| format!("{} times over {}", number(*times), row.lane.named());
    let of = "The p50 of a single call in its slowest restart, by that in its quickest";
    match spreads.as_slice() {
        [] => String::new(),
        [only] => format!("{of}: {}.", said(only)),
        [least, .., most] => format!("{of}: from {} to {}.", said(least), said(most)),
    }
}

/// The smallest detectable difference of each class, and what is missing.
fn notes(summary: &Summary, selves: &[Itself]) -> Vec<String> {
    let classes = smallest_detectable_differences(summary.record);
    let one = |class: &SmallestDifference| {
        let lanes = if class.contrasts == 1 { "lane" } else { "lanes" };
        format!("{} {} ({} {lanes})", percent(class.share), class.class, class.contrasts)
    };
    let shown: Vec<String> = classes.iter().map(one).collect();
    let told = match shown.as_slice() {
        [] => "Resolution: not known, because no lane was set against itself in two restarts."
            .to_owned(),
        shown => format!(
            "Resolution, the smallest difference that two lanes asked in turns show in nine runs \
            of ten: {}. The main table, whose lanes are ranked by visits, tells less.",
            shown.join(", ")
        ),
    };
    let apart = |row: &&Row| row.single.as_ref().is_none_or(|single| single.starts.len() < 2);
    let rows = summary.main().into_iter().flat_map(|scene| &scene.rows);
    let once: Vec<&str> = rows.filter(apart).map(|row| row.lane.short.as_str()).collect();
    let once = (!once.is_empty()).then(|| {
        format!(
            "Not shown by restart, because fewer than two have single calls: {}.",
            once.join(", ")
        )
    });
    let tried = |lane: &str| selves.iter().any(|(contrast, _)| contrast.first == lane);
    let planned = summary
        .lanes
        .iter()
        .filter(|lane| lane.planned && lane.answers && !tried(&lane.name));
    let untried: Vec<&str> = planned.map(|lane| lane.short.as_str()).collect();
    let untried =
        (!untried.is_empty()).then(|| format!("Not set against itself: {}.", untried.join(", ")));
    [Some(told), untried, once].into_iter().flatten().collect()
}
