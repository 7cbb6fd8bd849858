//! A seeded, plausible record without measuring anything, for tests and for looking at the report.
//! The figures are invented: nothing here says what any mechanism costs.

#[path = "byte_sizes.rs"]
mod byte_sizes;
#[path = "cells.rs"]
mod cells;
#[path = "kinds.rs"]
mod kinds;
#[path = "ladders.rs"]
mod ladders;
#[path = "loads.rs"]
mod loads;
#[path = "random.rs"]
mod random;
#[path = "two_placements.rs"]
mod two_placements;

pub(crate) use byte_sizes::SIZES as BYTE_SIZES;
use cells::shapes;
use kinds::{ALL, KINDS, Kind, lane};
pub(crate) use loads::loads;
pub(crate) use random::Random;
use reports::record::{
    Build, Cell, Cold, Contrast, ContrastStart, Data, Environment, FORMAT, Limits, Note, Part,
    Plan, PlannedWorkload, Progress, ReadyPart, Record, VERSION, Visit,
};
use std::collections::BTreeMap;
pub(crate) use two_placements::in_two_placements;

/// What to invent.
#[derive(Clone, Copy)]
pub(crate) struct Synthetic {
    pub(crate) seed: u64,
    pub(crate) starts: u32,
    /// Samples of a single call in each start; larger batches get fewer.
    pub(crate) samples: u64,
    pub(crate) blocks: u32,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self { seed: 7, starts: 5, samples: 1_200, blocks: 2 }
    }
}

impl Synthetic {
    /// Invents the record.
    pub(crate) fn record(self) -> Record {
        let mut random = Random(self.seed);
        let plan = self.plan();
        let cells = self.cells(&plan, &mut random);
        Record {
            format: FORMAT.to_owned(),
            version: VERSION,
            tollgate: build(),
            against: None,
            started_at: "2026-11-21T09:04:12Z".into(),
            elapsed_s: 184.2,
            command: format!("tollgate run --seed {}", self.seed),
            seed: self.seed,
            data: data(),
            progress: Progress { starts_done: self.starts, interrupted: false, finished: true },
            environment: environment(),
            lanes: KINDS.iter().map(lane).collect(),
            contrasts: neighbours(&cells),
            ladders: singles(&cells).map(|(kind, single)| ladders::ladder(kind, single)).collect(),
            resources: singles(&cells)
                .map(|(kind, single)| ladders::resources(kind, single))
                .collect(),
            floors: ladders::floors(self.starts),
            allocations: singles(&cells).map(|(kind, _)| ladders::allocations(kind)).collect(),
            loads: None,
            controls: None,
            groups: Vec::new(),
            criterion: Vec::new(),
            additions: Vec::new(),
            under_way: None,
            visits: self.visits(&cells),
            cold: self.cold(&mut random),
            notes: vec![note()],
            cells,
            plan,
        }
    }

    fn cells(self, plan: &Plan, random: &mut Random) -> Vec<Cell> {
        let luck: Vec<Vec<f64>> = (0..KINDS.len()).map(|_| self.luck(random)).collect();
        let mut cells = Vec::new();
        for ids in &plan.workloads[0].sizes {
            for (kind, luck) in KINDS.iter().zip(&luck).filter(|(kind, _)| kind.reason.is_none()) {
                for shape in shapes(kind, plan, *ids) {
                    cells.push(self.cell(kind, shape, luck, random));
                }
            }
        }
        cells
    }

    fn plan(self) -> Plan {
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect();
        Plan {
            name: "default".into(),
            lanes: KINDS.iter().filter(|k| k.reason.is_none()).map(|k| k.name.to_owned()).collect(),
            also_measured: Vec::new(),
            batch: vec![1, 4, 16, 64, 256, 1_024],
            spread: vec![8, 64],
            workloads: vec![PlannedWorkload {
                name: "recommendations".into(),
                unit: "ids".into(),
                sizes: vec![10, 100],
            }],
            placements: vec!["free".into()],
            distances: BTreeMap::new(),
            modes: words(ALL),
            engines: words(&["stub"]),
            starts: self.starts,
            blocks: self.blocks,
            budget_s: 150.0,
            precision: None,
            order: None,
            visit_ms: None,
            deadline_ms: 10_000,
            service_time_ns: None,
            calls_per_s: None,
        }
    }

    /// What each start does to a lane: about 2 %.
    fn luck(self, random: &mut Random) -> Vec<f64> {
        (0..self.starts).map(|_| (0.02 * random.normal()).exp()).collect()
    }

    fn visits(self, cells: &[Cell]) -> Vec<Visit> {
        let mut visits = Vec::new();
        for start in 0..self.starts {
            for block in 0..self.blocks {
                for (index, cell) in (0u32..).zip(cells) {
                    let of = &cell.starts[start as usize];
                    let order = visits.len() as u32;
                    visits.push(Visit {
                        cell: index,
                        start,
                        block,
                        order,
                        limit_ms: Some(60),
                        elapsed_ns: Some(of.elapsed_ns / u64::from(self.blocks)),
                        samples: of.samples / u64::from(self.blocks),
                        mean_ns: of.mean_ns,
                        p50_ns: of.p50_ns,
                        slices_p50_ns: vec![],
                        flags: vec![],
                        noise: None,
                        repeats: None,
                    });
                }
            }
        }
        visits
    }

    fn cold(self, random: &mut Random) -> Vec<Cold> {
        let measured = KINDS.iter().filter(|k| k.reason.is_none());
        let mut jitter = |ns: f64| (ns * (0.1 * random.normal()).exp()) as u64;
        let mut of = |kind: &Kind, start| Cold {
            lane: kind.name.into(),
            start,
            placement: "free".into(),
            ready: kind.codec.map(|_| callee_ready(jitter(4.1e6))).into_iter().collect(),
            open_ns: jitter(if kind.codec.is_some() { 310_000.0 } else { 1_900.0 }),
            first_call_ns: jitter(2.7 * (kind.call_ns + kind.item_ns)),
            floor: None,
        };
        measured
            .flat_map(|kind| (0..self.starts).map(|s| of(kind, s)).collect::<Vec<_>>())
            .collect()
    }
}

/// The first single call of each lane that answers.
fn singles(cells: &[Cell]) -> impl Iterator<Item = (&Kind, &Cell)> {
    let single = |kind: &Kind| cells.iter().find(|cell| cell.lane == kind.name && cell.items == 1);
    KINDS
        .iter()
        .filter(|kind| kind.looseness > 0)
        .filter_map(move |kind| Some((kind, single(kind)?)))
}

/// Lanes that stand next to each other, asked in turns: as their visits came out.
fn neighbours(cells: &[Cell]) -> Vec<Contrast> {
    let singles: Vec<&Cell> = singles(cells).map(|(_, single)| single).collect();
    singles.windows(2).map(|two| in_turns(two[1], two[0])).collect()
}

fn in_turns(first: &Cell, second: &Cell) -> Contrast {
    let starts = first.starts.iter().zip(&second.starts).filter_map(|(first, second)| {
        let (first_p50_ns, second_p50_ns) = (first.p50_ns?, second.p50_ns?);
        let log_ratio = (second_p50_ns / first_p50_ns).ln();
        Some(ContrastStart { start: first.start, log_ratio, first_p50_ns, second_p50_ns })
    });
    Contrast {
        kind: "head to head".into(),
        first: first.lane.clone(),
        second: second.lane.clone(),
        engine: first.engine.clone(),
        workload: first.workload.clone(),
        size: first.size,
        placement: first.placement.clone(),
        starts: starts.collect(),
        reason: None,
        wrong: false,
        work_ns: None,
    }
}

fn build() -> Build {
    Build {
        version: "0.1.0".into(),
        profile: "release".into(),
        compiler: "rustc 1.95.0".into(),
        changed: None,
        handicap: None,
    }
}

fn callee_ready(ready_ns: u64) -> ReadyPart {
    ReadyPart { part: Part::Callee, ready_ns }
}

fn data() -> Data {
    Data {
        own_files: false,
        products: 2_000,
        users: 500,
        dimensions: 32,
        requests: 1_000,
        digest: "9e1d44b07c2a6f35".into(),
    }
}

fn note() -> Note {
    Note {
        start: Some(1),
        lane: Some("rust/rest/rust".into()),
        text: "1 visit lost 3 % of its CPU time to the hypervisor and was repeated.".into(),
    }
}

fn environment() -> Environment {
    Environment {
        label: None,
        os: "linux".into(),
        kernel: Some("6.1.0".into()),
        arch: "x86_64".into(),
        cpu_model: Some("Invented CPU 3.0 GHz".into()),
        logical_cores: 2,
        memory_bytes: Some(24 << 30),
        virtualization: Some("kvm".into()),
        clock_source: Some("tsc".into()),
        clock_read_ns: 24.6,
        clock_step_ns: Some(1.0),
        others_cores: None,
        limits: Limits::default(),
        governor: None,
        load_average_1m: Some(0.2),
        steal_share: Some(0.000_4),
        fingerprint: "5f0c3c1d9a77e2b4".into(),
    }
}
