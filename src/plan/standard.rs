//! The plans that nobody has to write: the default run, and the first look.

use crate::plan::{
    keys::{key::Standard, table},
    run_plan::Plan,
};
use api::{EngineKind, Mode};
use fixtures::WorkloadKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

impl Plan {
    /// The default run: at most five minutes of measuring, processes' starts included.
    pub(crate) fn standard() -> Self {
        let mut plan = Self {
            name: "default",
            seed: seed_from_clock(),
            command: "tollgate run".into(),
            ..Self::default()
        };
        plan.ask(WorkloadKind::default());
        for key in table::keys() {
            if let Standard::Is(text) = key.standard {
                key.take(&mut plan, &key.form.values(text))
                    .expect("the defaults of the table fit: its tests take each");
            }
        }
        plan
    }

    /// What `tollgate` without arguments measures: single calls and one batch size in three
    /// restarts, of which an interval needs that many. Most of its time goes to starting processes.
    pub(crate) fn first_look() -> Self {
        Self {
            name: FIRST_LOOK,
            batch: vec![1, 64],
            spread: vec![64],
            sizes: vec![10],
            modes: vec![Mode::Batched],
            engines: vec![EngineKind::Stub],
            starts: 3,
            budget: Duration::from_secs(9),
            command: "tollgate".into(),
            ..Self::standard()
        }
    }

    /// True for a first look, whose time is for one table: it has no stages, floors and
    /// allocations, and of pairs in turns those alone that people choose between.
    pub(crate) fn is_first_look(&self) -> bool {
        self.name == FIRST_LOOK
    }
}

/// The name of what measures cells for a record that has others.
const ADDITION: &str = "addition";

impl Plan {
    /// What measures cells of this plan that a record lacks: visits alone, of this length.
    pub(crate) fn of_addition(&self, starts: u32, visit: Duration) -> Self {
        Self {
            name: ADDITION,
            precision: None,
            load: None,
            service_time: None,
            calls_per_s: None,
            starts,
            visit: Some(visit),
            ..self.clone()
        }
    }

    /// True for a run of visits alone, whose cells go into an earlier record.
    pub(crate) fn is_addition(&self) -> bool {
        self.name == ADDITION
    }
}

/// The name of the first look.
const FIRST_LOOK: &str = "first look";
/// What a first look promises.
pub(crate) const FIRST_LOOK_TIME: Duration = Duration::from_secs(20);

fn seed_from_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(1, |since| since.as_nanos() as u64 % 1_000_000_007)
}
