//! A lane while it runs: its driver, its callees, its open connections.

pub(crate) mod idle_use;

use crate::{
    fleet::{
        callee::Callee,
        driver::{Driver, DriverError, Others},
        servers::Server,
        side::{Answering, Connection},
    },
    machine::{
        linux,
        placement::{Placement, seated::Seated},
    },
    measure::{
        running_lane::idle_use::IdleMeter,
        visit::{Called, patience},
    },
    protocol::{Endpoint, Open},
    recorder::{ProcessNow, Used},
};
use api::EngineKind;
use reports::record::Part;
use std::{collections::HashMap, sync::Arc, time::Duration};

/// A lane in one start.
pub(crate) struct RunningLane {
    pub(crate) driver: Driver,
    /// Held for their lives: they end with this value, after the driver.
    pub(crate) callees: Vec<Callee>,
    /// What stands between caller and callee, by engine; held likewise.
    servers: Vec<(EngineKind, Arc<Server>)>,
    /// False where the user started the callee: its CPU time cannot be told from that of others.
    pub(crate) own_known: bool,
    seated: Seated,
    /// How to open its connections again, by engine.
    connections: HashMap<EngineKind, Open>,
    /// How long the first call took, by engine.
    first_calls: HashMap<EngineKind, Duration>,
    /// That to the bare carrier of this lane, if its driver has one.
    pub(crate) carrier: Option<Open>,
    /// Actions per sample that the driver chose, by cell.
    pub(crate) groups: HashMap<usize, u32>,
    /// What its processes do while nobody asks them.
    idle: IdleMeter,
}

/// The lanes of a start by their place in the run; none for one that is out.
pub(crate) type RunningLanes = [Option<RunningLane>];

/// The lane at this place, if it runs and has a connection for this engine.
pub(crate) fn connected(
    running: &mut RunningLanes,
    lane: usize,
    engine: EngineKind,
) -> Option<&mut RunningLane> {
    running[lane].as_mut().filter(|up| up.connections.contains_key(&engine))
}

impl RunningLane {
    pub(crate) fn new(driver: Driver, own_known: bool, seated: Seated) -> Self {
        Self {
            driver,
            callees: Vec::new(),
            servers: Vec::new(),
            own_known,
            seated,
            connections: HashMap::new(),
            first_calls: HashMap::new(),
            carrier: None,
            groups: HashMap::new(),
            idle: IdleMeter::default(),
        }
    }

    /// A connection is open, to what was started for it.
    pub(crate) fn add(&mut self, engine: EngineKind, connection: Connection, answering: Answering) {
        self.callees.extend(answering.callee);
        self.servers.extend(answering.server.map(|server| (engine, server)));
        let first_call = Duration::from_nanos(connection.opened.first_call_ns);
        self.first_calls.insert(engine, first_call);
        self.connections.insert(engine, connection.order);
    }

    /// How long the first call of this engine took.
    pub(crate) fn first_call(&self, engine: EngineKind) -> Duration {
        self.first_calls.get(&engine).copied().unwrap_or_default()
    }

    /// What is called where this engine answers.
    pub(crate) fn called(&self, engine: EngineKind) -> Called {
        let open = self.connections.get(&engine);
        Called {
            at: open.map_or(Endpoint::None, |open| Endpoint::parse(&open.endpoint)),
            callee: open.and_then(|open| open.callee_pid),
            server: self.server(engine).cloned(),
        }
    }

    /// What stands between the caller and this engine's callee.
    fn server(&self, engine: EngineKind) -> Option<&Arc<Server>> {
        self.servers.iter().find(|(of, _)| *of == engine).map(|(_, server)| server)
    }

    /// The process that stands between the two, where it is ours: the first engine's.
    pub(crate) fn server_pid(&self) -> Option<u32> {
        self.servers.first()?.1.pid
    }

    /// Opens the connection of this engine again, after an error of a call.
    pub(crate) fn reopen(
        &mut self,
        engine: EngineKind,
        deadline: Duration,
    ) -> Result<(), DriverError> {
        if let Some(open) = self.connections.get(&engine) {
            self.driver.open(open, patience(deadline))?;
            self.seated.has_new_threads();
        }
        Ok(())
    }

    /// Moves the processes of both sides into this placement, unless they sit there.
    ///
    /// # Errors
    /// One of them cannot be moved: the lane is lost.
    pub(crate) fn sit_in(&mut self, placement: Placement) -> Result<(), DriverError> {
        let callees: Vec<u32> = self.callees.iter().map(|callee| callee.process.pid()).collect();
        let servers: Vec<Arc<Server>> =
            self.servers.iter().map(|(_, server)| server.clone()).collect();
        let others = Others { callees: &callees, servers: &servers };
        self.driver.sit_in(placement, &mut self.seated, others)
    }

    /// What the processes of both sides have used so far.
    pub(crate) fn used(&self, engine: EngineKind) -> Used {
        let callee_pid = self.connections.get(&engine).and_then(|open| open.callee_pid);
        let seats = self.seated.seats();
        let caller = (Part::Caller, self.driver.process.pid(), seats.driver);
        let callee = callee_pid.map(|pid| (Part::Callee, pid, seats.callee));
        let server = self.server(engine).and_then(|server| Some((server.pid?, server.core())));
        let server = server.map(|(pid, core)| (Part::Server, pid, core));
        [caller].into_iter().chain(callee).chain(server).map(process_now).collect()
    }

    /// From now on nobody asks it, until [`Self::is_asked`].
    pub(crate) fn is_idle(&mut self) {
        self.idle.begins(self.driver.around.now(), self.cpu_ns());
    }

    /// It is asked.
    pub(crate) fn is_asked(&mut self) {
        self.idle.ends(self.driver.around.now(), self.cpu_ns());
    }

    /// Cores that its processes kept busy while nobody asked them, until now.
    pub(crate) fn idle_cores(&mut self) -> Option<f64> {
        self.is_asked();
        self.idle.cores()
    }

    /// CPU time of its own processes, ns. A server, and what answers on the bare carrier, work for
    /// other lanes too.
    fn cpu_ns(&self) -> Option<u64> {
        let callees = self.callees.iter().map(|callee| callee.process.pid());
        let pids = std::iter::once(self.driver.process.pid()).chain(callees);
        pids.map(|pid| self.driver.around.cpu_ns(pid)).sum()
    }

    /// The driver, the callees, that of the bare carrier, and what stands between them.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let callees = self.callees.iter().map(|callee| callee.process.pid());
        let carrier = self.carrier.as_ref().and_then(|open| open.callee_pid);
        std::iter::once(self.driver.process.pid())
            .chain(callees)
            .chain(carrier)
            .chain(self.servers.iter().flat_map(|(_, server)| server.pids()))
            .collect()
    }
}

/// What a process has used so far, which stands on this core.
fn process_now((part, pid, seat): (Part, u32, Option<usize>)) -> ProcessNow {
    ProcessNow {
        part,
        seat,
        memory_bytes: linux::most_memory(pid),
        used: linux::process_use(pid),
    }
}
