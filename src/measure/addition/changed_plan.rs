//! The plan of a record as a change makes it: other batch sizes, more lanes or fewer.

use crate::{
    lanes::roster::{Known, Roster, in_order},
    plan::{
        Plan,
        change::{Change, Steps},
        workload_fits,
    },
    shell::failure::Failure,
};
use reports::record::{Lane, Record};

/// Fewest batch sizes, the single call among them, that the cost model needs.
const FEWEST_SIZES: usize = 3;

/// The plan of a record, changed.
pub(crate) struct Changed {
    pub(crate) plan: Plan,
    /// Batch sizes that the record lacks.
    pub(crate) added_batch: Vec<u32>,
    /// What was done beyond what was asked.
    pub(crate) said: Option<String>,
}

/// The plan of this record with other batch sizes and lanes.
///
/// # Errors
/// Usage: what is to go is not there, or nothing would change.
pub(crate) fn changed(of: &Plan, change: &Change, record: &Record) -> Result<Changed, Failure> {
    let mut plan = of.clone();
    let said = change_batch(&mut plan, &change.batch)?;
    plan.lanes = lanes_after(of, &change.lanes, record)?;
    let is_added = |items: &u32| *items > 1 && !of.batch.contains(items);
    let added_batch: Vec<u32> = plan.batch.iter().copied().filter(is_added).collect();
    if added_batch.is_empty() && change.batch.removed.is_empty() && plan.lanes == of.lanes {
        return Err(Failure::usage(format!(
            "{}: the latest record has it already: batch sizes {}; lanes {}",
            change.text(),
            list(&of.batch),
            shorts_of(record).join(", ")
        )));
    }
    workload_fits::check(&plan)?;
    plan.name_after_its_command();
    Ok(Changed { plan, added_batch, said })
}

fn change_batch(plan: &mut Plan, steps: &Steps<u32>) -> Result<Option<String>, Failure> {
    let before = plan.batch.clone();
    let Steps { added, removed } = steps;
    if removed.contains(&1) {
        let text = "--batch -1: single calls are in every record; leave it out";
        return Err(Failure::usage(text));
    }
    if let Some(items) = removed.iter().find(|items| !before.contains(items)) {
        return Err(not_there(&format!("--batch -{items}"), &list(&before)));
    }
    plan.batch.retain(|items| !removed.contains(items));
    plan.spread.retain(|items| !removed.contains(items));
    plan.batch.extend(added.iter().filter(|items| !before.contains(items)));
    let said = with_enough_sizes(plan, steps);
    plan.batch.sort_unstable();
    plan.batch.dedup();
    Ok(said)
}

/// Adds 1 and the largest usual size where the cost model would have too few sizes, unless the user
/// has just taken that out; answers what is to be said of it.
fn with_enough_sizes(plan: &mut Plan, steps: &Steps<u32>) -> Option<String> {
    if sizes(&plan.batch) >= FEWEST_SIZES {
        return None;
    }
    let largest = plan.workload.usual_batch().iter().copied().max().unwrap_or(1);
    if !steps.removed.contains(&largest) {
        plan.batch.extend([1, largest]);
    }
    if sizes(&plan.batch) < FEWEST_SIZES {
        let left = list(&plan.batch);
        return Some(format!("batch sizes {left}: the cost model needs three, and is left out"));
    }
    Some(format!(
        "the cost model needs three batch sizes: 1 and {largest} are measured too"
    ))
}

/// Sizes that the cost model can use: the single call is always one.
fn sizes(batch: &[u32]) -> usize {
    1 + batch.iter().filter(|items| **items > 1).count()
}

/// The words for the lanes of the changed plan.
fn lanes_after(
    plan: &Plan,
    steps: &Steps<String>,
    record: &Record,
) -> Result<Vec<String>, Failure> {
    if steps.is_empty() {
        return Ok(plan.lanes.clone());
    }
    let there = named(record);
    let is = |word: &String, lane: &Lane| *word == lane.short || *word == lane.name;
    let unknown = steps.removed.iter().find(|word| !there.iter().any(|lane| is(word, lane)));
    if let Some(word) = unknown {
        return Err(not_there(&format!("--lanes -{word}"), &shorts_of(record).join(", ")));
    }
    let goes = |lane: &Lane| steps.removed.iter().any(|word| is(word, lane));
    let stays = there.iter().filter(|lane| !goes(lane));
    let mut words: Vec<String> = stays.map(|lane| lane.short.clone()).collect();
    if words.is_empty() {
        return Err(Failure::usage(
            "no lane of the record would stay: measure others with `tollgate run --lanes LANE`",
        ));
    }
    let is_new = |word: &&String| !there.iter().any(|lane| is(word, lane));
    words.extend(steps.added.iter().filter(is_new).cloned());
    if words.len() == there.len() && steps.removed.is_empty() {
        return Ok(plan.lanes.clone());
    }
    Ok(words)
}

/// The lanes of a record that its user named, or the default ones.
fn named(record: &Record) -> Vec<&Lane> {
    let plan = &record.plan;
    let is_named =
        |lane: &&Lane| plan.lanes.contains(&lane.name) && !plan.also_measured.contains(&lane.name);
    record.lanes.iter().filter(is_named).collect()
}

fn shorts_of(record: &Record) -> Vec<&str> {
    named(record).iter().map(|lane| lane.short.as_str()).collect()
}

fn not_there(what: &str, there: &str) -> Failure {
    Failure::usage(format!("{what}: the latest record has no such; it has {there}"))
}

fn list(sizes: &[u32]) -> String {
    sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// The lanes of the changed plan: those of the record that stay, as they can run here, and those
/// that are added.
///
/// # Errors
/// One of them cannot run here, or cannot be asked the plan's workload; or every run measures one
/// that is to go.
pub(crate) fn lanes<'a>(
    roster: &'a Roster,
    plan: &Plan,
    record: &Record,
    steps: &Steps<String>,
) -> Result<Vec<&'a Known>, Failure> {
    let goes = |known: &Known| {
        steps
            .removed
            .iter()
            .any(|word| *word == known.about.short || *word == known.about.name)
    };
    let mut lanes = Vec::new();
    for name in &record.plan.lanes {
        let known = roster.available(name)?;
        if !goes(known) {
            lanes.push(known);
        } else if roster.of_every_run().any(|other| other.about.name == *name) {
            let short = &known.about.short;
            return Err(Failure::usage(format!(
                "--lanes -{short}: every run measures it, for tolls and CPU time to be counted \
                from; leave it out"
            )));
        }
    }
    if !steps.added.is_empty() {
        lanes.extend(workload_fits::lanes(plan, roster.select(&steps.added)?)?.lanes);
    }
    in_order(&mut lanes);
    Ok(lanes)
}

/// Of these lanes, those that nobody named.
pub(crate) fn also_measured(lanes: &[&Known], record: &Record, change: &Change) -> Vec<String> {
    let named = |known: &Known| {
        let mut added = change.lanes.added.iter();
        added.any(|word| *word == known.about.short || *word == known.about.name)
    };
    let was = |known: &&&Known| record.plan.also_measured.contains(&known.about.name);
    let also = lanes.iter().filter(was).filter(|known| !named(known));
    also.map(|known| known.about.name.clone()).collect()
}

/// The plan with words that stand for these lanes here and now, as its command has them.
pub(crate) fn with_words_for(
    mut plan: Plan,
    lanes: &[&Known],
    record: &Record,
    roster: &Roster,
) -> Plan {
    let also = &record.plan.also_measured;
    let meant = roster.select(&plan.lanes).unwrap_or_default();
    let is_there = |known: &Known| lanes.iter().any(|lane| lane.about.name == known.about.name);
    let is_meant = |known: &Known| {
        let name = &known.about.name;
        also.contains(name) || meant.iter().any(|lane| lane.about.name == *name)
    };
    if !(meant.iter().all(|known| is_there(known)) && lanes.iter().all(|known| is_meant(known))) {
        let named = lanes.iter().filter(|known| !also.contains(&known.about.name));
        plan.lanes = named.map(|known| known.about.short.clone()).collect();
    }
    plan.name_after_its_command();
    plan
}
