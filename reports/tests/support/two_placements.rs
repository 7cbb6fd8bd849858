//! The invented record as a run measures it by default: lanes between processes on one core, and
//! their single calls and batches once more on two. What crossing cores costs is invented too.

use super::random::Random;
use reports::record::{Cell, CellStart, Contrast, ContrastStart, Record};
use reports::stats::estimates;

/// How many times as long a call over a lane takes on two cores; of lanes that are not named 2.
const FACTORS: &[(&str, f64)] =
    &[("rust/rest/rust", 2.4), ("rust/grpc/rust", 1.8), ("rust/uds/rust", 3.9)];

fn factor(lane: &str) -> f64 {
    let known = FACTORS.iter().find(|(name, _)| *name == lane);
    known.map_or(2.0, |(_, factor)| *factor)
}

/// The record measured in two columns: `one`, which takes the place of the record's first
/// placement, and `two`, with the single calls and batches of its main engine, workload and size
/// over lanes between processes, and with its pairs.
pub(crate) fn in_two_placements(mut record: Record) -> Record {
    move_to_one_core(&mut record);
    let main = |cell: &&Cell| {
        Some(cell.size) == record.plan.main_size()
            && cell.workload == record.plan.main_workload()
            && record.plan.engines.first() == Some(&cell.engine)
            && matches!(cell.mode.as_str(), "single" | "batched")
            && crosses(&record, &cell.lane)
    };
    let mut random = Random(11);
    let again: Vec<(usize, Cell)> = (0..)
        .zip(&record.cells)
        .filter(|(_, cell)| main(cell))
        .map(|(at, cell)| (at, on_two_cores(cell, &mut random)))
        .collect();
    let pairs: Vec<Contrast> = record
        .contrasts
        .iter()
        .filter(|pair| {
            pair.kind != "placement"
                && (crosses(&record, &pair.first) || crosses(&record, &pair.second))
        })
        .map(pair_on_two_cores)
        .collect();
    for (at, cell) in again {
        add_cell(&mut record, at as u32, cell);
    }
    record.contrasts.extend(pairs);
    record.plan.placements = ["one", "two"].map(str::to_owned).to_vec();
    record.plan.distances = [("two".to_owned(), "same cache".to_owned())].into();
    record
}

fn crosses(record: &Record, lane: &str) -> bool {
    record.lanes.iter().any(|known| known.name == lane && !known.in_process)
}

fn move_to_one_core(record: &mut Record) {
    let placements = (record.cells.iter_mut().map(|one| &mut one.placement))
        .chain(record.contrasts.iter_mut().map(|one| &mut one.placement))
        .chain(record.ladders.iter_mut().map(|one| &mut one.placement))
        .chain(record.resources.iter_mut().map(|one| &mut one.placement))
        .chain(record.cold.iter_mut().map(|one| &mut one.placement))
        .chain(record.loads.iter_mut().map(|one| &mut one.placement));
    for placement in placements {
        *placement = "one".to_owned();
    }
}

/// The same cell, each start longer by the lane's factor, give or take 1 %.
fn on_two_cores(cell: &Cell, random: &mut Random) -> Cell {
    let times = factor(&cell.lane);
    let mut longer = |start: &CellStart| scaled(start, times * (0.01 * random.normal()).exp());
    let starts = cell.starts.iter().map(&mut longer).collect();
    Cell { placement: "two".into(), starts, ..cell.clone() }
}

fn scaled(start: &CellStart, times: f64) -> CellStart {
    let longer = |ns: u64| (ns as f64 * times) as u64;
    let was = estimates::histogram_from_base64(&start.histogram).expect("an invented histogram");
    let mut histogram = estimates::histogram();
    for step in was.iter_recorded() {
        let ns = longer(step.value_iterated_to());
        histogram.record_n(ns, step.count_at_value()).expect("a time within the bounds");
    }
    let mut parts = start.parts.clone();
    for part in &mut parts {
        part.cpu_ns = part.cpu_ns.map(longer);
    }
    CellStart {
        elapsed_ns: longer(start.elapsed_ns),
        mean_ns: start.mean_ns.map(|ns| ns * times),
        p50_ns: start.p50_ns.map(|ns| ns * times),
        histogram: estimates::histogram_to_base64(&histogram).expect("a histogram in memory"),
        parts,
        ..start.clone()
    }
}

fn pair_on_two_cores(pair: &Contrast) -> Contrast {
    let [first, second] = [&pair.first, &pair.second].map(|lane| factor(lane));
    let longer = |start: &ContrastStart| ContrastStart {
        log_ratio: start.log_ratio + (second / first).ln(),
        first_p50_ns: start.first_p50_ns * first,
        second_p50_ns: start.second_p50_ns * second,
        ..*start
    };
    let starts = pair.starts.iter().map(longer).collect();
    Contrast { placement: "two".into(), starts, ..pair.clone() }
}

/// Adds a cell, and visits like those of the cell at `like`, at the end of the run.
fn add_cell(record: &mut Record, like: u32, cell: Cell) {
    let at = record.cells.len() as u32;
    let times = factor(&cell.lane);
    let visits: Vec<_> = record.visits.iter().filter(|visit| visit.cell == like).cloned().collect();
    for visit in visits {
        let order = record.visits.len() as u32;
        let longer = |ns: f64| ns * times;
        record.visits.push(reports::record::Visit {
            cell: at,
            order,
            elapsed_ns: visit.elapsed_ns.map(|ns| longer(ns as f64) as u64),
            mean_ns: visit.mean_ns.map(longer),
            p50_ns: visit.p50_ns.map(longer),
            ..visit
        });
    }
    record.cells.push(cell);
}
