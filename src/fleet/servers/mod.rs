//! Servers that lanes go through while they run: started for the first lane that needs one, shared
//! by all that do, and gone with the last. A small process of ours attends each: when this program
//! dies, however it does, the attendant sees its stdin end, and takes the server along.

pub(crate) mod attended;
mod probe;

use crate::{
    fleet::launch::{Part, World},
    lanes::servers::{KnownServer, ServerEntry},
    machine::{process::speaker::Speaker, surroundings::Surroundings, topology::ProcessSeat},
    protocol::Endpoint,
    shell::{failure::Failure, files},
};
use std::{
    collections::HashMap,
    fs, io,
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tempfile::TempDir;

/// The file of a server's folder that tells its attendant what it is.
pub(crate) const ENTRY: &str = "tollgate-server.json";
/// The hidden command that attends a server.
pub(crate) const ATTEND: &str = "attend";
/// An attendant has this long beyond the time that a server has.
const BEYOND_START: Duration = Duration::from_secs(5);

/// A server that answers, and goes with the last of those who hold it.
pub(crate) struct Server {
    /// Its attendant, which ends first. None for one of the user's.
    attendant: Option<Mutex<Box<dyn Speaker>>>,
    /// Held for its life.
    _folder: Option<TempDir>,
    /// Where it answers.
    pub(crate) at: Endpoint,
    /// Its own process; none for one of the user's.
    pub(crate) pid: Option<u32>,
    /// From spawning its attendant to the attendant's `ready` line; none as for the process.
    pub(crate) ready: Option<Duration>,
    /// The core that it sits on.
    core: Mutex<Option<usize>>,
}

impl Server {
    /// One of the user's.
    fn given(at: Endpoint) -> Self {
        Self {
            attendant: None,
            _folder: None,
            at,
            pid: None,
            ready: None,
            core: Mutex::default(),
        }
    }

    /// Moves it to this core, unless it sits there, or nobody moves it.
    pub(crate) fn sit_on(&self, core: Option<usize>, around: &dyn Surroundings) -> io::Result<()> {
        let (Some(to), Some(pid)) = (core, self.pid) else { return Ok(()) };
        let mut now = locked(&self.core);
        if *now != core {
            // Until it is there, it is nowhere.
            *now = None;
            around.move_process(pid, ProcessSeat { main_thread: to, other_threads: to })?;
            *now = core;
        }
        Ok(())
    }

    /// The core that it sits on, where that is known.
    pub(crate) fn core(&self) -> Option<usize> {
        *locked(&self.core)
    }

    /// Its own process and that of its attendant, whose group is that of both.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let attendant = self.attendant.as_ref().map(|attendant| locked(attendant).pid());
        attendant.into_iter().chain(self.pid).collect()
    }

    /// True while its attendant has not seen it end.
    fn is_there(&self) -> bool {
        let said = self.attendant.as_ref().map(|attendant| locked(attendant).hear_within(NOW));
        !matches!(said, Some(Err(_)))
    }
}

/// No time.
const NOW: Duration = Duration::ZERO;

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The servers that run now, by name.
pub(crate) struct Servers {
    /// This program's file, which attends them.
    program: PathBuf,
    world: World,
    running: Mutex<HashMap<String, Weak<Server>>>,
}

impl Servers {
    /// None runs yet.
    pub(crate) fn attended_by(program: PathBuf, world: World) -> Self {
        Self { program, world, running: Mutex::default() }
    }

    /// The server that several lanes share: the one that runs, or a new one on this core.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn shared(
        &self,
        known: &KnownServer,
        core: Option<usize>,
    ) -> Result<Arc<Server>, Failure> {
        if let Some(given) = &known.given {
            return Ok(Arc::new(Server::given(given.clone())));
        }
        // Held while one is started: nobody starts a second one meanwhile.
        let mut running = locked(&self.running);
        let name = &known.entry.name;
        if let Some(server) = running.get(name).and_then(Weak::upgrade)
            && server.is_there()
        {
            return Ok(server);
        }
        let server = Arc::new(self.start(&known.entry, None, core)?);
        running.insert(name.clone(), Arc::downgrade(&server));
        Ok(server)
    }

    /// A server that stands before this callee alone.
    ///
    /// # Errors
    /// As [`Self::shared`].
    pub(crate) fn before(
        &self,
        callee: &Endpoint,
        known: &KnownServer,
        core: Option<usize>,
    ) -> Result<Arc<Server>, Failure> {
        self.start(&known.entry, Some(callee), core).map(Arc::new)
    }

    fn start(
        &self,
        entry: &ServerEntry,
        callee: Option<&Endpoint>,
        core: Option<usize>,
    ) -> Result<Server, Failure> {
        let World { launcher, around } = &self.world;
        let folder = folder_of(entry)?;
        let mut command = Command::new(&self.program);
        command.arg(ATTEND).arg(folder.path());
        if let Some(callee) = callee {
            command.arg("--callee").arg(callee.to_string());
        }
        let failed = |error: &dyn std::fmt::Display| Failure::failed(error.to_string());
        let began = around.now();
        let mut attendant = launcher
            .launch(Part::Server(&entry.name), &mut command, core)
            .map_err(|error| failed(&error))?;
        let line =
            attendant.hear(attended::START + BEYOND_START).map_err(|error| failed(&error))?;
        let Some((at, pid)) = ready(&line) else {
            attendant.kill();
            return Err(failed(&attendant.died("said nothing of where it answers")));
        };
        Ok(Server {
            attendant: Some(Mutex::new(attendant)),
            _folder: Some(folder),
            at,
            pid: Some(pid),
            ready: Some(around.since(began)),
            core: Mutex::new(core),
        })
    }
}

/// The line of an attendant whose server answers.
pub(crate) fn ready_line(url: &str, pid: u32) -> String {
    format!("ready {url} {pid}")
}

fn ready(line: &str) -> Option<(Endpoint, u32)> {
    let (url, pid) = line.strip_prefix("ready ")?.trim().split_once(' ')?;
    Some((Endpoint::parse(url), pid.parse().ok()?))
}

/// A fresh folder, in which stands what its attendant is to start.
fn folder_of(entry: &ServerEntry) -> Result<TempDir, Failure> {
    let made = files::private_folder().and_then(|folder| {
        let text = serde_json::to_vec(entry).expect("texts and lists of them");
        fs::write(folder.path().join(ENTRY), text)?;
        Ok(folder)
    });
    made.map_err(|error| {
        Failure::failed(format!(
            "cannot make a folder for server {}: {error}; name another place with TMPDIR",
            entry.name
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_attendant_says_is_read_and_nothing_else() {
        let said = ready(&ready_line("redis://127.0.0.1:7", 42)).expect("its own words");
        assert_eq!(said, (Endpoint::parse("redis://127.0.0.1:7"), 42));
        for line in
            ["", "ready", "ready redis://127.0.0.1:7", "redis://127.0.0.1:7 42", "ready a b"]
        {
            assert!(ready(line).is_none(), "{line}");
        }
    }
}
