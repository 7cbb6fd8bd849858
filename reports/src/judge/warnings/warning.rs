//! A warning: what spoils figures, and whose.

use crate::record::{Cell, Record};

/// What spoils figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Whose figures.
    pub spoils: Spoils,
    /// One sentence, with the lanes where it does not spoil all, and what to do next.
    pub text: String,
}

/// Whose figures are spoilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoils {
    /// All of them.
    Every,
    /// Those of these lanes, by full name.
    Lanes(Vec<String>),
}

impl Warning {
    pub(crate) fn every(text: String) -> Self {
        Self { spoils: Spoils::Every, text }
    }

    /// True where it concerns the lane of this full name.
    pub fn concerns(&self, lane: &str) -> bool {
        match &self.spoils {
            Spoils::Every => true,
            Spoils::Lanes(lanes) => lanes.iter().any(|other| other == lane),
        }
    }
}

pub(crate) fn first_of(record: &Record, cells: &[&Cell]) -> String {
    let more = cells.len() - 1;
    let rest = if more == 0 {
        String::new()
    } else {
        format!("; and {more} more cells")
    };
    cells.first().map_or_else(String::new, |cell| record.describe(cell)) + &rest
}

/// Where all of these cells were measured, as ` on two cores`; nothing where the run has one
/// placement, or the cells are of several.
pub(crate) fn placed(record: &Record, cells: &[&Cell]) -> String {
    let Some(first) = cells.first() else { return String::new() };
    let alone = cells.iter().all(|cell| cell.placement == first.placement);
    if alone {
        record.plan.where_placed(&first.placement)
    } else {
        String::new()
    }
}

/// A further cure where the scheduler may be to blame; none where the run measures on one core.
pub(crate) fn or_on_one_core(record: &Record) -> &'static str {
    if record.plan.has_one_core() {
        ""
    } else {
        ", or with --placement one"
    }
}

/// A warning that spoils cells; none where there are no cells.
pub(crate) fn spoilt(
    record: &Record,
    cells: &[&Cell],
    text: impl Fn(&str, &[&Cell]) -> String,
) -> Option<Warning> {
    named(record, cells.iter().map(|cell| cell.lane.as_str()), |whose| text(whose, cells))
}

/// A warning that spoils lanes of these full names, which its text gets as a list of short ones;
/// none where there are none.
pub(crate) fn named<'n>(
    record: &Record,
    lanes: impl Iterator<Item = &'n str>,
    text: impl Fn(&str) -> String,
) -> Option<Warning> {
    let mut names: Vec<String> = Vec::new();
    for lane in lanes {
        if !names.iter().any(|known| known == lane) {
            names.push(lane.to_owned());
        }
    }
    if names.is_empty() {
        return None;
    }
    let short: Vec<&str> = names.iter().map(|name| short_name(record, name)).collect();
    Some(Warning { text: text(&short.join(", ")), spoils: Spoils::Lanes(names) })
}

fn short_name<'n>(record: &'n Record, name: &'n str) -> &'n str {
    let lane = record.lanes.iter().find(|lane| lane.name == name);
    lane.map_or(name, |lane| lane.short.as_str())
}
