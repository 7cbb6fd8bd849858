//! What a scripted driver answers: figures that fit each other, of calls that take as long as the
//! script says.

use crate::{
    fleet::launch::scripted::script::What,
    machine::floors::{Floors, Measured, NAMES},
    protocol::{Done, Hello, Load, Loaded, MeanStamps, Opened, Refused, Version, Visit, Visited},
};
use api::ErrorKind;
use fixtures::generate::SplitMix64;
use reports::stats::estimates;
use serde::Serialize;
use std::{process::Command, time::Duration};

/// An order that asks for no calls is answered in this time.
const AROUND: Duration = Duration::from_millis(1);
/// What a burst takes beside its calls: so much that few of them fill the time of a pair.
const AROUND_BURST: Duration = Duration::from_millis(5);
/// Loading, connecting.
const OPENING: Duration = Duration::from_millis(3);
/// Samples of a visit, at most: a test needs no more.
const SAMPLES: f64 = 12.0;
/// A sample lasts at least so long, ns.
const LEAST_SAMPLE_NS: f64 = 2_000.0;
/// Samples of a visit differ by this share.
const JITTER: f64 = 0.02;
/// An item of a batch takes this share of a call.
const ITEM_OF_CALL: f64 = 0.1;
/// Bytes of a call each way, and what an echo's frame adds.
const BYTES_OUT: u64 = 60;
const BYTES_BACK: u64 = 140;
const FRAME: u64 = 8;
/// More calls in flight than this bring nothing.
const PARALLEL: f64 = 4.0;

/// A line, and when it comes.
pub(super) struct Reply {
    pub(super) after: Duration,
    pub(super) line: String,
}

fn reply(after: Duration, answer: &impl Serialize) -> Reply {
    let line = serde_json::to_string(answer).expect("answers are text, numbers and lists of them");
    Reply { after, line }
}

pub(super) fn hello(transport: &str) -> Reply {
    let hello = Hello {
        ok: true,
        protocol: Version::NEWEST.number(),
        language: "rust".into(),
        implementation: "a script".into(),
        transports: vec![transport.into()],
    };
    reply(AROUND, &hello)
}

/// The first call takes longer than others.
pub(super) fn opened(call_ns: f64) -> Reply {
    let opened = Opened {
        ok: true,
        open_ns: OPENING.as_nanos() as u64,
        first_call_ns: (10.0 * call_ns) as u64,
        settings: Vec::new(),
        floor: None,
    };
    reply(OPENING, &opened)
}

pub(super) fn done() -> Reply {
    reply(AROUND, &Done { ok: true, reply: None })
}

pub(super) fn refused(kind: ErrorKind) -> Reply {
    let refused = Refused {
        ok: false,
        kind: kind.name().into(),
        detail: "as the script says".into(),
    };
    reply(AROUND, &refused)
}

/// The floors of the words that ask for them.
pub(super) fn floors(command: &Command) -> (Duration, String) {
    let each = command.get_args().skip_while(|word| *word != "--each-ms").nth(1);
    let each_ms: u64 = each.and_then(|ms| ms.to_str()?.parse().ok()).expect("it is given");
    let floor = |name: &&str| Measured {
        name: (*name).into(),
        mean_ns: (*name != "memcpy").then_some(500.0),
        bytes_per_s: (*name == "memcpy").then_some(1e10),
        reason: None,
    };
    let floors = Floors { floors: NAMES.iter().map(floor).collect() };
    let Reply { after, line } = reply(Duration::from_millis(each_ms) * NAMES.len() as u32, &floors);
    (after, line)
}

/// How long an action of this visit takes, ns.
fn action_ns(visit: &Visit, call_ns: f64) -> f64 {
    let more = f64::from(visit.items.saturating_sub(1));
    let of_item = if visit.mode == "batched" { ITEM_OF_CALL } else { 1.0 };
    call_ns * (1.0 + more * of_item) + visit.handicap_ns.unwrap_or(0) as f64
}

/// A visit whose calls take so long, and what goes wrong in it.
pub(super) fn visited(visit: &Visit, call_ns: f64, what: What, random: &mut SplitMix64) -> Reply {
    let action_ns = action_ns(visit, call_ns);
    let mut group = visit.group.unwrap_or((LEAST_SAMPLE_NS / action_ns).ceil().max(1.0) as u32);
    if what == What::OtherGroup {
        group *= 2;
    }
    let sample_ns = action_ns * f64::from(group);
    let fit = (visit.limit_ms as f64 * 1e6 * 0.9 / sample_ns).clamp(1.0, SAMPLES);
    let samples = visit.samples.unwrap_or(fit as u32);
    let mut samples_ns: Vec<u64> = Vec::new();
    for _ in 0..samples {
        samples_ns.push((sample_ns * (1.0 + JITTER * (random.next_f64() - 0.5))).max(1.0) as u64);
    }
    let elapsed_ns: u64 = samples_ns.iter().sum();
    let took = match visit.samples {
        Some(_) => Duration::from_nanos(elapsed_ns) + AROUND_BURST,
        None => Duration::from_millis(visit.limit_ms).max(Duration::from_nanos(elapsed_ns)),
    };
    let items = u64::from(samples) * u64::from(group) * u64::from(visit.items);
    let visited = Visited {
        lead_in_items: u64::from(visit.items),
        slices_p50_ns: slices(visit, sample_ns as u64),
        ..counted(items, group, &samples_ns)
    };
    reply(took, &with_bytes(marred(visited, what), visit))
}

/// Medians of each 10 ms, all alike; none of a burst.
fn slices(visit: &Visit, sample_ns: u64) -> Option<Vec<u64>> {
    let many = visit.limit_ms.div_ceil(10) as usize;
    visit.samples.is_none().then(|| vec![sample_ns; many])
}

/// What these samples are of.
fn counted(items: u64, group: u32, samples_ns: &[u64]) -> Visited {
    let mut sorted = samples_ns.to_vec();
    sorted.sort_unstable();
    let elapsed_ns = samples_ns.iter().sum();
    Visited {
        ok: true,
        group,
        samples: samples_ns.len() as u64,
        items,
        elapsed_ns,
        p50_ns: sorted.get(sorted.len() / 2).copied(),
        cpu_caller_ns: Some(elapsed_ns / 2),
        cpu_callee_ns: Some(elapsed_ns / 2),
        samples_ns: Some(samples_ns.to_vec()),
        first_ns: Some(samples_ns.iter().copied().take(4).collect()),
        stamps: Some(MeanStamps { decode_ns: 100.0, compute_ns: 300.0, encode_ns: 100.0 }),
        ..Visited::default()
    }
}

fn with_bytes(mut visited: Visited, visit: &Visit) -> Visited {
    let calls = visited.items + visited.lead_in_items;
    let of = |bytes: Option<usize>, of_call| bytes.map_or(of_call, |bytes| bytes as u64 + FRAME);
    visited.bytes_out = Some(calls * of(visit.payload_bytes, BYTES_OUT));
    visited.bytes_back = Some(calls * of(visit.reply_bytes, BYTES_BACK));
    visited
}

/// The visit as it is where this goes wrong in it.
fn marred(mut visited: Visited, what: What) -> Visited {
    match what {
        What::Wrong => visited.wrong = 1,
        What::Error(kind) => {
            visited.errors = 1;
            visited.kind = Some(kind.name().into());
            visited.detail = Some("as the script says".into());
        }
        What::Boast => {
            let samples_ns = vec![3_600_000_000_000];
            visited = Visited { samples: 1, elapsed_ns: samples_ns[0], ..visited };
            visited.samples_ns = Some(samples_ns);
        }
        _ => {}
    }
    visited
}

/// A load on a lane whose calls take so long, of which so many can be in flight.
pub(super) fn loaded(load: &Load, call_ns: f64, what: What) -> Reply {
    let duration = Duration::from_millis(load.duration_ms);
    let window_ns = load.duration_ms.saturating_sub(load.lead_in_ms) * 1_000_000;
    let capacity = f64::from(load.in_flight).min(PARALLEL) * 1e9 / call_ns;
    let rate = load.rate_per_s.unwrap_or(capacity).min(capacity);
    let calls = (rate * window_ns as f64 / 1e9) as u64;
    let text = |ns: f64| {
        let mut histogram = estimates::histogram();
        histogram.record_n(ns.max(1.0) as u64, calls).expect("it is within its bounds");
        estimates::histogram_to_base64(&histogram).expect("it can be written")
    };
    // In a closed loop calls wait for each other where no more fit.
    let service_ns = load.rate_per_s.map_or(f64::from(load.in_flight) * 1e9 / rate, |_| call_ns);
    let open = |ns| load.rate_per_s.map(|_| text(ns));
    let loaded = Loaded {
        ok: true,
        elapsed_ns: window_ns,
        window_ns,
        sent: calls,
        answered_in_window: calls,
        calls,
        wrong: u64::from(what == What::Wrong),
        in_flight_most: u64::from(load.in_flight),
        in_flight_call_ns: calls as f64 * service_ns,
        parts: vec![(calls / 4, call_ns as u64); 4],
        latency: open(service_ns),
        service: text(service_ns),
        lateness: open(0.0),
        late_place: open(0.0),
        late_generator: open(0.0),
        ..Loaded::default()
    };
    reply(duration, &loaded)
}
