//! A record with everything that is made of it before a word is said: its figures, and what may be
//! believed of them. Built once for each rendering.

use crate::{
    figures::{
        stages::{self, Stages},
        summary::{Scene, Summary},
    },
    judge::{
        not_measured::{self, Absent},
        since_last_run::SinceLastRun,
        trust::Trust,
        warnings::{self, Warning},
    },
    record::{Lane, Record},
};

/// Figures and verdicts of a record.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The figures.
    pub summary: Summary<'a>,
    /// How far they can be trusted, and why not.
    pub trust: Trust,
    /// What spoils figures, and whose.
    pub warnings: Vec<Warning>,
    /// Lanes and cells that are not here, or not whole.
    pub absent: Vec<Absent>,
    /// Where the time of a single call goes, lane by lane.
    pub stages: Vec<Stages<'a>>,
    /// What became of its cells since the last run, where that is known.
    pub since: Option<SinceLastRun<'a>>,
}

impl<'a> Judged<'a> {
    /// Computes everything.
    pub fn of(record: &'a Record) -> Self {
        let summary = Summary::of(record);
        let warnings = warnings::of(record);
        Self {
            trust: Trust::of(record, &warnings),
            absent: not_measured::of(&summary.lanes, record),
            stages: stages::of(&summary.lanes, record),
            warnings,
            summary,
            since: None,
        }
    }

    /// The same beside the last run, where there is one.
    pub fn after(earlier: Option<&'a Record>, record: &'a Record) -> Self {
        let since = earlier.map(|earlier| SinceLastRun::of(earlier, record));
        Self { since, ..Self::of(record) }
    }

    /// False where the figures must not be used.
    pub fn usable(&self) -> bool {
        self.trust.forbids().is_none()
    }

    /// Marks beside the row of a lane, one for each warning that concerns it.
    pub fn marks(&self, lane: &Lane) -> String {
        warnings::marks(&self.warnings, &lane.name)
    }

    /// What the marks of a scene's rows mean: mark and sentence.
    pub fn footnotes(&self, scene: &Scene) -> Vec<(String, &str)> {
        let lanes: Vec<&str> = scene.rows.iter().map(|row| row.lane.name.as_str()).collect();
        warnings::footnotes(&self.warnings, &lanes)
    }
}
