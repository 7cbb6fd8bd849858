//! Lanes side by side: pairs asked in turns, what one change takes, what placement does.

use crate::{
    figures::summary::{Scene, Summary},
    model::changes::variants::{self, Variant},
    render::markdown::{MOST_ROWS, lines::escaped, pairs},
    view::lanes::{head_to_head, placements},
};

/// In one line, however many pairs there are.
pub(super) fn head_to_head(lines: &mut Vec<String>, summary: &Summary) {
    let pairs = head_to_head::lines(summary);
    let shown: Vec<String> = pairs.iter().take(MOST_ROWS).map(|pair| escaped(pair)).collect();
    if !shown.is_empty() {
        let rest = if pairs.len() > MOST_ROWS { "; and more in the report" } else { "" };
        let said = shown.join(" / ");
        lines.extend([String::new(), format!("{}: {said}{rest}.", head_to_head::TITLE)]);
    }
}

pub(super) fn one_change(lines: &mut Vec<String>, scene: &Scene, summary: &Summary) {
    let variants = variants::of(scene, summary.record);
    let title = format!(
        "What one change takes{} (a single call by p50, a batch by mean and by visits):",
        scene.placed
    );
    pairs(lines, &title, &variants.iter().map(one_variant).collect::<Vec<_>>());
}

fn one_variant(variant: &Variant) -> String {
    format!("- {}: {}", escaped(&variant.names()), variant.ratios())
}

/// What placement does: in one line, however many lanes there are, the ratios and what they mean.
pub(super) fn placed(lines: &mut Vec<String>, summary: &Summary) {
    for section in placements::sections(summary) {
        let rows = &section.table.rows;
        let shown: Vec<String> = rows.iter().take(MOST_ROWS).map(|row| one_placed(row)).collect();
        let rest = if rows.len() > MOST_ROWS { ", and more in the report" } else { "" };
        let title = format!("{}, ratio of single calls", section.title);
        lines.extend([String::new(), escaped(&format!("{title}: {}{rest}.", shown.join(", ")))]);
    }
}

/// The last two cells of a row: a ratio, and what it means.
fn one_placed(row: &[String]) -> String {
    let (lane, rest) = row.split_first().map_or(("", row), |(lane, rest)| (lane.as_str(), rest));
    match rest {
        [.., ratio, means] => format!("{lane} {ratio} ({means})"),
        _ => lane.to_owned(),
    }
}
