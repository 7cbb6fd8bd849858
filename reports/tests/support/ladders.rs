//! Invented ladders, resources and floors for the synthetic record: rungs that add up to nine
//! tenths of each whole call.

use super::kinds::Kind;
use reports::record::{
    AllocatedPart, Allocations, Cell, Floor, FloorStart, Ladder, LadderStart, Part, PartUse,
    ProcessUse, Resources, ResourcesStart, RungStart, StampsMean,
};

/// The lane whose echo is the bare carrier of all others that carry bytes.
const CARRIER: &str = "rust/uds/rust";

/// The ladder of a lane, beside its single calls.
pub(super) fn ladder(kind: &Kind, single: &Cell) -> Ladder {
    let carried = kind.codec.is_some();
    let start = |start: &reports::record::CellStart| {
        let whole = start.mean_ns.expect("it has samples");
        let rung = |share: f64| RungStart {
            calls: 500,
            mean_ns: whole * share,
            bytes_out: carried.then_some(31.0),
            bytes_back: carried.then_some(138.0),
            visits: 4,
            disturbed: 0,
        };
        let framed = carried && kind.name != CARRIER;
        LadderStart {
            start: start.start,
            limit_ms: None,
            compute: Some(rung(if carried { 0.01 } else { 0.9 })),
            codec: carried.then(|| rung(0.09)),
            carrier: carried.then(|| rung(if framed { 0.3 } else { 0.8 })),
            framework: framed.then(|| rung(0.8)),
            stamped: Some(rung(1.02)),
            stamps: Some(StampsMean { decode_ns: 90.0, compute_ns: 60.0, encode_ns: 210.0 }),
        }
    };
    Ladder {
        lane: kind.name.into(),
        engine: single.engine.clone(),
        workload: single.workload.clone(),
        size: single.size,
        placement: single.placement.clone(),
        carrier: carried.then(|| CARRIER.into()),
        floor: carried.then(|| "pipe".into()),
        starts: single.starts.iter().map(start).collect(),
        missing: Vec::new(),
    }
}

/// What its processes used.
pub(super) fn resources(kind: &Kind, single: &Cell) -> Resources {
    let crossing = kind.codec.is_some();
    let used = |switches_voluntary| ProcessUse {
        user_ms: 300,
        kernel_ms: if crossing { 700 } else { 0 },
        tick_ms: 10,
        switches_voluntary,
        switches_involuntary: 12,
    };
    let part = |part, switches| PartUse {
        part,
        seats: Vec::new(),
        memory_bytes: Some(9 << 20),
        used: Some(used(switches)),
    };
    let start = |start: &reports::record::CellStart| ResourcesStart {
        start: start.start,
        items: start.cpu_items,
        parts: [part(Part::Caller, if crossing { start.cpu_items } else { 4 })]
            .into_iter()
            .chain(crossing.then(|| part(Part::Callee, start.cpu_items)))
            .collect(),
    };
    Resources {
        lane: kind.name.into(),
        placement: single.placement.clone(),
        starts: single.starts.iter().map(start).collect(),
    }
}

/// What its processes allocate.
pub(super) fn allocations(kind: &Kind) -> Allocations {
    let crossing = kind.codec.is_some();
    let caller = AllocatedPart {
        part: Part::Caller,
        per_call: if crossing { 31.0 } else { 0.0 },
        bytes_per_call: if crossing { 4_120.0 } else { 0.0 },
    };
    let callee = crossing.then_some(AllocatedPart {
        part: Part::Callee,
        per_call: 27.0,
        bytes_per_call: 3_900.0,
    });
    Allocations {
        lane: kind.name.into(),
        calls: 1_800,
        parts: [caller].into_iter().chain(callee).collect(),
    }
}

/// Floors in that many starts.
pub(super) fn floors(starts: u32) -> Vec<Floor> {
    let times = [
        ("cache_line", 130.0),
        ("syscall", 95.0),
        ("futex", 5_100.0),
        ("pipe", 6_300.0),
        ("loopback", 14_000.0),
    ];
    let floor = |name: &str, mean_ns, bytes_per_s| Floor {
        name: name.into(),
        starts: (0..starts).map(|start| FloorStart { start, mean_ns, bytes_per_s }).collect(),
        reason: None,
    };
    let copied = floor("memcpy", None, Some(9.1e9));
    times
        .iter()
        .map(|(name, ns)| floor(name, Some(*ns), None))
        .chain([copied])
        .collect()
}
