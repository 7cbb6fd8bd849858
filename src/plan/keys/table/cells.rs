//! Keys: which cells are measured.

use crate::plan::{
    keys::{
        form::Form::{Numbers, Words},
        key::{
            Key,
            Repeat::Changed,
            Standard::{Is, Means, Shown},
        },
        parse,
        written::put,
    },
    run_plan::{Plan, spread_of},
};
use api::{EngineKind, Limits, Mode};
use fixtures::WorkloadKind;
use reports::record::PlannedWorkload;

pub(super) static KEYS: &[Key] = &[
    Key {
        flag: "lanes",
        form: Words,
        value: "LANE,..",
        help: "Lanes by name; or a group such as `grpc*`, a role such as rpc, a set such as ci, or \
            all. `tollgate list` shows them",
        standard: Means("those marked * in `tollgate list`"),
        example: "rpc,http",
        take: |plan, written| put(&mut plan.lanes, Ok(written.words())),
        repeat: Changed(|plan| Some(plan.lanes.join(","))),
        ..Key::ROW
    },
    Key {
        flag: "workload",
        help: "recommendations (a call asks an engine for ids) or bytes (a call sends bytes and \
            gets as many back)",
        standard: Shown(|| WorkloadKind::default().name().into()),
        example: "bytes",
        take: |plan, written| {
            plan.ask(written.one_of(&WorkloadKind::ALL, WorkloadKind::name)?);
            Ok(())
        },
        repeat: Changed(|plan| Some(plan.workload.name().into())),
        ..Key::ROW
    },
    Key {
        flag: "batch",
        form: Numbers,
        value: "N,..",
        help: "Batch sizes: how many items are measured as one batch",
        standard: Shown(|| of_each_workload(WorkloadKind::usual_batch)),
        example: "1,8,64",
        take: |plan, written| {
            plan.batch = written.sizes(1..=Limits::DEFAULT.max_items as u32)?;
            plan.spread = spread_of(&plan.batch);
            Ok(())
        },
        repeat: Changed(|plan| (!plan.has_usual_batch()).then(|| list(&plan.batch))),
        record: Some(|plan, record| {
            record.batch.clone_from(&plan.batch);
            record.spread.clone_from(&plan.spread);
        }),
        ..Key::ROW
    },
    Key {
        flag: "size",
        aliases: &["max-results"],
        form: Numbers,
        value: "N,..",
        help: "Size of an item: ids for recommendations, bytes for bytes; the first is the main \
            one",
        standard: Shown(|| of_each_workload(WorkloadKind::usual_sizes)),
        example: "50",
        take: |plan, written| put(&mut plan.sizes, written.sizes(plan.workload.sizes())),
        repeat: Changed(|plan| {
            (plan.sizes != plan.workload.usual_sizes()).then(|| list(&plan.sizes))
        }),
        record: Some(|plan, record| {
            record.workloads = vec![PlannedWorkload {
                name: plan.workload.name().into(),
                unit: plan.workload.unit().into(),
                sizes: plan.sizes.clone(),
            }];
        }),
        ..Key::ROW
    },
    Key {
        flag: "modes",
        form: Words,
        value: "MODE,..",
        help: "How n items are sent: chatty (n calls, one after another), batched (one call), \
            pipelined (n calls in flight), streamed (one stream)",
        standard: Is("chatty,batched,pipelined,streamed"),
        example: "chatty,batched",
        take: |plan, written| put(&mut plan.modes, written.each(parse::mode)),
        repeat: Changed(|plan| Some(mode_names(&plan.modes).join(","))),
        record: Some(|plan, record| record.modes = mode_names(&plan.modes)),
        ..Key::ROW
    },
    Key {
        flag: "engine",
        form: Words,
        value: "ENGINE,..",
        help: "What answers: stub (does no work), catalog (searches product vectors); the first is \
            the main one",
        standard: Is("stub,catalog"),
        example: "catalog",
        take: |plan, written| put(&mut plan.engines, written.each(parse::engine)),
        repeat: Changed(|plan| Some(engine_names(&plan.engines).join(","))),
        record: Some(|plan, record| record.engines = recorded_engines(plan)),
        ..Key::ROW
    },
];

fn list(sizes: &[u32]) -> String {
    sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// What each workload has where the user says nothing.
fn of_each_workload(usual: fn(WorkloadKind) -> &'static [u32]) -> String {
    WorkloadKind::ALL
        .map(|workload| format!("{} for {}", list(usual(workload)), workload.name()))
        .join("; ")
}

fn mode_names(modes: &[Mode]) -> Vec<String> {
    modes.iter().map(|mode| mode.name().to_owned()).collect()
}

/// A workload that no engine answers has none of those of the plan.
fn recorded_engines(plan: &Plan) -> Vec<String> {
    if plan.workload.has_engine() {
        engine_names(&plan.engines)
    } else {
        vec![plan.main_engine_name().to_owned()]
    }
}

fn engine_names(engines: &[EngineKind]) -> Vec<String> {
    engines.iter().map(|engine| engine.name().to_owned()).collect()
}
