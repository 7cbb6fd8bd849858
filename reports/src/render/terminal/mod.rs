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
    figures::{
        contrasts,
        row::item_starts,
        summary::{Scene, Summary},
    },
    judge::{Judged, not_measured::Absent},
    model::changes::variants,
    render::{options::RenderOptions, terminal::screen::Screen, text::clean},
    say::{findings, header, interleaving},
    stats::{
        comparison::{Comparison, Verdict},
        units::{count, time, times_with_interval},
    },
    view::lanes::{head_to_head, placements},
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
        head_to_head(&mut out, summary);
        one_change(&mut out, scene, summary);
        placed(&mut out, summary);
        two_builds(&mut out, summary);
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
    out.title("Doubtful");
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
        out.wrapped("- ", &format!("{}: {one} alone, {many} at n = {n}{gain}", row.lane.short));
    }
}

fn two_builds(out: &mut Screen, summary: &Summary) {
    let builds = contrasts::against(summary.record);
    if builds.is_empty() {
        return;
    }
    out.title("This build against the other (a single call, asked in turns)");
    out.wrapped("", &format!("The other: {}.", contrasts::other_build(summary.record)));
    for one in builds {
        let ratio = times_with_interval(&one.comparison.ratio);
        out.wrapped("- ", &format!("{}: {ratio} as long, {}", one.name(), one.words()));
    }
}

fn placed(out: &mut Screen, summary: &Summary) {
    for section in placements::sections(summary) {
        out.title(&section.title);
        section.finding.iter().for_each(|finding| out.wrapped("", finding));
        let (heads, reading) = (section.table.head[1..].join(", "), &section.reading);
        for row in &section.table.rows {
            out.wrapped("- ", &format!("{}: {}", row[0], row[1..].join(", ")));
        }
        out.wrapped("", &format!("For each lane: {heads}. {reading}"));
    }
}

fn head_to_head(out: &mut Screen, summary: &Summary) {
    let lines = head_to_head::lines(summary);
    if !lines.is_empty() {
        out.title(head_to_head::TITLE);
        lines.iter().for_each(|line| out.wrapped("- ", line));
    }
}

fn one_change(out: &mut Screen, scene: &Scene, summary: &Summary) {
    let variants = variants::of(scene, summary.record);
    if variants.is_empty() {
        return;
    }
    out.title(&format!(
        "What one change takes{} (a single call by p50, a batch by mean and by visits)",
        scene.placed
    ));
    for variant in variants {
        out.wrapped("- ", &format!("{}: {}", variant.names(), variant.ratios()));
    }
}

fn gained(gain: &Comparison) -> String {
    let ratio = times_with_interval(&gain.ratio);
    match gain.verdict() {
        Verdict::Slower => format!("{ratio} less"),
        Verdict::Faster | Verdict::Slightly => format!("a call alone takes {ratio} as long"),
        Verdict::Same => "the same within 5 %".to_owned(),
        Verdict::CannotTell => "cannot tell, repeat with more restarts".to_owned(),
    }
}

fn absent(out: &mut Screen, absent: &[Absent]) {
    if absent.is_empty() {
        return;
    }
    out.title("Not here");
    absent.iter().for_each(|absent| out.wrapped("- ", &absent.text()));
}

fn where_to_go(out: &mut Screen, options: &RenderOptions) {
    let more = options.record_path.as_ref().filter(|_| !options.full);
    let more = more.map(|record| format!("tollgate report {record} --full"));
    let lines = [
        ("More", &more),
        ("Record", &options.record_path),
        ("Report", &options.report_path),
    ];
    if lines.iter().any(|(_, path)| path.is_some()) {
        out.text.push('\n');
    }
    for (name, path) in lines {
        // A path is never wrapped: it is there to be copied.
        if let Some(path) = path {
            out.text.push_str(&format!("{:<8}{}\n", format!("{name}:"), clean(path)));
        }
    }
}
