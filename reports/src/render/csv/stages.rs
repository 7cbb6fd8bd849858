//! Pairs asked in turns, parts of a call, and what processes used, as CSV. Units stand last in the
//! names of columns; what was not measured is an empty field.

use crate::{
    figures::resources::idle,
    record::{
        AllocatedPart, Contrast, Ladder, LadderStart, Part, ProcessUse, Record, ResourcesStart,
        RungStart, of_part,
    },
    render::csv::lines::{asked, each, number, table},
};

const CONTRASTS: &str = "\
    kind,first,second,engine,workload,size,placement,start,log_ratio,first_p50_ns,second_p50_ns,\
    work_ns,wrong,reason";
const STAGES: &str = "\
    lane,engine,workload,size,placement,carrier,floor,start,compute_ns,compute_calls,codec_ns,\
    codec_calls,carrier_ns,carrier_calls,carrier_out_bytes,carrier_back_bytes,framework_ns,\
    framework_calls,framework_out_bytes,framework_back_bytes,stamped_ns,stamped_calls,\
    callee_decode_ns,callee_compute_ns,callee_encode_ns,missing";
const RESOURCES: &str = "\
    lane,placement,start,items,caller_user_ms,caller_kernel_ms,caller_tick_ms,\
    caller_switches_voluntary,caller_switches_involuntary,callee_user_ms,callee_kernel_ms,\
    callee_tick_ms,callee_switches_voluntary,callee_switches_involuntary,server_user_ms,\
    server_kernel_ms,server_tick_ms,server_switches_voluntary,server_switches_involuntary,\
    caller_memory_bytes,callee_memory_bytes,server_memory_bytes,caller_allocations_per_call,\
    caller_allocated_bytes_per_call,callee_allocations_per_call,callee_allocated_bytes_per_call,\
    idle_cores";
/// Fields of a line that a lane without a start leaves empty: all from `placement` to the memory.
const RESOURCES_OF_START: usize = 21;
/// Every process that a lane may have.
const PARTS: [Part; 3] = [Part::Caller, Part::Callee, Part::Server];

/// One line for each pair and start; a pair without a start has one line with its reason.
pub(crate) fn contrasts(record: &Record) -> String {
    let lines = record.contrasts.iter().flat_map(|pair| {
        let starts = pair.starts.iter().map(|s| {
            vec![
                s.start.to_string(),
                number(Some(s.log_ratio)),
                number(Some(s.first_p50_ns)),
                number(Some(s.second_p50_ns)),
            ]
        });
        let work = pair.work_ns.map_or_else(String::new, |ns| ns.to_string());
        let after = [work, pair.wrong.to_string(), pair.reason.clone().unwrap_or_default()];
        each(&of_pair(pair), starts.collect(), 4, &after)
    });
    table(CONTRASTS, lines)
}

fn of_pair(pair: &Contrast) -> Vec<String> {
    let named = vec![pair.kind.clone(), pair.first.clone(), pair.second.clone()];
    [named, asked(&pair.asked())].concat()
}

/// One line for each lane and start; what is missing, and why, stands in the last column.
pub(crate) fn stages(record: &Record) -> String {
    let lines = record.ladders.iter().flat_map(|ladder| {
        let missing: Vec<String> = ladder
            .missing
            .iter()
            .map(|one| format!("{}: {}", one.rung, one.reason))
            .collect();
        each(
            &of_ladder(ladder),
            ladder.starts.iter().map(rungs).collect(),
            18,
            &[missing.join("; ")],
        )
    });
    table(STAGES, lines)
}

fn of_ladder(ladder: &Ladder) -> Vec<String> {
    let bounds = [&ladder.carrier, &ladder.floor].map(|name| name.clone().unwrap_or_default());
    [vec![ladder.lane.clone()], asked(&ladder.asked()), bounds.to_vec()].concat()
}

fn rungs(s: &LadderStart) -> Vec<String> {
    let mut fields = vec![s.start.to_string()];
    fields.extend(timed(s.compute));
    fields.extend(timed(s.codec));
    for rung in [s.carrier, s.framework] {
        fields.extend(timed(rung));
        fields.extend([
            number(rung.and_then(|r| r.bytes_out)),
            number(rung.and_then(|r| r.bytes_back)),
        ]);
    }
    fields.extend(timed(s.stamped));
    fields.extend([
        number(s.stamps.map(|stamps| stamps.decode_ns)),
        number(s.stamps.map(|stamps| stamps.compute_ns)),
        number(s.stamps.map(|stamps| stamps.encode_ns)),
    ]);
    fields
}

fn timed(rung: Option<RungStart>) -> [String; 2] {
    [
        number(rung.map(|r| r.mean_ns)),
        rung.map_or_else(String::new, |r| r.calls.to_string()),
    ]
}

/// One line for each lane and start. What is allocated was counted once for a lane, and what its
/// processes do while nobody asks them is a mean over starts: both stand in each of its lines.
pub(crate) fn resources(record: &Record) -> String {
    let idle = idle::cores(record);
    let mut lanes: Vec<&str> = record.resources.iter().map(|one| one.lane.as_str()).collect();
    let allocated = record.allocations.iter().map(|one| one.lane.as_str());
    for lane in allocated.chain(idle.keys().copied()) {
        if !lanes.contains(&lane) {
            lanes.push(lane);
        }
    }
    let lines = lanes
        .into_iter()
        .flat_map(|lane| resources_of(lane, record, idle.get(lane).copied()));
    table(RESOURCES, lines)
}

fn resources_of(lane: &str, record: &Record, idle_cores: Option<f64>) -> Vec<Vec<String>> {
    let mut starts = Vec::new();
    for resources in record.resources.iter().filter(|resources| resources.lane == *lane) {
        let placed = |start| [vec![resources.placement.clone()], used_in(start)].concat();
        starts.extend(resources.starts.iter().map(placed));
    }
    let allocations = record.allocations.iter().find(|allocations| allocations.lane == *lane);
    let caller = allocated(allocations.and_then(|allocations| allocations.of(Part::Caller)));
    let callee = allocated(allocations.and_then(|allocations| allocations.of(Part::Callee)));
    let after = [&caller[..], &callee[..], &[number(idle_cores)]].concat();
    each(&[lane.to_owned()], starts, RESOURCES_OF_START, &after)
}

fn used_in(start: &ResourcesStart) -> Vec<String> {
    let mut fields = vec![start.start.to_string(), start.items.to_string()];
    for part in PARTS {
        fields.extend(used(start.used(part)));
    }
    for part in PARTS {
        let memory = of_part(&start.parts, part).and_then(|one| one.memory_bytes);
        fields.push(memory.map_or_else(String::new, |bytes| bytes.to_string()));
    }
    fields
}

fn allocated(by: Option<&AllocatedPart>) -> [String; 2] {
    [number(by.map(|by| by.per_call)), number(by.map(|by| by.bytes_per_call))]
}

fn used(process: Option<ProcessUse>) -> [String; 5] {
    let Some(used) = process else { return Default::default() };
    [
        used.user_ms,
        used.kernel_ms,
        used.tick_ms,
        used.switches_voluntary,
        used.switches_involuntary,
    ]
    .map(|count| count.to_string())
}
