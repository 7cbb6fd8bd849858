//! Gathers what a run measures into its record.

mod contrasts;

use crate::{
    environment::{self, CpuTicks},
    failure::Failure,
    grid::Planned,
    plan::Plan,
    protocol::{Opened, Visited},
    roster::{Known, Roster},
    schedule::{Schedule, Slot},
    workload::Workload,
};
use hdrhistogram::Histogram;
use reports::{
    record::{self, Cell, CellStart, Cold, Note, Record, Setting, Visit},
    stats,
};
use std::{
    collections::HashMap,
    time::{Duration, Instant, SystemTime},
};

/// The record in the making.
pub(crate) struct Recorder {
    record: Record,
    began: Instant,
    ticks: Option<CpuTicks>,
    /// Of cells in the start that is under way.
    histograms: HashMap<usize, Histogram<u64>>,
    start: u32,
    /// Visits of each cell in one start, as planned.
    planned_visits: Vec<u32>,
    /// What is known of each cell's failures.
    fates: Vec<Fate>,
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
            plan: planned(plan, lanes, schedule),
            workload: workload.about(),
            progress: record::Progress { starts_done: 0, interrupted: false, finished: false },
            environment: record::Environment {
                placement: plan.placement.name().into(),
                ..environment::environment()
            },
            lanes: roster.known.iter().map(|lane| about(lane, lanes, plan)).collect(),
            cells: cells.iter().map(|cell| empty_cell(cell, lanes)).collect(),
            contrasts: Vec::new(),
            visits: Vec::new(),
            cold: Vec::new(),
            notes: Vec::new(),
        };
        let (began, ticks) = (Instant::now(), CpuTicks::now());
        let fates = vec![Fate::default(); cells.len()];
        let planned_visits = (0..cells.len()).map(|cell| schedule.visits_of(cell)).collect();
        Self { record, began, ticks, histograms: HashMap::new(), start: 0, planned_visits, fates }
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
        let Some(lane) = self.record.lanes.iter_mut().find(|known| known.name == lane) else { return };
        for setting in settings {
            if !lane.fairness.contains(&setting) {
                lane.fairness.push(setting);
            }
        }
    }

    /// Something a reader should know. The same words are said once a start.
    pub(crate) fn note(&mut self, lane: Option<&str>, text: &str) {
        let note = Note { start: Some(self.start), lane: lane.map(Into::into), text: self.public(text) };
        if !self
            .record
            .notes
            .iter()
            .any(|other| (other.start, &other.lane, &other.text) == (note.start, &note.lane, &note.text))
        {
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

    /// An error's words without what a record may not hold: a child's own words, paths, endpoints. Names of lanes stay.
    fn public(&self, text: &str) -> String {
        let own = text.split("; it said:").next().unwrap_or_default();
        let is_lane = |word: &str| self.record.lanes.iter().any(|lane| lane.name == word);
        let shown = |word: &str| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
            if word.contains('/') && !is_lane(bare) { "(…)".to_string() } else { word.to_string() }
        };
        own.split(' ').map(shown).collect::<Vec<_>>().join(" ")
    }

    /// One visit, as the driver answered it.
    pub(crate) fn visit(
        &mut self,
        slot: &Slot,
        items: u32,
        visited: &Visited,
        bytes: Bytes,
        stolen: bool,
    ) -> Result<(), Failure> {
        let samples = samples_of(visited)?;
        let group = visited.group.max(1);
        if self.group(slot.cell).is_some_and(|chosen| chosen != group) || samples.len() != visited.samples {
            return Err(Failure::failed(
                "the driver contradicts itself: another group, or another number of samples",
            ));
        }
        let per_action = |ns: f64| (visited.samples > 0).then(|| ns / f64::from(group));
        let raised = [("error", visited.errors > 0), ("wrong", visited.wrong > 0), ("stolen", stolen)];
        self.record.visits.push(Visit {
            cell: slot.cell as u32,
            start: self.start,
            block: slot.block,
            order: self.record.visits.len() as u32,
            samples: visited.samples,
            mean_ns: per_action(visited.elapsed_ns as f64 / visited.samples.max(1) as f64),
            p50_ns: visited.p50_ns.and_then(|p50| per_action(p50 as f64)),
            flags: raised.iter().filter(|(_, raised)| *raised).map(|(flag, _)| (*flag).to_string()).collect(),
        });
        let histogram = self.histograms.entry(slot.cell).or_insert_with(stats::histogram);
        histogram
            .add(&samples)
            .map_err(|error| Failure::failed(format!("cannot merge histograms: {error}")))?;
        if visited.wrong + visited.errors > 0 {
            let cause = match &visited.detail {
                Some(detail) => format!("{}: {detail}", visited.kind.as_deref().unwrap_or("error")),
                None => format!("{} wrong answers in one visit", visited.wrong),
            };
            self.without(std::iter::once(slot.cell), true, &cause);
        }
        let (start, planned) = (self.start, self.planned_visits[slot.cell]);
        let starts = &mut self.record.cells[slot.cell].starts;
        if starts.last().is_none_or(|last| last.start != start) {
            starts.push(empty_start(start, planned, group));
        }
        add(starts.last_mut().expect("pushed just now"), items, visited, bytes);
        Ok(())
    }

    /// The group that a cell's driver chose in this start.
    pub(crate) fn group(&self, cell: usize) -> Option<u32> {
        self.record.cells[cell].starts.last().filter(|last| last.start == self.start).map(|last| last.group)
    }

    /// The record as it stands, complete in itself.
    pub(crate) fn snapshot(
        &mut self,
        starts_done: u32,
        finished: bool,
        interrupted: bool,
    ) -> Result<&Record, Failure> {
        for (cell, histogram) in self.histograms.drain() {
            let Some(last) = self.record.cells[cell].starts.last_mut() else { continue };
            let p50_ns = histogram.value_at_quantile(0.5) as f64 / f64::from(last.group);
            last.p50_ns = (!histogram.is_empty()).then_some(p50_ns);
            last.histogram = stats::histogram_to_base64(&histogram)
                .map_err(|error| Failure::failed(format!("cannot encode a histogram: {error}")))?;
        }
        self.record.progress = record::Progress { starts_done, interrupted, finished };
        self.record.elapsed_s = self.began.elapsed().as_secs_f64();
        self.record.environment.steal_share =
            self.ticks.and_then(|before| CpuTicks::now()?.steal_share_since(before));
        let starts = self.record.plan.starts as usize;
        for (cell, fate) in self.record.cells.iter_mut().zip(&self.fates) {
            settle(cell, fate, starts, interrupted);
        }
        Ok(&self.record)
    }
}

/// Says how far a cell came. Only starts whose every visit was made are whole.
fn settle(cell: &mut Cell, fate: &Fate, starts: usize, interrupted: bool) {
    let whole = cell.starts.iter().filter(|start| start.visits_done == start.visits_planned).count();
    let any = cell.starts.iter().any(|start| start.samples > 0);
    let status = match (fate.void, whole == starts, any) {
        (true, ..) => "void",
        (_, true, _) => "measured",
        (_, _, true) => "partial",
        _ => "missing",
    };
    let why = if interrupted { "interrupted" } else { "not yet" };
    let cause = fate.cause.clone().unwrap_or_else(|| why.into());
    cell.reason = (status != "measured").then(|| format!("{cause} ({whole} of {starts} restarts whole)"));
    cell.status = status.into();
}

/// The samples as a histogram, from a histogram or a list.
fn samples_of(visited: &Visited) -> Result<Histogram<u64>, Failure> {
    if let Some(text) = &visited.histogram {
        return stats::histogram_from_base64(text)
            .map_err(|error| Failure::failed(format!("a driver's histogram cannot be read: {error}")));
    }
    let mut histogram = stats::histogram();
    for &sample in visited.samples_ns.iter().flatten() {
        histogram.saturating_record(sample.max(1));
    }
    Ok(histogram)
}

fn add(start: &mut CellStart, items: u32, visited: &Visited, bytes: Bytes) {
    let crossed = visited.items + visited.lead_in_items;
    let first = start.visits_done == 0;
    start.visits_done += 1;
    start.samples += visited.samples;
    start.items += visited.items;
    start.elapsed_ns += visited.elapsed_ns;
    let actions = start.items / u64::from(items);
    start.mean_ns = (actions > 0).then(|| start.elapsed_ns as f64 / actions as f64);
    start.wrong += visited.wrong;
    start.errors += visited.errors;
    // One visit that could not be read leaves the whole start not measured: a sum over fewer visits would be too low.
    let sum = |sum: &mut Option<u64>, value: Option<u64>| {
        *sum = if first { value } else { sum.zip(value).map(|(sum, value)| sum + value) };
    };
    sum(&mut start.cpu_caller_ns, visited.cpu_caller_ns);
    sum(&mut start.cpu_callee_ns, visited.cpu_callee_ns);
    start.cpu_items += crossed;
    sum(&mut start.bytes_out, bytes.map(|bytes| bytes.0));
    sum(&mut start.bytes_back, bytes.map(|bytes| bytes.1));
    start.bytes_items += crossed;
}

fn empty_start(start: u32, visits_planned: u32, group: u32) -> CellStart {
    CellStart {
        start,
        visits_done: 0,
        visits_planned,
        group,
        samples: 0,
        items: 0,
        elapsed_ns: 0,
        mean_ns: None,
        p50_ns: None,
        histogram: String::new(),
        wrong: 0,
        errors: 0,
        cpu_caller_ns: None,
        cpu_callee_ns: None,
        cpu_items: 0,
        bytes_out: None,
        bytes_back: None,
        bytes_items: 0,
    }
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

fn planned(plan: &Plan, lanes: &[&Known], schedule: &Schedule) -> record::Plan {
    record::Plan {
        name: plan.name.into(),
        lanes: lanes.iter().map(|lane| lane.about.name.clone()).collect(),
        batch: plan.batch.clone(),
        spread: plan.spread.clone(),
        max_results: plan.max_results.clone(),
        modes: plan.modes.iter().map(|mode| mode.name().into()).collect(),
        engines: plan.engines.iter().map(|engine| engine.name().into()).collect(),
        starts: plan.starts,
        blocks: schedule.blocks,
        budget_s: plan.budget.as_secs_f64(),
        deadline_ms: plan.deadline.as_millis() as u64,
        service_time_ns: plan.service_time.map(|time| time.as_nanos() as u64),
    }
}

/// Now, RFC 3339 in UTC, whole seconds. Civil date from days as in Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms".
fn now_utc() -> String {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = ((seconds / 86_400) as i64, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
