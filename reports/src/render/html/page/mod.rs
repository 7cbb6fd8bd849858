//! The page as the template sees it: texts in their places, no figure left to compute or to write.

pub(crate) mod chart_sections;
pub(crate) mod cost_model;
pub(crate) mod crossover;
pub(crate) mod first_screen;
pub(crate) mod load;
pub(crate) mod method;
pub(crate) mod payload_sizes;
pub(crate) mod stages;
pub(crate) mod table;
pub(crate) mod trust;
pub(crate) mod what_if;

use crate::{
    figures::summary::Summary,
    judge::{Judged, not_measured::Absent},
    model::{self, changes::variants},
    record::Lane,
    say::{
        self, findings,
        folklore::{self, Folklore},
        header,
    },
    view::{
        criterion,
        lanes::{between_lanes, since_last_run},
    },
};
pub(crate) use crate::{
    render::html::page::{
        cost_model::CostModel,
        first_screen::{answer_box::AnswerBox, head::Head},
        method::Method,
        payload_sizes::PayloadSizes,
        stages::Parts,
        table::{
            guarantees::{self, Guarantees},
            lane_rows::{self, Columns, LaneRow},
        },
        trust::Trust,
        what_if::WhatIf,
    },
    view::{
        figure::{Figure, Section},
        table::{Table, TableSection},
    },
};
use std::collections::BTreeSet;

/// Everything on the page.
pub(crate) struct Page {
    pub(crate) head: Head,
    /// False where the figures must not be used.
    pub(crate) usable: bool,
    pub(crate) answers: AnswerBox,
    /// What the calls of the main scene ask for.
    pub(crate) asked: String,
    /// What ran, where, when.
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) findings: Vec<findings::Finding>,
    pub(crate) scene: String,
    pub(crate) columns: Columns,
    pub(crate) rows: Vec<LaneRow>,
    /// Lanes beyond those of the first table.
    pub(crate) further: Vec<LaneRow>,
    /// What was measured later than the rest.
    pub(crate) additions: Vec<String>,
    /// Which run was the last one; empty where none is known.
    pub(crate) since: String,
    /// What one gets for the toll: headings, and a row for each lane.
    pub(crate) guarantees: ([&'static str; 8], Vec<Guarantees>),
    pub(crate) folklore: Folklore,
    /// How lanes compare.
    pub(crate) between: Vec<TableSection>,
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
    /// True where callers in several languages were measured.
    pub(crate) has_languages: bool,
    /// The languages whose lanes alone can be shown: name and title, in alphabetical order.
    pub(crate) languages: Vec<(String, String)>,
    /// True where a lane was measured that differs from another in its codec.
    pub(crate) has_formats: bool,
    pub(crate) parts: Parts,
    /// What criterion measured of the same calls.
    pub(crate) criterion: Option<TableSection>,
    pub(crate) trust: Trust,
    pub(crate) method: Method,
}

impl Page {
    pub(crate) fn of(judged: &Judged) -> Self {
        let summary = &judged.summary;
        let [rows, further] = lane_rows::split_main(judged);
        Self {
            head: Head::of(judged),
            usable: judged.usable(),
            answers: AnswerBox::of(judged),
            asked: header::what_is_asked(summary),
            facts: first_screen::head::facts(summary),
            findings: findings::findings(judged),
            scene: summary.main().map_or_else(|| "nothing measured".to_owned(), header::question),
            columns: Columns::of(judged),
            rows,
            further,
            additions: header::additions(summary.record),
            since: since_last_run::line(judged),
            guarantees: (guarantees::HEAD, guarantees::of(summary)),
            folklore: folklore::of(judged),
            between: between_lanes::sections(judged),
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
            has_languages: summary.has_several_languages(),
            languages: languages(summary),
            has_formats: has_formats(summary),
            parts: Parts::of(judged),
            criterion: criterion::section(judged),
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
        format!(
            "{which}, from loosely to tightly coupled: {}. In small print: 95 % intervals over \
            restarts.",
            self.scene
        )
    }

    /// False where no lane was measured at more than one batch size.
    pub(crate) fn has_batches(&self) -> bool {
        self.batching.iter().any(|figure| figure.drawn)
    }

    /// The most items that the field below the chart of batches takes.
    pub(crate) fn most_items(&self) -> u32 {
        model::MOST_BATCH
    }

    /// A batch size for the field below the chart of batches.
    pub(crate) fn unmeasured_batch(&self) -> Option<u32> {
        self.whatif.as_ref()?.unmeasured_batch
    }

    /// True where pairs of languages have a table.
    pub(crate) fn has_pairs(&self) -> bool {
        self.between.iter().any(|section| section.id == "languages")
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

fn measured<'s>(summary: &'s Summary) -> impl Iterator<Item = &'s Lane> {
    summary.lanes.iter().copied().filter(|lane| lane.planned && lane.answers)
}

/// Of both sides of the lanes that were measured.
fn languages(summary: &Summary) -> Vec<(String, String)> {
    let names = measured(summary).flat_map(|lane| [&lane.caller, &lane.callee]);
    let sorted: BTreeSet<&String> = names.collect();
    sorted.into_iter().map(|name| (name.clone(), say::capital(name))).collect()
}

fn has_formats(summary: &Summary) -> bool {
    let lanes: Vec<&Lane> = measured(summary).collect();
    lanes.iter().any(|lane| {
        let base = variants::base(lane, lanes.iter().copied());
        base.is_some_and(|at| lane.codec.is_some() && lane.codec != lanes[at].codec)
    })
}

fn cost(judged: &Judged) -> Vec<Figure> {
    let record = judged.summary.record;
    chart_sections::of_all(judged, |at, scene| chart_sections::cost(at, scene, record))
}
