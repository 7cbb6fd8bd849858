//! Starts the lanes of one restart: their drivers, their callees, a connection for each engine.

use crate::{
    fleet::{
        callee::Behaviour,
        lane_failure::{FailureKind, LaneFailure},
        side::{self, Answering, GivenCallee, PADDING_BYTES, SideSpec},
    },
    machine::{
        linux,
        placement::{Seats, StartSeats, seated::Seated},
    },
    measure::{
        running_lane::RunningLane,
        session::Session,
        visit::{connection_of, patience},
    },
    plan::grid::Planned,
    protocol::Endpoint,
};
use api::EngineKind;
use reports::record::{SERVER_SIDE, Setting};
use std::time::Duration;

/// What starting and stopping one lane takes, for the prediction.
pub(crate) const START_COST: Duration = Duration::from_millis(350);

/// Starts these lanes, in this order. None after Ctrl-C.
pub(crate) fn bring_up_all(
    session: &mut Session<'_>,
    order: &[usize],
    guests: &[usize],
    seats: StartSeats,
) -> Option<Vec<Option<RunningLane>>> {
    let mut running: Vec<Option<RunningLane>> = session.chosen.iter().map(|_| None).collect();
    for &lane in order {
        if session.stop_requested() {
            return None;
        }
        // Drawn for a lane that is left out too: what is drawn after it must not depend on it.
        let padding = session.random.below(PADDING_BYTES);
        if session.fleet.has_hung(session.chosen[lane]) {
            session.lane_hung(session.chosen[lane]);
            continue;
        }
        let began = session.around.now();
        let up = Bringing { lane, guest: guests.contains(&lane), padding, seats };
        match bring_up(session, &up) {
            Ok(up) => running[lane] = Some(up),
            Err(failure) => session.lane_failed(lane, None, &failure),
        }
        let took = session.around.since(began).max(START_COST);
        session.progress.advance(took, "starting callers and callees");
    }
    Some(running)
}

/// A lane that is started.
struct Bringing {
    lane: usize,
    /// Only to compare groups.
    guest: bool,
    padding: usize,
    seats: StartSeats,
}

/// Starts a lane. An engine that does not come up costs its own cells; a driver that fails costs
/// all.
fn bring_up(session: &mut Session<'_>, bringing: &Bringing) -> Result<RunningLane, LaneFailure> {
    let Bringing { lane, guest, padding, seats } = *bringing;
    let known = session.chosen[lane];
    let first = session.plan.main_placement();
    let driver = session.fleet.driver(known, padding, seats.of(first))?;
    let own_known = session.plan.endpoint_of(known).is_none();
    let seated = Seated::started(seats, first, known.has_threads_that_talk());
    let mut up = RunningLane::new(driver, own_known, seated);
    for engine in session.plan.engines.clone() {
        let is_asked = |cell: &Planned| {
            cell.lane == lane && cell.engine == engine && (!guest || cell.is_first(session.plan))
        };
        if !session.cells.iter().any(is_asked) {
            continue;
        }
        match open(session, &mut up, bringing, engine) {
            Ok(()) => {}
            Err(failure) if failure.kind == FailureKind::DriverLost => return Err(failure),
            Err(failure) => session.lane_failed(lane, Some(engine), &failure),
        }
    }
    Ok(up)
}

/// Starts the callee of one engine, and opens the driver's connection to it.
fn open(
    session: &mut Session<'_>,
    up: &mut RunningLane,
    bringing: &Bringing,
    engine: EngineKind,
) -> Result<(), LaneFailure> {
    let Bringing { lane, guest, seats, .. } = *bringing;
    let (plan, known) = (session.plan, session.chosen[lane]);
    let seats: Seats = seats.of(plan.main_placement());
    let endpoint = plan.endpoint_of(known).map(|endpoint| Endpoint::parse(endpoint));
    let spec = SideSpec {
        known,
        behaviour: Behaviour::plain(engine),
        seats,
        given: endpoint.as_ref().map(|endpoint| GivenCallee { endpoint, pid: None }),
        deadline: plan.deadline,
        patience: patience(plan.deadline),
        golden: &session.golden[&engine],
        first: Some(plan.main_question()),
        callee_cpu: true,
    };
    let answering = Answering::start(&session.fleet, &spec)?;
    let (driver, id) = (&mut up.driver, connection_of(engine));
    let connection = side::connect(&session.fleet, driver, id, &answering, &spec)?;
    // A guest's cold path is that of its own group.
    if engine == session.main_engine() && !guest {
        let name = &known.about.name;
        session.recorder.cold(name, answering.ready(), &connection.opened);
        let mut settings = own_settings("caller", &connection.opened.settings);
        if let Some(callee) = &answering.callee {
            settings.extend(own_settings("callee", &callee.settings));
        }
        settings.extend(socket_settings(up.driver.process.pid(), &answering));
        session.recorder.lanes.settings(name, settings);
    }
    up.add(engine, connection, answering);
    Ok(())
}

/// What a program said of itself, running.
fn own_settings(side: &str, said: &[(String, String)]) -> Vec<Setting> {
    let setting = |(what, value): &(String, String)| Setting {
        what: what.clone(),
        value: value.clone(),
        side: side.to_owned(),
        read_back: true,
    };
    said.iter().map(setting).collect()
}

/// Options of the sockets of all processes that the driver's calls go through.
fn socket_settings(driver_pid: u32, answering: &Answering) -> Vec<Setting> {
    let Some(address) = answering.endpoint.socket_address() else {
        return Vec::new();
    };
    let callee = answering.pid().map(|pid| ("callee", pid));
    let server = answering.server.as_ref().and_then(|server| server.pid);
    let server = server.map(|pid| (SERVER_SIDE, pid));
    let others: Vec<(&str, u32)> = callee.into_iter().chain(server).collect();
    linux::socket_settings(driver_pid, &others, &address)
}
