//! What stands of a record in a list of runs: when, where, what was planned. It holds no figure.

use crate::record::{Plan, Record};
use std::collections::BTreeMap;

/// The head of a record.
#[derive(Clone, Debug)]
pub struct RecordHead {
    /// Start of the run, RFC 3339, UTC.
    pub started_at: String,
    /// What its user calls the machine.
    pub label: Option<String>,
    /// What was planned, later additions included.
    pub plan: Plan,
    /// What was added later, as `batch +32`.
    pub added: Vec<String>,
    /// The names of planned lanes as shown, by their full names.
    pub shorts: BTreeMap<String, String>,
}

impl RecordHead {
    /// The head of this record.
    pub fn of(record: &Record) -> Self {
        let planned = record.lanes.iter().filter(|lane| record.plan.lanes.contains(&lane.name));
        let shorts = planned.map(|lane| (lane.name.clone(), lane.short.clone()));
        Self {
            started_at: record.started_at.clone(),
            label: record.environment.label.clone(),
            plan: record.plan.clone(),
            added: record.additions.iter().map(|one| one.asked.clone()).collect(),
            shorts: shorts.collect(),
        }
    }
}
