//! An invented record of workload `bytes`: single calls of several sizes, and a batch of the main
//! one, over the lanes that leave the process. The others carry no bytes.

use super::{
    Random, Synthetic,
    cells::Shape,
    kinds::{KINDS, Kind},
};
use reports::record::{CALL, Cell, CellStart, NO_ENGINE, PlannedWorkload, Record};

/// Bytes of an item; the first is the main one, as in a plan.
pub(crate) const SIZES: [u32; 7] = [1 << 10, 0, 64, 16 << 10, 64 << 10, 256 << 10, 1 << 20];
/// Items of the batch.
const BATCH: u32 = 8;
/// What each byte takes there and back, as a share of what an item takes with 10 ids.
const OF_ITEM: f64 = 1.0 / 2_000.0;

impl Synthetic {
    /// Invents a record of these sizes, of which the first is the main one.
    pub(crate) fn of_bytes(self, sizes: &[u32]) -> Record {
        let mut record = self.record();
        let mut random = Random(self.seed);
        record.plan.workloads = vec![PlannedWorkload {
            name: "bytes".into(),
            unit: "bytes".into(),
            sizes: sizes.to_vec(),
        }];
        record.plan.engines = vec![NO_ENGINE.into()];
        record.plan.batch = vec![1, BATCH];
        record.plan.spread = Vec::new();
        record.plan.modes = vec!["batched".into()];
        record.cells = self.cells_of(sizes, &mut random);
        record.ladders.clear();
        record.visits = self.visits(&record.cells);
        for lane in record.lanes.iter_mut().filter(|lane| lane.carrier.is_none() && lane.planned) {
            lane.planned = false;
            lane.reason = Some("it carries no bytes".into());
        }
        record.plan.lanes.retain(|name| carriers().any(|kind| kind.name == name));
        let carries = |lane: &str| carriers().any(|kind| kind.name == lane);
        record.resources.retain(|one| carries(&one.lane));
        record.allocations.retain(|one| carries(&one.lane));
        record.cold.retain(|one| carries(&one.lane));
        record
    }

    fn cells_of(self, sizes: &[u32], random: &mut Random) -> Vec<Cell> {
        let luck: Vec<Vec<f64>> = carriers().map(|_| self.luck(random)).collect();
        let mut cells = Vec::new();
        for size in sizes {
            for (kind, luck) in carriers().zip(&luck) {
                cells.push(self.cell_of(kind, *size, 1, luck, random));
                if size == &sizes[0] {
                    cells.push(self.cell_of(kind, *size, BATCH, luck, random));
                }
            }
        }
        cells
    }

    fn cell_of(
        self,
        kind: &Kind,
        size: u32,
        items: u32,
        luck: &[f64],
        random: &mut Random,
    ) -> Cell {
        let mode = if items == 1 { "single" } else { "batched" };
        let ns = kind.call_ns + f64::from(items) * kind.item_ns * OF_ITEM * f64::from(size);
        let mut starts: Vec<CellStart> = Vec::new();
        for (start, luck) in (0u32..).zip(luck) {
            let mut timed = self.start(kind, Shape { mode, items, ids: 0 }, ns * luck, random);
            let crossed = Some(timed.bytes_items * u64::from(size));
            (timed.parts[0].bytes_out, timed.parts[0].bytes_back) = (crossed, crossed);
            starts.push(CellStart { start, ..timed });
        }
        Cell {
            lane: kind.name.into(),
            engine: NO_ENGINE.into(),
            workload: "bytes".into(),
            size,
            mode: mode.into(),
            items,
            kind: CALL.into(),
            placement: "free".into(),
            status: "measured".into(),
            reason: None,
            starts,
        }
    }
}

/// Lanes that carry bytes.
fn carriers() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| kind.codec.is_some() && kind.reason.is_none())
}
