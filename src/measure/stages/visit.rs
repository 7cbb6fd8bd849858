//! Visits of one stage, and the bytes that they move.

use crate::{
    fleet::{
        driver::DriverError,
        lane_failure::{FailureKind, LaneFailure},
    },
    measure::{
        running_lane::RunningLane,
        stages::{carrier::CARRIER, stage::Lost},
        visit::{Answer, Called, ask, patience},
    },
    plan::Plan,
    protocol::{Endpoint, Visit, Visited},
};
use api::ErrorKind;
use fixtures::Limits;
use std::time::Duration;

/// Visits that only count bytes, of which the least counts: what crosses beside the calls, a date
/// that changed in a header or a window update, only adds, and weighs much where a visit has few
/// calls.
const COUNTS: usize = 3;

/// Bytes of a call, as a carrier counts them, of which an echo is asked for: what the contract lets
/// a message be.
const MOST_ECHOED: f64 = Limits::DEFAULT.max_message_bytes as f64;

/// Bytes of one call each way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BytesPerCall {
    pub(crate) out: f64,
    pub(crate) back: f64,
}

impl BytesPerCall {
    fn least(self, other: Self) -> Self {
        Self {
            out: self.out.min(other.out),
            back: self.back.min(other.back),
        }
    }
}

/// Bytes of one call or echo, as the carrier counts them.
pub(crate) fn bytes_per_call(
    up: &mut RunningLane,
    order: &Visit,
    plan: &Plan,
) -> Result<BytesPerCall, Lost> {
    // The first of its kind on a connection may be longer: HTTP/2 sends a header in full once, then
    // its number.
    visit(up, order, plan)?;
    let mut least: Option<BytesPerCall> = None;
    for _ in 0..COUNTS {
        let Answer { visited, bytes, .. } = visit(up, order, plan)?;
        let calls = (visited.items + visited.lead_in_items) as f64;
        let Some(bytes) = bytes.filter(|_| calls > 0.0) else {
            return Err(lost(FailureKind::Unsupported, "the bytes of a call are not counted here"));
        };
        let largest = bytes.out.max(bytes.back) as f64 / calls;
        if largest > MOST_ECHOED {
            let reason = format!("a call moved {largest:.0} bytes; {MOST_ECHOED} are the most");
            return Err(lost(FailureKind::Failed, reason));
        }
        let counted = BytesPerCall {
            out: bytes.out as f64 / calls,
            back: bytes.back as f64 / calls,
        };
        least = Some(least.map_or(counted, |least| least.least(counted)));
    }
    least.ok_or_else(|| lost(FailureKind::Failed, "the bytes of a call were not counted"))
}

fn lost(kind: FailureKind, reason: impl Into<String>) -> Lost {
    Lost::Stage(LaneFailure::new(kind, reason))
}

fn lane_lost(error: DriverError) -> Lost {
    Lost::Lane(error.into())
}

/// A visit and the bytes that it moved. After an error the lane's connection is opened again, since
/// whole calls share it.
pub(crate) fn visit(up: &mut RunningLane, order: &Visit, plan: &Plan) -> Result<Answer, Lost> {
    let called = match &up.carrier {
        Some(open) if order.id == CARRIER => Called {
            at: Endpoint::parse(&open.endpoint),
            callee: open.callee_pid,
            server: None,
        },
        _ => up.called(plan.engines[0]),
    };
    let most = Duration::from_millis(order.limit_ms) + patience(plan.deadline);
    up.is_asked();
    let answer = ask(&mut up.driver, order.clone(), &called, most);
    up.is_idle();
    let answer = match answer {
        Ok(answer) => answer,
        Err(DriverError::Refused(error)) => {
            let unknown =
                matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidArgument);
            let kind = if unknown { FailureKind::Unsupported } else { FailureKind::Failed };
            return Err(lost(kind, not_measured(order, error.detail())));
        }
        Err(error) => return Err(lane_lost(error)),
    };
    if answer.visited.errors > 0 {
        up.reopen(plan.engines[0], plan.deadline).map_err(lane_lost)?;
        return Err(failed_call(order, answer.visited));
    }
    if answer.visited.wrong > 0 {
        return Err(lost(FailureKind::WrongAnswer, answer.visited.fault()));
    }
    Ok(answer)
}

fn failed_call(order: &Visit, visited: Visited) -> Lost {
    let (kind, detail) = (visited.kind.unwrap_or_default(), visited.detail.unwrap_or_default());
    if kind == ErrorKind::Unsupported.name() {
        return lost(FailureKind::Unsupported, not_measured(order, &detail));
    }
    lost(FailureKind::Failed, format!("{kind}: {detail}"))
}

/// The lane has no such part.
fn not_measured(order: &Visit, detail: &str) -> String {
    format!("the driver does not measure `{}`: {detail}", order.mode)
}
