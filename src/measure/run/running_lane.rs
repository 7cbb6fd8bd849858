//! A lane while it runs: its driver, its callees, one visit at a time.

use crate::{
    fleet::{Callee, Driver, Trouble},
    machine::{linux, noise::Before},
    plan::{
        grid::Planned,
        schedule::{LEAD_IN_CALLS, Slot, lead_in_ms},
    },
    protocol::{Endpoint, Order, Visit, Visited},
    recorder::{Bytes, Recorder, Used},
    shell::failure::Failure,
};
use api::{EngineKind, ErrorKind, Mode};
use std::{collections::HashMap, time::Duration};

/// An answer may take this long beyond the visit's limit and the deadline of its calls.
pub(crate) const SLACK: Duration = Duration::from_secs(20);

/// A lane in one start: its driver, its callees, and how to open its connections again.
pub(crate) struct Running {
    pub(crate) driver: Driver,
    /// Held for their lives: they end with this value, after the driver.
    pub(crate) callees: Vec<Callee>,
    /// False where the user started the callee: its CPU time cannot be told from that of others.
    pub(crate) own_known: bool,
    pub(crate) orders: HashMap<EngineKind, Order>,
    /// Where the bare carrier of this lane answers, if its driver has a connection to one, and the
    /// process that does.
    pub(crate) carrier: Option<(String, Option<u32>)>,
}

impl Running {
    /// Where this engine answers; empty inside the driver.
    pub(crate) fn endpoint(&self, engine: EngineKind) -> String {
        match self.orders.get(&engine) {
            Some(Order::Open(open)) => open.endpoint.clone(),
            _ => String::new(),
        }
    }

    /// What the processes of both sides have used so far.
    fn used(&self, engine: EngineKind) -> Used {
        let callee_pid = match self.orders.get(&engine) {
            Some(Order::Open(open)) => open.callee_pid,
            _ => None,
        };
        Used {
            caller: linux::process_use(self.driver.process.pid()),
            callee: callee_pid.and_then(linux::process_use),
        }
    }

    /// The driver, the callees, and that of the bare carrier.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let callees = self.callees.iter().map(|callee| callee.process.pid());
        let carrier = self.carrier.as_ref().and_then(|(_, pid)| *pid);
        std::iter::once(self.driver.process.pid())
            .chain(callees)
            .chain(carrier)
            .collect()
    }
}

/// Why a lane is not running.
pub(crate) struct Down {
    /// An answer was wrong, or the callee failed inside: the figures would be void.
    pub(crate) void: bool,
    /// The driver's process failed: nothing more comes from this lane.
    pub(crate) driver_failed: bool,
    pub(crate) reason: String,
}

impl From<Failure> for Down {
    fn from(failure: Failure) -> Self {
        Self {
            void: false,
            driver_failed: false,
            reason: failure.to_string(),
        }
    }
}

impl From<Trouble> for Down {
    fn from(trouble: Trouble) -> Self {
        let void =
            matches!(&trouble, Trouble::Refused(error) if error.kind() == ErrorKind::Internal);
        Self {
            void,
            driver_failed: matches!(trouble, Trouble::Process(_)),
            reason: trouble.to_string(),
        }
    }
}

/// The number of a connection: one for each engine.
pub(crate) fn number(engine: EngineKind) -> u32 {
    engine as u32
}

/// Calls one after another in a lead-in action and a sample: each may take up to the deadline.
fn calls_at_most(cell: &Planned) -> u32 {
    let in_action = if cell.mode == Mode::Batched { 1 } else { cell.items };
    in_action.saturating_mul(2)
}

/// A visit as the driver answers it, and the bytes that it moved: counted by the driver's carrier,
/// or else by the kernel.
pub(crate) fn ask(
    driver: &mut Driver,
    visit: &Order,
    endpoint: &str,
    patience: Duration,
) -> Result<(Visited, Bytes), Trouble> {
    let port = Endpoint::parse(endpoint).tcp_address().map(|address| address.port());
    let before = port.and_then(linux::tcp_bytes);
    let visited: Visited = driver.tell(visit, patience)?;
    let counted = visited.bytes_out.zip(visited.bytes_back);
    let bytes = counted.or_else(|| {
        let (before, after) = (before?, port.and_then(linux::tcp_bytes)?);
        Some((after.0.checked_sub(before.0)?, after.1.checked_sub(before.1)?))
    });
    Ok((visited, bytes))
}

/// One visit. An error of a call voids the cell, and its connection is opened again for the next.
pub(crate) fn visit(
    up: &mut Running,
    cell: &Planned,
    slot: &Slot,
    recorder: &mut Recorder,
    deadline: Duration,
) -> Result<(), Down> {
    let order = Order::Visit(Visit {
        id: number(cell.engine),
        mode: cell.mode.name().into(),
        items: cell.items,
        max_results: cell.max_results,
        first: slot.first,
        lead_in_calls: LEAD_IN_CALLS,
        lead_in_ms: lead_in_ms(slot.limit),
        limit_ms: slot.limit.as_millis() as u64,
        group: recorder.group(slot.cell),
        samples: None,
        handicap_ns: None,
        payload_bytes: None,
        reply_bytes: None,
    });
    let endpoint = up.endpoint(cell.engine);
    let (used, before) = (up.used(cell.engine), Before::look(&up.pids(), up.own_known));
    let patience = slot.limit + deadline * calls_at_most(cell) + SLACK;
    let (visited, bytes) = ask(&mut up.driver, &order, &endpoint, patience)?;
    let (disturbance, used_after) = (before.after(), up.used(cell.engine));
    match slot.uninterrupted {
        true => recorder.uninterrupted(slot, &visited)?,
        false => {
            recorder.visit(slot, cell.items, &visited, bytes, &disturbance)?;
            recorder.used(slot.cell, &visited, &used, &used_after);
        }
    }
    if visited.errors > 0 {
        let open = up.orders[&cell.engine].clone();
        up.driver.open(&open, deadline * 2 + SLACK)?;
    }
    Ok(())
}
