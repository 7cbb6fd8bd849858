//! Section 6 without its script: the sentence above it, how to read it, and a table for the numbers
//! that stand first.

use crate::{
    figures::{row::Row, summary::Summary},
    model::prediction::Basis,
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
        let row = |(row, basis): &(&Row, Basis)| {
            let cells = prediction::cells(basis, &panel.settings, panel.cores);
            [vec![row.lane.short.clone()], cells.to_vec()].concat()
        };
        let head: Vec<&str> = ["lane"].into_iter().chain(prediction::HEAD).collect();
        Some(Self {
            scene: scene_name(panel.scene),
            finding: finding(&panel),
            numbers: panel.numbers(),
            table: Table::new(&head, panel.lanes.iter().map(row).collect()),
            missing: missing(&panel),
            controls: panel.controls,
        })
    }
}

/// From the quickest lane to the slowest, before a reader changes anything.
fn finding(panel: &Panel) -> String {
    let items = count(panel.settings.items.into());
    let time = |(row, basis): &(&'_ Row<'_>, Basis)| {
        let predicted = basis.predict(&panel.settings, panel.cores);
        Some((row.lane.named(), predicted.time.ok()?, predicted.at_least))
    };
    let mut times: Vec<_> = panel.lanes.iter().filter_map(time).collect();
    times.sort_by(|(_, a, _), (_, b, _)| a.value.total_cmp(&b.value));
    let over = |(name, time, at_least): &(String, Estimate, bool)| {
        let bound = if *at_least { "at least " } else { "" };
        format!("{bound}{} over {name}", time_with_interval(time))
    };
    let without = match panel.lanes.len() - times.len() {
        0 => String::new(),
        lanes => format!(" Over {lanes} more nothing is predicted: the table says why."),
    };
    match (times.first(), times.last()) {
        (Some(least), Some(most)) if times.len() > 1 => format!(
            "With the numbers as they stand first, an action of {items} items takes from {} to \
            {}.{without} Move them to yours.",
            over(least),
            over(most)
        ),
        _ => format!("One action of {items} items, until you move the numbers to yours."),
    }
}

fn missing(panel: &Panel) -> Option<String> {
    let known = |row: &&Row| panel.lanes.iter().any(|(other, _)| other.lane.name == row.lane.name);
    let rows = panel.scene.rows.iter().filter(|row| row.lane.answers);
    let names: Vec<&str> =
        rows.filter(|row| !known(row)).map(|row| row.lane.short.as_str()).collect();
    (!names.is_empty()).then(|| {
        format!("Not here, because no restart of them has all sizes: {}.", names.join(", "))
    })
}
