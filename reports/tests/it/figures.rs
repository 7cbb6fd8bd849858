//! Whether the intervals of figures that set one cell against another cover the truth, through the
//! code that prints them: tolls, CPU time without the harness, ratios by visits, batches, and the
//! resolution of pairs asked in turns.

use crate::changes::pair;
use crate::record;
use crate::synthetic::Random;
use reports::figures::contrasts;
use reports::figures::{row::Row, summary::Summary};
use reports::record::{Cell, Contrast, ContrastStart, Record};
use reports::stats::comparison::Comparison;
use reports::stats::estimates::Estimate;
use reports::stats::resolution::Resolution;

const TRIALS: usize = 1_000;

/// Figures of single calls and of a batch, invented start by start: a factor that all cells of a
/// start share, and one of each cell's own, both log-normal.
struct Machine {
    random: Random,
    record: Record,
}

const SHARED_SCATTER: f64 = 0.02;
const OWN_SCATTER: f64 = 0.02;
const CALL_NS: f64 = 25_000.0;
const BASE_NS: f64 = 250.0;
const ITEM_NS: f64 = 1_200.0;
const CPU_NS: f64 = 9_000.0;
const HARNESS_NS: f64 = 900.0;

impl Machine {
    fn new(starts: usize) -> Self {
        let mut record = record();
        let lanes = ["rust/uds/rust", "rust/inproc/rust", "rust/null/rust"];
        let wanted = |cell: &Cell| {
            let single = cell.items == 1 && lanes.contains(&cell.lane.as_str());
            let batch = cell.mode == "batched" && cell.items == 64 && cell.lane == lanes[0];
            cell.size == 10 && (single || batch)
        };
        record.cells.retain(wanted);
        for cell in &mut record.cells {
            let first = cell.starts[0].clone();
            cell.starts = (0..starts as u32)
                .map(|start| reports::record::CellStart {
                    start,
                    histogram: String::new(),
                    ..first.clone()
                })
                .collect();
        }
        Self { random: Random(starts as u64), record }
    }

    /// One trial.
    fn draw(&mut self) {
        let random = &mut self.random;
        let starts = self.record.cells[0].starts.len();
        let shared: Vec<f64> =
            (0..starts).map(|_| (SHARED_SCATTER * random.normal()).exp()).collect();
        for cell in &mut self.record.cells {
            let (action_ns, cpu_ns) = match (cell.lane.as_str(), cell.items) {
                ("rust/uds/rust", 1) => (CALL_NS, CPU_NS + HARNESS_NS),
                ("rust/uds/rust", items) => (ITEM_NS * f64::from(items), CPU_NS),
                ("rust/inproc/rust", _) => (BASE_NS, CPU_NS),
                _ => (1.0, HARNESS_NS),
            };
            for (start, shared) in cell.starts.iter_mut().zip(&shared) {
                let mut luck = || shared * (OWN_SCATTER * random.normal()).exp();
                (start.mean_ns, start.p50_ns) =
                    (Some(action_ns * luck()), Some(action_ns * luck()));
                start.cpu_items = 1_000;
                start.parts[0].cpu_ns = Some((1_000.0 * cpu_ns * luck()) as u64);
            }
        }
    }

    /// In how many percent of the trials an interval of the row over a socket held the truth.
    fn coverage(&mut self, truth: f64, of: impl Fn(&Row, &Row) -> Estimate) -> f64 {
        let mut covers = || {
            self.draw();
            let summary = Summary::of(&self.record);
            let scene = summary.main().expect("measured");
            let row = |short: &str| {
                scene.rows.iter().find(|row| row.lane.short == short).expect("measured")
            };
            let interval = of(row("uds"), row("inproc")).interval.expect("enough starts");
            interval.low <= truth && truth <= interval.high
        };
        100.0 * (0..TRIALS).filter(|_| covers()).count() as f64 / TRIALS as f64
    }
}

/// The mean of a log-normal factor that scatters like a start's.
fn mean_luck() -> f64 {
    (f64::midpoint(SHARED_SCATTER.powi(2), OWN_SCATTER.powi(2))).exp()
}

#[test]
fn intervals_of_tolls_and_of_cpu_time_without_the_harness_cover_the_truth() {
    for starts in [5, 10] {
        let mut machine = Machine::new(starts);
        let toll =
            machine.coverage((CALL_NS - BASE_NS) * mean_luck(), |row, _| row.toll.expect("a toll"));
        let cpu = machine.coverage(CPU_NS * mean_luck(), |row, _| row.cpu.caller.expect("read"));
        let item = machine.coverage(CALL_NS, |row, _| row.single.as_ref().expect("measured").item);
        for (what, percent) in [("toll", toll), ("CPU", cpu), ("item", item)] {
            assert!((93.0..=97.0).contains(&percent), "{what}, {starts} starts: {percent} %");
        }
    }
}

/// Of 1,000 trials at 99 % the share has a standard deviation of 0.3 %.
#[test]
fn intervals_of_ratios_by_visits_and_of_what_batching_buys_cover_the_truth() {
    let ratio = |first: &reports::CellFigures, second: &reports::CellFigures, p50: bool| {
        let of = |cell: &reports::CellFigures| {
            cell.comparable(|s| Some(if p50 { s.p50_ns } else { s.item_ns }))
        };
        Comparison::of(&of(first), &of(second)).expect("enough starts").ratio
    };
    for starts in [5, 10] {
        let mut machine = Machine::new(starts);
        let lanes = machine.coverage(CALL_NS / BASE_NS, |row, base| {
            ratio(
                row.single.as_ref().expect("measured"),
                base.single.as_ref().expect("measured"),
                true,
            )
        });
        let batch = machine.coverage(CALL_NS / ITEM_NS, |row, _| {
            ratio(
                row.single.as_ref().expect("measured"),
                row.largest_batch().expect("measured"),
                false,
            )
        });
        for (what, percent) in [("two lanes", lanes), ("alone : in a batch", batch)] {
            assert!((98.0..=99.8).contains(&percent), "{what}, {starts} starts: {percent} %");
        }
    }
}

/// What the resolution claims, with as few lanes against themselves as a run has of a class.
#[test]
fn a_difference_of_the_size_of_the_resolution_is_found_nine_times_in_ten() {
    let mut random = Random(5);
    let mut record = record();
    for starts in [5, 10] {
        let mut logs =
            |shift: f64| (0..starts).map(|_| shift + 0.02 * random.normal()).collect::<Vec<f64>>();
        let mut found = || {
            record.contrasts = (0..3).map(|_| against_itself(&logs(0.0))).collect();
            let [resolution] =
                &contrasts::smallest_difference::smallest_detectable_differences(&record)[..]
            else {
                panic!("one class")
            };
            Comparison::of_logs(&logs(resolution.share.expect("told").ln_1p()), Resolution::EXACT)
                .expect("starts")
                .detected()
        };
        let percent = 100.0 * (0..TRIALS).filter(|_| found()).count() as f64 / TRIALS as f64;
        assert!((87.0..=93.0).contains(&percent), "{starts} starts: {percent} %");
    }
}

fn against_itself(logs: &[f64]) -> Contrast {
    let start = |(start, log_ratio): (u32, &f64)| ContrastStart {
        start,
        log_ratio: *log_ratio,
        first_p50_ns: 1e6,
        second_p50_ns: 1e6,
    };
    pair("self", ["rust/grpc/rust"; 2], (0u32..).zip(logs).map(start).collect())
}
