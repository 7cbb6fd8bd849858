//! What a run measures, decided: every value is there and fits. How it comes about from flags and
//! file is in `input/`.

use crate::{
    drive::workload::Files,
    fleet::against,
    lanes::roster::Known,
    machine::placement::Placement,
    plan::{order::Order, precision::Wanted},
};
use api::{EngineKind, Mode};
use fixtures::{WorkloadKind, WorkloadSize};
use reports::record::NO_ENGINE;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What is to be measured.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// `default`, `quick`, `thorough`, `first look`, `custom`.
    pub(crate) name: &'static str,
    /// As the user named them; none stands for the default lanes.
    pub(crate) lanes: Vec<String>,
    pub(crate) batch: Vec<u32>,
    /// Items per action of the chatty, pipelined and streamed cells.
    pub(crate) spread: Vec<u32>,
    /// What is asked.
    pub(crate) workload: WorkloadKind,
    /// Sizes of its questions, in the workload's unit; the first is the main one.
    pub(crate) sizes: Vec<u32>,
    pub(crate) modes: Vec<Mode>,
    pub(crate) engines: Vec<EngineKind>,
    /// Restarts; where a precision is wanted, the pilot decides.
    pub(crate) starts: u32,
    pub(crate) precision: Option<Wanted>,
    /// Time to measure; time of the whole run where a precision is wanted.
    pub(crate) budget: Duration,
    pub(crate) order: Order,
    pub(crate) placement: Placement,
    pub(crate) deadline: Duration,
    /// How long the user's own callee works for an item.
    pub(crate) service_time: Option<Duration>,
    /// Single calls per second that the user's own system makes.
    pub(crate) calls_per_s: Option<f64>,
    /// How long a load lasts at each point; none where there are no loads.
    pub(crate) load: Option<Duration>,
    pub(crate) seed: u64,
    pub(crate) out: PathBuf,
    /// What the user calls this machine. Not part of the command: whoever repeats the run has a
    /// machine of their own.
    pub(crate) label: Option<String>,
    /// Another build, to be set against this one.
    pub(crate) against: Option<against::Other>,
    /// The name under which the record is kept.
    pub(crate) save: Option<String>,
    pub(crate) files: Files,
    pub(crate) endpoints: BTreeMap<String, String>,
    /// The command that repeats it.
    pub(crate) command: String,
}

impl Plan {
    /// The default run: at most four minutes of measuring, processes' starts included.
    pub(crate) fn standard() -> Self {
        Self {
            name: "default",
            lanes: Vec::new(),
            batch: WorkloadKind::Recommendations.usual_batch().to_vec(),
            spread: vec![8, 64],
            workload: WorkloadKind::Recommendations,
            sizes: WorkloadKind::Recommendations.usual_sizes().to_vec(),
            modes: Mode::ALL.to_vec(),
            engines: vec![EngineKind::Stub, EngineKind::Catalog],
            starts: 5,
            precision: None,
            budget: Duration::from_secs(200),
            order: Order::Interleaved,
            placement: Placement::Free,
            deadline: Duration::from_secs(5),
            service_time: None,
            calls_per_s: None,
            load: None,
            seed: seed_from_clock(),
            out: PathBuf::from("reports/out"),
            label: None,
            against: None,
            save: None,
            files: Files::default(),
            endpoints: BTreeMap::new(),
            command: "tollgate run".into(),
        }
    }

    /// What `tollgate` without arguments measures: one batch size, two restarts, 20 seconds.
    pub(crate) fn first_look() -> Self {
        Self {
            name: "first look",
            batch: vec![1, 64],
            spread: vec![64],
            sizes: vec![10],
            modes: vec![Mode::Chatty, Mode::Batched],
            engines: vec![EngineKind::Stub],
            starts: 2,
            budget: Duration::from_secs(15),
            command: "tollgate".into(),
            ..Self::standard()
        }
    }

    /// What is asked, in each size of the plan: the main one first.
    pub(crate) fn questions(&self) -> impl Iterator<Item = WorkloadSize> {
        let workload = self.workload;
        self.sizes.iter().map(move |&size| WorkloadSize { workload, size })
    }

    /// What the main cells ask.
    pub(crate) fn main_question(&self) -> WorkloadSize {
        WorkloadSize { workload: self.workload, size: self.sizes[0] }
    }

    /// The engine of the main cells as the record names it.
    pub(crate) fn main_engine_name(&self) -> &'static str {
        if self.workload.has_engine() {
            self.engines[0].name()
        } else {
            NO_ENGINE
        }
    }

    /// The endpoint that the user named for a lane.
    pub(crate) fn endpoint_of(&self, lane: &Known) -> Option<&String> {
        self.endpoints
            .get(&lane.about.name)
            .or_else(|| self.endpoints.get(&lane.about.short))
    }
}

fn seed_from_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(1, |since| since.as_nanos() as u64 % 1_000_000_007)
}
