//! What the charts draw, as data for the page's script: positions are numbers, and every text was
//! made here, so that the script computes no figure. It knows no pixel and no colour, only which of
//! the hues and shapes a lane has.

pub(crate) mod crossover;
pub(crate) mod load;
pub(crate) mod marks;
pub(crate) mod resources;
pub(crate) mod stages;
pub(crate) mod trust;

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
        tail::{Percentile, Tail},
    },
    judge::Judged,
    record::{Lane, Record},
    stats::{
        estimates::Estimate,
        units::{count, time, time_with_interval},
    },
    view::{
        charts::marks::{FloorMark, Knee},
        what_if::PanelData,
    },
};
use serde::Serialize;

/// Percentiles that are marked on a tail: nines, name.
pub(crate) const MARKS: [(f64, f64, &str); 4] = [
    (0.5, std::f64::consts::LOG10_2, "p50"),
    (0.9, 1.0, "p90"),
    (0.99, 2.0, "p99"),
    (0.999, 3.0, "p99.9"),
];
/// Steps of a tail line, nines.
const STEP: f64 = 0.05;
/// Charts of so many scenes are drawn, and of a record with many cells fewer, so that the page
/// stays small; of all further ones the record has the numbers.
const MOST_SCENES: usize = 4;
const MOST_SCENES_OF_MANY_CELLS: usize = 2;
/// A record with more cells than this stays a file beside its page.
pub(crate) const MANY_CELLS: usize = 1_000;

/// How many scenes have charts, the first ones.
pub(crate) fn scenes_drawn(summary: &Summary) -> usize {
    let many = summary.record.cells.len() > MANY_CELLS;
    summary
        .scenes
        .len()
        .min(if many { MOST_SCENES_OF_MANY_CELLS } else { MOST_SCENES })
}

/// True where some lane that answers was measured at more than one size.
pub(crate) fn has_lines(scene: &Scene) -> bool {
    let sizes = |row: &Row| row.cells.len() + usize::from(row.single.is_some());
    scene.rows.iter().any(|row| row.lane.answers && sizes(row) > 1)
}

/// True where some lane has a tail that is long enough for a line.
pub(crate) fn has_tails(scene: &Scene) -> bool {
    scene
        .rows
        .iter()
        .any(|row| row.tail.as_ref().is_ok_and(|tail| tail.nines() >= MARKS[0].1))
}

/// Everything the script reads.
#[derive(Debug, Serialize)]
pub(crate) struct Charts {
    lanes: Vec<LaneMark>,
    scenes: Vec<SceneChart>,
    whatif: Option<PanelData>,
    /// Sections 3, 5, 8 and 9, each of the main scene.
    parts: Option<stages::Parts>,
    crossing: Option<crossover::Crossing>,
    loads: Option<load::Loads>,
    burn: Option<resources::Burn>,
    /// Section 10.
    trust: trust::Trust,
}

/// How a lane is drawn everywhere.
#[derive(Debug, Serialize)]
pub(crate) struct LaneMark {
    short: String,
    /// With what it is made of: for sentences that the script puts together from texts made here.
    full: String,
    /// Index of its mechanism, which chooses hue and shape; absent for a lane that answers nothing.
    pub(crate) mechanism: Option<usize>,
    /// Filled where the lane has a short name, hollow where it goes by its full one (other
    /// languages).
    pub(crate) filled: bool,
}

#[derive(Debug, Serialize)]
struct SceneChart {
    cost: Vec<Dot>,
    batching: Vec<Line>,
    tail: Vec<TailLine>,
}

/// A value with its interval. `lane` is an index into `lanes`.
#[derive(Debug, Serialize)]
struct Dot {
    lane: usize,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    starts: Vec<f64>,
    label: String,
    text: String,
    floor: Option<FloorMark>,
}

#[derive(Debug, Serialize)]
struct Line {
    lane: usize,
    mode: String,
    points: Vec<Point>,
    knee: Option<Knee>,
}

#[derive(Debug, Serialize)]
struct Point {
    x: f64,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    text: String,
}

#[derive(Debug, Serialize)]
struct TailLine {
    lane: usize,
    line: Vec<(f64, f64)>,
    points: Vec<Point>,
}

impl Charts {
    pub(crate) fn of(judged: &Judged) -> Self {
        let (summary, usable) = (&judged.summary, judged.usable());
        let drawn = summary.scenes.iter().take(scenes_drawn(summary));
        let scenes = drawn.map(|scene| SceneChart::of(scene, summary, usable)).collect();
        let whatif = usable.then(|| PanelData::of(summary)).flatten();
        Self {
            lanes: LaneMark::of_all(&summary.lanes),
            scenes,
            parts: stages::Parts::of(judged),
            crossing: crossover::Crossing::of(summary),
            loads: load::Loads::of(summary),
            burn: resources::Burn::of(summary),
            trust: trust::Trust::of(summary),
            whatif,
        }
    }
}

impl LaneMark {
    /// How these lanes, all that a record knows, are drawn.
    pub(crate) fn of_all(lanes: &[&Lane]) -> Vec<Self> {
        let mechanisms = mechanisms(lanes);
        let mark = |lane: &&Lane| Self {
            short: lane.short.clone(),
            full: lane.named(),
            mechanism: mechanisms.iter().position(|m| *m == lane.transport),
            filled: lane.short != lane.name,
        };
        lanes.iter().map(mark).collect()
    }
}

/// Mechanisms in the order of the lanes, known ones all, so that a colour does not depend on what
/// was measured. Those of default lanes come first: hues repeat beyond the eighth, and these are
/// seen together most often.
fn mechanisms<'a>(lanes: &[&'a Lane]) -> Vec<&'a str> {
    let mut known: Vec<&str> = Vec::new();
    let answering =
        |default| lanes.iter().filter(move |lane| lane.answers && lane.default == default);
    for lane in answering(true).chain(answering(false)) {
        if !known.contains(&lane.transport.as_str()) {
            known.push(&lane.transport);
        }
    }
    known
}

impl SceneChart {
    /// `usable`: whether anything may be said of the figures.
    fn of(scene: &Scene, summary: &Summary, usable: bool) -> Self {
        let rows = || scene.rows.iter().map(|row| (index(&summary.lanes, row.lane), row));
        Self {
            cost: rows().filter_map(|(lane, row)| dot(lane, row, summary.record)).collect(),
            // A batch that answers nothing costs fractions of a ns for an item: drawn, it would
            // squeeze all others.
            batching: rows()
                .filter(|(_, row)| row.lane.answers)
                .flat_map(|(lane, row)| lines(lane, row, usable))
                .collect(),
            tail: rows().filter_map(|(lane, row)| tail_line(lane, row)).collect(),
        }
    }
}

/// Where a lane stands among all lanes.
fn index(lanes: &[&Lane], lane: &Lane) -> usize {
    lanes.iter().position(|other| other.name == lane.name).unwrap_or_default()
}

fn dot(lane: usize, row: &Row, record: &Record) -> Option<Dot> {
    let single = row.single.as_ref()?;
    let floor = FloorMark::of(&row.lane.name, record);
    let beside = floor.as_ref().map_or_else(String::new, |floor| format!("; {}", floor.text));
    let (value, low, high) = split(&single.p50);
    Some(Dot {
        lane,
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        starts: single
            .comparable(|s| Some(s.p50_ns))
            .into_iter()
            .map(|(_, p50)| drawn(p50))
            .collect(),
        label: time(value),
        text: format!(
            "{}: {} per call (p50), {}{beside}",
            row.lane.named(),
            time_with_interval(&single.p50),
            single.rests_on()
        ),
        floor,
    })
}

/// One line for each mode; all of them begin at the single call, which they share.
fn lines(lane: usize, row: &Row, usable: bool) -> Vec<Line> {
    let mut modes: Vec<&str> = row.cells.iter().map(|c| c.cell.mode.as_str()).collect();
    modes.dedup();
    let line = |mode: &str| {
        let cells = row.single.iter().chain(row.cells.iter().filter(|c| c.cell.mode == mode));
        let points = cells.map(|c| point(row.lane, mode, c)).collect();
        Line {
            lane,
            mode: mode.to_owned(),
            points,
            knee: usable.then(|| Knee::of(row, mode)).flatten(),
        }
    };
    modes.into_iter().map(line).collect()
}

fn point(lane: &Lane, mode: &str, figures: &CellFigures) -> Point {
    let (value, low, high) = split(&figures.item);
    let n = figures.cell.items;
    let mode = if n == 1 { "a single call" } else { mode };
    let text = format!(
        "{}, {mode}, n = {}: {} per item (mean)",
        lane.named(),
        count(n.into()),
        time_with_interval(&figures.item)
    );
    Point {
        x: f64::from(n),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        text,
    }
}

fn tail_line(lane: usize, row: &Row) -> Option<TailLine> {
    tail_of(lane, row.lane, row.tail.as_ref().ok()?, "closed loop")
}

/// A tail as a line; `how` calls were sent is said with each of its points.
fn tail_of(lane: usize, of: &Lane, tail: &Tail, how: &str) -> Option<TailLine> {
    let (first, last) = (MARKS[0].1, tail.nines());
    if last < first {
        return None;
    }
    let steps = ((last - first) / STEP) as u32;
    let even = (0..=steps).map(|s| first + f64::from(s) * STEP);
    // The marks are among the points, so that each lies on its line.
    let marks = MARKS.iter().map(|(_, nines, _)| *nines).filter(|nines| *nines < last);
    let mut nines: Vec<f64> = even.chain(marks).chain([last]).collect();
    nines.sort_by(f64::total_cmp);
    let line = nines.into_iter().map(|x| (drawn(x), drawn(tail.at_nines(x)))).collect();
    let points = MARKS.iter().filter_map(|mark| tail_point(of, tail, *mark, how)).collect();
    Some(TailLine { lane, line, points })
}

fn tail_point(
    lane: &Lane,
    tail: &Tail,
    (quantile, nines, name): (f64, f64, &str),
    how: &str,
) -> Option<Point> {
    let estimate: Percentile = tail.percentile(quantile);
    let estimate = estimate.ok()?;
    let (value, low, high) = split(&estimate);
    let samples = count(tail.samples());
    let text = format!(
        "{}: {name} {}, {how}, {samples} calls",
        lane.named(),
        time_with_interval(&estimate)
    );
    Some(Point {
        x: drawn(nines),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        text,
    })
}

/// Five significant digits: a position in a drawing needs no more, and they take a third of the
/// room.
fn drawn(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    let digits = 4 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(digits.abs());
    if !scale.is_finite() {
        return value;
    }
    if digits < 0 {
        (value / scale).round() * scale
    } else {
        (value * scale).round() / scale
    }
}

/// Value, lower and upper end, as drawn.
type Spot = (f64, Option<f64>, Option<f64>);

fn spot(estimate: &Estimate) -> Spot {
    let (value, low, high) = split(estimate);
    (drawn(value), low.map(drawn), high.map(drawn))
}

fn split(estimate: &Estimate) -> (f64, Option<f64>, Option<f64>) {
    (
        estimate.value,
        estimate.interval.map(|i| i.low),
        estimate.interval.map(|i| i.high),
    )
}
