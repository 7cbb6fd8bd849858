//! A seeded, plausible record without measuring anything, for tests and for looking at the report.
//! The figures are invented: nothing here says what any mechanism costs.

#[path = "kinds.rs"]
mod kinds;
#[path = "ladders.rs"]
mod ladders;
#[path = "loads.rs"]
mod loads;

use hdrhistogram::Histogram;
use kinds::{ALL, KINDS, Kind, lane};
pub(crate) use loads::loads;
use reports::record::{
    Build, Cell, CellStart, Cold, Environment, FORMAT, Note, Plan, Progress, Record, VERSION,
    Visit, Workload,
};
use reports::stats::estimates;

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
        let luck: Vec<Vec<f64>> = (0..KINDS.len()).map(|_| self.luck(&mut random)).collect();
        let mut cells = Vec::new();
        for max_results in &plan.max_results {
            for (kind, luck) in KINDS.iter().zip(&luck).filter(|(kind, _)| kind.reason.is_none()) {
                for (mode, items) in shapes(kind, &plan) {
                    cells.push(self.cell(kind, mode, items, *max_results, luck, &mut random));
                }
            }
        }
        Record {
            format: FORMAT.to_owned(),
            version: VERSION,
            tollgate: Build {
                version: "0.1.0".into(),
                profile: "release".into(),
                compiler: "rustc 1.95.0".into(),
                changed: None,
                handicap: None,
            },
            against: None,
            started_at: "2026-11-21T09:04:12Z".into(),
            elapsed_s: 184.2,
            command: format!("tollgate run --seed {}", self.seed),
            seed: self.seed,
            workload: Workload {
                own_files: false,
                products: 2_000,
                users: 500,
                dimensions: 32,
                requests: 1_000,
                digest: "9e1d44b07c2a6f35".into(),
            },
            progress: Progress { starts_done: self.starts, interrupted: false, finished: true },
            environment: environment(),
            lanes: KINDS.iter().map(lane).collect(),
            contrasts: Vec::new(),
            ladders: singles(&cells).map(|(kind, single)| ladders::ladder(kind, single)).collect(),
            resources: singles(&cells)
                .map(|(kind, single)| ladders::resources(kind, single))
                .collect(),
            floors: ladders::floors(self.starts),
            allocations: singles(&cells).map(|(kind, _)| ladders::allocations(kind)).collect(),
            loads: None,
            controls: None,
            visits: self.visits(&cells),
            cold: self.cold(&mut random),
            notes: vec![Note {
                start: Some(1),
                lane: Some("rust/rest/rust".into()),
                text: "1 visit lost 3 % of its CPU time to the hypervisor and was repeated.".into(),
            }],
            cells,
            plan,
        }
    }

    fn plan(self) -> Plan {
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect();
        Plan {
            name: "default".into(),
            lanes: KINDS.iter().filter(|k| k.reason.is_none()).map(|k| k.name.to_owned()).collect(),
            batch: vec![1, 4, 16, 64, 256, 1_024],
            spread: vec![8, 64],
            max_results: vec![10, 100],
            modes: words(ALL),
            engines: words(&["stub"]),
            starts: self.starts,
            blocks: self.blocks,
            budget_s: 150.0,
            precision: None,
            order: None,
            deadline_ms: 10_000,
            service_time_ns: None,
            calls_per_s: None,
        }
    }

    /// What each start does to a lane: about 2 %.
    fn luck(self, random: &mut Random) -> Vec<f64> {
        (0..self.starts).map(|_| (0.02 * random.normal()).exp()).collect()
    }

    fn cell(
        self,
        kind: &Kind,
        mode: &str,
        items: u32,
        ids: u32,
        luck: &[f64],
        random: &mut Random,
    ) -> Cell {
        let per_item = kind.item_ns * (0.3 + 0.7 * f64::from(ids) / 10.0);
        let n = f64::from(items);
        let action_ns = match mode {
            "chatty" => n * (kind.call_ns + per_item),
            "pipelined" => n * (0.28 * kind.call_ns + per_item) + 0.72 * kind.call_ns,
            "streamed" => n * (0.11 * kind.call_ns + per_item) + 1.2 * kind.call_ns,
            _ => kind.call_ns + n * per_item,
        };
        let start = |(start, luck): (u32, &f64)| {
            self.start(start, kind, items, ids, action_ns * luck, random)
        };
        Cell {
            lane: kind.name.into(),
            engine: "stub".into(),
            mode: mode.into(),
            items,
            max_results: ids,
            status: "measured".into(),
            reason: None,
            starts: (0u32..).zip(luck).map(start).collect(),
        }
    }

    fn start(
        self,
        start: u32,
        kind: &Kind,
        items: u32,
        ids: u32,
        ns: f64,
        random: &mut Random,
    ) -> CellStart {
        let group = if ns < 500.0 { 64 } else { 1 };
        let samples = (self.samples as f64 / (1.0 + ns / 400_000.0)).max(40.0) as u64;
        let (histogram, elapsed_ns) = distribution(ns * f64::from(group), samples, random);
        let timed = samples * u64::from(group) * u64::from(items);
        let mean_ns = elapsed_ns as f64 / (samples * u64::from(group)) as f64;
        let crossing = kind.codec.is_some();
        let cpu = |share: f64| (elapsed_ns as f64 * share) as u64;
        CellStart {
            start,
            visits_done: self.blocks,
            visits_planned: self.blocks,
            group,
            samples,
            items: timed,
            elapsed_ns,
            mean_ns: Some(mean_ns),
            p50_ns: Some(histogram.value_at_quantile(0.5) as f64 / f64::from(group)),
            histogram: estimates::histogram_to_base64(&histogram)
                .expect("a histogram in memory can be written"),
            wrong: 0,
            errors: 0,
            cpu_caller_ns: Some(cpu(if crossing { 0.52 } else { 1.02 })),
            cpu_callee_ns: crossing.then(|| cpu(0.41)),
            cpu_items: timed,
            bytes_out: crossing.then(|| timed * 31),
            bytes_back: crossing.then(|| timed * (18 + 12 * u64::from(ids))),
            bytes_items: timed,
        }
    }

    fn visits(self, cells: &[Cell]) -> Vec<Visit> {
        let mut visits = Vec::new();
        for start in 0..self.starts {
            for block in 0..self.blocks {
                for (index, cell) in (0u32..).zip(cells) {
                    let of = &cell.starts[start as usize];
                    let order = visits.len() as u32;
                    let (mean_ns, p50_ns) = (of.mean_ns, of.p50_ns);
                    let samples = of.samples / u64::from(self.blocks);
                    visits.push(Visit {
                        cell: index,
                        start,
                        block,
                        order,
                        samples,
                        mean_ns,
                        p50_ns,
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
            callee_ready_ns: kind.codec.map(|_| jitter(4.1e6)),
            open_ns: jitter(if kind.codec.is_some() { 310_000.0 } else { 1_900.0 }),
            first_call_ns: jitter(2.7 * (kind.call_ns + kind.item_ns)),
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

/// Modes and sizes of a lane: a single call, the batch grid, and the sparse grid of the other
/// modes.
fn shapes<'a>(kind: &Kind, plan: &'a Plan) -> Vec<(&'a str, u32)> {
    let mut shapes = vec![("single", 1)];
    shapes.extend(plan.batch.iter().filter(|n| **n > 1).map(|n| ("batched", *n)));
    for mode in plan
        .modes
        .iter()
        .filter(|m| *m != "batched" && kind.modes.contains(&m.as_str()))
    {
        shapes.extend(plan.spread.iter().map(|n| (mode.as_str(), *n)));
    }
    shapes
}

/// Log-normal with a few slow samples, as latencies of one machine are.
fn distribution(ns: f64, samples: u64, random: &mut Random) -> (Histogram<u64>, u64) {
    let mut histogram = estimates::histogram();
    let mut sum = 0;
    for _ in 0..samples {
        let slow = match random.uniform() {
            u if u < 0.000_7 => 9.0,
            u if u < 0.01 => 2.2,
            _ => 1.0,
        };
        let value = (ns * slow * (0.07 * random.normal()).exp()).max(1.0) as u64;
        histogram.saturating_record(value);
        sum += value;
    }
    (histogram, sum)
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
        clock_step_ns: Some(0.5),
        others_cores: None,
        governor: None,
        load_average_1m: Some(0.2),
        steal_share: Some(0.000_4),
        placement: "free".into(),
        fingerprint: "5f0c3c1d9a77e2b4".into(),
    }
}

/// A small generator of known sequence (SplitMix64), so that every test sees the same record.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Sum of uniforms: close enough to a normal distribution for invented figures.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
