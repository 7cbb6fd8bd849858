//! Each transport from every language to every other.

use crate::{
    figures::summary::{Scene, Summary},
    record::Lane,
    say::{capital, findings::languages},
    view::{
        lanes::languages::{
            medians::{ID, between_processes, languages_of, median_ns, medians, placements},
            shades::Shades,
        },
        table::{Table, TableSection},
    },
};

/// One transport, and the languages that call and answer by it.
struct Square<'s> {
    transport: &'s str,
    callers: Vec<&'s str>,
    callees: Vec<&'s str>,
}

/// A matrix for each transport by which several languages call and several answer.
pub(super) fn sections(summary: &Summary) -> Vec<TableSection> {
    let scenes = summary.placed();
    let Some(main) = scenes.first() else { return Vec::new() };
    let squares = squares(main);
    let times = squares.iter().flat_map(|square| square.medians_ns(main));
    let shades = Shades::from_all(times);
    squares.iter().map(|square| square.section(summary, &scenes, &shades)).collect()
}

/// In the order of the rows.
fn squares<'s>(scene: &'s Scene<'_>) -> Vec<Square<'s>> {
    let mut transports: Vec<&str> = Vec::new();
    for row in between_processes(scene) {
        let transport = row.lane.transport.as_str();
        if !transports.contains(&transport) {
            transports.push(transport);
        }
    }
    transports
        .into_iter()
        .filter_map(|transport| Square::of(scene, transport))
        .collect()
}

impl<'s> Square<'s> {
    fn of(scene: &'s Scene<'_>, transport: &'s str) -> Option<Self> {
        let rows = between_processes(scene).filter(|row| row.lane.transport == transport);
        let lanes: Vec<&Lane> = rows.map(|row| row.lane).collect();
        let callers = languages_of(lanes.iter().map(|lane| lane.caller.as_str()));
        let callees = languages_of(lanes.iter().map(|lane| lane.callee.as_str()));
        // More lanes than callers: two of them have one caller, and are neighbours; so with
        // callees.
        let has_neighbours = lanes.len() > callers.len().min(callees.len());
        (callers.len() > 1 && callees.len() > 1 && has_neighbours).then_some(Self {
            transport,
            callers,
            callees,
        })
    }

    fn medians_ns(&self, scene: &Scene) -> Vec<f64> {
        let pairs = self
            .callers
            .iter()
            .flat_map(|caller| self.callees.iter().map(move |callee| (*caller, *callee)));
        pairs
            .filter_map(|(caller, callee)| median_ns(scene, caller, self.transport, callee))
            .collect()
    }

    fn section(&self, summary: &Summary, scenes: &[&Scene], shades: &Shades) -> TableSection {
        let Self { transport, callers, callees } = self;
        let mut head = vec!["caller".to_owned()];
        head.extend(callees.iter().map(|callee| format!("to {}", capital(callee))));
        let row = |caller: &&str| {
            let mut row = vec![format!("from {}", capital(caller))];
            row.extend(callees.iter().map(|callee| medians(scenes, caller, transport, callee)));
            row
        };
        let shaded = |caller: &&str| {
            let main = scenes.first();
            let of = |callee: &&str| {
                let ns = main.and_then(|main| median_ns(main, caller, transport, callee));
                ns.map_or(0, |ns| shades.of(ns))
            };
            // The first cell names the caller.
            [0].into_iter().chain(callees.iter().map(of)).collect()
        };
        TableSection {
            id: format!("{ID}-over-{transport}"),
            title: format!("From language to language over {transport}: {}", placements(summary)),
            finding: scenes.first().and_then(|main| languages::against_reference(main, transport)),
            reading: "The median of a single call. Lanes of a row have one caller and lanes of a \
            column one callee, so that neighbours differ in one program. The stronger the colour, \
            the longer, on one scale for all transports."
                .to_owned(),
            table: Table {
                head,
                rows: callers.iter().map(row).collect(),
                shades: callers.iter().map(shaded).collect(),
            },
        }
    }
}
