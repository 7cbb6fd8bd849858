//! `cargo bench --bench calls`: calls that stay in one process, by criterion, and what the harness
//! itself adds. Lanes stand beside each other by ids and by batch size; both are those of the plan
//! file, of `TOLLGATE_BATCH` and of `--batch` and `--size`.
//!
//! A registrar like the driver's walks over the lanes; no lane is named here. In-process lanes are
//! timed by criterion; lanes with bytes are set against their own echo and codec, side by side, in
//! `ladder`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

mod harness;
mod in_process;
mod ladder;
#[path = "../shared/mod.rs"]
mod shared;

use api::{EngineKind, EngineSource, Open};
use in_process::{BATCH, CALL, Planned};
use reports::record::read::criterion::Benchmark;
use shared::{Bench, Column};
use std::{process::ExitCode, time::Duration};
use tollgate::bench::Grid;

fn main() -> ExitCode {
    let bench = Bench {
        name: "calls",
        plan,
        measure: in_process::measure,
        besides,
        besides_is: Some(" and ratios of the harness and of lanes to their parts"),
        time: Duration::from_secs(40),
        besides_time: Duration::from_secs(12),
        columns,
    };
    bench.main()
}

fn plan(grid: &Grid) -> Vec<Benchmark> {
    let mut planned = Planned { grid, benchmarks: Vec::new() };
    tollgate::register(&mut planned);
    planned.benchmarks
}

fn columns(grid: &Grid) -> Vec<Column> {
    let mut columns = Vec::new();
    for &ids in grid.sizes.iter().take(2) {
        columns.push(Column { head: format!("{ids} ids"), group: CALL, value: ids });
    }
    for &items in grid.batch.iter().rev().take(2).rev().filter(|items| **items > 1) {
        columns.push(Column {
            head: format!("batch of {items}"),
            group: BATCH,
            value: items,
        });
    }
    columns
}

fn besides() {
    tollgate::register(&mut harness::Overhead);
    tollgate::register(&mut ladder::Ladder);
}

/// What a lane is opened with.
fn engine() -> EngineSource {
    EngineSource::embedded(EngineKind::Stub)
}

/// How it is opened: a callee is waited for 5 s.
fn opened_at<'a>(endpoint: &'a str, engine: &'a EngineSource) -> Open<'a> {
    Open { endpoint, deadline: Duration::from_secs(5), engine }
}
