//! What both sides of a lane keep busy at a rate of the user's own: CPU time of a call times calls
//! per second. It measures nothing beyond the run: a rate at which a lane was really asked is the
//! affair of `load`.

use crate::{
    figures::summary::{Row, Scene},
    render::html::page::Table,
    stats::{
        estimates::{Estimate, Interval},
        units::{ABSENT, count, number},
    },
};

/// The smallest figure that is written.
const LEAST: f64 = 0.001;

/// Cores that one lane keeps busy, 1.0 for a whole one.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    /// The calling process, without what the harness itself takes where that was measured.
    pub caller: Option<Estimate>,
    /// The answering process; absent for in-process lanes.
    pub callee: Option<Estimate>,
    /// Both.
    pub both: Option<Estimate>,
    /// Calls in flight, on average, that the rate needs: rate times the mean of a single call
    /// (Little's law). Above 1, one caller that waits for each answer does not reach it.
    pub in_flight: Option<f64>,
}

impl Cores {
    /// Of a lane at this many calls in a second.
    pub fn of(row: &Row, calls_per_s: f64) -> Self {
        // ns of CPU for a call, times calls in a second, is ns of CPU in a second: 1e9 of them are
        // one core.
        let cores = |cpu: Option<Estimate>| cpu.map(|ns| ns.scaled(calls_per_s / 1e9));
        let call_ns = row.single.as_ref().map(|single| single.item.value);
        Self {
            caller: cores(row.cpu.caller),
            callee: cores(row.cpu.callee),
            both: cores(row.cpu.both),
            in_flight: call_ns.map(|ns| ns * calls_per_s / 1e9),
        }
    }
}

/// Above the table.
pub(crate) fn title(calls_per_s: f64) -> String {
    format!("Cores kept busy at {} single calls per second", written(calls_per_s))
}

/// How the table is read.
pub(crate) const READING: &str = "CPU time of a single call times the rate, with its 95 % \
interval over restarts; 1 is a whole core. The calls \
    of the run came one after another: processes that sleep longer between calls can take more. \
    In flight: calls under way on average; \
    above 1, one caller that waits for each answer does not reach the rate.";

/// A row for each lane that answers, loose to tight.
pub(crate) fn table(scene: &Scene, calls_per_s: f64) -> Table {
    let row = |row: &Row| {
        let cores = Cores::of(row, calls_per_s);
        // In process there is no other side: that is no gap in the figures.
        let callee = if row.lane.in_process {
            "none".to_owned()
        } else {
            shown(cores.callee.as_ref())
        };
        vec![
            row.lane.short.clone(),
            shown(cores.both.as_ref()),
            shown(cores.caller.as_ref()),
            callee,
            cores.in_flight.map_or_else(|| ABSENT.to_owned(), small),
        ]
    };
    let rows = scene.rows.iter().filter(|row| row.lane.answers).map(row).collect();
    Table::new(&["lane", "both sides", "caller", "callee", "in flight"], rows)
}

/// In one paragraph, with so many lanes at most.
pub(crate) fn sentence(scene: &Scene, calls_per_s: f64, most: usize) -> Option<String> {
    let said = |row: &Row| {
        Some(format!(
            "{} {}",
            row.lane.short,
            shown(Some(&Cores::of(row, calls_per_s).both?))
        ))
    };
    let lanes: Vec<String> =
        scene.rows.iter().filter(|row| row.lane.answers).filter_map(said).collect();
    let rest = if lanes.len() > most { "; more in the report" } else { "" };
    let shown = lanes[..lanes.len().min(most)].join(", ");
    (!lanes.is_empty()).then(|| format!("{}, both sides: {shown}{rest}.", title(calls_per_s)))
}

pub(crate) fn shown(cores: Option<&Estimate>) -> String {
    let Some(cores) = cores else { return ABSENT.to_owned() };
    let interval = cores
        .interval
        .map(|Interval { low, high }| format!(" ({} to {})", small(low), small(high)));
    let interval = interval.filter(|_| cores.interval.is_none_or(|i| i.high >= LEAST));
    format!("{}{}", small(cores.value), interval.unwrap_or_default())
}

/// Three decimals are shown: what is below the last of them is not written as 0.
fn small(value: f64) -> String {
    if value < LEAST { format!("< {LEAST}") } else { number(value) }
}

/// A rate: whole ones with commas.
pub(crate) fn written(calls_per_s: f64) -> String {
    let whole = calls_per_s.fract() == 0.0 && (1.0..1e15).contains(&calls_per_s);
    if whole { count(calls_per_s as u64) } else { number(calls_per_s) }
}
