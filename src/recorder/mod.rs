//! Gathers what a run measures into its record.

pub(crate) mod contrasts;
pub(crate) mod interleaving;
pub(crate) mod load;
pub(crate) mod plan;
pub(crate) mod stages;
pub(crate) mod time_of_day;
pub(crate) mod visits;

pub(crate) use crate::recorder::stages::Used;
use crate::{
    drive::workload::Workload,
    lanes::roster::{Known, Roster},
    machine::{
        environment::{self, CpuTicks},
        noise::MachineTime,
    },
    plan::{Plan, grid::Planned, schedule::Schedule},
    protocol::Opened,
    recorder::{time_of_day::now_utc, visits::Held},
    shell::failure::Failure,
};

use hdrhistogram::Histogram;
use reports::{
    record::{self, Cell, Cold, Note, Record, Setting},
    stats::estimates,
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// The record in the making.
pub(crate) struct Recorder {
    record: Record,
    began: Instant,
    ticks: Option<CpuTicks>,
    /// Disturbed visits of this start that may yet be repeated, and until then are in no figure.
    held: Vec<Held>,
    /// Time of the CPUs while visits were made.
    machine: MachineTime,
    /// Of cells in the start that is under way.
    histograms: HashMap<usize, Histogram<u64>>,
    /// The first samples of each visit in that start.
    first: interleaving::First,
    start: u32,
    /// Visits of each cell in one start, as planned.
    planned_visits: Vec<u32>,
    /// What is known of each cell's failures.
    fates: Vec<Fate>,
    /// What a record must not hold of the endpoints that the user named.
    private: Vec<String>,
}

/// What went wrong with a cell, if anything.
#[derive(Clone, Default)]
struct Fate {
    /// An answer was wrong, or a call failed.
    void: bool,
    /// The first cause.
    cause: Option<String>,
}

/// Bytes each way.
pub(crate) type Bytes = Option<(u64, u64)>;

impl Recorder {
    pub(crate) fn new(
        plan: &Plan,
        workload: &Workload,
        roster: &Roster,
        lanes: &[&Known],
        cells: &[Planned],
        schedule: &Schedule,
    ) -> Self {
        let record = Record {
            format: record::FORMAT.into(),
            version: record::VERSION,
            tollgate: environment::build(),
            against: None,
            started_at: now_utc(),
            elapsed_s: 0.0,
            command: plan.command.clone(),
            seed: plan.seed,
            plan: plan::planned(plan, lanes, schedule),
            workload: workload.about(),
            progress: record::Progress { starts_done: 0, interrupted: false, finished: false },
            environment: record::Environment {
                placement: plan.placement.name().into(),
                label: plan.label.clone(),
                ..environment::environment()
            },
            lanes: roster.known.iter().map(|lane| about(lane, lanes, plan)).collect(),
            cells: cells.iter().map(|cell| empty_cell(cell, lanes)).collect(),
            contrasts: Vec::new(),
            ladders: Vec::new(),
            resources: Vec::new(),
            floors: Vec::new(),
            allocations: Vec::new(),
            loads: None,
            controls: None,
            visits: Vec::new(),
            cold: Vec::new(),
            notes: Vec::new(),
        };
        let (began, ticks) = (Instant::now(), CpuTicks::now());
        let fates = vec![Fate::default(); cells.len()];
        let planned_visits = (0..cells.len()).map(|cell| schedule.visits_of(cell)).collect();
        Self {
            record,
            began,
            ticks,
            histograms: HashMap::new(),
            first: interleaving::First::new(),
            start: 0,
            planned_visits,
            fates,
            held: Vec::new(),
            machine: MachineTime::default(),
            private: plan.endpoints.values().flat_map(|endpoint| private_parts(endpoint)).collect(),
        }
    }

    /// A start begins.
    pub(crate) fn start(&mut self, start: u32) {
        self.start = start;
    }

    /// The cold path of a lane.
    pub(crate) fn cold(&mut self, lane: &str, ready: Option<Duration>, opened: &Opened) {
        self.record.cold.push(Cold {
            lane: lane.into(),
            start: self.start,
            callee_ready_ns: ready.map(|ready| ready.as_nanos() as u64),
            open_ns: opened.open_ns,
            first_call_ns: opened.first_call_ns,
        });
    }

    /// Settings read back from a lane's sockets.
    pub(crate) fn settings(&mut self, lane: &str, settings: Vec<Setting>) {
        let Some(lane) = self.record.lanes.iter_mut().find(|known| known.name == lane) else {
            return;
        };
        for setting in settings {
            if !lane.fairness.contains(&setting) {
                lane.fairness.push(setting);
            }
        }
    }

    /// Something a reader should know. The same words are said once a start.
    pub(crate) fn note(&mut self, lane: Option<&str>, text: &str) {
        let note = Note {
            start: Some(self.start),
            lane: lane.map(Into::into),
            text: self.public(text),
        };
        if !self.record.notes.iter().any(|other| {
            (other.start, &other.lane, &other.text) == (note.start, &note.lane, &note.text)
        }) {
            self.record.notes.push(note);
        }
    }

    /// These cells give nothing more in this start; `void` where an answer was wrong.
    pub(crate) fn without(&mut self, cells: impl Iterator<Item = usize>, void: bool, reason: &str) {
        let cause = format!("restart {}: {}", self.start + 1, self.public(reason));
        for cell in cells {
            self.fates[cell].void |= void;
            self.fates[cell].cause.get_or_insert_with(|| cause.clone());
        }
    }

    /// An error's words without what a record may not hold: a child's own words, paths, endpoints.
    /// Names of lanes stay.
    fn public(&self, text: &str) -> String {
        let own = text.split("; it said:").next().unwrap_or_default();
        let is_lane = |word: &str| self.record.lanes.iter().any(|lane| lane.name == word);
        let shown = |word: &str| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
            let named =
                word.contains(['/', '@']) || self.private.iter().any(|part| word.contains(part));
            if named && !is_lane(bare) {
                "(…)".to_string()
            } else {
                word.to_string()
            }
        };
        own.split(' ').map(shown).collect::<Vec<_>>().join(" ")
    }

    /// The record as it stands, complete in itself.
    pub(crate) fn snapshot(
        &mut self,
        starts_done: u32,
        finished: bool,
        interrupted: bool,
    ) -> Result<&Record, Failure> {
        self.release()?;
        for (cell, histogram) in self.histograms.drain() {
            let Some(last) = self.record.cells[cell].starts.last_mut() else { continue };
            let p50_ns = histogram.value_at_quantile(0.5) as f64 / f64::from(last.group);
            last.p50_ns = (!histogram.is_empty()).then_some(p50_ns);
            last.histogram = estimates::histogram_to_base64(&histogram)
                .map_err(|error| Failure::failed(format!("cannot encode a histogram: {error}")))?;
        }
        self.settle_first();
        self.record.progress = record::Progress { starts_done, interrupted, finished };
        self.record.elapsed_s = self.began.elapsed().as_secs_f64();
        self.record.environment.steal_share =
            self.ticks.and_then(|before| CpuTicks::now()?.steal_share_since(before));
        self.record.environment.others_cores = self.machine.others_cores();
        let starts = self.record.plan.starts as usize;
        for (cell, fate) in self.record.cells.iter_mut().zip(&self.fates) {
            settle(cell, fate, starts, interrupted);
        }
        Ok(&self.record)
    }
}

/// Hosts, users, passwords, paths and queries in an endpoint; its scheme, numbers and the loopback
/// are none of these.
fn private_parts(endpoint: &str) -> Vec<String> {
    let parts = endpoint.split([':', '/', '@', '?', '&', '=']).enumerate();
    let scheme =
        |at: usize, part: &str| at == 0 && part.len() <= 5 && part.chars().all(char::is_alphabetic);
    let common =
        |part: &str| part.parse::<u64>().is_ok() || ["localhost", "127.0.0.1"].contains(&part);
    let private =
        |(at, part): &(usize, &str)| part.len() > 2 && !scheme(*at, part) && !common(part);
    parts.filter(private).map(|(_, part)| part.to_owned()).collect()
}

/// Says how far a cell came. Only starts whose every visit was made are whole.
fn settle(cell: &mut Cell, fate: &Fate, starts: usize, interrupted: bool) {
    let whole = cell
        .starts
        .iter()
        .filter(|start| start.visits_done == start.visits_planned)
        .count();
    let any = cell.starts.iter().any(|start| start.samples > 0);
    let status = match (fate.void, whole == starts, any) {
        (true, ..) => "void",
        (_, true, _) => "measured",
        (_, _, true) => "partial",
        _ => "missing",
    };
    let why = if interrupted { "interrupted" } else { "not yet" };
    let cause = fate.cause.clone().unwrap_or_else(|| why.into());
    cell.reason =
        (status != "measured").then(|| format!("{cause} ({whole} of {starts} restarts whole)"));
    cell.status = status.into();
}

fn empty_cell(cell: &Planned, lanes: &[&Known]) -> Cell {
    Cell {
        lane: lanes[cell.lane].about.name.clone(),
        engine: cell.engine.name().into(),
        mode: cell.mode_name().into(),
        items: cell.items,
        max_results: cell.max_results,
        status: "missing".into(),
        reason: None,
        starts: Vec::new(),
    }
}

fn about(lane: &Known, chosen: &[&Known], plan: &Plan) -> record::Lane {
    let mut about = lane.about.clone();
    about.given_endpoint = plan.endpoint_of(lane).is_some();
    about.planned = chosen.iter().any(|other| other.about.name == about.name);
    if !about.planned && about.available {
        about.reason = Some("not asked for; name it in --lanes, or take --lanes all".into());
    }
    about
}
