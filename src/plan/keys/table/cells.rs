//! Keys: which cells are measured.

use crate::{
    plan::{
        change::{self, Steps},
        keys::{
            file_safety,
            form::Form::{Numbers, Words},
            key::{
                Heading, InFile, Key,
                Repeat::Changed,
                Standard::{Is, Means, Shown},
            },
            parse,
            written::{Written, put},
        },
        run_plan::{Plan, spread_of},
    },
    shell::failure::Failure,
};
use api::{EngineKind, Limits, Mode};
use fixtures::WorkloadKind;
use reports::record::PlannedWorkload;

pub(super) static KEYS: &[Key] = &[
    Key {
        flag: "lanes",
        form: Words,
        value: "LANE,..",
        signed: true,
        help: "Lanes by name; or a group such as `grpc*`, a role such as rpc, a set such as ci, or \
            all. `tollgate list` shows them. +LANE and -LANE change the latest record: only what \
            it lacks is measured",
        standard: Means("those marked * in `tollgate list`"),
        example: "rpc,http",
        file: InFile::If(file_safety::no_change),
        take: |plan, written| {
            match change::steps(written.flag, &written.words())? {
                Some(steps) => plan.change.lanes = steps,
                None => plan.lanes = written.words(),
            }
            Ok(())
        },
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
        signed: true,
        help: "Batch sizes: how many items are measured as one batch. +N and -N change the latest \
            record: only what it lacks is measured",
        standard: Shown(|| of_each_workload(WorkloadKind::usual_batch)),
        example: "1,8,64",
        file: InFile::If(file_safety::no_change),
        take: take_batch,
        repeat: Changed(|plan| (!plan.has_usual_batch()).then(|| list(&plan.batch))),
        record: Some(|plan, record| record.batch.clone_from(&plan.batch)),
        ..Key::ROW
    },
    Key {
        flag: "spread",
        heading: Some(Heading::Expert),
        form: Numbers,
        value: "N,..",
        help: "How many items the modes chatty, pipelined and streamed send",
        standard: Means("the batch sizes up to 64; 64 if there are none"),
        example: "4,32",
        take: |plan, written| put(&mut plan.spread, written.sizes(2..=MOST_ITEMS)),
        repeat: Changed(|plan| {
            let follows = plan.has_usual_batch() || plan.spread == spread_of(&plan.batch);
            (!follows).then(|| list(&plan.spread))
        }),
        record: Some(|plan, record| record.spread.clone_from(&plan.spread)),
        ..Key::ROW
    },
    Key {
        flag: "size",
        aliases: &["max-results"],
        form: Numbers,
        value: "N,..",
        help: "Size of an item: ids, or bytes for the workload bytes; the first is the main \
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

/// Most items of one action.
const MOST_ITEMS: u32 = Limits::DEFAULT.max_items as u32;
// A report tells its reader the same.
const _: () = assert!(MOST_ITEMS == reports::model::MOST_BATCH);

fn take_batch(plan: &mut Plan, written: &Written<'_>) -> Result<(), Failure> {
    let sizes = |words: &[String]| {
        let numbers = parse::numbers(written.flag, words)?;
        parse::sizes(written.flag, &numbers, 1..=MOST_ITEMS)
    };
    match change::steps(written.flag, &written.words())? {
        Some(Steps { added, removed }) => {
            plan.change.batch = Steps { added: sizes(&added)?, removed: sizes(&removed)? };
        }
        None => {
            plan.batch = sizes(&written.words())?;
            plan.spread = spread_of(&plan.batch);
        }
    }
    Ok(())
}

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
