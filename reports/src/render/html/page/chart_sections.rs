//! Each chart's surroundings: the sentence above it, how to read it, and its numbers as a table,
//! which is all that a reader without JavaScript needs.

use crate::{
    figures::{cells::CellFigures, row::Row, stages, summary::Scene, tail::NO_INTERVAL},
    judge::Judged,
    record::Record,
    say::{
        findings::{self, batches, calls},
        header::{question, scene_name},
    },
    stats::{
        estimates::TOO_FEW,
        sample_times,
        units::{ABSENT, count, interval_of_time, time, time_with_interval},
    },
    view::{
        charts::{self, points::MARKS},
        figure::Figure,
        stages_tables::spoken,
        table::Table,
    },
};

const READING_COST: &str = "\
    Each mark is the median (p50) of a single call, closed loop, on a logarithmic axis: one \
    gridline to the next is ten times. The panel beside it magnifies each lane around its own \
    median: the bar is the 95 % interval over restarts, each tick the median of one restart; an \
    arrow gives the value of a tick outside the frame. Where a lane was measured in several \
    placements, the mark of the first is plain and that of the second has a ring. A grey tick \
    with a name is the lane's floor in the same run: the mean time to send one byte there and \
    back (pipe, TCP on loopback), or to wake a thread (futex). A lane drawn hollow has another \
    language on one side. A small pale hollow mark is the median in the run before, if both \
    measured it alike.";

const READING_BATCHING: &str = "\
    Both axes are logarithmic; times are means per item, with their 95 % interval over restarts. \
    Solid: n items in one call (batched). Dashed: n calls one after another (chatty). \
    Dash-dotted: n calls in flight (pipelined). Dotted: one stream (streamed). A line that falls \
    to a tenth at ten times n is all boundary and no work; where it is flat, larger batches \
    save nothing more. Knee: the size at which the fixed cost is half of the call, where the cost \
    model below holds; its bar is the 95 % interval. A small pale hollow mark is the run \
    before, if both measured it alike. The lane that answers nothing is in the table only.";

const READING_TAIL: &str = "\
    Farther right are rarer calls: p99 has two nines. One caller waits for each answer (closed \
    loop), so this is not latency under load. Histograms of all restarts are merged; a line ends \
    where fewer than ten calls lie beyond it. Bars are 95 % intervals, from ranks of \
    calls or from restarts, whichever is wider, and none if some restart has fewer than ten calls \
    beyond. Calls too short for the clock are timed in groups. A group has no percentiles, so \
    these lanes are missing here.";

/// The same figure for each scene; that of the main one holds all placements.
pub(crate) fn of_all(judged: &Judged, figure: impl Fn(usize, &Scene) -> Figure) -> Vec<Figure> {
    let summary = &judged.summary;
    let forbidden = findings::forbidden(judged);
    let placed = summary.placed().len();
    let drawn = charts::scenes_drawn(summary);
    let mut figures = Vec::new();
    for (index, scene) in drawn.iter().enumerate() {
        if (1..placed).contains(&index) {
            continue;
        }
        let mut figure = if index == 0 && placed > 1 {
            let each = drawn[..placed].iter().map(|scene| {
                let title = summary.record.plan.placement_title(scene.asked.placement);
                (title, figure(0, &charts::own(scene)))
            });
            let placed = summary.record.plan.all_placed().unwrap_or_default();
            let figure = figure(0, scene);
            let title = format!("{}, {placed}", question(scene));
            in_placements(each.collect(), Figure { title, ..figure })
        } else {
            figure(index, scene)
        };
        if let Some(forbidden) = &forbidden {
            figure.finding.clone_from(forbidden);
        }
        figures.push(figure);
    }
    figures
}

/// One figure of what was measured in several placements: the numbers of all of them, the first
/// column says which.
pub(crate) fn in_placements(each: Vec<(String, Figure)>, main: Figure) -> Figure {
    let (mut rows, mut findings): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let drawn = each.iter().any(|(_, figure)| figure.drawn);
    for (title, figure) in each {
        let placed = |row: Vec<String>| [vec![title.clone()], row].concat();
        rows.extend(figure.table.rows.into_iter().map(placed));
        if figure.drawn && !findings.contains(&figure.finding) {
            findings.push(figure.finding);
        }
    }
    let head = [vec!["placement".to_owned()], main.table.head].concat();
    Figure {
        table: Table { head, rows, ..Table::default() },
        finding: findings.join(" "),
        drawn,
        ..main
    }
}

/// Batches of each scene that has some; of the main one also where it has none.
pub(crate) fn batches(judged: &Judged) -> Vec<Figure> {
    let figures = of_all(judged, batching).into_iter();
    figures.filter(|figure| figure.scene == 0 || figure.drawn).collect()
}

/// A figure of one scene alone: what it says where anything may be said at all.
pub(crate) fn unless_forbidden(judged: &Judged, figure: Figure) -> Figure {
    Figure {
        finding: findings::forbidden(judged).unwrap_or(figure.finding),
        ..figure
    }
}

/// Section 2.
pub(crate) fn cost(index: usize, scene: &Scene, record: &Record) -> Figure {
    let rows = scene.rows.iter().filter_map(|row| {
        let single = row.single.as_ref()?;
        let starts: Vec<String> =
            single.starts.iter().map(|s| sample_times::time(s.p50_ns)).collect();
        Some(vec![
            row.lane.short.clone(),
            sample_times::time(single.p50.value),
            interval(single, |c| sample_times::interval(&c.p50)),
            starts.join(", "),
            count(single.samples),
            floor(&row.lane.name, record, scene),
            toll(row, scene),
        ])
    });
    let base = scene.baseline().map(|row| format!("toll: extra time over {}", row.lane.short));
    Figure {
        kind: "cost",
        scene: index,
        drawn: scene.rows.iter().any(|row| row.single.is_some()),
        title: scene_name(scene),
        finding: calls::above_cost(scene),
        reading: READING_COST,
        table: Table::new(
            &[
                "lane",
                "p50",
                "95 % interval",
                "median of each restart",
                "samples",
                "floor (mean)",
                base.as_deref().unwrap_or("toll: no function call to compare with"),
            ],
            rows.collect(),
        ),
    }
}

/// By how much the median is longer than that of the lane from which tolls count.
fn toll(row: &Row, scene: &Scene) -> String {
    if scene.baseline().is_some_and(|base| base.lane.name == row.lane.name) {
        return "0 (the base)".to_owned();
    }
    if !row.lane.answers {
        return "answers nothing".to_owned();
    }
    row.toll.as_ref().map_or_else(|| ABSENT.to_owned(), time_with_interval)
}

/// What bounds a lane, and what that takes. Floors are measured in the first placement.
fn floor(lane: &str, record: &Record, scene: &Scene) -> String {
    let first = record.plan.placements.first().map(String::as_str);
    let is_here = first.is_none_or(|first| first == scene.asked.placement);
    let bound = stages::floor_of(lane, record).filter(|_| is_here);
    bound.map_or_else(
        || ABSENT.to_owned(),
        |(floor, mean)| format!("{} {}", spoken(&floor.name), time(mean.value)),
    )
}

/// Section 4.
pub(crate) fn batching(index: usize, scene: &Scene) -> Figure {
    let mut rows = Vec::new();
    for row in &scene.rows {
        rows.extend(row.single.iter().chain(&row.cells).map(|cell| batching_row(row, cell)));
    }
    Figure {
        kind: "batching",
        scene: index,
        drawn: charts::has_lines(scene),
        title: scene_name(scene),
        finding: batches::above_batching(scene),
        reading: READING_BATCHING,
        table: Table::new(&["lane", "mode", "n", "per item (mean)", "95 % interval"], rows),
    }
}

fn batching_row(row: &Row, cell: &CellFigures) -> Vec<String> {
    vec![
        row.lane.short.clone(),
        cell.cell.mode.clone(),
        count(cell.cell.items.into()),
        time(cell.item.value),
        interval(cell, |c| interval_of_time(&c.item)),
    ]
}

/// Section 7.
pub(crate) fn tail(index: usize, scene: &Scene) -> Figure {
    let rows = scene.rows.iter().filter(|row| row.single.is_some()).map(tail_row);
    Figure {
        kind: "tail",
        scene: index,
        drawn: charts::has_tails(scene),
        title: scene_name(scene),
        finding: calls::above_tail(scene),
        reading: READING_TAIL,
        table: Table::new(
            &["lane", "p50, all calls merged", "p90", "p99", "p99.9", "calls"],
            rows.collect(),
        ),
    }
}

fn tail_row(row: &Row) -> Vec<String> {
    let mut cells = vec![row.lane.short.clone()];
    cells.extend(MARKS.iter().map(|(quantile, ..)| percentile(row, *quantile)));
    cells.push(match &row.tail {
        Ok(tail) => count(tail.samples()),
        Err(_) => ABSENT.to_owned(),
    });
    cells
}

fn percentile(row: &Row, quantile: f64) -> String {
    match row.percentile(quantile) {
        Ok(estimate) if row.lacks_interval(quantile) => {
            format!("{} ({NO_INTERVAL})", sample_times::time(estimate.value))
        }
        Ok(estimate) => sample_times::time_with_interval(&estimate),
        Err(why) => why.to_string(),
    }
}

fn interval(cell: &CellFigures, of: impl Fn(&CellFigures) -> Option<String>) -> String {
    let why = if cell.whole { TOO_FEW } else { "no restart was whole" };
    of(cell).unwrap_or_else(|| why.to_owned())
}
