//! Each pair of languages by every transport.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    say::{
        capital,
        findings::languages::{self, Contest},
    },
    stats::units::ABSENT,
    view::{
        lanes::languages::medians::{FIRST, ID, between_processes, medians, placements},
        table::{Table, TableSection},
    },
};

use std::cmp::Reverse;

/// Transports that a table has room for: those that join most pairs, in the order of the rows.
const MOST_TRANSPORTS: usize = 4;

/// A row for each pair of languages, of which not both are Rust; none without such a pair.
pub(super) fn section(summary: &Summary) -> Option<TableSection> {
    let scenes = summary.placed();
    let main = scenes.first()?;
    let pairs = pairs_of(main);
    let transports = transports_of(main, &pairs);
    let mut head = vec!["from, to".to_owned()];
    head.extend(transports.iter().map(|transport| (*transport).to_owned()));
    if !pairs.iter().any(|pair| *pair != [FIRST, FIRST]) {
        return None;
    }
    let contests = Contest::all(summary, main);
    head.extend(contests.first().map(Contest::head));
    let row = |pair: &[&str; 2]| {
        let [caller, callee] = *pair;
        let mut row = vec![format!("{} to {}", capital(caller), capital(callee))];
        row.extend(transports.iter().map(|transport| medians(&scenes, caller, transport, callee)));
        if !contests.is_empty() {
            row.push(quicker(&contests, pair));
        }
        row
    };
    Some(TableSection {
        id: ID.to_owned(),
        title: format!("From language to language: {}", placements(summary)),
        finding: languages::http_or_rpc(&contests)
            .map(|said| format!("For a single call{} {said}.", main.placed)),
        reading: "The median of a single call. A ratio compares the medians of the restarts in \
        which both were measured, with its 99 % interval; a difference is named where it was \
        detected, corrected for all pairs. Rust to Rust is compared under “Head to head”."
            .to_owned(),
        table: Table {
            head,
            rows: pairs.iter().map(row).collect(),
            ..Table::default()
        },
    })
}

/// Which of HTTP and RPC, where both were measured.
fn quicker(contests: &[Contest], [caller, callee]: &[&str; 2]) -> String {
    let of_pair = |contest: &&Contest| contest.caller == *caller && contest.callee == *callee;
    contests.iter().find(of_pair).map_or_else(|| ABSENT.to_owned(), Contest::said)
}

/// Pairs of caller and callee that were measured, Rust first.
fn pairs_of<'s>(scene: &'s Scene<'_>) -> Vec<[&'s str; 2]> {
    let lanes = between_processes(scene).map(|row| row.lane);
    let mut pairs: Vec<[&str; 2]> =
        lanes.map(|lane| [lane.caller.as_str(), lane.callee.as_str()]).collect();
    pairs.sort_by_key(|[caller, callee]| (*caller != FIRST, *caller, *callee != FIRST, *callee));
    pairs.dedup();
    pairs
}

/// The transports that join most of these pairs, in the order of the rows.
fn transports_of<'s>(scene: &'s Scene<'_>, pairs: &[[&str; 2]]) -> Vec<&'s str> {
    let is_foreign = |row: &&Row| {
        let pair = [row.lane.caller.as_str(), row.lane.callee.as_str()];
        pairs.contains(&pair) && pair != [FIRST, FIRST]
    };
    let mut joined: Vec<(&str, usize)> = Vec::new();
    for row in between_processes(scene).filter(is_foreign) {
        let transport = row.lane.transport.as_str();
        match joined.iter_mut().find(|(other, _)| *other == transport) {
            Some((_, count)) => *count += 1,
            None => joined.push((transport, 1)),
        }
    }
    let mut by_count = joined.clone();
    by_count.sort_by_key(|(_, count)| Reverse(*count));
    by_count.truncate(MOST_TRANSPORTS);
    joined.retain(|transport| by_count.contains(transport));
    joined.into_iter().map(|(transport, _)| transport).collect()
}
