//! The report for a terminal: one table that a person reads at a glance, then what batching buys,
//! what is doubtful and what is missing. At most 80 columns, tables of several figures of a lane
//! 100. Text from the record is stripped of control characters.

pub(crate) mod cost_model;
pub(crate) mod first_screen;
pub(crate) mod folklore;
pub(crate) mod lanes;
pub(crate) mod load;
pub(crate) mod payload_sizes;
pub(crate) mod screen;
pub(crate) mod stages;

use crate::{
    figures::{row::item_starts, summary::Scene},
    judge::{Judged, not_measured::Absent},
    render::{options::RenderOptions, terminal::screen::Screen, text::clean},
    say::{findings, header, interleaving},
    stats::{
        comparison::{Comparison, Verdict},
        units::{count, time, times_with_interval},
    },
    view::{criterion, lanes::between_lanes, table::TableSection},
};

/// Writes the report.
pub(crate) fn render(judged: &Judged, options: &RenderOptions) -> String {
    let (summary, trust) = (&judged.summary, &judged.trust);
    let mut out = Screen::new(options.colour);
    header::first_line(judged).iter().for_each(|line| out.wrapped("", line));
    out.title("What each boundary costs on this machine");
    out.wrapped("", &format!("{}, trust {}", header::limits(summary), trust.grade));
    header::wanted_precision(summary.record)
        .iter()
        .for_each(|reached| out.wrapped("", reached));
    header::additions(summary.record)
        .iter()
        .for_each(|added| out.wrapped("", added));
    if let Some(scene) = summary.main() {
        lanes::render(&mut out, scene, judged);
        lanes::made_of(&mut out, scene, summary);
        interleaving::sentences(judged)
            .iter()
            .for_each(|sentence| out.wrapped("", sentence));
    }
    out.title("Findings");
    for finding in findings::findings(judged) {
        out.wrapped("- ", &finding.text);
    }
    folklore::render(&mut out, judged);
    if let Some(scene) = summary.main().filter(|_| judged.usable()) {
        payload_sizes::render(&mut out, summary);
        batching(&mut out, scene);
        cost_model::render(&mut out, scene, summary);
        stages::render(&mut out, judged);
        load::render(&mut out, summary);
        let between = between_lanes::sections(judged);
        for one in between.iter().chain(&criterion::section(judged)) {
            section(&mut out, one);
        }
    }
    doubts(&mut out, judged);
    absent(&mut out, &judged.absent);
    where_to_go(&mut out, options);
    out.text
}

/// Why the grade is what it is, and what the run noted.
fn doubts(out: &mut Screen, judged: &Judged) {
    let (reasons, notes) = (&judged.trust.reasons, &judged.summary.record.notes);
    if reasons.is_empty() && notes.is_empty() {
        return;
    }
    out.title("Warnings");
    reasons
        .iter()
        .for_each(|r| out.wrapped("- ", &format!("{}: {}", r.grade, r.text)));
    notes.iter().for_each(|n| out.wrapped("- ", &about(n)));
}

fn about(note: &crate::record::Note) -> String {
    let lane = note.lane.as_ref().map_or_else(String::new, |l| format!("{l}: "));
    format!("{lane}{}", note.text)
}

fn batching(out: &mut Screen, scene: &Scene) {
    out.title(&format!("What batching buys{} (mean per item)", scene.placed));
    for row in scene.rows.iter().filter(|r| r.lane.answers) {
        let (Some(single), Some(batch)) = (&row.single, row.largest_batch()) else {
            continue;
        };
        let gain = Comparison::of(&item_starts(single), &item_starts(batch))
            .map_or_else(String::new, |g| format!(": {}", gained(&g)));
        let n = count(batch.cell.items.into());
        let (one, many) = (time(single.item.value), time(batch.item.value));
        out.wrapped(
            "- ",
            &format!("{}: {one} alone, {many} in a batch of {n}{gain}", row.lane.short),
        );
    }
}

/// A heading, what was found, a line for each row, how it is read.
fn section(out: &mut Screen, section: &TableSection) {
    out.title(&section.title);
    section.finding.iter().for_each(|finding| out.wrapped("", finding));
    section.lines().iter().for_each(|line| out.wrapped("- ", line));
    out.wrapped("", &section.reading);
}

fn gained(gain: &Comparison) -> String {
    let ratio = times_with_interval(&gain.ratio);
    match gain.verdict() {
        Verdict::Slower => format!("{ratio} cheaper"),
        Verdict::Faster | Verdict::Slightly => format!("a call alone takes {ratio} as long"),
        Verdict::Same => "the same within 5 %".to_owned(),
        Verdict::CannotTell => "cannot tell, repeat with more restarts".to_owned(),
    }
}

fn absent(out: &mut Screen, absent: &[Absent]) {
    if absent.is_empty() {
        return;
    }
    out.title("Not measured");
    absent.iter().for_each(|absent| out.wrapped("- ", &absent.text()));
}

fn where_to_go(out: &mut Screen, options: &RenderOptions) {
    let more = options.record_path.as_ref().filter(|_| !options.full);
    let more = more.map(|record| format!("tollgate report {record} --full"));
    let lines = [
        ("More", &more),
        ("Record", &options.record_path),
        ("Criterion", &options.criterion_report),
        ("Report", &options.report_path),
    ];
    let named = lines.iter().filter(|(_, path)| path.is_some());
    // Behind the longest name a colon and a space.
    let width = named.map(|(name, _)| name.len() + 2).max();
    if width.is_some() {
        out.text.push('\n');
    }
    for (name, path) in lines {
        // A path is never wrapped: it is there to be copied.
        if let (Some(path), Some(width)) = (path, width) {
            out.text.push_str(&format!("{:<width$}{}\n", format!("{name}:"), clean(path)));
        }
    }
}
