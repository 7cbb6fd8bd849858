//! Sections 3 and 9: where the time goes and what a call burns, as figures with their notes.

use crate::{
    figures::{
        resources,
        row::Row,
        summary::{Scene, Summary},
    },
    judge::Judged,
    render::html::page::chart_sections,
    say::{chart_sentences, cores_at_rate, header::scene_name},
    view::{
        figure::{Figure, Section},
        stages_tables,
        table::Table,
    },
};

const READING_STAGES: &str = "Parts of a single call, as means, side by side from 0 to the right: \
transport (the bare carrier's echo of as many \
    bytes), framework (what the lane's own echo of as many bytes takes beyond that), codec \
    (encoding and decoding on both sides; where C writes into lent buffers, the caller's check of \
    them), compute (the engine), \
    unattributed (what the whole call takes beyond them; for a function call the call itself). \
    What is below 0 is overlap: it lies left of 0, and the other parts \
    reach beyond the whole. Thin lines are the 95 % interval of each part over restarts. The time \
    of the whole call stands with its row. Lanes \
    differ by a thousand times, so bars show shares; shown as times, lanes of similar length \
    share an axis. In the table ± is half the interval.";

const READING_RESOURCES: &str = "Of a single call over each lane, CPU time and bytes on \
logarithmic axes. Bars are 95 % intervals over restarts; bytes are \
    counted and have none. Kernel: its share of the CPU time, which it counts in steps of 10 ms \
    on most machines. Waited: how often a side gave up its \
    core, the conversation with the driver included; in the table, + how often its core was taken \
    from it. What the harness itself takes is subtracted from \
    callers in its language and stands as a dashed line. Floor: how many times what this machine \
    needs at least, measured in the same run.";

/// Where the time goes, and what it burns.
pub(crate) struct Parts {
    pub(crate) stages: Section,
    /// Why there are no stages, where the run was for something else.
    pub(crate) stages_left_out: Option<String>,
    pub(crate) stamps: Option<Table>,
    pub(crate) resources: Section,
    pub(crate) floors: Option<String>,
    pub(crate) allocations: Option<Table>,
    /// Cores at the rate that was asked for: title and table.
    pub(crate) rate: Option<(String, Table)>,
}

impl Parts {
    pub(crate) fn of(judged: &Judged) -> Self {
        let summary = &judged.summary;
        let scene = summary.main();
        Self {
            stages: scene.and_then(|scene| section_of_stages(scene, judged)).unwrap_or_default(),
            stages_left_out: stages_tables::stages_left_out(summary.record),
            stamps: stages_tables::stamps(judged),
            resources: scene
                .and_then(|scene| section_of_resources(scene, judged))
                .unwrap_or_default(),
            floors: stages_tables::floors(summary.record),
            allocations: stages_tables::allocations(summary),
            rate: scene.zip(summary.record.plan.calls_per_s).map(|(scene, calls_per_s)| {
                (
                    cores_at_rate::title(calls_per_s),
                    crate::view::cores_at_rate::table(scene, calls_per_s),
                )
            }),
        }
    }

    pub(crate) fn reading_allocations(&self) -> &'static str {
        stages_tables::READING_ALLOCATIONS
    }

    pub(crate) fn reading_rate(&self) -> &'static str {
        cores_at_rate::READING
    }
}

fn section_of_stages(scene: &Scene, judged: &Judged) -> Option<Section> {
    let figure = Figure {
        kind: "stages",
        scene: 0,
        drawn: true,
        title: scene_name(scene),
        finding: chart_sentences::stages(&judged.stages),
        reading: READING_STAGES,
        table: stages_tables::stages(judged)?,
    };
    let notes = stages_tables::stages_notes(judged)
        .into_iter()
        .chain(not_taken_apart(scene, judged))
        .collect();
    Some(Section {
        figures: vec![chart_sections::unless_forbidden(judged, figure)],
        notes,
    })
}

/// Lanes of the scene without stages, each with the reason.
fn not_taken_apart(scene: &Scene, judged: &Judged) -> Vec<String> {
    let (apart, record) = (&judged.stages, judged.summary.record);
    let without =
        |row: &&Row| row.lane.answers && !apart.iter().any(|one| one.lane.name == row.lane.name);
    let why = |row: &Row| {
        let ladder = record.ladders.iter().find(|ladder| ladder.lane == row.lane.name);
        let reasons = ladder.into_iter().flat_map(|ladder| &ladder.missing);
        let reason = reasons.map(|missing| missing.reason.as_str()).next();
        let reason = reason.unwrap_or("no whole restart has both its parts and its whole calls");
        format!("{} is not taken apart: {reason}.", row.lane.short)
    };
    scene.rows.iter().filter(without).map(why).collect()
}

fn section_of_resources(scene: &Scene, judged: &Judged) -> Option<Section> {
    let figure = Figure {
        kind: "burn",
        scene: 0,
        drawn: scene.rows.iter().any(|row| row.lane.answers && row.cpu.caller.is_some()),
        title: scene_name(scene),
        finding: chart_sentences::burn(scene),
        reading: READING_RESOURCES,
        table: stages_tables::resources(judged)?,
    };
    let notes = not_burnt(scene, &judged.summary);
    Some(Section {
        figures: vec![chart_sections::unless_forbidden(judged, figure)],
        notes,
    })
}

/// Lanes without a mark in one of the panels, by panel, each with the reason.
fn not_burnt(scene: &Scene, summary: &Summary) -> Vec<String> {
    let rows = || scene.rows.iter().filter(|row| row.lane.answers);
    let names = |lacks: &dyn Fn(&Row) -> bool| {
        let names: Vec<&str> =
            rows().filter(|row| lacks(row)).map(|row| row.lane.short.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let used = |row: &Row| resources::of(&row.lane.name, summary.record);
    let cpu = names(&|row| row.cpu.caller.is_none())
        .map(|names| format!("No CPU time of {names}: it could not be read."));
    let kernel = names(&|row| used(row).caller_kernel.is_none()).map(|names| {
        format!(
            "No share of the kernel for the caller of {names}: not measured, or a restart used \
            fewer than ten steps of the kernel's clock."
        )
    });
    let switches = names(&|row| used(row).caller_switches.is_none()).map(|names| {
        format!("No context switches of {names}: not measured, or a thread ended meanwhile.")
    });
    let bytes = names(&|row| row.single.as_ref().is_none_or(|single| single.bytes_out.is_none()))
        .map(|names| format!("No bytes of {names}: nothing is encoded, or they were not counted."));
    [cpu, kernel, switches, bytes].into_iter().flatten().collect()
}
