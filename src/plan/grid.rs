//! Which cells are measured: lane x engine x mode x items x size x placement, as far as the plan
//! and the lane go.

use crate::{
    lanes::roster::Known,
    machine::placement::Placement,
    plan::run_plan::{Plan, engine_name},
};
use api::{EngineKind, Mode};
use fixtures::WorkloadSize;

/// One planned cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Index into the run's lanes.
    pub(crate) lane: usize,
    pub(crate) engine: EngineKind,
    /// [`Mode::Chatty`] for one item, which all modes share.
    pub(crate) mode: Mode,
    pub(crate) items: u32,
    /// What each item asks.
    pub(crate) asked: WorkloadSize,
    pub(crate) placement: Placement,
}

impl Planned {
    /// A cell of those that share half of their lane's time: a single call, main engine, main
    /// size, in any placement.
    pub(crate) fn is_main(&self, plan: &Plan) -> bool {
        self.items == 1 && self.engine == plan.engines[0] && self.asked == plan.main_question()
    }

    /// The one of them in the main placement.
    pub(crate) fn is_first(&self, plan: &Plan) -> bool {
        self.is_main(plan) && self.placement == plan.main_placement()
    }

    /// The engine as the record names it.
    pub(crate) fn engine_name(&self) -> &'static str {
        engine_name(self.engine, self.asked.workload)
    }

    /// The mode as the record names it.
    pub(crate) fn mode_name(&self) -> &'static str {
        if self.items == 1 { "single" } else { self.mode.name() }
    }
}

/// The cells of these lanes.
pub(crate) fn cells(plan: &Plan, lanes: &[&Known]) -> Vec<Planned> {
    if plan.workload.has_engine() {
        answered_cells(plan, lanes)
    } else {
        echoed_cells(plan, lanes)
    }
}

/// Every size of a workload without an engine: one item, and every batch of it that one message
/// holds, as one echo and as single ones. Whatever carries bytes can do both. Single calls of the
/// main size are measured in every placement of their lane, all else in the first.
fn echoed_cells(plan: &Plan, lanes: &[&Known]) -> Vec<Planned> {
    let (mut cells, placement) = (Vec::new(), plan.main_placement());
    for (lane, known) in lanes.iter().enumerate() {
        for asked in plan.questions() {
            let most = plan.workload.most_items(asked.size);
            let cell = |mode, items| Planned {
                lane,
                engine: plan.engines[0],
                mode,
                items,
                asked,
                placement,
            };
            let single = cell(Mode::Chatty, 1);
            let everywhere = plan.placements_of(known);
            let many = if asked == plan.main_question() { everywhere.len() } else { 1 };
            let placed = everywhere.iter().take(many);
            cells.extend(placed.map(|&placement| Planned { placement, ..single }));
            for (mode, batches) in [(Mode::Batched, &plan.batch), (Mode::Chatty, &plan.spread)] {
                let fit = batches.iter().filter(|items| (2..=most).contains(*items));
                let wanted = fit.filter(|_| plan.modes.contains(&mode));
                cells.extend(wanted.map(|&items| cell(mode, items)));
            }
        }
    }
    cells
}

/// The cells of a workload that engines answer. The main engine and size get the whole grid; other
/// sizes are measured at one item and at one batch, other engines at one item. Single calls and
/// batches of the main engine and size are measured in every placement of their lane, all else in
/// the first.
fn answered_cells(plan: &Plan, lanes: &[&Known]) -> Vec<Planned> {
    let mut cells = Vec::new();
    for (lane, known) in lanes.iter().enumerate() {
        let (engine, main) = (plan.engines[0], plan.main_question());
        let placement = plan.main_placement();
        let cell =
            |mode, items, asked, engine| Planned { lane, engine, mode, items, asked, placement };
        let wanted = |mode: &Mode| plan.modes.contains(mode) && known.modes.contains(mode);
        for &placement in plan.placements_of(known) {
            let placed = |mode, items| Planned { placement, ..cell(mode, items, main, engine) };
            cells.push(placed(Mode::Chatty, 1));
            if wanted(&Mode::Batched) {
                let sizes = plan.batch.iter().filter(|items| **items > 1);
                cells.extend(sizes.map(|&items| placed(Mode::Batched, items)));
            }
        }
        for mode in [Mode::Chatty, Mode::Pipelined, Mode::Streamed] {
            let sizes = plan.spread.iter().filter(|_| wanted(&mode));
            cells.extend(sizes.map(|&items| cell(mode, items, main, engine)));
        }
        let one_batch = plan.batch.iter().copied().filter(|items| (2..=64).contains(items)).max();
        for asked in plan.questions().skip(1) {
            cells.push(cell(Mode::Chatty, 1, asked, engine));
            if let Some(items) = one_batch.filter(|_| wanted(&Mode::Batched)) {
                cells.push(cell(Mode::Batched, items, asked, engine));
            }
        }
        // A lane without answers has no engine to compare; a callee that the user runs has one.
        let fixed = plan.endpoint_of(known).is_some() && !known.about.in_process;
        let engines = plan.engines[1..].iter().filter(|_| known.about.answers && !fixed);
        cells.extend(engines.map(|&engine| cell(Mode::Chatty, 1, main, engine)));
    }
    cells
}
