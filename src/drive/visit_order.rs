//! The order `visit`: from words of the protocol to a visit and back.

use crate::{
    drive::{
        closed::{Measured, Shape},
        cpu_clocks::CpuClocks,
        open_connection::{OpenConnection, VisitOutcome},
        stages::{EchoShape, Stage},
    },
    machine::handicap,
    protocol::{self, Visit, Visited},
};
use api::{CallError, ErrorKind, Mode, WireBytes};
use fixtures::{Limits, WorkloadKind, WorkloadSize};
use hdrhistogram::Histogram;
use quanta::Clock;
use reports::stats::estimates;
use std::time::Duration;

/// Samples that a visit lists, at most.
const MOST_LISTED: u32 = 20_000;

/// Does what the order asks in this shape, on this connection. `least_sample_ns` is
/// the shortest sample that the clock tells well enough.
pub(crate) fn run(
    connection: &mut OpenConnection,
    order: &Visit,
    mut shape: Shape,
    clock: &Clock,
    least_sample_ns: f64,
) -> Result<Visited, CallError> {
    shape.handicap = handicap::of(&connection.transport, shape.handicap);
    connection.lay_out(order, &shape, echo_of(order, &shape)?);
    let bytes_before = connection.caller.wire_bytes();
    let cpu_before = CpuClocks::now(connection.callee_pid);
    let VisitOutcome { measured, stamps, encoded } =
        connection.measure(order, &shape, clock, least_sample_ns)?;
    let cpu = CpuClocks::now(connection.callee_pid).since(&cpu_before);
    let bytes_after = connection.caller.wire_bytes();
    // A codec or an engine alone moves no bytes; it makes them.
    let bytes = encoded.or_else(|| grown(bytes_before?, bytes_after?));
    Ok(Visited {
        stamps,
        cpu_caller_ns: cpu.caller_ns,
        cpu_callee_ns: cpu.callee_ns,
        bytes_out: bytes.map(|bytes| bytes.out),
        bytes_back: bytes.map(|bytes| bytes.back),
        ..visited(&measured, shape.samples.is_some())?
    })
}

fn grown(before: WireBytes, after: WireBytes) -> Option<WireBytes> {
    Some(WireBytes { out: after.out - before.out, back: after.back - before.back })
}

/// The mode of this name.
pub(crate) fn mode_of(name: &str) -> Result<Mode, CallError> {
    Mode::from_name(name)
        .ok_or_else(|| CallError::new(ErrorKind::Unsupported, format!("no mode `{name}`")))
}

/// What is asked, where these words of an order say something that can be asked here.
///
/// # Errors
/// `Unsupported` for another workload or kind of call, `TooLarge` for more bytes than an item has.
/// (How many ids are too many is for the engine to say.)
pub(crate) fn asked(workload: &str, size: u32, kind: &str) -> Result<WorkloadSize, CallError> {
    let unsupported = |detail| CallError::new(ErrorKind::Unsupported, detail);
    if kind != protocol::call() {
        return Err(unsupported(format!("no kind of call `{kind}` here; there is `call`")));
    }
    let Some(kind) = WorkloadKind::from_name(workload) else {
        return Err(unsupported(format!("no workload `{workload}` here")));
    };
    let most = *kind.sizes().end();
    if kind == WorkloadKind::Bytes && size > most {
        let detail = format!("an item of {size} bytes; at most {most} are carried");
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    Ok(WorkloadSize { workload: kind, size })
}

/// How the visit is measured; refuses what no visit can be.
pub(crate) fn shape_of(order: &Visit) -> Result<Shape, CallError> {
    let most = Limits::DEFAULT.max_items;
    if !(1..=most).contains(&(order.items as usize)) {
        return Err(invalid(format!("a visit of {} items; it takes 1 to {most}", order.items)));
    }
    let stage = Stage::from_name(&order.mode);
    let mode = if stage.is_some() { Mode::Chatty } else { mode_of(&order.mode)? };
    if stage.is_some() && order.items != 1 {
        return Err(invalid(format!("mode `{}` is for one item", order.mode)));
    }
    if order.samples.is_some_and(|samples| !(1..=MOST_LISTED).contains(&samples)) {
        return Err(invalid(format!("samples are 1 to {MOST_LISTED}")));
    }
    if order.handicap_ns.is_some() && (stage.is_some() || mode != Mode::Chatty) {
        return Err(CallError::new(ErrorKind::Unsupported, "a handicap is for mode chatty"));
    }
    Ok(Shape {
        mode: if order.items == 1 { Mode::Chatty } else { mode },
        items: order.items as usize,
        group: order.group,
        lead_in_calls: order.lead_in_calls,
        lead_in: Duration::from_millis(order.lead_in_ms),
        limit: Duration::from_millis(order.limit_ms),
        samples: order.samples,
        handicap: order.handicap_ns.map(Duration::from_nanos),
    })
}

/// The echoes of a visit that has some: of the workload `bytes`, or of the stage `echo`.
///
/// # Errors
/// `TooLarge` above what a message holds, `Unsupported` for what echoes cannot do.
pub(crate) fn echo_of(order: &Visit, shape: &Shape) -> Result<Option<EchoShape>, CallError> {
    let asked = asked(&order.workload, order.size, &order.kind)?;
    let stage = Stage::from_name(&order.mode);
    if asked.workload == WorkloadKind::Recommendations {
        return if stage == Some(Stage::Echo) {
            stage_echo(order).map(Some)
        } else {
            Ok(None)
        };
    }
    if stage.is_some() || order.handicap_ns.is_some() {
        let what = if stage.is_some() { order.mode.as_str() } else { "handicap_ns" };
        let detail = format!("workload `bytes` has no `{what}`");
        return Err(CallError::new(ErrorKind::Unsupported, detail));
    }
    let items = match shape.mode {
        Mode::Chatty => 1,
        Mode::Batched => shape.items,
        Mode::Pipelined | Mode::Streamed => {
            let detail = format!("workload `bytes` is not {}", shape.mode.name());
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        }
    };
    let most = asked.workload.most_items(asked.size) as usize;
    if shape.items > most {
        let detail = format!("{} items of {asked}; at most {most} of them", shape.items);
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    let bytes = items * asked.size as usize;
    Ok(Some(EchoShape { items, payload_bytes: bytes, reply_bytes: bytes }))
}

fn stage_echo(order: &Visit) -> Result<EchoShape, CallError> {
    let most = Limits::DEFAULT.max_message_bytes;
    let size = |bytes: Option<usize>| {
        bytes.filter(|bytes| *bytes <= most).ok_or_else(|| {
            invalid(format!("an echo takes payload_bytes and reply_bytes, each at most {most}"))
        })
    };
    Ok(EchoShape {
        items: 1,
        payload_bytes: size(order.payload_bytes)?,
        reply_bytes: size(order.reply_bytes)?,
    })
}

fn invalid(detail: String) -> CallError {
    CallError::new(ErrorKind::InvalidArgument, detail)
}

/// What is answered of the samples: their list, or their histogram.
fn visited(measured: &Measured, listed: bool) -> Result<Visited, CallError> {
    let error = measured.error.as_ref();
    let samples = &measured.samples_ns;
    let mut answer = Visited {
        ok: true,
        group: measured.group,
        samples: samples.len(),
        items: measured.items,
        lead_in_items: measured.lead_in_items,
        wrong: measured.wrong,
        errors: u64::from(error.is_some()),
        kind: error.map(|error| error.kind().name().into()),
        detail: error.map(|error| error.detail().into()),
        elapsed_ns: measured.elapsed_ns,
        p50_ns: (!samples.is_empty()).then(|| samples.value_at_quantile(0.5)),
        ..Visited::default()
    };
    if listed {
        // Between bursts in turns nothing else is sent that nobody reads.
        answer.samples_ns = Some(measured.list_ns.clone());
    } else {
        answer.first_ns.clone_from(&measured.first_ns);
        let slices = &measured.slices_p50_ns;
        answer.slices_p50_ns = (!slices.is_empty()).then(|| slices.clone());
        answer.histogram = Some(encoded(samples)?);
    }
    Ok(answer)
}

/// A histogram as it travels.
fn encoded(histogram: &Histogram<u64>) -> Result<String, CallError> {
    estimates::histogram_to_base64(histogram).map_err(|error| {
        CallError::new(ErrorKind::Internal, format!("cannot encode the histogram: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a visit of these words asks of a lane's echo.
    fn echo(mode: &str, items: u32, size: u32) -> Result<Option<EchoShape>, ErrorKind> {
        let order = Visit {
            mode: mode.into(),
            items,
            workload: "bytes".into(),
            size,
            kind: protocol::call(),
            id: 0,
            first: 0,
            lead_in_calls: 0,
            lead_in_ms: 0,
            limit_ms: 1,
            group: None,
            samples: None,
            handicap_ns: None,
            payload_bytes: None,
            reply_bytes: None,
        };
        let echo = shape_of(&order).and_then(|shape| echo_of(&order, &shape));
        echo.map_err(|error| error.kind())
    }

    #[test]
    fn bytes_go_one_item_after_another_or_all_in_one_echo() {
        let shape = |items, bytes| EchoShape { items, payload_bytes: bytes, reply_bytes: bytes };
        assert_eq!(echo("chatty", 8, 64), Ok(Some(shape(1, 64))));
        assert_eq!(echo("batched", 8, 64), Ok(Some(shape(8, 512))));
        assert_eq!(echo("streamed", 1, 64), Ok(Some(shape(1, 64))), "one item is a plain call");
        assert_eq!(echo("batched", 1_024, 0), Ok(Some(shape(1_024, 0))));
    }

    #[test]
    fn bytes_beyond_an_item_or_a_message_are_too_large_and_other_modes_unsupported() {
        for mode in ["chatty", "batched"] {
            assert!(echo(mode, 31, 1 << 20).is_ok());
            assert_eq!(echo(mode, 32, 1 << 20), Err(ErrorKind::TooLarge));
            assert_eq!(echo(mode, 1, (1 << 20) + 1), Err(ErrorKind::TooLarge));
        }
        for mode in ["pipelined", "streamed", "smoke"] {
            assert_eq!(echo(mode, 2, 1), Err(ErrorKind::Unsupported));
        }
        for part in ["echo", "codec", "compute", "stamped"] {
            assert_eq!(echo(part, 1, 1), Err(ErrorKind::Unsupported));
        }
    }
}
