//! Brings one side of a comparison up, or the only one: a driver, what answers it, and an open
//! connection between the two. The one place that does it.

use crate::{
    fleet::{
        Fleet,
        callee::{Behaviour, Callee},
        driver::{Driver, DriverError, Others},
        lane_failure::LaneFailure,
        servers::Server,
    },
    lanes::roster::Known,
    machine::placement::{Placement, Seats, seated::Seated},
    protocol::{Endpoint, Open, Opened, recommendations},
    shell::failure::Failure,
};
use fixtures::WorkloadSize;
use reports::record::Part;
use std::{path::Path, sync::Arc, time::Duration};

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
    pub(crate) endpoint: &'a Endpoint,
    /// Its process, where the user named it.
    pub(crate) pid: Option<u32>,
}

/// What answers: a callee that was started here, the user's, or the driver itself; and the server
/// that stands between it and its callers. The callee ends first.
pub(crate) struct Answering {
    /// Where callers find it.
    pub(crate) endpoint: Endpoint,
    /// Held for its life.
    pub(crate) callee: Option<Callee>,
    /// Held for its life, which may be longer: other lanes go through it too.
    pub(crate) server: Option<Arc<Server>>,
    given_pid: Option<u32>,
}

impl Answering {
    /// Starts the callee, where the lane has one that does not run yet, and the server that it is
    /// reached through: before the callee, which is told where it is, or behind it, where the
    /// server is told where the callee is.
    pub(crate) fn start(fleet: &Fleet, spec: &SideSpec<'_>) -> Result<Self, Failure> {
        let SideSpec { known, behaviour, seats, .. } = *spec;
        if let Some(given) = spec.given {
            let endpoint = given.endpoint.clone();
            if let Endpoint::Library(library) = &endpoint {
                fleet.check_library(&known.about.name, library)?;
            }
            return Ok(Self { given_pid: given.pid, ..Self::alone(endpoint) });
        }
        if known.about.in_process {
            return fleet.library(known).map(Self::alone);
        }
        let Some(through) = &known.server else {
            let callee = fleet.callee(known, behaviour, seats, None)?;
            let endpoint = callee.endpoint.clone();
            return Ok(Self { callee: Some(callee), ..Self::alone(endpoint) });
        };
        let (callee, server, endpoint);
        if through.entry.is_told_callee() {
            callee = fleet.callee(known, behaviour, seats, None)?;
            server = fleet.servers.before(&callee.endpoint, through, seats.callee)?;
            endpoint = server.at.clone();
        } else {
            server = fleet.servers.shared(through, seats.callee)?;
            callee = fleet.callee(known, behaviour, seats, Some(&server.at))?;
            endpoint = callee.endpoint.clone();
        }
        Ok(Self {
            callee: Some(callee),
            server: Some(server),
            ..Self::alone(endpoint)
        })
    }

    /// What answers there without a process that was started here.
    fn alone(endpoint: Endpoint) -> Self {
        Self { endpoint, callee: None, server: None, given_pid: None }
    }

    /// How long what was started here took to be there, by what it is.
    pub(crate) fn ready(&self) -> Vec<(Part, Duration)> {
        let callee = self.callee.as_ref().map(|callee| (Part::Callee, callee.ready));
        let server = self.server.as_ref().and_then(|server| server.ready);
        callee.into_iter().chain(server.map(|ready| (Part::Server, ready))).collect()
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
        transport: spec.known.caller_transport.clone(),
        endpoint: answering.endpoint.to_string(),
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

impl Side {
    /// Moves its processes, and what stands between them, into this placement.
    ///
    /// # Errors
    /// As [`Driver::sit_in`].
    pub(crate) fn sit_in(
        &mut self,
        column: Placement,
        seated: &mut Seated,
    ) -> Result<(), DriverError> {
        let callees: Vec<u32> = self.answering.pid().into_iter().collect();
        let servers = self.answering.server.as_slice();
        self.driver.sit_in(column, seated, Others { callees: &callees, servers })
    }
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
