//! The report for the summary of a CI run: at most 60 lines, whatever the record holds. Text from
//! the record is escaped, so that it can be neither markup nor a table cell.

pub(crate) mod cost_model;
pub(crate) mod folklore;
pub(crate) mod lanes;
pub(crate) mod lines;
pub(crate) mod payload_sizes;

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
    },
    judge::{Judged, not_measured::Absent},
    record::Record,
    render::{
        markdown::lines::{MOST_LINES, alignment, escaped, more, row},
        options::RenderOptions,
    },
    say::{
        answers::{self, Answer},
        cores_at_rate, findings, header, interleaving,
    },
    stats::{
        estimates::Estimate,
        sample_times,
        units::{ABSENT, count, time_with_interval},
    },
    view::{
        criterion,
        lanes::{
            first_table::{self, Call},
            servers,
        },
        load_table, stages_tables,
        table::Table,
    },
};

/// Most rows of the table, reasons, and lines on what is missing; together with the rest they stay
/// below 60 lines.
const MOST_ROWS: usize = 11;
const MOST_REASONS: usize = 5;
const MOST_ABSENT: usize = 3;
/// Sections whose findings the answers give, in fewer words.
const ANSWERED: [&str; 3] = ["cost", "batching", "placement"];

/// Writes the report.
pub(crate) fn render(judged: &Judged, options: &RenderOptions) -> String {
    let (summary, trust) = (&judged.summary, &judged.trust);
    let mut lines = Vec::new();
    if let Some(first) = header::first_line(judged) {
        lines.extend([format!("**{}**", escaped(&first)), String::new()]);
    }
    lines.extend(["## What each boundary costs on this machine".to_owned(), String::new()]);
    lines.push(format!("{}, trust **{}**", escaped(&header::limits(summary)), trust.grade));
    lines.extend(header::wanted_precision(summary.record).map(|one| escaped(&one)));
    for added in header::additions(summary.record) {
        lines.extend([String::new(), escaped(&added)]);
    }
    lines.push(String::new());
    lines.extend(
        trust
            .reasons
            .iter()
            .take(MOST_REASONS)
            .map(|r| format!("- {}: {}", r.grade, escaped(&r.text))),
    );
    lines.extend(answered(judged));
    if let Some(scene) = summary.main() {
        of_scene(&mut lines, scene, judged);
    }
    if judged.usable() {
        payload_sizes::render(&mut lines, summary);
    }
    absent(&mut lines, judged);
    if judged.usable() {
        // Loads are there because they were asked for.
        under_load(&mut lines, summary);
        folklore::render(&mut lines, judged);
        stages(&mut lines, judged);
        by_criterion(&mut lines, judged);
    }
    lines.push(String::new());
    lines.extend(options.report_path.iter().map(|path| format!("Report: {}", escaped(path))));
    lines.join("\n") + "\n"
}

/// Questions with their answers, and what else was found.
fn answered(judged: &Judged) -> Vec<String> {
    let answers = answers::answers(judged);
    let mut lines: Vec<String> = answers.iter().map(one_answer).collect();
    let mut findings = findings::findings(judged);
    if !answers.is_empty() {
        findings.retain(|found| !ANSWERED.contains(&found.section));
    }
    if !lines.is_empty() && !findings.is_empty() {
        lines.push(String::new());
    }
    lines.extend(findings.iter().map(|found| format!("1. {}", escaped(&found.text))));
    lines
}

fn one_answer(answer: &Answer) -> String {
    let Answer { question, short, text, .. } = answer;
    format!("- **{}** {}: {}", escaped(question), escaped(short), escaped(text))
}

/// The table of lanes, and what follows from it.
fn of_scene(lines: &mut Vec<String>, scene: &Scene, judged: &Judged) {
    let summary = &judged.summary;
    lines.push(String::new());
    table(lines, scene, judged);
    footnotes(lines, scene, judged);
    lanes::between(lines, judged);
    if judged.usable() {
        at_rate(lines, scene, summary);
        cost_model::render(lines, scene, summary);
    }
}

/// What failed comes before whole lanes, most of which nobody asked for.
fn absent(lines: &mut Vec<String>, judged: &Judged) {
    if judged.absent.is_empty() {
        return;
    }
    let (lanes, failed): (Vec<&Absent>, Vec<&Absent>) =
        judged.absent.iter().partition(|absent| absent.what == "lane");
    let shown = failed.into_iter().chain(lanes).take(MOST_ABSENT);
    let mut said: Vec<String> = shown.map(|absent| escaped(&absent.text())).collect();
    if judged.absent.len() > MOST_ABSENT {
        said.push(format!("{} more: see the report", judged.absent.len() - MOST_ABSENT));
    }
    lines.extend([String::new(), format!("Not measured: {}.", said.join("; "))]);
}

fn table(lines: &mut Vec<String>, scene: &Scene, judged: &Judged) {
    let largest = scene.largest_batch();
    let batch =
        largest.map_or_else(|| "batched".to_owned(), |n| format!("n = {}", count(n.into())));
    let what = escaped(&scene.asked.text());
    let placements = first_table::placements(&judged.summary);
    let calls: Vec<String> = placements.iter().map(|at| format!("one call, {at}, p50")).collect();
    let at = placements.first().filter(|_| placements.len() > 1);
    let at = at.map_or_else(String::new, |first| format!(", {first}"));
    lines.push(format!(
        "| lane ({what}) | rank{at} | {} | item, {batch}{at}, mean | CPU per call{at}, mean | \
        toll{at} |",
        calls.join(" | ")
    ));
    lines.push(alignment(5 + calls.len()));
    for row in scene.rows.iter().take(MOST_ROWS) {
        lines.push(line(row, largest, judged));
    }
    more(lines, scene.rows.len(), MOST_ROWS);
}

/// Where the time goes, with as many rows as there is room for.
fn stages(lines: &mut Vec<String>, judged: &Judged) {
    if let Some(table) = stages_tables::stages(judged) {
        let placed = judged.summary.main().map_or("", |scene| scene.placed.as_str());
        let title = format!(
            "Where the time of a single call goes{placed} (arithmetic means; unattributed below \
            zero: parts overlap):"
        );
        roomy(lines, &title, &table);
        return;
    }
    let left_out = stages_tables::stages_left_out(judged.summary.record);
    lines.extend(left_out.iter().flat_map(|left_out| [String::new(), escaped(left_out)]));
}

/// How lanes hold under load, with as many rows as there is room for, and what is to be known of
/// them.
fn under_load(lines: &mut Vec<String>, summary: &Summary) {
    if let Some(table) = load_table::table(summary)
        && roomy(lines, &format!("{}:", load_table::title(summary)), &table)
    {
        lines.extend([String::new(), escaped(&load_table::notes(summary).join(" "))]);
    }
}

/// What criterion measured of the same calls, with as many rows as there is room for.
fn by_criterion(lines: &mut Vec<String>, judged: &Judged) {
    if let Some(section) = criterion::section(judged) {
        let finding = section.finding.unwrap_or_default();
        roomy(lines, &format!("{} {finding}", section.title), &section.table);
    }
}

/// A table with as many rows as there is room for; the report has all. False where there is none.
pub(crate) fn roomy(lines: &mut Vec<String>, title: &str, table: &Table) -> bool {
    // Blank line, title, blank line, the two lines of a heading; a line on what is left out, a note
    // and the report's name, each with a blank line.
    const AROUND: usize = 5 + 2 + 2 + 2;
    let written: usize = lines.iter().map(|line| 1 + line.matches('\n').count()).sum();
    let room = MOST_LINES.saturating_sub(written + AROUND);
    if room == 0 {
        return false;
    }
    lines.extend([
        String::new(),
        escaped(title),
        String::new(),
        format!("| {} |", table.head.join(" | ")),
    ]);
    lines.push(alignment(table.head.len()));
    lines.extend(table.rows.iter().take(room).map(|cells| row(cells)));
    more(lines, table.rows.len(), room);
    true
}

/// What the table cannot say, as one paragraph.
fn footnotes(lines: &mut Vec<String>, scene: &Scene, judged: &Judged) {
    let harness = scene.harness().map(|row| {
        let name = &row.lane.short;
        format!(
            "CPU time covers both sides and includes checking the answers{}; that of {name} is \
        subtracted from other callers in its language.",
            servers::in_cpu_time(scene)
        )
    });
    let marked = judged.footnotes(scene).into_iter().map(|(mark, text)| format!("{mark} {text}"));
    let all: Vec<String> = marked.chain(harness).chain(interleaving::sentences(judged)).collect();
    if !all.is_empty() {
        lines.extend([String::new(), escaped(&all.join(" "))]);
    }
}

/// In one line.
fn at_rate(lines: &mut Vec<String>, scene: &Scene, summary: &Summary) {
    let Some(calls_per_s) = summary.record.plan.calls_per_s else { return };
    if let Some(said) = cores_at_rate::sentence(scene, calls_per_s, MOST_ROWS) {
        lines.extend([String::new(), escaped(&said)]);
    }
}

fn line(of: &Row, largest: Option<u32>, judged: &Judged) -> String {
    let (lane, marks) = (of.lane, judged.marks(of.lane));
    let record = judged.summary.record;
    let batch = of.largest_batch().filter(|c| Some(c.cell.items) == largest);
    let calls = first_table::calls(&judged.summary, lane).into_iter().map(|of| call(of, record));
    let cells: Vec<String> = [
        format!("{}{marks} - {}", lane.short, lane.implementation),
        of.place().unwrap_or_default(),
    ]
    .into_iter()
    .chain(calls)
    .chain([
        counted(batch, shown(batch.map(|c| &c.item)), record),
        shown(of.cpu.both.as_ref()),
        shown(of.toll.as_ref()),
    ])
    .collect();
    row(&cells)
}

fn call(call: Call, record: &Record) -> String {
    match call {
        Call::Measured(single) => {
            counted(Some(single), sample_times::time_with_interval(&single.p50), record)
        }
        Call::TwoModes(modes) => modes.text(),
        Call::WithinProcess | Call::Missing => ABSENT.to_owned(),
    }
}

fn shown(estimate: Option<&Estimate>) -> String {
    estimate.map_or_else(|| ABSENT.to_owned(), time_with_interval)
}

/// A figure of a cell, with its restarts where they are not all that were done.
fn counted(cell: Option<&CellFigures>, text: String, record: &Record) -> String {
    match cell.and_then(|cell| cell.restarts(record)) {
        Some(restarts) => format!("{text}, {restarts}"),
        None => text,
    }
}
