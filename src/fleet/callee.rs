//! A running callee: it says where it answers, and goes with this value.

use crate::{
    fleet::launch::{Part, World},
    machine::process::{ProcessError, speaker::Speaker},
    protocol::{
        Endpoint,
        answers::{SETTINGS, hold_settings},
    },
};
use api::{EngineKind, ServiceTime};
use std::{path::Path, process::Command, time::Duration};
use tempfile::TempDir;

/// How a callee is to answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behaviour {
    pub(crate) engine: EngineKind,
    /// Added to each item, if given.
    pub(crate) service_time: Option<ServiceTime>,
}

impl Behaviour {
    /// An engine at its own speed.
    pub(crate) fn plain(engine: EngineKind) -> Self {
        Self { engine, service_time: None }
    }

    /// How long it sleeps for each item.
    pub(crate) fn sleep_us(&self) -> Option<u64> {
        match self.service_time? {
            ServiceTime::Sleep(time) => Some(time.as_micros() as u64),
            ServiceTime::Spin(_) => None,
        }
    }

    /// Tells a callee how long to work for each item.
    pub(crate) fn add_service_time(&self, command: &mut Command) {
        match self.service_time {
            Some(ServiceTime::Sleep(time)) => {
                command.arg("--service-time-us").arg(time.as_micros().to_string());
            }
            Some(ServiceTime::Spin(time)) => {
                command.arg("--spin-ns").arg(time.as_nanos().to_string());
            }
            None => {}
        }
    }
}

/// A running callee. What it left in its folder goes with it; what it says of other places is
/// nothing that this program would act on.
pub(crate) struct Callee {
    /// Before the folder: it ends first.
    pub(crate) process: Box<dyn Speaker>,
    folder: TempDir,
    pub(crate) endpoint: Endpoint,
    /// From spawning it to its `ready` line.
    pub(crate) ready: Duration,
    /// What it said of itself: what, and its value.
    pub(crate) settings: Vec<(String, String)>,
}

impl Callee {
    /// Starts this callee on this core and waits until it says that it answers. The
    /// folder is its own, for temporary files.
    pub(crate) fn start(
        part: Part<'_>,
        command: &mut Command,
        folder: TempDir,
        core: Option<usize>,
        patience: Duration,
        world: &World,
    ) -> Result<Self, ProcessError> {
        let start = world.around.now();
        let mut process = world.launcher.launch(part, command, core)?;
        let mut settings = Vec::new();
        let mut line = process.hear(patience)?;
        while let Some(setting) = setting_of(&line).filter(|_| settings.len() < SETTINGS) {
            settings.push(setting);
            line = process.hear(patience)?;
        }
        let ready = world.around.since(start);
        hold_settings(&mut settings);
        let endpoint = Endpoint::parse(line.strip_prefix("ready ").map_or("", str::trim));
        if endpoint == Endpoint::None {
            let shown: String = line.chars().filter(|c| !c.is_control()).take(80).collect();
            process.kill();
            let said = format!("said {shown:?} in the place of `ready ENDPOINT`");
            return Err(process.died(&said));
        }
        process.ignore();
        Ok(Self { process, folder, endpoint, ready, settings })
    }

    /// Where it may leave temporary files, all of which go with it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// What a line before `ready` says of the callee: `setting WHAT: VALUE`.
fn setting_of(line: &str) -> Option<(String, String)> {
    let (what, value) = line.strip_prefix("setting ")?.split_once(": ")?;
    Some((what.trim().to_owned(), value.trim().to_owned()))
}
