//! Brings one side of a comparison up, or the only one: a driver, what answers it, and an open
//! connection between the two. The one place that does it.

use crate::{
    fleet::{
        Fleet,
        callee::{Behaviour, Callee},
        driver::{Driver, DriverError},
        lane_failure::LaneFailure,
    },
    lanes::roster::Known,
    machine::placement::Seats,
    protocol::{Endpoint, Open, Opened, recommendations},
    shell::failure::Failure,
};
use fixtures::WorkloadSize;
use std::{path::Path, time::Duration};

/// Environment variables that move a driver's stack are up to this long: a page.
pub(crate) const PADDING_BYTES: usize = 4_096;

/// What is brought up.
#[derive(Clone, Copy)]
pub(crate) struct SideSpec<'a> {
    pub(crate) known: &'a Known,
    pub(crate) behaviour: Behaviour,
    /// On which cores.
    pub(crate) seats: Seats,
    /// A callee of the user's that runs already.
    pub(crate) given: Option<GivenCallee<'a>>,
    /// The longest a call may take.
    pub(crate) deadline: Duration,
    /// How long opening may take, the first call included.
    pub(crate) patience: Duration,
    /// File of golden answers.
    pub(crate) golden: &'a Path,
    /// What the first call asks; as many ids as the golden line's own number if none.
    pub(crate) first: Option<WorkloadSize>,
    /// True where the driver reads the CPU time of the callee.
    pub(crate) callee_cpu: bool,
}

/// A callee that runs already.
#[derive(Clone, Copy)]
pub(crate) struct GivenCallee<'a> {
    pub(crate) endpoint: &'a str,
    /// Its process, where the user named it.
    pub(crate) pid: Option<u32>,
}

/// What answers: a callee that was started here, the user's, or the driver itself.
pub(crate) struct Answering {
    pub(crate) endpoint: String,
    /// Held for its life.
    pub(crate) callee: Option<Callee>,
    given_pid: Option<u32>,
}

impl Answering {
    /// Starts the callee, where the lane has one that does not run yet.
    pub(crate) fn start(fleet: &Fleet, spec: &SideSpec<'_>) -> Result<Self, Failure> {
        if let Some(given) = spec.given {
            let endpoint = given.endpoint.into();
            if let Endpoint::Library(library) = Endpoint::parse(given.endpoint) {
                fleet.check_library(&spec.known.about.name, &library)?;
            }
            return Ok(Self { endpoint, callee: None, given_pid: given.pid });
        }
        if spec.known.about.in_process {
            let endpoint = fleet.library(spec.known)?;
            return Ok(Self { endpoint, callee: None, given_pid: None });
        }
        let callee = fleet.callee(spec.known, spec.behaviour, spec.seats)?;
        Ok(Self {
            endpoint: callee.endpoint.clone(),
            callee: Some(callee),
            given_pid: None,
        })
    }

    /// The process that answers, where it is known.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.callee.as_ref().map(|callee| callee.process.pid()).or(self.given_pid)
    }
}

/// A connection that was opened.
pub(crate) struct Connection {
    /// Opens it again.
    pub(crate) order: Open,
    pub(crate) opened: Opened,
}

/// Opens the driver's connection of this number to what answers.
pub(crate) fn connect(
    fleet: &Fleet,
    driver: &mut Driver,
    id: u32,
    answering: &Answering,
    spec: &SideSpec<'_>,
) -> Result<Connection, DriverError> {
    let order = open_order(fleet, id, answering, spec);
    let opened = driver.open(&order, spec.patience)?;
    let callee = answering.callee.as_ref().map(|callee| callee.process.pid());
    fleet.started(&spec.known.about.name, driver, callee);
    Ok(Connection { order, opened })
}

fn open_order(fleet: &Fleet, id: u32, answering: &Answering, spec: &SideSpec<'_>) -> Open {
    let about = &spec.known.about;
    // Where the driver computes itself: always in-process, and when the engine is timed alone.
    let here = about.in_process || spec.known.is_own();
    let catalog = here.then(|| fleet.catalog());
    Open {
        id,
        transport: about.transport.clone(),
        endpoint: answering.endpoint.clone(),
        engine: spec.behaviour.engine.name().into(),
        deadline_ms: spec.deadline.as_millis() as u64,
        golden: spec.golden.display().to_string(),
        workload: spec.first.map_or_else(recommendations, |first| first.workload.name().into()),
        first_size: spec.first.map(|first| first.size),
        products: catalog.map(|catalog| catalog.products.display().to_string()),
        users: catalog.map(|catalog| catalog.users.display().to_string()),
        service_time_us: spec.behaviour.sleep_us().filter(|_| about.in_process),
        callee_pid: answering.pid().filter(|_| spec.callee_cpu),
    }
}

/// A side while it runs. It ends with this value, the driver before the callee.
pub(crate) struct Side {
    pub(crate) driver: Driver,
    pub(crate) answering: Answering,
    /// Opens its connection again.
    pub(crate) open: Open,
    /// What its driver said when it was opened.
    pub(crate) opened: Opened,
}

/// Why a side is not up.
pub(crate) enum SideError {
    /// A process did not start.
    NotStarted(Failure),
    /// The driver could not open its connection, or the first call failed.
    NotOpened(DriverError),
}

impl Side {
    /// Starts what answers, then the driver, then opens connection `id` between them. `padding` is
    /// asked for when the callee is there: see [`Fleet::driver`].
    pub(crate) fn bring_up(
        fleet: &Fleet,
        spec: &SideSpec<'_>,
        id: u32,
        padding: impl FnOnce() -> usize,
    ) -> Result<Self, SideError> {
        let answering = Answering::start(fleet, spec).map_err(SideError::NotStarted)?;
        let mut driver =
            fleet.driver(spec.known, padding(), spec.seats).map_err(SideError::NotStarted)?;
        let Connection { order, opened } =
            connect(fleet, &mut driver, id, &answering, spec).map_err(SideError::NotOpened)?;
        Ok(Self { driver, answering, open: order, opened })
    }
}

impl SideError {
    /// The same as a failure of this lane.
    pub(crate) fn of_lane(self, lane: &str) -> LaneFailure {
        match self {
            Self::NotStarted(failure) => failure.into(),
            Self::NotOpened(error) => LaneFailure::from(error).of_lane(lane),
        }
    }
}
