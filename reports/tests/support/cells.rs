//! Invented cells for the synthetic record: which a lane has, and the times of each start.

use super::{Random, Synthetic, kinds::Kind};
use hdrhistogram::Histogram;
use reports::record::{CALL, Cell, CellPart, CellStart, Part, Plan};
use reports::stats::estimates;

/// What is asked for in a cell.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    pub(super) mode: &'a str,
    pub(super) items: u32,
    /// Ids in a reply.
    pub(super) ids: u32,
}

impl Synthetic {
    /// One cell of a lane; `luck` is what each start does to it.
    pub(super) fn cell(self, kind: &Kind, shape: Shape, luck: &[f64], random: &mut Random) -> Cell {
        let action_ns = action_ns(kind, shape);
        let mut starts = Vec::new();
        for (start, luck) in (0u32..).zip(luck) {
            let timed = self.start(kind, shape, action_ns * luck, random);
            starts.push(CellStart { start, ..timed });
        }
        Cell {
            lane: kind.name.into(),
            engine: "stub".into(),
            workload: "recommendations".into(),
            size: shape.ids,
            mode: shape.mode.into(),
            items: shape.items,
            kind: CALL.into(),
            placement: "free".into(),
            status: "measured".into(),
            reason: None,
            starts,
        }
    }

    /// The first start of a cell whose action takes this long.
    pub(super) fn start(
        self,
        kind: &Kind,
        shape: Shape,
        ns: f64,
        random: &mut Random,
    ) -> CellStart {
        let group = if ns < 500.0 { 64 } else { 1 };
        let samples = (self.samples as f64 / (1.0 + ns / 400_000.0)).max(40.0) as u64;
        let (histogram, elapsed_ns) = distribution(ns * f64::from(group), samples, random);
        let timed = samples * u64::from(group) * u64::from(shape.items);
        let crossing = kind.codec.is_some();
        let cpu = |share: f64| (elapsed_ns as f64 * share) as u64;
        let bytes = |each: u64| if crossing { Some(timed * each) } else { None };
        let caller = CellPart {
            bytes_out: bytes(31),
            bytes_back: bytes(18 + 12 * u64::from(shape.ids)),
            ..part(Part::Caller, cpu(if crossing { 0.52 } else { 1.02 }))
        };
        let callee = crossing.then(|| part(Part::Callee, cpu(0.41)));
        CellStart {
            start: 0,
            visits_done: self.blocks,
            visits_planned: self.blocks,
            group,
            samples,
            items: timed,
            elapsed_ns,
            mean_ns: Some(elapsed_ns as f64 / (samples * u64::from(group)) as f64),
            p50_ns: Some(histogram.value_at_quantile(0.5) as f64 / f64::from(group)),
            histogram: estimates::histogram_to_base64(&histogram)
                .expect("a histogram in memory can be written"),
            clipped: 0,
            wrong: 0,
            errors: 0,
            parts: [caller].into_iter().chain(callee).collect(),
            cpu_items: timed,
            bytes_items: timed,
        }
    }
}

/// A process whose bytes nobody counts.
fn part(part: Part, cpu_ns: u64) -> CellPart {
    CellPart {
        part,
        cpu_ns: Some(cpu_ns),
        bytes_out: None,
        bytes_back: None,
        gc_cycles: None,
    }
}

/// What all items of one action take, ns.
fn action_ns(kind: &Kind, shape: Shape) -> f64 {
    let per_item = kind.item_ns * (0.3 + 0.7 * f64::from(shape.ids) / 10.0);
    let n = f64::from(shape.items);
    match shape.mode {
        "chatty" => n * (kind.call_ns + per_item),
        "pipelined" => n * (0.28 * kind.call_ns + per_item) + 0.72 * kind.call_ns,
        "streamed" => n * (0.11 * kind.call_ns + per_item) + 1.2 * kind.call_ns,
        _ => kind.call_ns + n * per_item,
    }
}

/// Modes and sizes of a lane: a single call, the batch grid, and the sparse grid of the other
/// modes.
pub(super) fn shapes<'a>(kind: &Kind, plan: &'a Plan, ids: u32) -> Vec<Shape<'a>> {
    let shape = |mode: &'a str, items| Shape { mode, items, ids };
    let mut shapes = vec![shape("single", 1)];
    shapes.extend(plan.batch.iter().filter(|n| **n > 1).map(|n| shape("batched", *n)));
    for mode in plan.modes.iter().map(String::as_str) {
        if mode != "batched" && kind.modes.contains(&mode) {
            shapes.extend(plan.spread.iter().map(|n| shape(mode, *n)));
        }
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
