//! The page as the template sees it: texts in their places, no figure left to compute or to write.

pub(crate) mod chart_sections;
pub(crate) mod cost_model;
pub(crate) mod crossover;
pub(crate) mod guarantees;
pub(crate) mod lane_rows;
pub(crate) mod load;
pub(crate) mod method;
pub(crate) mod payload_sizes;
pub(crate) mod stages;
pub(crate) mod trust;
pub(crate) mod what_if;

use crate::{
    figures::{
        contrasts::{self, Rebuilt},
        summary::{Scene, Summary},
    },
    judge::{Judged, grade::Grade, not_measured::Absent},
    render::text::readable_time,
    say::{
        findings,
        folklore::{self, Folklore},
        header,
    },
    stats::units::{count, times_with_interval},
    view::lanes::placements::{self, PlacementSection},
};
pub(crate) use crate::{
    render::html::page::{
        cost_model::CostModel,
        guarantees::Guarantees,
        lane_rows::{Columns, LaneRow},
        method::Method,
        payload_sizes::PayloadSizes,
        stages::Parts,
        trust::Trust,
        what_if::WhatIf,
    },
    view::{
        figure::{Figure, Section},
        lanes::head_to_head::BetweenLanes,
        table::Table,
    },
};

/// Everything on the page.
pub(crate) struct Page {
    pub(crate) started: String,
    pub(crate) plan: String,
    /// What is to be known before all else: which lanes are withdrawn, and why.
    pub(crate) first_line: Option<String>,
    /// What the calls of the main scene ask for.
    pub(crate) asked: String,
    /// The first line: what limits every figure on the page.
    pub(crate) limits: Vec<String>,
    pub(crate) grade: String,
    pub(crate) grade_class: &'static str,
    pub(crate) reasons: Vec<String>,
    /// What ran, where, when.
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) findings: Vec<findings::Finding>,
    pub(crate) scene: String,
    pub(crate) columns: Columns,
    pub(crate) rows: Vec<LaneRow>,
    /// Lanes beyond those of the first table.
    pub(crate) further: Vec<LaneRow>,
    /// What one gets for the toll: headings, and a row for each lane.
    pub(crate) guarantees: ([&'static str; 8], Vec<Guarantees>),
    pub(crate) folklore: Folklore,
    /// What the marks in the rows mean.
    pub(crate) footnotes: Vec<(String, String)>,
    pub(crate) between: BetweenLanes,
    /// The other build, where there is one, and of each lane: name, a single call, what that means.
    pub(crate) rebuilt: Option<(String, Vec<[String; 3]>)>,
    /// What placement does.
    pub(crate) placed: Vec<PlacementSection>,
    pub(crate) absent: Vec<Absent>,
    pub(crate) cost: Vec<Figure>,
    pub(crate) sizes: Option<PayloadSizes>,
    pub(crate) batching: Vec<Figure>,
    pub(crate) models: Vec<CostModel>,
    pub(crate) whatif: Option<WhatIf>,
    pub(crate) crossing: Section,
    pub(crate) tail: Vec<Figure>,
    pub(crate) open_tail: Option<Figure>,
    pub(crate) loads: Section,
    pub(crate) loads_table: Option<(String, Table)>,
    pub(crate) parts: Parts,
    pub(crate) trust: Trust,
    pub(crate) method: Method,
}

impl Page {
    pub(crate) fn of(judged: &Judged) -> Self {
        let (summary, trust, record) = (&judged.summary, &judged.trust, judged.summary.record);
        let [rows, further] = lane_rows::split_main(judged);
        Self {
            started: readable_time(&record.started_at),
            plan: record.plan.name.clone(),
            first_line: header::first_line(judged),
            asked: header::what_is_asked(summary),
            limits: limits(summary),
            grade: trust.grade.to_string(),
            grade_class: class(trust.grade),
            reasons: trust.reasons.iter().map(|r| r.text.clone()).collect(),
            facts: facts(summary),
            findings: findings::findings(judged),
            scene: summary.main().map_or_else(|| "nothing measured".to_owned(), header::question),
            columns: Columns::of(summary),
            rows,
            further,
            guarantees: (guarantees::HEAD, guarantees::of(summary)),
            folklore: folklore::of(judged),
            footnotes: summary.main().map_or_else(Vec::new, |s| footnotes(judged, s)),
            between: BetweenLanes::of(summary, judged.usable()),
            rebuilt: rebuilt(summary).filter(|_| judged.usable()),
            placed: placed(judged),
            absent: judged.absent.clone(),
            cost: cost(judged),
            sizes: PayloadSizes::of(judged),
            batching: chart_sections::batches(judged),
            models: if judged.usable() { CostModel::all(summary) } else { Vec::new() },
            whatif: WhatIf::of(summary).filter(|_| judged.usable()),
            crossing: crossover::section(judged),
            tail: chart_sections::of_all(judged, chart_sections::tail),
            open_tail: load::open_tail(judged),
            loads: load::section(judged),
            loads_table: load::table(summary),
            parts: Parts::of(judged),
            trust: Trust::of(judged),
            method: Method::of(summary),
        }
    }

    /// Above the first table.
    pub(crate) fn caption(&self) -> String {
        let which = if self.further.is_empty() {
            "All lanes that were measured".to_owned()
        } else {
            let all = self.rows.len() + self.further.len();
            format!(
                "{} of {all} lanes, the base of each role chosen first, then default lanes",
                self.rows.len()
            )
        };
        format!("{which}, loose to tight: {}. Small: 95 % interval over restarts.", self.scene)
    }

    /// True when a lane is ranked apart.
    pub(crate) fn has_rows_apart(&self) -> bool {
        self.rows
            .iter()
            .chain(&self.further)
            .any(|row| row.rank.starts_with(['L', 'T']))
    }

    /// True when some of the runs' cells were made by a lane that answers nothing.
    pub(crate) fn has_harness_row(&self) -> bool {
        self.rows.iter().chain(&self.further).any(|row| row.harness)
    }
}

/// What placement does, where anything may be said of it.
fn placed(judged: &Judged) -> Vec<PlacementSection> {
    if judged.usable() {
        placements::sections(&judged.summary)
    } else {
        Vec::new()
    }
}

fn cost(judged: &Judged) -> Vec<Figure> {
    let record = judged.summary.record;
    chart_sections::of_all(judged, |at, scene| chart_sections::cost(at, scene, record))
}

fn footnotes(judged: &Judged, scene: &Scene) -> Vec<(String, String)> {
    judged
        .footnotes(scene)
        .into_iter()
        .map(|(mark, text)| (mark, text.to_owned()))
        .collect()
}

/// What limits every figure on the page.
fn limits(summary: &Summary) -> Vec<String> {
    let record = summary.record;
    let [machine, network] = [record.machine(), record.network()];
    let resolved = header::smallest_detectable_difference(summary);
    let placed = record.plan.all_placed();
    let head = [machine, network].into_iter().chain(placed);
    head.chain([restarts(summary), resolved]).collect()
}

/// How the style sheet calls a grade.
fn class(grade: Grade) -> &'static str {
    match grade {
        Grade::Ok => "ok",
        Grade::Caution => "caution",
        Grade::DoNotUse => "bad",
    }
}

/// Two builds, lane by lane.
fn rebuilt(summary: &Summary) -> Option<(String, Vec<[String; 3]>)> {
    let lanes = contrasts::against(summary.record);
    if lanes.is_empty() {
        return None;
    }
    Some((contrasts::other_build(summary.record), lanes.iter().map(rebuilt_row).collect()))
}

fn rebuilt_row(one: &Rebuilt) -> [String; 3] {
    [one.name(), times_with_interval(&one.comparison.ratio), one.words().to_owned()]
}

fn restarts(summary: &Summary) -> String {
    let (done, planned) = (summary.record.progress.starts_done, summary.record.plan.starts);
    match (done, planned) {
        (1, 1) => "1 restart".to_owned(),
        (done, planned) if done == planned => format!("{done} restarts"),
        (done, planned) => format!("{done} of {planned} restarts"),
    }
}

fn facts(summary: &Summary) -> Vec<(&'static str, String)> {
    let (record, environment) = (summary.record, &summary.record.environment);
    let measured = record.cells.iter().filter(|c| c.status == "measured").count();
    let cpu = environment
        .cpu_model
        .clone()
        .unwrap_or_else(|| format!("{} (model not known)", environment.arch));
    let inside = environment
        .virtualization
        .as_ref()
        .map_or_else(String::new, |v| format!(", in {v}"));
    let lanes = summary.main().map_or(0, |scene| scene.rows.len());
    let own = record.data.own_files.then(|| ("data", record.data.text()));
    let facts = [
        (
            "machine",
            format!("{cpu}, logical cores: {}{inside}", method::cores(environment)),
        ),
        (
            "measured",
            format!(
                "{measured} of {} cells, {lanes} of {} lanes known",
                record.cells.len(),
                summary.lanes.len()
            ),
        ),
        (
            "took",
            format!("{} s, seed {}", count(record.elapsed_s.max(0.0).round() as u64), record.seed),
        ),
        ("by", record.tollgate.text()),
    ];
    facts.into_iter().chain(own).collect()
}
