//! The table of lanes in the terminal's report, and what its rows are made of.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    judge::Judged,
    record::Lane,
    render::{
        terminal::screen::{COLUMNS, NAME, Screen},
        text::clean,
    },
    say::header,
    stats::{
        estimates::Estimate,
        sample_times,
        units::{ABSENT, NOISY_ERROR, count, time, time_with_error, time_with_margin},
    },
    view::lanes::{
        first_table::{self, Call},
        short_table::bytes,
    },
};

/// A column beside the lane's name: two lines of heading, its width, and a figure for each row.
struct Column {
    head: [String; 2],
    width: usize,
    figures: Vec<String>,
}

impl Column {
    fn of(head: [&str; 2], width: usize, scene: &Scene, figure: impl Fn(&Row) -> String) -> Self {
        let figures = scene.rows.iter().map(figure).collect();
        Self { head: head.map(str::to_owned), width, figures }
    }
}

/// A time with its error.
const WITH_ERROR: usize = 13;

pub(crate) fn render(out: &mut Screen, scene: &Scene, judged: &Judged) {
    let columns = columns(scene, &judged.summary);
    let widths: Vec<usize> =
        std::iter::once(NAME).chain(columns.iter().map(|column| column.width)).collect();
    out.title(&format!("Lanes, from loosely to tightly coupled ({})", header::question(scene)));
    for line in 0..2 {
        let name = ["", "lane"][line];
        let heads = columns.iter().map(|column| column.head[line].as_str());
        out.row(&std::iter::once(name).chain(heads).collect::<Vec<_>>(), &widths);
    }
    out.rule();
    for (at, row) in scene.rows.iter().enumerate() {
        let name = [clean(&row.lane.short), judged.marks(row.lane)].join(" ").trim_end().to_owned();
        let figures = columns.iter().map(|column| column.figures[at].as_str());
        out.named_row(&name, &figures.collect::<Vec<_>>(), &widths);
    }
    for (mark, text) in judged.footnotes(scene) {
        out.wrapped(&format!("{mark} "), text);
    }
}

/// As many columns as the screen is wide, the last ones left out: the report has them all.
fn columns(scene: &Scene, summary: &Summary) -> Vec<Column> {
    let mut columns =
        vec![Column::of(["", "rank"], 4, scene, |row| row.place().unwrap_or_default())];
    columns.extend(calls(scene, summary));
    columns.extend(further(scene));
    let mut room = COLUMNS - NAME;
    columns
        .into_iter()
        .take_while(|column| {
            let fits = room > column.width;
            room = room.saturating_sub(column.width + 1);
            fits
        })
        .collect()
}

/// The median of a single call in each placement.
fn calls(scene: &Scene, summary: &Summary) -> Vec<Column> {
    let placements = first_table::placements(summary);
    let call = |row: &Row, at: usize| match first_table::calls(summary, row.lane).get(at) {
        Some(Call::Measured(single)) => sample_times::time_with_error(&single.p50),
        Some(Call::TwoModes(modes)) => modes.short_text(),
        _ => ABSENT.to_owned(),
    };
    let columns = placements.iter().enumerate().map(|(at, title)| {
        let above = if at == 0 { "median call" } else { "" };
        let written = scene.rows.iter().map(|row| call(row, at).chars().count());
        let width = WITH_ERROR.max(title.chars().count()).max(written.max().unwrap_or_default());
        Column::of([above, title], width, scene, |row| call(row, at))
    });
    columns.collect()
}

/// What stands behind the calls, all of it in the first placement.
fn further(scene: &Scene) -> [Column; 4] {
    let largest = scene.largest_batch();
    let batch =
        largest.map_or_else(|| "batched".to_owned(), |n| format!("n = {}", count(n.into())));
    let base = scene.baseline().map_or("in-process", |row| row.lane.short.as_str());
    // At another size than the heading names, a figure would be misread: it is left to the report.
    let item = |row: &Row| {
        let batch = row.largest_batch().filter(|cell| Some(cell.cell.items) == largest);
        shown(batch.map(|cell| &cell.item))
    };
    [
        Column::of(["mean per item", &batch], WITH_ERROR, scene, item),
        Column::of(["mean CPU", "of both"], 8, scene, |row| cpu(row.cpu.both.as_ref())),
        Column::of(["bytes", "out/back"], 9, scene, bytes),
        Column::of(["median toll", &format!("over {base}")], WITH_ERROR, scene, |row| {
            shown_difference(row.toll.as_ref())
        }),
    ]
}

/// Without its error, which the report has; a figure that says nothing is none.
fn cpu(estimate: Option<&Estimate>) -> String {
    match estimate {
        Some(estimate) if estimate.too_noisy => NOISY_ERROR.to_owned(),
        Some(estimate) => time(estimate.value),
        None => ABSENT.to_owned(),
    }
}

fn shown(estimate: Option<&Estimate>) -> String {
    estimate.map_or_else(|| ABSENT.to_owned(), time_with_error)
}

/// What may be near 0 or below it has no relative error there.
fn shown_difference(estimate: Option<&Estimate>) -> String {
    let is_wide = |one: &&Estimate| one.relative_error().is_some_and(|error| error > 1.0);
    match estimate.filter(is_wide) {
        Some(wide) => time_with_margin(wide),
        None => shown(estimate),
    }
}

/// What two times with shares stand for, where there are such.
fn two_modes(summary: &Summary) -> &'static str {
    let is_one = |lane: &&Lane| {
        let calls = first_table::calls(summary, lane);
        calls.iter().any(|call| matches!(call, Call::TwoModes(_)))
    };
    if summary.lanes.iter().any(is_one) {
        "Two times instead of a median: the scheduler kept both sides on one core or apart, each \
        for that share of the time. "
    } else {
        ""
    }
}

/// Where figures that stand in one column alone were measured.
fn all_others(scene: &Scene) -> String {
    if scene.placed.is_empty() {
        return String::new();
    }
    format!(
        "Items of batches, CPU, bytes and ranks were measured{}. A lane within one process uses \
        one core only. ",
        scene.placed
    )
}

pub(crate) fn made_of(out: &mut Screen, scene: &Scene, summary: &Summary) {
    out.text.push('\n');
    for row in &scene.rows {
        let made_of = match (row.lane.answers, row.lane.implementation.as_str()) {
            (false, _) => {
                "answers nothing: it shows what the harness itself costs. Its CPU time is \
                subtracted from that of the other lanes"
            }
            (true, "") => continue,
            (true, made_of) => made_of,
        };
        out.wrapped("", &format!("{} = {made_of}", row.lane.short));
    }
    for row in &scene.rows {
        for cell in row.single.iter().chain(row.largest_batch()) {
            if let Some(restarts) = cell.restarts(summary.record) {
                let n = count(cell.cell.items.into());
                out.wrapped("", &format!("{}, n = {n}: {restarts}", row.lane.short));
            }
        }
    }
    if scene.rows.iter().any(|row| !row.is_equal()) {
        out.wrapped(
            "",
            "Lanes with a bare client (L1, L2, ..) and lanes tuned as their libraries advise (T1, \
            ..) are ranked apart.",
        );
    }
    out.wrapped(
        "",
        &format!(
            "{}{}Behind ± stands half the width of the 95 % interval over restarts. ±?: too noisy \
            to tell, more than ±100 %. –: cannot be observed or was not measured; it is never 0. \
            An equals sign marks a shared rank. Ratios of two lanes have 99 % intervals.",
            all_others(scene),
            two_modes(summary)
        ),
    );
}
