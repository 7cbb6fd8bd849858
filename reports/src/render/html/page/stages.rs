//! Sections 3 and 9: where the time goes and what a call burns, as figures with their notes.

use crate::{
    figures::{
        resources,
        row::Row,
        stages::Stages,
        summary::{Scene, Summary},
    },
    judge::Judged,
    record::Record,
    render::html::page::chart_sections,
    say::{chart_sentences, cores_at_rate, header::scene_name},
    view::{
        figure::{Figure, Section},
        lanes::servers,
        stages_tables,
        table::Table,
    },
};

const READING_STAGES: &str = "Parts of a single call, as means. Transport: an echo of as many \
    bytes over the bare carrier. Framework: an echo over the lane, minus that. \
    Codec: encoding and decoding on both sides; where C writes into the caller's buffers, the \
    caller's checks. Compute: the engine. Unattributed: the whole minus these parts; in a function \
    call it is the call itself. If it is below 0, the parts add up to more than the whole, \
    mostly because they overlap in time. Thin lines are 95 % intervals over restarts. The time of \
    the whole call stands in each row. Bars show shares. Shown as times, lanes of similar length \
    share an axis. In the table ± is half the interval.";

const READING_RESOURCES: &str = "For a single call over each lane; CPU time and bytes are on \
    logarithmic axes. Bars are 95 % intervals over restarts; bytes are counted and have none. \
    Kernel (sys in the table): share of the CPU time that is spent in the kernel, which most \
    machines count in steps of 10 ms. Waited: how often a side gave \
    up its core. Switch (table): waited + how often the core was taken. A: caller, B: callee. \
    Kernel and switch include the harness's own messages. The harness's CPU time, the dashed \
    line, is subtracted from that of callers in its language. × floor: the call divided by its \
    lane's floor, measured in the same run.";

/// Where the time goes, and what it burns.
pub(crate) struct Parts {
    pub(crate) stages: Section,
    /// Lanes that its chart leaves out, with the reason.
    pub(crate) not_drawn: Option<String>,
    /// Why there are no stages, where the run was for something else.
    pub(crate) stages_left_out: Option<String>,
    pub(crate) stamps: Option<Table>,
    pub(crate) resources: Section,
    pub(crate) floors: Option<String>,
    pub(crate) allocations: Option<Table>,
    /// What stands between caller and callee, where something does.
    pub(crate) servers: Option<Table>,
    /// Cores at the rate that was asked for: title and table.
    pub(crate) rate: Option<(String, Table)>,
}

impl Parts {
    pub(crate) fn of(judged: &Judged) -> Self {
        let summary = &judged.summary;
        let scene = summary.main();
        Self {
            stages: scene.and_then(|scene| section_of_stages(scene, judged)).unwrap_or_default(),
            not_drawn: stages_tables::not_adding_up(&judged.stages),
            stages_left_out: stages_tables::stages_left_out(summary.record),
            stamps: stages_tables::stamps(judged),
            resources: scene
                .and_then(|scene| section_of_resources(scene, judged))
                .unwrap_or_default(),
            floors: stages_tables::floors(summary.record),
            allocations: stages_tables::allocations(summary),
            servers: scene.and_then(|scene| servers::table(scene, summary.record)),
            rate: scene.zip(summary.record.plan.calls_per_s).map(|(scene, calls_per_s)| {
                (
                    cores_at_rate::title(scene, calls_per_s),
                    crate::view::cores_at_rate::table(scene, calls_per_s),
                )
            }),
        }
    }

    pub(crate) fn reading_allocations(&self) -> &'static str {
        stages_tables::READING_ALLOCATIONS
    }

    pub(crate) fn reading_servers(&self) -> &'static str {
        servers::READING
    }

    pub(crate) fn reading_rate(&self) -> &'static str {
        cores_at_rate::READING
    }
}

fn section_of_stages(scene: &Scene, judged: &Judged) -> Option<Section> {
    let figure = Figure {
        kind: "stages",
        scene: 0,
        drawn: judged.stages.iter().any(Stages::adds_up),
        title: scene_name(scene),
        finding: chart_sentences::stages(&judged.stages, &scene.placed),
        reading: READING_STAGES,
        table: stages_tables::stages(judged)?,
    };
    let notes = stages_tables::what_parts_rest_on(&judged.stages)
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
    let mut notes = Vec::new();
    for lane in scene.rows.iter().map(|row| row.lane).filter(|lane| lane.answers) {
        if judged.stages.iter().any(|apart| apart.lane.name == lane.name) {
            continue;
        }
        let reason = missing_rung(&lane.name, judged.summary.record)
            .unwrap_or("no complete restart has both its parts and its whole calls");
        notes.push(format!("{} has no parts: {reason}.", lane.short));
    }
    notes
}

/// Why the first rung that a lane's ladder lacks is not there.
fn missing_rung<'r>(lane: &str, record: &'r Record) -> Option<&'r str> {
    let ladder = record.ladders.iter().find(|ladder| ladder.lane == lane)?;
    Some(ladder.missing.first()?.reason.as_str())
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
    let mut lacking = Lacking::default();
    for row in scene.rows.iter().filter(|row| row.lane.answers) {
        lacking.add(row, summary.record);
    }
    lacking.notes()
}

/// Lanes that lack a figure, by their short names.
#[derive(Default)]
struct Lacking<'s> {
    cpu: Vec<&'s str>,
    server: Vec<&'s str>,
    kernel: Vec<&'s str>,
    switches: Vec<&'s str>,
    bytes: Vec<&'s str>,
}

impl<'s> Lacking<'s> {
    fn add(&mut self, row: &Row<'s>, record: &Record) {
        let name = row.lane.short.as_str();
        let used = resources::of(&row.lane.name, record);
        if row.cpu.caller.is_none() {
            self.cpu.push(name);
        }
        if row.lane.server.is_some() && row.cpu.server.is_none() {
            self.server.push(name);
        }
        if used.caller_kernel.is_none() {
            self.kernel.push(name);
        }
        if used.caller_switches.is_none() {
            self.switches.push(name);
        }
        if row.single.as_ref().is_none_or(|single| single.bytes_out.is_none()) {
            self.bytes.push(name);
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.cpu.is_empty() {
            let names = self.cpu.join(", ");
            notes.push(format!("No CPU time of {names}: it could not be read."));
        }
        if !self.server.is_empty() {
            notes.push(format!(
                "No CPU time of the server of {}: it could not be read, or the server was not \
                started by the run.",
                self.server.join(", ")
            ));
        }
        if !self.kernel.is_empty() {
            notes.push(format!(
                "No share of the kernel for the caller of {}: not measured, or too little CPU time \
                in a restart (under ten steps of the kernel's clock).",
                self.kernel.join(", ")
            ));
        }
        if !self.switches.is_empty() {
            notes.push(format!(
                "No context switches of {}: not measured, or a thread ended meanwhile.",
                self.switches.join(", ")
            ));
        }
        if !self.bytes.is_empty() {
            notes.push(format!(
                "No bytes of {}: nothing is encoded, or they were not counted.",
                self.bytes.join(", ")
            ));
        }
        notes
    }
}
