//! A visit as a driver is asked for it, and what it answers. What the answer means is said by
//! whoever asks.

use crate::{
    fleet::driver::{Driver, DriverError},
    machine::linux,
    plan::schedule::{LEAD_IN_CALLS, lead_in_ms},
    protocol::{self, Endpoint, Order, Visit, Visited},
    recorder::Bytes,
};
use api::EngineKind;
use fixtures::WorkloadSize;
use std::time::Duration;

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

/// A visit as the driver answers it, and the bytes that it moved.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) visited: Visited,
    pub(crate) bytes: Option<Bytes>,
}

/// Asks for a visit. Bytes are counted by the driver's carrier, or else by the kernel.
pub(crate) fn ask(
    driver: &mut Driver,
    visit: Visit,
    endpoint: &str,
    patience: Duration,
) -> Result<Answer, DriverError> {
    let port = Endpoint::parse(endpoint).tcp_address().map(|address| address.port());
    let before = port.and_then(linux::tcp_bytes);
    let asked = driver.around.now();
    let visited: Visited = driver.tell(&Order::Visit(visit), patience)?;
    driver.believe(visited.elapsed_ns, driver.around.since(asked))?;
    let counted = visited.bytes_out.zip(visited.bytes_back);
    let moved = counted.or_else(|| {
        let (before, after) = (before?, port.and_then(linux::tcp_bytes)?);
        Some((after.0.checked_sub(before.0)?, after.1.checked_sub(before.1)?))
    });
    Ok(Answer { visited, bytes: moved.map(|(out, back)| Bytes { out, back }) })
}
