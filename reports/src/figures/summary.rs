//! The figures that every rendering shows, computed once: scenes, one row for each measured lane,
//! and what is absent with its reason (`absent`). It writes no text for people; findings and
//! renderings do.

pub use crate::judge::not_measured::Absent;
use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures, StartFigures},
        tail::{Percentile, Tail, Unobservable},
    },
    judge::warnings::{self, Canary},
    record::{Cell, Lane, Record, Workload},
    stats::{
        comparison::{self, Rank, StartValue},
        estimates::{self, Estimate},
    },
};

/// Everything computed from a record.
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    /// The record.
    pub record: &'a Record,
    /// All lanes, measured or not, loose to tight, then by name: the order of every table and
    /// chart.
    pub lanes: Vec<&'a Lane>,
    /// What was measured, by engine and reply size; the first one is the main one.
    pub scenes: Vec<Scene<'a>>,
    /// Lanes and cells that are not here, or not whole.
    pub absent: Vec<Absent>,
    /// What spoils figures, and whose.
    pub canaries: Vec<Canary>,
}

/// Figures for one engine and one reply size: only these may be compared with each other.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    /// `stub` or `catalog`.
    pub engine: &'a str,
    /// Ids asked for per item.
    pub max_results: u32,
    /// One row for each lane with a figure.
    pub rows: Vec<Row<'a>>,
}

/// One lane in one scene.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The lane.
    pub lane: &'a Lane,
    /// A single call.
    pub single: Option<CellFigures<'a>>,
    /// The distribution of a single call, where it is observable.
    pub tail: Result<Tail, Unobservable>,
    /// All other cells, by mode and items.
    pub cells: Vec<CellFigures<'a>>,
    /// What the boundary adds to an item at n = 1, ns; `stub` only.
    pub toll: Option<Estimate>,
    /// CPU for a single call.
    pub cpu: Cpu,
    /// Place by the median of a single call among lanes of its profile; absent for lanes that
    /// answer nothing.
    pub rank: Option<Rank>,
}

/// CPU time for one call, ns. Where the run has a lane that answers nothing, its caller's CPU is
/// subtracted from that of other callers in its language; the record keeps what was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    /// The calling process.
    pub caller: Option<Estimate>,
    /// The answering process; absent for in-process lanes.
    pub callee: Option<Estimate>,
    /// Both; absent when the callee's could not be read.
    pub both: Option<Estimate>,
}

impl<'a> Summary<'a> {
    /// Computes everything.
    pub fn of(record: &'a Record) -> Self {
        let mut lanes: Vec<&Lane> = record.lanes.iter().collect();
        lanes.sort_by(|a, b| b.looseness.cmp(&a.looseness).then_with(|| a.name.cmp(&b.name)));
        let mut summary = Self {
            record,
            lanes,
            scenes: Vec::new(),
            absent: Vec::new(),
            canaries: warnings::of(record),
        };
        summary.scenes = scenes_of(record).into_iter().map(|s| summary.scene(s)).collect();
        summary.scenes.retain(|scene| !scene.rows.is_empty());
        summary.absent = crate::judge::not_measured::of(&summary.lanes, record);
        summary
    }

    /// Marks beside the row of a lane, one for each canary that concerns it.
    pub fn marks(&self, lane: &Lane) -> String {
        warnings::marks(&self.canaries, &lane.name)
    }

    /// What the marks of a scene's rows mean: mark and sentence.
    pub fn footnotes(&self, scene: &Scene) -> Vec<(String, &str)> {
        let lanes: Vec<&str> = scene.rows.iter().map(|row| row.lane.name.as_str()).collect();
        warnings::footnotes(&self.canaries, &lanes)
    }

    /// The scene of the main table: engine `stub` where it was measured, and the plan's first reply
    /// size.
    pub fn main(&self) -> Option<&Scene<'a>> {
        self.scenes.first()
    }

    fn scene(&self, (engine, max_results): (&'a str, u32)) -> Scene<'a> {
        let here = |cell: &&Cell| cell.engine == engine && cell.max_results == max_results;
        let mut rows = Vec::new();
        for lane in &self.lanes {
            let of_lane = self.record.cells.iter().filter(here).filter(|c| c.lane == lane.name);
            let mut cells: Vec<CellFigures<'a>> = of_lane.filter_map(CellFigures::of).collect();
            cells.sort_by(|a, b| (&a.cell.mode, a.cell.items).cmp(&(&b.cell.mode, b.cell.items)));
            let single = cells.iter().position(|c| c.cell.items == 1).map(|at| cells.remove(at));
            if single.is_some() || !cells.is_empty() {
                let tail =
                    single.as_ref().map_or(Err(Unobservable::NoSample), |one| Tail::of(one.cell));
                rows.push(Row {
                    lane,
                    single,
                    tail,
                    cells,
                    toll: None,
                    cpu: Cpu::default(),
                    rank: None,
                });
            }
        }
        let mut scene = Scene { engine, max_results, rows };
        scene.compare_rows();
        scene
    }
}

impl<'a> Scene<'a> {
    /// The row tolls are counted from: the tightest lane that answers, in process and in one
    /// language.
    pub fn baseline(&self) -> Option<&Row<'a>> {
        let own = |row: &&Row| {
            row.lane.in_process && row.lane.answers && row.lane.caller == row.lane.callee
        };
        self.rows.iter().filter(own).min_by_key(|row| row.lane.looseness)
    }

    /// The row that shows what the harness itself costs: its lane answers nothing.
    pub fn harness(&self) -> Option<&Row<'a>> {
        self.rows.iter().find(|row| !row.lane.answers)
    }

    fn compare_rows(&mut self) {
        let baseline = self
            .baseline()
            .map_or_else(Vec::new, |row| row.single_starts(|s| Some(s.item_ns)));
        let whole = |row: Option<&Row>| row.is_none_or(Row::whole);
        let (baseline_whole, harness_whole) = (whole(self.baseline()), whole(self.harness()));
        let harness = self
            .harness()
            .map_or_else(Vec::new, |row| row.single_starts(|s| s.cpu_caller_ns));
        let language = self.harness().map(|row| row.lane.caller.as_str());
        self.rank();
        let baseline_name = self.baseline().map(|row| row.lane.name.as_str());
        for row in &mut self.rows {
            // The driver of another language has a loop of its own, which this run does not
            // measure.
            row.cpu = match language == Some(row.lane.caller.as_str()) {
                true => row.cpu_less(&harness, harness_whole && row.whole()),
                false => row.cpu_less(&[], row.whole()),
            };
            if self.engine == "stub"
                && row.lane.answers
                && Some(row.lane.name.as_str()) != baseline_name
            {
                let toll = difference(&row.single_starts(|s| Some(s.item_ns)), &baseline);
                row.toll = toll.map(|t| t.only_if(baseline_whole && row.whole()));
            }
        }
    }
}

impl Scene<'_> {
    /// Places the rows, those of each profile among themselves.
    fn rank(&mut self) {
        let mut profiles: Vec<&str> =
            self.rows.iter().map(|row| row.lane.profile.as_str()).collect();
        profiles.sort_unstable();
        profiles.dedup();
        for profile in profiles {
            let of_profile = |row: &&mut Row| row.lane.profile == profile && row.ranked();
            let mut rows: Vec<&mut Row> = self.rows.iter_mut().filter(of_profile).collect();
            let medians: Vec<_> =
                rows.iter().map(|row| row.single_starts(|s| Some(s.p50_ns))).collect();
            for (row, rank) in rows.iter_mut().zip(comparison::ranks(&medians)) {
                row.rank = Some(rank);
            }
        }
    }
}

impl<'a> Row<'a> {
    /// The place as a table shows it: `2`, `2=` where it is shared, `L1` for a lean and `T1` for a
    /// tuned lane.
    pub fn place(&self) -> Option<String> {
        let Rank { place, shared } = self.rank?;
        let apart = match self.lane.profile.as_str() {
            "lean" => "L",
            "tuned" => "T",
            _ => "",
        };
        Some(format!("{apart}{place}{}", if shared { "=" } else { "" }))
    }

    /// True for a lane that is compared with all others of the usual profile.
    pub fn is_equal(&self) -> bool {
        self.lane.profile == "equal"
    }

    /// The batched cell with the most items.
    pub fn largest_batch(&self) -> Option<&CellFigures<'a>> {
        self.cells
            .iter()
            .filter(|c| c.cell.mode == "batched")
            .max_by_key(|c| c.cell.items)
    }

    /// A percentile of a single call, closed loop.
    pub fn percentile(&self, quantile: f64) -> Percentile {
        self.tail.as_ref().map_err(|why| *why)?.percentile(quantile)
    }

    /// True where a percentile is shown without an interval, because some start has too few samples
    /// of its own.
    pub fn lacks_interval(&self, quantile: f64) -> bool {
        self.tail.as_ref().is_ok_and(|tail| tail.lacks_interval(quantile))
    }

    /// False where every start of the single call was cut short: its figures have no interval.
    pub fn whole(&self) -> bool {
        self.single.as_ref().is_none_or(|cell| cell.whole)
    }

    /// True where a whole single call can be placed among the others.
    fn ranked(&self) -> bool {
        self.lane.answers && self.single.is_some() && self.whole()
    }

    /// Start-level values of the single call; for a comparison, `CellFigures::comparable`.
    pub fn single_starts(&self, of: impl Fn(&StartFigures) -> Option<f64>) -> Vec<StartValue> {
        let starts = self.single.iter().flat_map(|cell| &cell.starts);
        starts.filter_map(|s| Some((s.start, of(s)?))).collect()
    }

    fn cpu_less(&self, harness: &[StartValue], whole: bool) -> Cpu {
        let raw = self.single_starts(|s| s.cpu_caller_ns);
        let caller = if self.lane.answers { less(&raw, harness) } else { raw };
        let callee = self.single_starts(|s| s.cpu_callee_ns);
        let both: Vec<StartValue> = if self.lane.in_process {
            caller.clone()
        } else {
            let of = |start| callee.iter().find(|(s, _)| *s == start).map(|(_, v)| v);
            caller.iter().filter_map(|(s, v)| Some((*s, v + of(*s)?))).collect()
        };
        let of = |values: &[StartValue]| Some(mean(values)?.only_if(whole));
        Cpu { caller: of(&caller), callee: of(&callee), both: of(&both) }
    }
}

/// Subtracts start by start; starts without a counterpart are kept as they are only if there is
/// none at all.
fn less(values: &[StartValue], other: &[StartValue]) -> Vec<StartValue> {
    if other.is_empty() {
        return values.to_vec();
    }
    let of = |start| other.iter().find(|(s, _)| *s == start).map(|(_, v)| *v);
    values.iter().filter_map(|(s, v)| Some((*s, v - of(*s)?))).collect()
}

fn difference(values: &[StartValue], other: &[StartValue]) -> Option<Estimate> {
    if other.is_empty() { None } else { mean(&less(values, other)) }
}

fn mean(values: &[StartValue]) -> Option<Estimate> {
    estimates::mean_of_starts(&values.iter().map(|(_, v)| *v).collect::<Vec<_>>(), CONFIDENCE)
}

/// Engine and reply size of all cells: `stub` first, then in the order of the plan.
fn scenes_of(record: &Record) -> Vec<(&str, u32)> {
    let mut scenes: Vec<(&str, u32)> = Vec::new();
    for cell in &record.cells {
        if !scenes.contains(&(cell.engine.as_str(), cell.max_results)) {
            scenes.push((&cell.engine, cell.max_results));
        }
    }
    let planned =
        |n: u32| record.plan.max_results.iter().position(|m| *m == n).unwrap_or(usize::MAX);
    scenes.sort_by_key(|(engine, n)| (*engine != "stub", *engine, planned(*n), *n));
    scenes
}

/// What was asked, as `own data: 800 products, 50 users, 32 dimensions, 400 requests, digest 5f0c`.
pub fn data(workload: &Workload) -> String {
    let whose = if workload.own_files { "own" } else { "built-in" };
    let [products, users, dimensions, requests] =
        [workload.products, workload.users, workload.dimensions, workload.requests]
            .map(crate::stats::units::count);
    let digest = &workload.digest;
    format!(
        "{whose} data: {products} products, {users} users, {dimensions} dimensions, {requests} \
        requests, digest {digest}"
    )
}

/// The machine as the head of every rendering names it: `one machine`, with what its user calls it.
pub fn machine(record: &Record) -> String {
    let label = record.environment.label.as_ref();
    label.map_or_else(|| "one machine".to_owned(), |label| format!("one machine ({label})"))
}

/// Where the calls went, as far as it is known.
pub fn network(record: &Record) -> String {
    let given: Vec<&str> = record
        .lanes
        .iter()
        .filter(|l| l.given_endpoint)
        .map(|l| l.short.as_str())
        .collect();
    if given.is_empty() {
        "loopback".to_owned()
    } else {
        format!("loopback (not known for {})", given.join(", "))
    }
}

/// A cell in words, as `batched, n = 64, 10 ids, stub`.
pub fn describe(cell: &Cell) -> String {
    let (mode, n, ids, engine) = (
        &cell.mode,
        crate::stats::units::count(cell.items.into()),
        cell.max_results,
        &cell.engine,
    );
    format!("{mode}, n = {n}, {ids} ids, {engine}")
}

/// The lane with what it is made of, as `grpc (tonic 0.14.9)`: no sentence speaks of a mechanism
/// alone.
pub fn named(lane: &Lane) -> String {
    let made_of = lane.implementation.split(',').next().unwrap_or_default().trim();
    if made_of.is_empty() {
        lane.short.clone()
    } else {
        format!("{} ({made_of})", lane.short)
    }
}
