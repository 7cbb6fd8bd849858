//! The table of lanes in the terminal's report, and what its rows are made of.

use crate::{
    figures::{row::Row, summary::Scene, tail::NO_INTERVAL},
    judge::Judged,
    render::{
        terminal::screen::{NAME, Screen},
        text::clean,
    },
    stats::{
        estimates::Estimate,
        sample_times,
        units::{ABSENT, count, time_with_error, time_with_margin},
    },
};

/// Widths: lane, rank, per call, per item, p99, CPU, bytes, toll.
const WIDTHS: [usize; 8] = [NAME, 3, 13, 13, 13, 13, 10, 13];

pub(crate) fn render(out: &mut Screen, scene: &Scene, judged: &Judged) {
    let largest = scene.largest_batch();
    let batch =
        largest.map_or_else(|| "batched".to_owned(), |n| format!("n = {}", count(n.into())));
    let base = scene.baseline().map_or("in-process", |r| r.lane.short.as_str());
    out.title(&format!("Lanes, loose to tight: {} per item", scene.asked.text()));
    out.row(&["", "", "per call", "per item", "p99", "CPU a call", "bytes", "toll"], &WIDTHS);
    out.row(
        &[
            "lane",
            "",
            "p50",
            &batch,
            "closed loop",
            "both sides",
            "out/back",
            &format!("over {base}"),
        ],
        &WIDTHS,
    );
    out.rule();
    for row in &scene.rows {
        let name = [clean(&row.lane.short), judged.marks(row.lane)].join(" ").trim_end().to_owned();
        let inline = name.chars().count() <= NAME;
        if !inline {
            out.wrapped("", &name);
        }
        let mut cells = figures(row, largest);
        cells[0] = if inline { name } else { String::new() };
        out.row(&cells.each_ref().map(String::as_str), &WIDTHS);
    }
    for (mark, text) in judged.footnotes(scene) {
        out.wrapped(&format!("{mark} "), text);
    }
}

fn figures(row: &Row, largest: Option<u32>) -> [String; 8] {
    // At another size than the heading names, a figure would be misread: it is left to the report.
    let batch = row.largest_batch().filter(|c| Some(c.cell.items) == largest);
    let single = row.single.as_ref();
    [
        String::new(),
        row.place().unwrap_or_default(),
        shown_sample(single.map(|c| &c.p50)),
        shown(batch.map(|c| &c.item)),
        shown_sample(row.percentile(0.99).ok().as_ref()),
        shown(row.cpu.both.as_ref()),
        match (single.and_then(|c| c.bytes_out), single.and_then(|c| c.bytes_back)) {
            (Some(out), Some(back)) => format!("{}/{}", compact(out), compact(back)),
            _ => ABSENT.to_owned(),
        },
        shown_difference(row.toll.as_ref()),
    ]
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

/// A median or a percentile.
fn shown_sample(estimate: Option<&Estimate>) -> String {
    estimate.map_or_else(|| ABSENT.to_owned(), sample_times::time_with_error)
}

fn compact(bytes: f64) -> String {
    if bytes < 999.5 {
        format!("{bytes:.0}")
    } else {
        format!("{:.1}k", bytes / 1e3)
    }
}

pub(crate) fn made_of(out: &mut Screen, scene: &Scene, done: u32) {
    out.text.push('\n');
    for row in &scene.rows {
        let made_of = match (row.lane.answers, row.lane.implementation.as_str()) {
            (false, _) => {
                "answers nothing: the harness itself; its CPU is subtracted from that of other \
                callers in its language"
            }
            (true, "") => continue,
            (true, made_of) => made_of,
        };
        out.wrapped("", &format!("{} = {made_of}", row.lane.short));
    }
    for row in &scene.rows {
        for cell in row.single.iter().chain(row.largest_batch()) {
            if let Some(restarts) = cell.restarts(done) {
                let n = count(cell.cell.items.into());
                out.wrapped("", &format!("{}, n = {n}: {restarts}", row.lane.short));
            }
        }
    }
    if scene.rows.iter().any(|row| !row.is_equal()) {
        out.wrapped(
            "",
            "L ranks lanes with a bare client, T lanes tuned as their libraries advise: apart \
            from the rest.",
        );
    }
    if scene.rows.iter().any(|row| row.lacks_interval(0.99)) {
        out.wrapped("", &format!("A p99 without ± has {NO_INTERVAL}."));
    }
    out.wrapped(
        "",
        "± is half the width of the 95 % interval over restarts; ±? is beyond ±100 %, too noisy \
        to tell. – is not observable or not measured, never 0. = shares a rank. Ratios below carry \
        the 99 % interval.",
    );
}
