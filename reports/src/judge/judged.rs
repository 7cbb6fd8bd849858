//! A record with everything that is made of it before a word is said: its figures, and what may be
//! believed of them. Built once for each rendering.

use crate::{
    figures::{
        stages::{self, Stages},
        summary::{Scene, Summary},
    },
    judge::{
        not_measured::{self, Absent},
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
        }
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
