//! A visit as a driver is asked for it, and what it answers. What the answer means is said by
//! whoever asks.

use crate::{
    fleet::{
        driver::{Driver, DriverError},
        servers::Server,
    },
    machine::linux,
    plan::schedule::{LEAD_IN_CALLS, lead_in_ms},
    protocol::{self, Endpoint, Order, Visit, Visited},
    recorder::{BehindServer, Bytes},
};
use api::EngineKind;
use fixtures::WorkloadSize;
use std::{sync::Arc, time::Duration};

/// An answer may take this long beyond the visit's limit and the deadline of its calls.
const SLACK: Duration = Duration::from_secs(10);
/// A call in a row of many may take so many times as long as the first one of its lane.
const SLOWER: u32 = 20;

/// The number of a driver's connection: one for each engine.
pub(crate) fn connection_of(engine: EngineKind) -> u32 {
    engine as u32
}

/// How long opening a connection may take, or a visit of single calls beyond its limit.
pub(crate) fn patience(deadline: Duration) -> Duration {
    deadline * 2 + SLACK
}

/// How long a visit of so many calls in a row may take beyond its limit. Each may take up to the
/// deadline, but a lane whose first call was quick does not make a hundred of these: such a wait
/// would be for a driver that hangs.
pub(crate) fn patience_for(calls: u32, deadline: Duration, first_call: Duration) -> Duration {
    let at_first_pace = first_call.saturating_mul(SLOWER).saturating_mul(calls);
    deadline.saturating_mul(calls).min(at_first_pace.max(deadline * 2)) + SLACK
}

/// A visit of one item at a time in this mode for so long, from the first golden line on.
pub(crate) fn order(id: u32, mode: &str, asked: WorkloadSize, limit: Duration) -> Visit {
    Visit {
        id,
        mode: mode.into(),
        items: 1,
        workload: asked.workload.name().into(),
        size: asked.size,
        kind: protocol::call(),
        first: 0,
        lead_in_calls: LEAD_IN_CALLS,
        lead_in_ms: lead_in_ms(limit),
        limit_ms: limit.as_millis() as u64,
        group: None,
        samples: None,
        handicap_ns: None,
        payload_bytes: None,
        reply_bytes: None,
    }
}

/// What a driver calls, as far as bytes and CPU time are counted from outside.
#[derive(Clone)]
pub(crate) struct Called {
    /// Where it calls.
    pub(crate) at: Endpoint,
    /// The process that answers, where it is known.
    pub(crate) callee: Option<u32>,
    /// What stands between the two.
    pub(crate) server: Option<Arc<Server>>,
}

impl Called {
    fn port(&self) -> Option<u16> {
        self.at.tcp_address().map(|address| address.port())
    }

    /// Bytes that the driver has sent and received so far. At a server of several lanes others call
    /// the same port.
    fn bytes_of_caller(&self, driver: &Driver) -> Option<Bytes> {
        let is_shared = matches!(self.at, Endpoint::Server(_));
        bytes(self.port()?, is_shared.then(|| driver.process.pid()))
    }

    /// What the processes behind the server's address have done so far; none without a server.
    fn behind(&self, driver: &Driver) -> Option<BehindServer> {
        let server = self.server.as_ref()?;
        let port = server.at.tcp_address().map(|address| address.port());
        let of_callee = self.callee.zip(port);
        Some(BehindServer {
            callee_bytes: of_callee.and_then(|(pid, port)| bytes(port, Some(pid))),
            server_cpu_ns: server.pid.and_then(|pid| driver.around.cpu_ns(pid)),
        })
    }
}

fn bytes(port: u16, of: Option<u32>) -> Option<Bytes> {
    linux::tcp_bytes(port, of).map(|(out, back)| Bytes { out, back })
}

/// A visit as the driver answers it, and the bytes that it moved.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) visited: Visited,
    pub(crate) bytes: Option<Bytes>,
    /// What was done behind a server's address meanwhile; none where no server stands between.
    pub(crate) behind: Option<BehindServer>,
}

/// Asks for a visit. Bytes are counted by the driver's carrier, or else by the kernel.
pub(crate) fn ask(
    driver: &mut Driver,
    visit: Visit,
    called: &Called,
    patience: Duration,
) -> Result<Answer, DriverError> {
    let before = called.bytes_of_caller(driver);
    let behind_before = called.behind(driver);
    let asked = driver.around.now();
    let visited: Visited = driver.tell(&Order::Visit(visit), patience)?;
    driver.believe(visited.elapsed_ns, driver.around.since(asked))?;
    let behind = called.behind(driver).zip(behind_before).map(|(now, then)| now.since(then));
    let counted = visited.bytes_out.zip(visited.bytes_back);
    let bytes = match counted {
        Some((out, back)) => Some(Bytes { out, back }),
        None => before
            .zip(called.bytes_of_caller(driver))
            .and_then(|(then, now)| now.since(then)),
    };
    Ok(Answer { visited, bytes, behind })
}
