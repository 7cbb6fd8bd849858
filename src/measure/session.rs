//! What all parts of a run share: what is measured, where processes come from, where results go,
//! and what went wrong so far.

use crate::{
    fleet::{
        Fleet,
        lane_failure::{FailureKind, LaneFailure},
    },
    lanes::roster::Known,
    machine::surroundings::Surroundings,
    plan::{Plan, grid::Planned},
    recorder::Recorder,
    shell::{failure::Failure, progress::Progress},
};
use api::EngineKind;
use fixtures::generate::SplitMix64;
use reports::record::{self, Record};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A run while it goes on.
pub(crate) struct Session<'a> {
    pub(crate) plan: &'a Plan,
    /// The lanes that are measured; all else knows them by their place in this list.
    pub(crate) chosen: Vec<&'a Known>,
    pub(crate) cells: Vec<Planned>,
    pub(crate) fleet: Fleet,
    /// Where the processes of another build come from.
    pub(crate) other_build: Option<Fleet>,
    /// Files of right answers.
    pub(crate) golden: HashMap<EngineKind, PathBuf>,
    /// Requests in the trace.
    pub(crate) requests: usize,
    /// The shortest sample that the clock tells well enough here, ns.
    pub(crate) least_sample_ns: f64,
    pub(crate) random: SplitMix64,
    /// The time, a request to stop, what the machine does meanwhile.
    pub(crate) around: Arc<dyn Surroundings>,
    pub(crate) recorder: Recorder,
    pub(crate) progress: Progress,
    /// The start that is under way, from 0.
    pub(crate) start: u32,
    pub(crate) outcome: Outcome,
}

/// What the exit code and the notes say of a run.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// A driver or a callee failed.
    pub(crate) failed: bool,
    /// An answer was wrong, the books of a load do not agree, or a lane's file changed.
    pub(crate) wrong: bool,
    /// Disturbed visits so far, and those that were made once more.
    pub(crate) disturbed: usize,
    pub(crate) repeated: usize,
    /// Lanes that hung, and are not brought up any more.
    pub(crate) left_out: HashSet<String>,
}

impl Outcome {
    /// Something gave nothing.
    pub(crate) fn add(&mut self, kind: FailureKind) {
        match kind {
            FailureKind::Unsupported => {}
            FailureKind::Failed | FailureKind::DriverLost => self.failed = true,
            FailureKind::WrongAnswer | FailureKind::FileChanged => self.wrong = true,
        }
    }
}

impl Session<'_> {
    /// A start begins. Its order follows from the seed and its number alone: what the starts before
    /// it drew follows from the times that they measured.
    pub(crate) fn begin(&mut self, start: u32) {
        self.start = start;
        self.random = random_of(self.plan.seed, start);
        self.recorder.start(start);
    }

    /// True once the run was asked to stop.
    pub(crate) fn stop_requested(&self) -> bool {
        self.around.stop_requested()
    }

    /// The record of what was measured in so many restarts, stopped or not.
    ///
    /// # Errors
    /// As [`Recorder::snapshot`].
    pub(crate) fn so_far(&mut self, starts_done: u32, finished: bool) -> Result<Record, Failure> {
        let interrupted = self.stop_requested();
        self.recorder.snapshot(record::Progress { starts_done, interrupted, finished })
    }

    /// The engine whose single calls are the main ones.
    pub(crate) fn main_engine(&self) -> EngineKind {
        self.plan.engines[0]
    }

    /// Right answers of the main engine.
    pub(crate) fn main_golden(&self) -> &Path {
        &self.golden[&self.plan.engines[0]]
    }

    /// A golden line to begin with.
    pub(crate) fn draw_first(&mut self) -> usize {
        self.random.below(self.requests.max(1))
    }

    /// Behind the last restart: lanes of which a file was replaced since they were started.
    pub(crate) fn look_at_files(&mut self) {
        for lane in 0..self.chosen.len() {
            if let Err(failure) = self.fleet.check(&self.chosen[lane].about.name) {
                self.lane_failed(lane, None, &failure.into());
            }
        }
    }

    /// A lane that hung is out for the rest of the run: said once, and in the record.
    pub(crate) fn lane_hung(&mut self, lane: &Known) {
        let name = &lane.about.name;
        let text = "it hung once, and is left out of the rest of the run";
        if self.outcome.left_out.insert(name.clone()) {
            self.progress.say(&format!("tollgate: {name}: {text}"));
            self.recorder.note(Some(name), text);
        }
    }

    /// A lane, or one engine of it, is out for the rest of this start: said aloud, and in the
    /// record.
    pub(crate) fn lane_failed(
        &mut self,
        lane: usize,
        engine: Option<EngineKind>,
        failure: &LaneFailure,
    ) {
        let name = &self.chosen[lane].about.name;
        let reason = &failure.reason;
        self.outcome.add(failure.kind);
        let what = engine.map_or_else(String::new, |engine| format!(" (engine {})", engine.name()));
        self.progress
            .say(&format!("tollgate: {name}{what}: {reason}; the others go on"));
        self.recorder.note(Some(name), reason);
        let is_hit =
            |cell: &Planned| cell.lane == lane && engine.is_none_or(|engine| engine == cell.engine);
        let hit = (0..self.cells.len()).filter(|cell| is_hit(&self.cells[*cell]));
        self.recorder.without(hit, failure.is_void(), reason);
    }
}

/// What the start of this number draws from.
fn random_of(seed: u64, start: u32) -> SplitMix64 {
    if start == 0 {
        return SplitMix64(seed);
    }
    SplitMix64(SplitMix64(seed.wrapping_add(start.into())).next_u64())
}
