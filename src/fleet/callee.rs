//! A running callee: it says where it answers, and goes with this value.

use crate::{
    machine::process::{Process, ProcessError},
    protocol::Endpoint,
};
use api::{EngineKind, ServiceTime};
use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

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

/// A running callee.
pub(crate) struct Callee {
    pub(crate) process: Process,
    pub(crate) endpoint: String,
    /// From spawning it to its `ready` line.
    pub(crate) ready: Duration,
}

impl Callee {
    /// Starts the callee of this lane on this core and waits until it says that it answers.
    pub(crate) fn start(
        lane: &str,
        command: &mut Command,
        core: Option<usize>,
        patience: Duration,
    ) -> Result<Self, ProcessError> {
        let start = Instant::now();
        let what = format!("callee of {lane}");
        let mut process = Process::start_on(core, what, command)?;
        let line = process.hear(patience)?;
        let ready = start.elapsed();
        let endpoint = line.strip_prefix("ready ").map_or("", str::trim).to_string();
        if endpoint.is_empty() {
            let shown: String = line.chars().filter(|c| !c.is_control()).take(80).collect();
            process.kill();
            let said = format!("said {shown:?} in the place of `ready ENDPOINT`");
            return Err(process.died(&said));
        }
        process.ignore();
        Ok(Self { process, endpoint, ready })
    }
}

impl Drop for Callee {
    /// A callee that was killed could not remove its socket, nor the fresh folder that it stood in.
    fn drop(&mut self) {
        self.process.stop();
        let Endpoint::Unix(path) = Endpoint::parse(&self.endpoint) else {
            return;
        };
        let _ = fs::remove_file(&path);
        let fresh = path.parent().filter(|folder| {
            folder
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("tollgate-"))
        });
        if let Some(folder) = fresh {
            // Only an empty folder goes.
            let _ = fs::remove_dir(folder);
        }
    }
}
