//! What a record holds from the beginning: what was planned, of which build, on which machine,
//! when.

use crate::{
    lanes::roster::Known,
    machine::environment,
    plan::{Plan, schedule::Schedule},
};
use reports::record::{self, Build, CriterionEstimate, Data, Environment, UnderWay};
use std::time::SystemTime;

/// What is known before anything is measured.
pub(crate) struct Head {
    pub(crate) tollgate: Build,
    /// RFC 3339.
    pub(crate) started_at: String,
    pub(crate) command: String,
    pub(crate) seed: u64,
    /// What a pilot makes of it is written into it.
    pub(crate) plan: record::Plan,
    pub(crate) data: Data,
    pub(crate) environment: Environment,
    /// What criterion measured of this build, where the run was told of it.
    pub(crate) criterion: Vec<CriterionEstimate>,
    /// What the run expects, for a record that is written while it goes on.
    pub(crate) under_way: Option<UnderWay>,
}

impl Head {
    pub(crate) fn new(
        plan: &Plan,
        lanes: &[&Known],
        schedule: &Schedule,
        data: Data,
        environment: Environment,
    ) -> Self {
        Self {
            tollgate: environment::build(),
            started_at: now_utc(),
            command: plan.command.clone(),
            seed: plan.seed,
            plan: planned(plan, lanes, schedule),
            data,
            environment: Environment { label: plan.label.clone(), ..environment },
            criterion: Vec::new(),
            under_way: None,
        }
    }
}

/// What was planned, before a pilot has decided anything.
fn planned(plan: &Plan, lanes: &[&Known], schedule: &Schedule) -> record::Plan {
    record::Plan {
        name: plan.name.into(),
        lanes: lanes.iter().map(|lane| lane.about.name.clone()).collect(),
        also_measured: plan.also_measured.clone(),
        blocks: schedule.blocks,
        ..plan.recorded()
    }
}

/// Now, RFC 3339 in UTC, whole seconds. Civil date from days as in Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms".
fn now_utc() -> String {
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (days, rest) = ((seconds / 86_400) as i64, seconds % 86_400);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
