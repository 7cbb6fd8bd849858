//! The head of the page: what limits every figure, in one line, and the warnings once, behind a
//! second line that opens.

use crate::{
    figures::summary::Summary,
    judge::{Judged, grade::Grade},
    render::text::readable_time,
    say::header::{self, languages::languages},
    stats::units::count,
};

/// The head.
pub(crate) struct Head {
    pub(crate) started: String,
    /// What is to be known before all else: which lanes are withdrawn, and why.
    pub(crate) first_line: Option<String>,
    /// Languages, machine, network, restarts.
    pub(crate) limits: Vec<String>,
    pub(crate) grade: String,
    pub(crate) grade_class: &'static str,
    /// What the line says behind which the warnings stand; empty where there is none.
    pub(crate) warned: String,
    pub(crate) warnings: Vec<HeadWarning>,
    /// Of a run that goes on.
    pub(crate) under_way: Option<HeadUnderWay>,
}

/// What a page needs to follow a run: `following.js` tells what it does with it.
pub(crate) struct HeadUnderWay {
    pub(crate) text: String,
    /// When the run began, RFC 3339, and seconds from then until this record was written.
    pub(crate) started_at: String,
    pub(crate) elapsed_s: f64,
    /// Seconds from then until the next one is.
    pub(crate) next_write_s: f64,
}

/// A reason why the run is not graded ok.
pub(crate) struct HeadWarning {
    /// The mark of it beside the rows that it concerns; empty where it concerns the whole run.
    pub(crate) mark: String,
    pub(crate) text: String,
}

impl Head {
    pub(crate) fn of(judged: &Judged) -> Self {
        let (summary, trust) = (&judged.summary, &judged.trust);
        let warnings = warnings(judged);
        Self {
            started: readable_time(&summary.record.started_at),
            first_line: header::first_line(judged),
            limits: limits(summary),
            grade: trust.grade.to_string(),
            grade_class: class(trust.grade),
            warned: warned(warnings.len()),
            warnings,
            under_way: under_way(summary),
        }
    }
}

fn under_way(summary: &Summary) -> Option<HeadUnderWay> {
    let record = summary.record;
    Some(HeadUnderWay {
        text: header::under_way(summary)?,
        started_at: record.started_at.clone(),
        elapsed_s: record.elapsed_s,
        next_write_s: record.under_way?.next_write_s,
    })
}

/// What limits every figure on the page.
fn limits(summary: &Summary) -> Vec<String> {
    let record = summary.record;
    let mut limits = vec![
        languages(summary),
        header::machine(record),
        record.network(),
        header::restarts(summary),
    ];
    if record.data.own_files {
        limits.push("own data".to_owned());
    }
    limits
}

/// How the style sheet calls a grade.
fn class(grade: Grade) -> &'static str {
    match grade {
        Grade::Ok => "ok",
        Grade::Caution => "caution",
        Grade::DoNotUse => "bad",
    }
}

fn warned(warnings: usize) -> String {
    match warnings {
        0 => String::new(),
        1 => "1 warning: what happened, and what to do".to_owned(),
        more => format!("{more} warnings: what happened, and what to do"),
    }
}

/// Every reason once, those that mark rows with their marks.
fn warnings(judged: &Judged) -> Vec<HeadWarning> {
    let marked = judged.summary.main().map_or_else(Vec::new, |scene| judged.footnotes(scene));
    let mark_of = |text: &str| {
        let found = marked.iter().find(|(_, marked)| *marked == text);
        found.map_or_else(String::new, |(mark, _)| mark.clone())
    };
    let reasons = judged.trust.reasons.iter();
    reasons
        .map(|reason| HeadWarning { mark: mark_of(&reason.text), text: reason.text.clone() })
        .collect()
}

/// What ran, where, when.
pub(crate) fn facts(summary: &Summary) -> Vec<(&'static str, String)> {
    let record = summary.record;
    let measured = record.cells.iter().filter(|c| c.status == "measured").count();
    let lanes = summary.main().map_or(0, |scene| scene.rows.len());
    vec![
        ("when", readable_time(&record.started_at)),
        (
            "measured",
            format!(
                "{measured} of {} cells, {lanes} of all {} lanes",
                record.cells.len(),
                summary.lanes.len()
            ),
        ),
        ("took", format!("{} s", count(record.elapsed_s.max(0.0).round() as u64))),
        ("by", record.tollgate.text()),
    ]
}
