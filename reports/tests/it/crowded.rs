//! A record with more of everything than a short report has room for.

use crate::assertions::{says, some};
use crate::changes::pair;
use crate::record;
use crate::rendered::rendered;
use reports::Format;
use reports::record::{Cell, Contrast, ContrastStart, Lane, Record};

const LANES: usize = 200;
/// So many of them were planned.
const PLANNED: usize = 20;

/// Two starts, the second lane a tenth slower.
fn slower(kind: &str, lane: &str) -> Contrast {
    let start =
        |start| ContrastStart { start, log_ratio: 0.1, first_p50_ns: 1e6, second_p50_ns: 1e6 };
    pair(kind, [lane; 2], vec![start(0), start(1)])
}

/// More lanes, reasons, variants and failures than any part of a short report has room for.
fn crowded() -> Record {
    let mut record = record();
    record.controls = Some(crate::controls::controls(&record, 1.3));
    let lane = record.lanes[2].clone();
    let cells: Vec<Cell> =
        record.cells.iter().filter(|cell| cell.lane == lane.name).cloned().collect();
    for number in 0..LANES {
        let name = format!("rust/{number}/rust");
        let planned = number < PLANNED;
        if planned {
            let copies = some(&cells, "cells").into_iter().cloned();
            record.cells.extend(copies.map(|cell| Cell { lane: name.clone(), ..cell }));
        }
        record
            .contrasts
            .extend(["against", "placement"].map(|kind| slower(kind, &name)));
        record.lanes.push(Lane {
            short: name.clone(),
            name,
            planned,
            reason: if planned { None } else { Some(format!("reason {number}")) },
            variant_of: Some("grpc".to_owned()),
            ..lane.clone()
        });
        record.cells[number % 50].starts[0].p50_ns = Some(40e6);
    }
    record
}

#[test]
fn markdown_stays_below_60_lines_whatever_the_record_holds() {
    let builds = crowded();
    let mut variants = builds.clone();
    variants.contrasts.retain(|contrast| contrast.kind == "placement");
    for (record, part) in
        [(builds, "This build against the other"), (variants, "Cost of one change")]
    {
        let text = rendered(&record, Format::Markdown);
        assert!(text.lines().count() <= 60, "{}\n{text}", text.lines().count());
        says(&text, &["more: see the report", part, "one core against free placement"]);
    }
}
