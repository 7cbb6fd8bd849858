//! Starts what a lane needs: a driver and its callees.

pub(crate) mod against;
pub(crate) mod callee;
pub(crate) mod command;
pub(crate) mod driver;
pub(crate) mod file_identity;
pub(crate) mod image;
pub(crate) mod lane_failure;
pub(crate) mod lane_files;
pub(crate) mod launch;
pub(crate) mod servers;
pub(crate) mod side;

use crate::{
    drive::workload::Workload,
    fleet::{
        callee::{Behaviour, Callee},
        driver::Driver,
        image::Image,
        lane_files::LaneFiles,
        launch::{Part, World, hung_lanes::HungLanes},
        servers::Servers,
    },
    lanes::roster::{Known, library::Library},
    machine::{
        allocations::{Counting, Counts},
        floors::Floors,
        placement::Seats,
        process::ProcessError,
        surroundings::Surroundings,
    },
    protocol::Endpoint,
    shell::{failure::Failure, files},
};
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

/// A callee or a driver has this long to say that it is there: some languages take their time.
const START: Duration = Duration::from_secs(30);

/// Where processes come from: this program, the peers, and the files that they share.
pub(crate) struct Fleet {
    /// The file of this program, or of another build.
    image: Arc<Image>,
    /// Where its processes are started from.
    program: PathBuf,
    /// What else the lanes are made of.
    files: LaneFiles,
    folder: tempfile::TempDir,
    catalog: Catalog,
    /// Peers inside the binary whose files are in the folder.
    peers_written: Mutex<HashSet<String>>,
    /// Makes processes of this program count what they allocate.
    counting: Option<Counting>,
    /// Servers that run, shared by the lanes that go through them.
    servers: Arc<Servers>,
    /// Lanes that hung.
    hung: HungLanes,
    /// Who starts them, and the time.
    world: World,
}

/// The files that a catalog engine reads.
#[derive(Clone)]
struct Catalog {
    products: PathBuf,
    users: PathBuf,
}

impl Fleet {
    /// A folder for what the processes share. `program` is this program's file.
    pub(crate) fn new(program: PathBuf, workload: &Workload) -> Result<Self, Failure> {
        Self::in_world(World::real(), program, workload)
    }

    /// The same in this world.
    pub(crate) fn in_world(
        world: World,
        program: PathBuf,
        workload: &Workload,
    ) -> Result<Self, Failure> {
        let folder = shared_folder()?;
        let (products, users) = workload.write_catalog(folder.path())?;
        Ok(Self::of(
            Arc::new(Image::hold(program)),
            folder,
            Catalog { products, users },
            None,
            HungLanes::default(),
            world,
        ))
    }

    fn of(
        image: Arc<Image>,
        folder: tempfile::TempDir,
        catalog: Catalog,
        counting: Option<Counting>,
        hung: HungLanes,
        world: World,
    ) -> Self {
        let program = image.start_path(folder.path());
        Self {
            servers: Arc::new(Servers::attended_by(program.clone(), world.clone())),
            program,
            image,
            files: LaneFiles::default(),
            folder,
            catalog,
            peers_written: Mutex::default(),
            counting,
            hung,
            world,
        }
    }

    /// The same, that starts no process of a lane that hung.
    pub(crate) fn without_hung_lanes(self) -> Self {
        Self { hung: HungLanes::kept(), ..self }
    }

    /// The same, whose lanes go through the servers of another fleet: two builds share them.
    pub(crate) fn with_servers_of(self, other: &Self) -> Self {
        Self { servers: other.servers.clone(), ..self }
    }

    /// The same program with the same files, whose processes count what they allocate.
    pub(crate) fn counting(&self) -> Result<Self, Failure> {
        let folder = shared_folder()?;
        let counting = Some(Counting::new(folder.path())?);
        let counting = Self::of(
            self.image.clone(),
            folder,
            self.catalog.clone(),
            counting,
            self.hung.clone(),
            self.world.clone(),
        );
        Ok(counting.with_servers_of(self))
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

    /// Processes of a lane are up: notes of which files their code is.
    fn started(&self, lane: &str, driver: &Driver, callee: Option<u32>) {
        let pids: Vec<u32> = [driver.process.pid()].into_iter().chain(callee).collect();
        self.files.note_code(lane, &pids, |file| self.image.is(file));
    }

    /// The lane loads this library of the user's.
    fn check_library(&self, lane: &str, library: &Path) -> Result<(), Failure> {
        self.files.note(lane, [library.to_path_buf()]);
        self.files.check(lane)
    }

    /// Refuses a lane of which a file changed since it was started first.
    pub(crate) fn check(&self, lane: &str) -> Result<(), Failure> {
        self.files.check(lane)
    }

    /// Starts the callee of a lane and waits until it says that it answers.
    /// `at` is where it is to answer, where that is at a server.
    fn callee(
        &self,
        lane: &Known,
        behaviour: Behaviour,
        seats: Seats,
        at: Option<&Endpoint>,
    ) -> Result<Callee, Failure> {
        let mut command = self.command(&lane.about.name, &lane.serve, "serve")?;
        command.arg(&lane.callee_transport).args(["--engine", behaviour.engine.name()]);
        if let Some(server) = at {
            command.arg("--listen").arg(server.to_string());
        }
        lane.hide_credentials(&mut command);
        command.arg("--products").arg(&self.catalog.products);
        command.arg("--users").arg(&self.catalog.users);
        behaviour.add_service_time(&mut command);
        let name = &lane.about.name;
        self.hung.refuse(name)?;
        // Its socket is made in there, and goes with it however it ends.
        let folder =
            files::private_folder_in(self.folder.path()).map_err(|error| no_folder(&error))?;
        command.env("TMPDIR", folder.path());
        let part = Part::Callee(&lane.about);
        Callee::start(part, &mut command, folder, seats.callee, START, &self.world).map_err(
            |error| {
                if error.hung {
                    self.hung.add(name);
                }
                Failure::failed(error.to_string())
            },
        )
    }

    /// Starts the driver of a lane. `padding` is the size of an environment variable that moves its
    /// stack: the luck of one layout must not be the luck of every start.
    pub(crate) fn driver(
        &self,
        lane: &Known,
        padding: usize,
        seats: Seats,
    ) -> Result<Driver, Failure> {
        let mut command = self.command(&lane.about.name, &lane.drive, "drive")?;
        command.env("TOLLGATE_PADDING", "x".repeat(padding));
        lane.hide_credentials(&mut command);
        self.hung.refuse(&lane.about.name)?;
        let hung = self.hung.clone();
        Driver::start(lane, &mut command, seats.driver, START, &self.world, hung)
    }

    /// The time that all of its processes are measured by.
    pub(crate) fn around(&self) -> &Arc<dyn Surroundings> {
        &self.world.around
    }

    /// True where a driver or a callee of this lane hung: it is not started again.
    pub(crate) fn has_hung(&self, lane: &Known) -> bool {
        self.hung.has(&lane.about.name)
    }

    /// The files of the catalog, for a driver that computes itself.
    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Where an in-process lane finds what it loads: nothing to find for lanes of this program.
    fn library(&self, lane: &Known) -> Result<Endpoint, Failure> {
        let (name, bytes) = match &lane.library {
            Some(Library::Built(path)) => return Ok(Endpoint::Library(path.clone())),
            Some(Library::Embedded(name, bytes)) => (name, bytes),
            None => return Ok(Endpoint::None),
        };
        let path = self.folder.path().join(format!("libtollgate-{name}.so"));
        if !path.exists() {
            let failed = |error| Failure::failed(format!("cannot write {path:?}: {error}"));
            fs::write(&path, bytes).map_err(failed)?;
        }
        Ok(Endpoint::Library(path))
    }

    /// The floors of this machine, measured by a process of its own, on these seats; a cache line
    /// goes from the driver's core to `line`.
    pub(crate) fn floors(
        &self,
        each: Duration,
        seats: Seats,
        line: Option<usize>,
    ) -> Result<Floors, Failure> {
        let mut command = self.start_image();
        command.args(["floors", "--each-ms", &each.as_millis().max(1).to_string()]);
        let cores = [
            ("--caller-core", seats.driver),
            ("--callee-core", seats.callee),
            ("--line-core", line),
        ];
        for (side, core) in cores {
            command.args(core.iter().flat_map(|core| [side.to_string(), core.to_string()]));
        }
        let failed = |error: ProcessError| Failure::failed(error.to_string());
        let mut process =
            self.world.launcher.launch(Part::Floors, &mut command, None).map_err(failed)?;
        let line = process.hear(START).map_err(failed)?;
        let unread = |error| Failure::failed(format!("floors: cannot be read: {error}"));
        serde_json::from_str(&line).map_err(unread)
    }
}

/// Gone with the fleet.
fn shared_folder() -> Result<tempfile::TempDir, Failure> {
    files::private_folder().map_err(|error| no_folder(&error))
}

fn no_folder(error: &io::Error) -> Failure {
    Failure::failed(format!(
        "cannot make a temporary folder: {error}; name another place with TMPDIR"
    ))
}
