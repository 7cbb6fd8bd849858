//! How the plans of two runs differ, by name: `batch +32, -256; lanes +tcp-json; starts 11 to 5`.
//! What follows from other keys (blocks, the name of the plan) is left out.

use crate::{
    record::{Plan, RecordHead},
    stats::units::percent,
};

/// Most that are named of what one key gained or lost.
const MOST_NAMED: usize = 4;

/// How the later plan differs from the earlier one; empty where it does not.
pub fn text(earlier: &RecordHead, later: &RecordHead) -> String {
    let (old, new) = (&earlier.plan, &later.plan);
    let lists = [
        list("batch", &sizes(&old.batch), &sizes(&new.batch)),
        list("spread", &own_spread(old, new), &own_spread(new, old)),
        list("lanes", &lanes(earlier), &lanes(later)),
        list("workload", &workloads(old), &workloads(new)),
        list("size", &item_sizes(old), &item_sizes(new)),
        list("modes", &old.modes, &new.modes),
        list("engine", &old.engines, &new.engines),
        list("placement", &old.placements, &new.placements),
    ];
    let values = [
        value("precision", &precision(old), &precision(new)),
        value("starts", &restarts(old), &restarts(new)),
        value("budget", &seconds(old.budget_s), &seconds(new.budget_s)),
        value("visit", &ms(old.visit_ms), &ms(new.visit_ms)),
        value("order", &order(old), &order(new)),
    ];
    let said: Vec<String> = lists.into_iter().chain(values).flatten().collect();
    said.join("; ")
}

/// As `batch +32, -256`.
fn list(key: &str, old: &[String], new: &[String]) -> Option<String> {
    let gained = apart(new, old, '+');
    let lost = apart(old, new, '-');
    if gained.is_empty() && lost.is_empty() {
        return None;
    }
    Some(format!("{key} {}", [gained, lost].concat().join(", ")))
}

/// What this one has and the other lacks, each with the sign.
fn apart(this: &[String], other: &[String], sign: char) -> Vec<String> {
    let own: Vec<&String> = this.iter().filter(|one| !other.contains(one)).collect();
    let mut named: Vec<String> =
        own.iter().take(MOST_NAMED).map(|one| format!("{sign}{one}")).collect();
    if own.len() > MOST_NAMED {
        named.push(format!("{sign}{} more", own.len() - MOST_NAMED));
    }
    named
}

/// As `starts 11 to 5`.
fn value(key: &str, old: &str, new: &str) -> Option<String> {
    (old != new).then(|| format!("{key} {old} to {new}"))
}

fn sizes(sizes: &[u32]) -> Vec<String> {
    sizes.iter().map(u32::to_string).collect()
}

/// The spread of this plan without sizes in which the batches differ: it follows them.
fn own_spread(this: &Plan, other: &Plan) -> Vec<String> {
    let in_both = |size: &&u32| this.batch.contains(size) == other.batch.contains(size);
    this.spread.iter().filter(in_both).map(u32::to_string).collect()
}

/// The lanes that somebody named, as shown.
fn lanes(head: &RecordHead) -> Vec<String> {
    let plan = &head.plan;
    let named = plan.lanes.iter().filter(|name| !plan.also_measured.contains(name));
    named.map(|name| head.shorts.get(name).unwrap_or(name).clone()).collect()
}

fn workloads(plan: &Plan) -> Vec<String> {
    plan.workloads.iter().map(|workload| workload.name.clone()).collect()
}

/// Of the workloads that both may have: the size of a byte is none of an id.
fn item_sizes(plan: &Plan) -> Vec<String> {
    let mut all = Vec::new();
    for workload in &plan.workloads {
        all.extend(workload.sizes.iter().map(|size| format!("{size} {}", workload.unit)));
    }
    all
}

fn precision(plan: &Plan) -> String {
    let wanted = plan.precision.as_ref().map(|precision| percent(precision.wanted_share));
    wanted.unwrap_or_else(|| "none".to_owned())
}

/// A run that is to be so precise chooses them itself.
fn restarts(plan: &Plan) -> String {
    if plan.precision.is_some() {
        "chosen by precision".to_owned()
    } else {
        plan.starts.to_string()
    }
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.0} s")
}

fn ms(visit: Option<u64>) -> String {
    visit.map_or_else(|| "by budget".to_owned(), |ms| format!("{ms} ms"))
}

fn order(plan: &Plan) -> String {
    plan.order.clone().unwrap_or_else(|| "random".to_owned())
}
