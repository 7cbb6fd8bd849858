//! Starts what a lane needs: a driver and its callees.

pub(crate) mod against;
pub(crate) mod driver;

use crate::{
    drive::workload::Workload,
    lanes::{
        peers,
        roster::{Known, Program},
    },
    machine::{
        allocations::{Counting, Counts},
        floors::Floors,
        process::{Process, ProcessError},
    },
    protocol::{self, Endpoint, Hello, Open, Order},
    shell::failure::Failure,
};
pub(crate) use crate::{
    fleet::driver::{Driver, Trouble},
    machine::placement::Seats,
};
use api::{EngineKind, ServiceTime};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::{Duration, Instant},
};

/// A callee or a driver has this long to say that it is there: a language that compiles at its
/// start may need it.
const START: Duration = Duration::from_secs(30);

/// Where processes come from: this program, the peers, and the files that they share.
pub(crate) struct Fleet {
    program: PathBuf,
    folder: tempfile::TempDir,
    products: PathBuf,
    users: PathBuf,
    peers_written: OnceLock<()>,
    /// Makes processes of this program count what they allocate.
    counting: Option<Counting>,
}

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
    fn sleep_us(&self) -> Option<u64> {
        match self.service_time? {
            ServiceTime::Sleep(time) => Some(time.as_micros() as u64),
            ServiceTime::Spin(_) => None,
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

impl Fleet {
    /// A folder for what the processes share. `program` is this program's file.
    pub(crate) fn new(program: PathBuf, workload: &Workload) -> Result<Self, Failure> {
        let folder = shared_folder()?;
        let (products, users) = workload.write_catalog(folder.path())?;
        Ok(Self {
            program,
            folder,
            products,
            users,
            peers_written: OnceLock::new(),
            counting: None,
        })
    }

    /// The same program with the same files, whose processes count what they allocate.
    pub(crate) fn counting(&self) -> Result<Self, Failure> {
        let folder = shared_folder()?;
        let counting = Some(Counting::new(folder.path())?);
        let (program, products, users) =
            (self.program.clone(), self.products.clone(), self.users.clone());
        Ok(Self {
            program,
            folder,
            products,
            users,
            peers_written: OnceLock::new(),
            counting,
        })
    }

    /// What the driver (`drive`) or the callee (`serve`) that was started last has allocated so
    /// far, where it counts.
    pub(crate) fn counts(&self, own: &str) -> Option<Counts> {
        self.counting.as_ref()?.read(own)
    }

    /// Writes a file of golden answers for drivers.
    pub(crate) fn write_golden(&self, name: &str, lines: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(name);
        fs::write(&path, lines).map_err(|error| {
            Failure::failed(format!("cannot write the golden answers: {error}"))
        })?;
        Ok(path)
    }

    fn peers(&self) -> Result<PathBuf, Failure> {
        let folder = self.folder.path().join("peers");
        if self.peers_written.get().is_none() {
            peers::write(&folder)?;
            let _ = self.peers_written.set(());
        }
        Ok(folder)
    }

    fn command(&self, program: &Program, own: &str) -> Result<Command, Failure> {
        let words = match program {
            Program::Own => {
                let mut command = Command::new(&self.program);
                command.arg(own);
                if let Some(counting) = &self.counting {
                    counting.preload(&mut command, own)?;
                }
                return Ok(command);
            }
            Program::Peer { folder, words } => {
                let folder = self.peers()?.join(folder).display().to_string();
                words.iter().map(|word| word.replace("{folder}", &folder)).collect()
            }
            Program::Given(words) => words.clone(),
        };
        let mut words = words.iter();
        let mut command = Command::new(words.next().map_or("", String::as_str));
        command.args(words);
        Ok(command)
    }

    /// Where a lane's engine answers: in a callee, which is started, or in the driver, by what it
    /// loads.
    pub(crate) fn endpoint(
        &self,
        lane: &Known,
        behaviour: Behaviour,
        seats: Seats,
    ) -> Result<(String, Option<Callee>), Failure> {
        if lane.about.in_process {
            return Ok((self.library(lane)?, None));
        }
        let callee = self.callee(lane, behaviour, seats)?;
        Ok((callee.endpoint.clone(), Some(callee)))
    }

    /// Starts the callee of a lane and waits until it says that it answers.
    fn callee(&self, lane: &Known, behaviour: Behaviour, seats: Seats) -> Result<Callee, Failure> {
        let about = &lane.about;
        let mut command = self.command(&lane.serve, "serve")?;
        command.arg(&about.transport).args(["--engine", behaviour.engine.name()]);
        command.arg("--products").arg(&self.products).arg("--users").arg(&self.users);
        match behaviour.service_time {
            Some(ServiceTime::Sleep(time)) => {
                command.arg("--service-time-us").arg(time.as_micros().to_string());
            }
            Some(ServiceTime::Spin(time)) => {
                command.arg("--spin-ns").arg(time.as_nanos().to_string());
            }
            None => {}
        }
        let what = format!("callee of {}", about.name);
        let failed = |error: ProcessError| Failure::failed(error.to_string());
        let start = Instant::now();
        let mut process = Process::start_on(seats.callee, what, &mut command).map_err(failed)?;
        let line = process.hear(START).map_err(failed)?;
        let ready = start.elapsed();
        let Some(endpoint) = line
            .strip_prefix("ready ")
            .map(str::trim)
            .filter(|endpoint| !endpoint.is_empty())
        else {
            let shown: String = line.chars().take(80).collect();
            process.kill();
            return Err(failed(
                process.died(&format!("said {shown:?} in the place of `ready ENDPOINT`")),
            ));
        };
        let endpoint = endpoint.to_string();
        process.ignore();
        Ok(Callee { endpoint, process, ready })
    }

    /// Where an in-process lane finds what it loads: nothing to find for lanes of this program.
    fn library(&self, lane: &Known) -> Result<String, Failure> {
        let foreign = lane.about.caller != "rust";
        let Some(library) = lane.library.filter(|_| foreign) else {
            return Ok(String::new());
        };
        let path = self.folder.path().join(format!("libtollgate-{}.so", lane.about.callee));
        if !path.exists() {
            fs::write(&path, library).map_err(|error| {
                Failure::failed(format!(
                    "cannot write the library for {}: {error}",
                    lane.about.name
                ))
            })?;
        }
        Ok(Endpoint::Library(path).to_string())
    }

    /// Starts the driver of a lane. `padding` is the size of an environment variable that moves its
    /// stack: the luck of one layout must not be the luck of every start.
    pub(crate) fn driver(
        &self,
        lane: &Known,
        padding: usize,
        seats: Seats,
    ) -> Result<Driver, Failure> {
        let about = &lane.about;
        let mut command = self.command(&lane.drive, "drive")?;
        command.env("TOLLGATE_PADDING", "x".repeat(padding));
        let what = format!("driver of {}", about.name);
        let process = Process::start_on(seats.driver, what, &mut command);
        let mut driver = Driver {
            process: process.map_err(|error| Failure::failed(error.to_string()))?,
        };
        let hello: Result<Hello, Trouble> =
            driver.tell(&Order::Hello { protocol: protocol::VERSION }, START);
        let hello = hello.map_err(|trouble| Failure::failed(trouble.to_string()))?;
        if hello.protocol != protocol::VERSION || !hello.transports.contains(&about.transport) {
            return Err(Failure::failed(format!(
                "driver of {}: speaks protocol {} and {:?}; protocol {} and `{}` are needed",
                about.name,
                hello.protocol,
                hello.transports,
                protocol::VERSION,
                about.transport
            )));
        }
        Ok(driver)
    }

    /// The floors of this machine, measured by a process of its own.
    pub(crate) fn floors(&self, each: Duration, seats: Seats) -> Result<Floors, Failure> {
        let mut command = Command::new(&self.program);
        command.args(["floors", "--each-ms", &each.as_millis().max(1).to_string()]);
        for (side, core) in [("--caller-core", seats.driver), ("--callee-core", seats.callee)] {
            command.args(core.iter().flat_map(|core| [side.to_string(), core.to_string()]));
        }
        let failed = |error: ProcessError| Failure::failed(error.to_string());
        let mut process = Process::start("floors", &mut command).map_err(failed)?;
        let line = process.hear(START).map_err(failed)?;
        let unread = |error| Failure::failed(format!("floors: cannot be read: {error}"));
        serde_json::from_str(&line).map_err(unread)
    }

    /// An order to open a connection on this lane.
    pub(crate) fn open_order(
        &self,
        id: u32,
        lane: &Known,
        endpoint: &str,
        to: &OpenTo<'_>,
    ) -> Order {
        // Where the driver computes itself: always in-process, and when the engine is timed alone.
        let here = lane.about.in_process || lane.is_own();
        Order::Open(Open {
            id,
            transport: lane.about.transport.clone(),
            endpoint: endpoint.into(),
            engine: to.behaviour.engine.name().into(),
            deadline_ms: to.deadline.as_millis() as u64,
            golden: to.golden.display().to_string(),
            first_max_results: to.first_max_results,
            products: here.then(|| self.products.display().to_string()),
            users: here.then(|| self.users.display().to_string()),
            service_time_us: to.behaviour.sleep_us().filter(|_| lane.about.in_process),
            callee_pid: to.callee_pid,
        })
    }
}

/// Gone with the fleet.
fn shared_folder() -> Result<tempfile::TempDir, Failure> {
    let folder = tempfile::Builder::new().prefix("tollgate-").tempdir();
    folder.map_err(|error| Failure::failed(format!("cannot make a temporary folder: {error}")))
}

/// What a connection is opened to.
pub(crate) struct OpenTo<'a> {
    pub(crate) behaviour: Behaviour,
    pub(crate) deadline: Duration,
    pub(crate) golden: &'a Path,
    /// Ids that the first call asks for; the golden line's own number if none.
    pub(crate) first_max_results: Option<u32>,
    pub(crate) callee_pid: Option<u32>,
}
