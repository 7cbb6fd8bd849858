//! Lanes that were asked in turns with each other, as a section: a row for each pair, a column for
//! each placement.

use crate::{
    figures::{
        contrasts::head_to_head::{self, HeadToHead},
        summary::{Scene, Summary},
    },
    stats::units::{ABSENT, times_with_interval},
    view::table::{Table, TableSection},
};

/// Pairs of the main question; none where no lanes were asked in turns.
pub(super) fn section(summary: &Summary) -> Option<TableSection> {
    Some(TableSection {
        id: "head-to-head".to_owned(),
        title: "Head to head (median single call, called alternately)".to_owned(),
        finding: None,
        reading: "Two lanes are called alternately, with new processes in each restart: a single \
        call over the first divided by one over the second, with the 99 % interval. A difference \
        is named only if it is significant after correction for all pairs listed here. Ranks and \
        findings about two lanes rest on these pairs, or on a chain of them (A : B and B : C give \
        A : C). Pairs are called in bursts of 20. With a core for each side these calls can be 10 \
        to 20 % faster than those of the table, so a quotient of the table's medians may differ."
            .to_owned(),
        table: table(summary)?,
    })
}

/// All pairs of the main question, those of different roles and neighbours before those that differ
/// in one thing.
fn table(summary: &Summary) -> Option<Table> {
    let asked = summary.main()?.asked;
    let scenes = summary.scenes.iter().filter(|scene| {
        let there = scene.asked;
        (there.engine, there.workload, there.size) == (asked.engine, asked.workload, asked.size)
    });
    let columns: Vec<Column> = scenes
        .map(|scene| Column::of(summary, scene))
        .filter(Column::has_pairs)
        .collect();
    let mut names: Vec<String> = Vec::new();
    for pair in columns.iter().flat_map(|column| &column.pairs) {
        if !names.contains(&pair.names()) {
            names.push(pair.names());
        }
    }
    let heads = columns.iter().map(|column| column.head.as_str());
    let head: Vec<&str> = ["pair"].into_iter().chain(heads).collect();
    let rows: Vec<Vec<String>> = names.into_iter().map(|name| row(name, &columns)).collect();
    (!rows.is_empty()).then(|| Table::new(&head, rows))
}

/// The pairs of one placement.
struct Column<'r> {
    head: String,
    pairs: Vec<HeadToHead<'r>>,
}

impl<'r> Column<'r> {
    fn of(summary: &Summary<'r>, scene: &Scene<'r>) -> Self {
        let record = summary.record;
        Self {
            head: record.plan.placement_title(scene.asked.placement),
            pairs: head_to_head::of(record, scene.asked),
        }
    }

    fn has_pairs(&self) -> bool {
        !self.pairs.is_empty()
    }
}

fn row(name: String, columns: &[Column<'_>]) -> Vec<String> {
    let cells = columns.iter().map(|column| {
        let pair = column.pairs.iter().find(|pair| pair.names() == name);
        pair.map_or_else(|| ABSENT.to_owned(), said)
    });
    let cells: Vec<String> = cells.collect();
    [vec![name], cells].concat()
}

fn said(pair: &HeadToHead<'_>) -> String {
    format!("{}, {}", times_with_interval(&pair.comparison.ratio), pair.words())
}
