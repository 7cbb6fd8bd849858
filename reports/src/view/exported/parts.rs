//! Where the time of a call goes, what bounds it, and what it burns beside time.

use crate::{
    figures::{
        resources::{self, idle},
        stages::{self, PARTS, Stages},
    },
    judge::Judged,
    record::{Part, Record},
    view::exported::figure::Exported,
};

pub(super) fn of(judged: &Judged) -> Vec<Exported> {
    let record = judged.summary.record;
    let mut all: Vec<Exported> =
        judged.stages.iter().flat_map(|one| of_stages(one, record)).collect();
    all.extend(floors(record));
    for lane in &judged.summary.lanes {
        all.extend(burnt(&lane.name, record));
    }
    all.extend(allocated(record));
    for (lane, cores) in idle::cores(record) {
        all.push(Exported::new("idle_cores", "cores").over(lane).counted(cores));
    }
    all
}

fn of_stages(one: &Stages, record: &Record) -> Vec<Exported> {
    let ladder = record.ladders.iter().find(|ladder| ladder.lane == one.lane.name);
    let figure = |name, unit| {
        let figure = Exported::new(name, unit).over(&one.lane.name);
        match ladder {
            Some(ladder) => figure.asking(&ladder.asked()),
            None => figure,
        }
    };
    let mut all = vec![figure("stages_whole_call_mean", "ns").estimated(&one.whole)];
    for (part, (ns, share)) in PARTS.iter().zip(one.parts().iter().zip(&one.shares)) {
        let named = |name, unit| figure(name, unit).given((*part).to_owned());
        all.extend(ns.estimate().map(|ns| named("stage_mean", "ns").estimated(ns)));
        all.extend(share.estimate().map(|share| named("stage_share", "share").estimated(share)));
    }
    if let Some((floor, ratio)) = &one.floor {
        let over = figure("call_by_floor", "times").given((*floor).to_owned());
        all.push(over.estimated(ratio));
    }
    let stamped = one
        .stamps
        .iter()
        .flat_map(|stamps| ["decode", "compute", "encode"].iter().zip(stamps));
    all.extend(stamped.map(|(part, ns)| {
        figure("callee_stage_mean", "ns").given((*part).to_owned()).estimated(ns)
    }));
    all
}

fn floors(record: &Record) -> Vec<Exported> {
    let mut all = Vec::new();
    for floor in &record.floors {
        let Some(mean) = stages::floor(floor) else { continue };
        let copies = floor.starts.iter().any(|start| start.bytes_per_s.is_some());
        let unit = if copies { "bytes/s" } else { "ns" };
        all.push(Exported::new("floor_mean", unit).given(floor.name.clone()).estimated(&mean));
    }
    all
}

fn burnt(lane: &str, record: &Record) -> Vec<Exported> {
    let used = resources::of(lane, record);
    let resources = record.resources.iter().find(|resources| resources.lane == lane);
    let figure = |name, unit| Exported {
        placement: resources.map(|resources| resources.placement.clone()),
        ..Exported::new(name, unit).over(lane)
    };
    let mut all = Vec::new();
    let kernel = [
        ("caller", used.caller_kernel),
        ("callee", used.callee_kernel),
        ("server", used.server_kernel),
    ];
    for (side, share) in kernel {
        let figure = figure("kernel_share_of_cpu", "share").given(side.to_owned());
        all.extend(share.map(|share| figure.estimated(&share)));
    }
    let switches = [
        ("caller", used.caller_switches),
        ("callee", used.callee_switches),
        ("server", used.server_switches),
    ];
    for (side, switches) in switches {
        let Some([own, taken]) = switches else { continue };
        let counted = |name| figure(name, "per call").given(side.to_owned());
        all.push(counted("context_switches_voluntary").estimated(&own));
        all.push(counted("context_switches_involuntary").estimated(&taken));
    }
    all
}

fn allocated(record: &Record) -> Vec<Exported> {
    let mut all = Vec::new();
    for of_lane in &record.allocations {
        for (side, part) in [("caller", Part::Caller), ("callee", Part::Callee)] {
            let Some(by) = of_lane.of(part) else { continue };
            let figure =
                |name, unit| Exported::new(name, unit).over(&of_lane.lane).given(side.to_owned());
            all.push(figure("allocations_per_call", "allocations").counted(by.per_call));
            all.push(figure("allocated_per_call", "bytes").counted(by.bytes_per_call));
        }
    }
    all
}
