//! Lanes whose driver or callee said nothing for as long as it was given. Each wait is bounded, but
//! a run asks a lane hundreds of times: one that hung once is not asked again in the same run.

use crate::shell::failure::Failure;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The lanes of one run that hung, by name; every copy is the same list. The default keeps none:
/// the conformance suite holds a lane to one case after another, whatever became of it in others.
#[derive(Clone, Debug, Default)]
pub(crate) struct HungLanes(Option<Arc<Mutex<BTreeSet<String>>>>);

impl HungLanes {
    /// A list that is kept.
    pub(crate) fn kept() -> Self {
        Self(Some(Arc::default()))
    }

    pub(crate) fn add(&self, lane: &str) {
        if let Some(lanes) = &self.0 {
            lanes.lock().unwrap_or_else(PoisonError::into_inner).insert(lane.to_owned());
        }
    }

    pub(crate) fn has(&self, lane: &str) -> bool {
        let lanes = self.0.as_ref();
        lanes.is_some_and(|lanes| {
            lanes.lock().unwrap_or_else(PoisonError::into_inner).contains(lane)
        })
    }

    /// # Errors
    /// The lane hung: no process of it is started again.
    pub(crate) fn refuse(&self, lane: &str) -> Result<(), Failure> {
        if self.has(lane) {
            let line = format!("{lane} hung earlier in this run, and is not asked again");
            Err(Failure::failed(line))
        } else {
            Ok(())
        }
    }
}
