//! What a process is started as, and the two things that every process of a run comes with: who
//! starts it, and the time that it is measured by. In tests of the coordinator both are scripted.

pub(crate) mod hung_lanes;
#[cfg(test)]
pub(crate) mod scripted;

use crate::machine::{
    process::{Process, ProcessError, speaker::Speaker},
    surroundings::{Surroundings, ThisMachine},
};
use reports::record::Lane;
use std::{process::Command, sync::Arc};

/// What a process is to its run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// It calls for this lane.
    Driver(&'a Lane),
    /// It answers for this lane.
    Callee(&'a Lane),
    /// It attends the server of this name.
    Server(&'a str),
    /// It measures what this machine cannot be faster than.
    Floors,
}

impl Part<'_> {
    /// In messages.
    fn what(&self) -> String {
        match self {
            Self::Driver(lane) => format!("driver of {}", lane.name),
            Self::Callee(lane) => format!("callee of {}", lane.name),
            Self::Server(name) => format!("server {name}"),
            Self::Floors => "floors".into(),
        }
    }
}

/// Starts processes.
pub(crate) trait Launcher: Send + Sync {
    /// Starts this part of a run by this command on this core; none is wherever.
    fn launch(
        &self,
        part: Part<'_>,
        command: &mut Command,
        core: Option<usize>,
    ) -> Result<Box<dyn Speaker>, ProcessError>;
}

/// Starts what the command names.
#[derive(Clone, Copy, Debug)]
struct Processes;

impl Launcher for Processes {
    fn launch(
        &self,
        part: Part<'_>,
        command: &mut Command,
        core: Option<usize>,
    ) -> Result<Box<dyn Speaker>, ProcessError> {
        Ok(Box::new(Process::start_on(core, part.what(), command)?))
    }
}

/// What a run has its processes and its time from.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) launcher: Arc<dyn Launcher>,
    pub(crate) around: Arc<dyn Surroundings>,
}

impl World {
    /// Processes of this machine, and its time.
    pub(crate) fn real() -> Self {
        Self { launcher: Arc::new(Processes), around: Arc::new(ThisMachine) }
    }
}
