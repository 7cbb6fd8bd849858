//! Gathers what a run measures into its record. It is written to and asked nothing, but for the
//! whole record as it stands.

pub(crate) mod cell_start;
pub(crate) mod cells;
pub(crate) mod contrasts;
pub(crate) mod head;
pub(crate) mod interleaving;
pub(crate) mod lanes;
pub(crate) mod loads;
pub(crate) mod public_text;
pub(crate) mod resources;
pub(crate) mod stages;
pub(crate) mod visit;

pub(crate) use crate::recorder::{
    resources::{ProcessNow, Used, UsedAround},
    visit::{BehindServer, Bytes, CellVisit},
};
use crate::{
    drive::workload::Workload,
    lanes::roster::{Known, Roster},
    machine::{
        floors::Floors,
        placement::Placement,
        surroundings::{
            Surroundings,
            noise::{Disturbance, MachineWatch},
        },
    },
    plan::{
        Plan,
        grid::Planned,
        schedule::{Schedule, Slot},
    },
    protocol::{Opened, Visited},
    recorder::{
        cells::CellsRecord, contrasts::ContrastsRecord, head::Head, interleaving::ControlsRecord,
        lanes::LanesRecord, loads::LoadsRecord, public_text::PublicText,
        resources::ResourcesRecord, stages::StagesRecord,
    },
    shell::failure::Failure,
};
use reports::record::{
    self, Build, Contrast, ContrastStart, Environment, Floor, Ladder, LoadPoint, Loads, Note, Part,
    Progress, Record, SearchStep,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The record in the making.
pub(crate) struct Recorder {
    pub(crate) head: Head,
    pub(crate) lanes: LanesRecord,
    cells: CellsRecord,
    controls: ControlsRecord,
    resources: ResourcesRecord,
    pub(crate) stages: StagesRecord,
    contrasts: ContrastsRecord,
    pub(crate) loads: LoadsRecord,
    /// Which lanes were alive together.
    pub(crate) groups: Vec<record::Group>,
    public: PublicText,
    /// The start that is under way.
    start: u32,
    began: Instant,
    around: Arc<dyn Surroundings>,
    machine: MachineWatch,
}

/// What a record is begun with.
pub(crate) struct Beginning<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) workload: &'a Workload,
    pub(crate) roster: &'a Roster,
    /// The lanes that are measured, of which cells know their place.
    pub(crate) lanes: &'a [&'a Known],
    pub(crate) cells: &'a [Planned],
    pub(crate) schedule: &'a Schedule,
    /// The machine.
    pub(crate) environment: Environment,
    /// The time, and what the machine does meanwhile.
    pub(crate) around: Arc<dyn Surroundings>,
}

impl Recorder {
    pub(crate) fn new(beginning: Beginning<'_>) -> Self {
        let Beginning { plan, workload, roster, lanes, cells, schedule, .. } = beginning;
        let (environment, around) = (beginning.environment, beginning.around);
        let distances = Placement::distances(&plan.placements, around.topology());
        let head = Head::new(plan, lanes, schedule, workload.about(), environment);
        let head = Head { plan: record::Plan { distances, ..head.plan }, ..head };
        Self {
            head,
            lanes: LanesRecord::new(&roster.known, lanes, plan),
            cells: CellsRecord::new(plan, lanes, cells, schedule),
            controls: ControlsRecord::default(),
            resources: ResourcesRecord::new(plan),
            stages: StagesRecord::default(),
            contrasts: ContrastsRecord::default(),
            loads: LoadsRecord::default(),
            groups: Vec::new(),
            public: PublicText::of_run(plan, roster),
            start: 0,
            began: around.now(),
            machine: MachineWatch::begin(around.cpu_ticks()),
            around,
        }
    }

    /// Contrasts to come; they are known by their place in this list.
    pub(crate) fn plan_contrasts(&mut self, contrasts: Vec<Contrast>, other: Option<Build>) {
        self.contrasts = ContrastsRecord { contrasts, other_build: other };
    }

    /// Lanes whose stages are measured, and floors to come.
    pub(crate) fn plan_stages(&mut self, lanes: Vec<Ladder>, floors: Vec<Floor>) {
        self.stages = StagesRecord { lanes, floors, allocations: Vec::new() };
    }

    /// Loads to come.
    pub(crate) fn plan_loads(&mut self, loads: Option<Loads>) {
        self.loads = LoadsRecord { loads };
    }

    /// From the next start on there are so many in all, and visits as in this schedule.
    pub(crate) fn reschedule(&mut self, starts: u32, schedule: &Schedule) {
        self.head.plan.starts = starts;
        self.head.plan.blocks = schedule.blocks;
        self.cells.reschedule(schedule);
    }

    /// A start begins.
    pub(crate) fn start(&mut self, start: u32) {
        self.start = start;
    }

    /// The cold path of a lane; `ready` is how long its callee took to start.
    pub(crate) fn cold(&mut self, lane: &str, ready: Vec<(Part, Duration)>, opened: &Opened) {
        self.lanes.cold(lane, self.start, ready, opened);
    }

    /// Something a reader should know. The same words are said once a start.
    pub(crate) fn note(&mut self, lane: Option<&str>, text: &str) {
        self.lanes.note(Note {
            start: Some(self.start),
            lane: lane.map(Into::into),
            text: self.public.of(text),
        });
    }

    /// These cells give nothing more in this start; `void` where an answer was wrong.
    pub(crate) fn without(&mut self, cells: impl Iterator<Item = usize>, void: bool, reason: &str) {
        let cause = format!("restart {}: {}", self.start + 1, self.public.of(reason));
        cells.for_each(|cell| self.cells.without(cell, void, &cause));
    }

    /// A visit that was made, whether or not it counts.
    pub(crate) fn visit(
        &mut self,
        visit: &CellVisit,
        disturbance: &Disturbance,
    ) -> Result<(), Failure> {
        self.cells.made(self.start, visit, disturbance)?;
        self.machine.add(&disturbance.machine);
        if visit.is_void() {
            self.failed_visit(visit.slot.cell, &visit.visited);
        }
        Ok(())
    }

    /// A visit counts: it enters every sum of its cell.
    pub(crate) fn count(&mut self, visit: &CellVisit) -> Result<(), Failure> {
        self.cells.count(visit)?;
        if self.cells.is_first(visit.slot.cell) {
            let lane = self.cells.lane(visit.slot.cell);
            self.controls.first_samples(visit.slot.cell, lane, &visit.visited);
        }
        Ok(())
    }

    /// An answer was wrong, or a call failed: it voids the cell.
    pub(crate) fn failed_visit(&mut self, cell: usize, visited: &Visited) {
        self.without(std::iter::once(cell), true, &visited.cause());
    }

    /// What both sides used in a visit of the cell, if it is a main single call of its lane.
    pub(crate) fn used(&mut self, cell: usize, visited: &Visited, used: &UsedAround) {
        if let Some(placement) = self.cells.main(cell) {
            let whose = (self.cells.lane(cell), placement);
            self.resources.used(whose, self.start, visited, used);
        }
    }

    /// A visit without interruption. One that went wrong voids its cell like any other.
    pub(crate) fn uninterrupted(&mut self, slot: &Slot, visited: &Visited) {
        if visited.wrong + visited.errors > 0 {
            return self.failed_visit(slot.cell, visited);
        }
        let lane = self.cells.lane(slot.cell);
        self.controls.uninterrupted(lane, self.start, slot, visited);
    }

    /// A stage gives nothing more; the first reason is kept.
    pub(crate) fn without_stage(&mut self, lane: &str, stage: &str, reason: &str) {
        self.stages.without(lane, stage, self.public.of(reason));
    }

    /// The floors of this start, or why there are none.
    pub(crate) fn floors(&mut self, measured: Result<Floors, String>) {
        match measured {
            Ok(measured) => self.stages.floors_of_start(self.start, measured),
            Err(reason) => self.stages.without_floors(&self.public.of(&reason)),
        }
    }

    /// One fresh start of a contrast: ln(second / first), and the median call of each side, ns.
    pub(crate) fn contrast(&mut self, at: usize, log_ratio: f64, p50_ns: [f64; 2]) {
        let [first_p50_ns, second_p50_ns] = p50_ns;
        let start = ContrastStart { start: self.start, log_ratio, first_p50_ns, second_p50_ns };
        self.contrasts.started(at, start);
    }

    /// A contrast gives nothing more.
    pub(crate) fn without_contrast(&mut self, at: usize, wrong: bool, reason: &str) {
        self.contrasts.failed(at, wrong, self.public.of(reason));
    }

    /// A step of the search for a lane's capacity.
    pub(crate) fn searched(&mut self, lane: &str, mut step: SearchStep) {
        step.reasons = step.reasons.iter().map(|said| self.public.of(said)).collect();
        self.loads.searched(lane, self.start, step);
    }

    /// A point of the open loop.
    pub(crate) fn loaded(&mut self, lane: &str, mut point: LoadPoint) {
        point.reasons = point.reasons.iter().map(|said| self.public.of(said)).collect();
        self.loads.loaded(lane, self.start, point);
    }

    /// A lane has no loads, or not all; the first reason is kept.
    pub(crate) fn without_load(&mut self, lane: &str, reason: &str) {
        self.loads.without(lane, self.public.of(reason));
    }

    /// The record as it stands, complete in itself. Every visit that is to count has been counted.
    pub(crate) fn snapshot(&mut self, progress: Progress) -> Result<Record, Failure> {
        self.cells.settle_start()?;
        self.controls.settle_first(self.start);
        Ok(self.told(progress, &self.cells))
    }

    /// The same in the midst of a restart, to which more is added. Visits that wait for a repeat
    /// count as if none came.
    pub(crate) fn midway<'v>(
        &self,
        progress: Progress,
        waiting: impl Iterator<Item = &'v CellVisit>,
    ) -> Result<Record, Failure> {
        Ok(self.told(progress, &self.cells.midway(waiting)?))
    }

    fn told(&self, progress: Progress, cells: &CellsRecord) -> Record {
        let head = &self.head;
        Record {
            format: record::FORMAT.into(),
            version: record::VERSION,
            tollgate: head.tollgate.clone(),
            started_at: head.started_at.clone(),
            command: head.command.clone(),
            seed: head.seed,
            plan: head.plan.clone(),
            data: head.data.clone(),
            against: self.contrasts.other_build.clone(),
            elapsed_s: self.around.since(self.began).as_secs_f64(),
            cells: cells.settled(head.plan.starts, progress.interrupted),
            under_way: head.under_way.filter(|_| !progress.interrupted && !progress.finished),
            progress,
            environment: self.machine.told(&head.environment, self.around.cpu_ticks()),
            lanes: self.lanes.lanes.clone(),
            contrasts: self.contrasts.contrasts.clone(),
            ladders: self.stages.lanes.clone(),
            resources: self.resources.lanes.clone(),
            floors: self.stages.floors.clone(),
            allocations: self.stages.allocations.clone(),
            loads: self.loads.loads.clone(),
            controls: self.controls.controls.clone(),
            groups: self.groups.clone(),
            criterion: head.criterion.clone(),
            additions: Vec::new(),
            visits: cells.visits.clone(),
            cold: self.lanes.cold.clone(),
            notes: self.lanes.notes.clone(),
        }
    }
}
