//! Section 6 without its script: the sentence above it, how to read it, and a table for the numbers
//! that stand first.

use crate::{
    figures::summary::Summary,
    say::{header::scene_name, prediction},
    stats::{
        estimates::Estimate,
        units::{count, time_with_interval},
    },
    view::{
        table::Table,
        what_if::{Control, Panel},
    },
};

/// The panel as the template sees it.
pub(crate) struct WhatIf {
    pub(crate) scene: String,
    pub(crate) finding: String,
    pub(crate) numbers: String,
    pub(crate) controls: Vec<Control>,
    pub(crate) table: Table,
    /// Lanes of which too little is known, with the reason.
    pub(crate) missing: Option<String>,
}

impl WhatIf {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let panel = Panel::of(summary)?;
        let mut rows = Vec::new();
        for (row, basis) in &panel.lanes {
            let mut cells = vec![row.lane.short.clone()];
            cells.extend(prediction::cells(basis, &panel.settings, panel.cores));
            rows.push(cells);
        }
        let head: Vec<&str> = ["lane"].into_iter().chain(prediction::HEAD).collect();
        Some(Self {
            scene: scene_name(panel.scene),
            finding: finding(&panel),
            numbers: panel.numbers(),
            table: Table::new(&head, rows),
            missing: missing(&panel),
            controls: panel.controls,
        })
    }
}

/// What an action is predicted to take over a lane.
struct Predicted {
    lane: String,
    time: Estimate,
    /// True where it may take longer.
    at_least: bool,
}

impl Predicted {
    fn words(&self) -> String {
        let bound = if self.at_least { "at least " } else { "" };
        format!("{bound}{} over {}", time_with_interval(&self.time), self.lane)
    }
}

/// Of each lane of which it can be said, the quickest first.
fn predicted(panel: &Panel) -> Vec<Predicted> {
    let mut all = Vec::new();
    for (row, basis) in &panel.lanes {
        let predicted = basis.predict(&panel.settings, panel.cores);
        if let Ok(time) = predicted.time {
            let at_least = predicted.at_least;
            all.push(Predicted { lane: row.lane.named(), time, at_least });
        }
    }
    all.sort_by(|a, b| a.time.value.total_cmp(&b.time.value));
    all
}

/// From the quickest lane to the slowest, before a reader changes anything.
fn finding(panel: &Panel) -> String {
    let items = count(panel.settings.items.into());
    let lanes = predicted(panel);
    let without = match panel.lanes.len() - lanes.len() {
        0 => String::new(),
        lanes => format!(" Over {lanes} more nothing is predicted: the table says why."),
    };
    match lanes.as_slice() {
        [least, .., most] => format!(
            "With the numbers as they stand first, an action of {items} items takes from {} to \
            {}.{without} Move them to yours.",
            least.words(),
            most.words()
        ),
        _ => format!("One action of {items} items, until you move the numbers to yours."),
    }
}

fn missing(panel: &Panel) -> Option<String> {
    let mut names = Vec::new();
    for row in panel.scene.rows.iter().filter(|row| row.lane.answers) {
        if !panel.lanes.iter().any(|(known, _)| known.lane.name == row.lane.name) {
            names.push(row.lane.short.as_str());
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "Not here, because no restart of them has all sizes: {}.",
        names.join(", ")
    ))
}
