//! What the chart of section 9 draws: what a single call over each lane burns, a panel for each
//! resource.

use crate::{
    figures::{
        resources::{self, Use},
        row::{Cpu, Row},
        summary::Summary,
    },
    record::Lane,
    say::cost_model::percent_with_interval,
    stats::{
        estimates::Estimate,
        units::{bytes, number, time, time_with_interval},
    },
    view::charts::points::{drawn, index, spot},
};
use serde::Serialize;

/// What the marks of a row are of, from above, but of bytes: two, and three where some lane has a
/// server between its sides.
const SIDES: [&str; 2] = [CALLER, CALLEE];
const WITH_SERVER: [&str; 3] = [CALLER, SERVER, CALLEE];
const CALLER: &str = "caller";
const SERVER: &str = "server";
const CALLEE: &str = "callee";
/// Marks of bytes are of directions.
const DIRECTIONS: [&str; 2] = ["out", "back"];

#[derive(Debug, Serialize)]
pub(crate) struct Burn {
    /// Lanes with a mark.
    rows: Vec<usize>,
    panels: Vec<Panel>,
}

#[derive(Debug, Serialize)]
struct Panel {
    title: &'static str,
    /// `ns`, `share`, `count`, `bytes`: how its axis is written. Times and bytes have a logarithmic
    /// one.
    unit: &'static str,
    /// What the marks of a row are of, from above.
    sides: &'static [&'static str],
    /// What stands across all rows: what the harness itself takes.
    rule: Option<(f64, String)>,
    marks: Vec<Mark>,
}

#[derive(Debug, Serialize)]
struct Mark {
    lane: usize,
    /// One of the panel's.
    side: &'static str,
    /// Absent where it cannot be told from 0, which a logarithmic axis does not have.
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    label: String,
    text: String,
}

/// A row, its place among all lanes, and what it used.
struct Used<'s, 'a> {
    row: &'s Row<'a>,
    lane: usize,
    used: Use,
}

impl Burn {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let (scene, record) = (summary.main()?, summary.record);
        let answering = scene.rows.iter().filter(|row| row.lane.answers && row.single.is_some());
        let used: Vec<Used> = answering
            .map(|row| Used {
                row,
                lane: index(&summary.lanes, row.lane),
                used: resources::of(&row.lane.name, record),
            })
            .collect();
        let own = scene.harness().and_then(|row| row.cpu.caller).filter(|own| own.value > 0.0);
        let rule =
            own.map(|own| (drawn(own.value), format!("harness, {}: subtracted", time(own.value))));
        let mut panels = panels(&used, rule);
        panels.retain(|panel| !panel.marks.is_empty());
        let mut rows: Vec<usize> = used.iter().map(|one| one.lane).collect();
        rows.retain(|lane| panels.iter().any(|panel| panel.has(*lane)));
        (!rows.is_empty()).then_some(Self { rows, panels })
    }
}

/// All panels, also those that nothing stands in.
fn panels(used: &[Used], rule: Option<(f64, String)>) -> Vec<Panel> {
    let has_server = used.iter().any(|one| one.row.lane.server.is_some());
    let sides: &[&str] = if has_server { &WITH_SERVER } else { &SIDES };
    let mut cpu_time = Panel::of("CPU time", "ns", sides, marks(used, cpu));
    cpu_time.rule = rule;
    vec![
        cpu_time,
        Panel::of("of it in the kernel", "share", sides, marks(used, kernel)),
        Panel::of("times it waited", "count", sides, marks(used, switches)),
        Panel::of("bytes", "bytes", &DIRECTIONS, marks(used, crossed)),
    ]
}

fn marks(used: &[Used], of: fn(&Used) -> Vec<Mark>) -> Vec<Mark> {
    used.iter().flat_map(of).collect()
}

impl Panel {
    fn of(
        title: &'static str,
        unit: &'static str,
        sides: &'static [&'static str],
        marks: Vec<Mark>,
    ) -> Self {
        Self { title, unit, sides, rule: None, marks }
    }

    fn has(&self, lane: usize) -> bool {
        self.marks.iter().any(|mark| mark.lane == lane)
    }
}

/// What a mark says before its figures.
fn who(lane: &Lane, side: &str) -> String {
    format!("{}, {side}", lane.named())
}

/// A figure of each process of a lane.
struct OfSides<T> {
    caller: Option<T>,
    callee: Option<T>,
    server: Option<T>,
}

impl<T> OfSides<T> {
    /// Those that are there, from above.
    fn named(self) -> impl Iterator<Item = (&'static str, T)> {
        let all = [(CALLER, self.caller), (SERVER, self.server), (CALLEE, self.callee)];
        all.into_iter().filter_map(|(side, figure)| Some((side, figure?)))
    }
}

fn cpu(one: &Used) -> Vec<Mark> {
    let mut marks = Vec::new();
    let Cpu { caller, callee, server, .. } = one.row.cpu;
    for (side, ns) in (OfSides { caller, callee, server }).named() {
        // A part of it may be negative after the harness's own was taken off.
        let told = ns.value > 0.0 && ns.interval.is_none_or(|i| i.low > 0.0);
        let (value, low, high) = spot(&ns);
        let who = who(one.row.lane, side);
        marks.push(Mark {
            lane: one.lane,
            side,
            value: told.then_some(value),
            low,
            high,
            label: if told { time(ns.value) } else { "not told from 0".to_owned() },
            text: if told {
                format!("{who}: {} of CPU time for a call", time_with_interval(&ns))
            } else {
                format!("{who}: CPU time for a call not told from 0")
            },
        });
    }
    marks
}

fn kernel(one: &Used) -> Vec<Mark> {
    let Use { caller_kernel, callee_kernel, server_kernel, .. } = one.used;
    let sides = OfSides {
        caller: caller_kernel,
        callee: callee_kernel,
        server: server_kernel,
    };
    of_sides(one, sides, |share| Words {
        label: format!("{:.0} %", share.value * 100.0),
        text: format!("{} of its CPU time in the kernel", percent_with_interval(share)),
    })
}

fn switches(one: &Used) -> Vec<Mark> {
    let own = |side: Option<[Estimate; 2]>| side.map(|[own, _]| own);
    let sides = OfSides {
        caller: own(one.used.caller_switches),
        callee: own(one.used.callee_switches),
        server: own(one.used.server_switches),
    };
    of_sides(one, sides, |own| {
        let written = format!("{:.2}", own.value);
        Words {
            text: format!("gave up its core {written} times for a call, to wait"),
            label: written,
        }
    })
}

/// What stands at a mark, and what is read out of it.
struct Words {
    label: String,
    text: String,
}

fn of_sides(one: &Used, sides: OfSides<Estimate>, words_of: fn(&Estimate) -> Words) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (side, estimate) in sides.named() {
        let (value, low, high) = spot(&estimate);
        let Words { label, text } = words_of(&estimate);
        marks.push(Mark {
            lane: one.lane,
            side,
            value: Some(value),
            low,
            high,
            label,
            text: format!("{}: {text}", who(one.row.lane, side)),
        });
    }
    marks
}

/// Counted, not estimated: they have no interval.
fn crossed(one: &Used) -> Vec<Mark> {
    let Some(single) = &one.row.single else { return Vec::new() };
    let mut marks = Vec::new();
    let [out, back] = DIRECTIONS;
    for (side, counted, way) in [
        (out, single.bytes_out, "from caller to callee"),
        (back, single.bytes_back, "from callee to caller"),
    ] {
        let Some(counted) = counted.filter(|bytes| *bytes > 0.0) else { continue };
        let text = format!("{}: {} bytes {way} for a call", one.row.lane.named(), number(counted));
        marks.push(Mark {
            lane: one.lane,
            side,
            value: Some(drawn(counted)),
            low: None,
            high: None,
            label: bytes(counted),
            text,
        });
    }
    marks
}
