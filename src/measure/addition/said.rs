//! What is said of an addition: before it, in the place of it, and after it.

use crate::{lanes::roster::Roster, measure::addition::Changing, shell::progress::spoken};
use reports::{
    judge::comparison::anchors::AnchorCheck,
    record::{Record, farthest_of},
    stats::units::{count, percent},
};
use std::fmt::Write;

/// Columns of what a line is about.
const WHAT: usize = 10;

/// `--dry-run`: what would be measured, in five lines.
pub(crate) fn dry_run(changing: &Changing<'_>, roster: &Roster) -> String {
    let missing = &changing.missing;
    if missing.is_empty() {
        let text = &changing.text;
        return format!(
            "{text}: nothing is measured, the record and its report are written anew\n"
        );
    }
    let names: Vec<&str> = missing.lanes.iter().map(|lane| lane.about.short.as_str()).collect();
    let (anchors, cells) = (missing.anchors(), missing.cells.len());
    let plan = changing.plan_of(missing);
    let schedule = missing.schedule(&plan);
    let lines = [
        ("change", changing.text.clone()),
        ("lanes", format!("{}: {}", names.len(), names.join(", "))),
        (
            "cells",
            format!("{} that the record lacks, and {anchors} that it has", cells - anchors),
        ),
        ("how long", format!("about {}", spoken(changing.predicted(roster)))),
        (
            "restarts",
            format!(
                "{}; {} visits of {} ms in each",
                plan.starts,
                count(schedule.visits().into()),
                changing.visit.as_millis()
            ),
        ),
    ];
    let mut text = String::new();
    for (what, line) in lines {
        let _ = writeln!(text, "{what:WHAT$}{line}");
    }
    text
}

/// What the anchors say.
pub(crate) fn anchors(check: &AnchorCheck, record: &Record) -> String {
    let names: Vec<&str> = check.differing.iter().map(|lane| short(record, lane)).collect();
    let farthest = farthest_of(&check.anchors).map(percent).unwrap_or_default();
    let many = check.anchors.len();
    if check.agree() {
        let differing = match names.len() {
            0 => String::new(),
            _ => format!("; {} differs by more, which chance explains", names.join(", ")),
        };
        return format!(
            "anchors ({many} calls that the record has) differ by no more than chance, lane by \
            lane within {farthest}{differing}: added to the record"
        );
    }
    format!(
        "the machine is not what it was when the record was measured: calls over {} took up to \
        {farthest} longer or shorter; so all cells of the lanes that change are measured anew. \
        Stop what else runs here, or press Ctrl-C, which leaves the record as it was",
        names.join(", ")
    )
}

fn short<'r>(record: &'r Record, name: &'r str) -> &'r str {
    let lane = record.lanes.iter().find(|lane| lane.name == name);
    lane.map_or(name, |lane| lane.short.as_str())
}
