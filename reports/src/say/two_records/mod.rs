//! What two records are of: machine, build, data, how much was measured; and what a reader must
//! know where they differ. It looks at no figure.

pub mod last_run;
mod luck;
pub mod plan_difference;

use crate::{
    figures::withdrawn,
    judge::{
        Judged,
        comparison::{Between, Fate},
    },
    record::{Environment, Plan, Record},
    stats::units::{bytes, count, time},
};

/// One fact of both records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is, as `processor`.
    pub what: &'static str,
    /// In the earlier record.
    pub old: String,
    /// In the later one.
    pub new: String,
    /// True for what the fingerprint of a machine is made of.
    pub of_machine: bool,
}

impl Fact {
    /// True where the records differ in it.
    pub fn differs(&self) -> bool {
        self.old != self.new
    }
}

/// What both records say of themselves, in the same order.
pub fn facts(old: &Judged, new: &Judged) -> Vec<Fact> {
    let (before, after) = (old.summary.record, new.summary.record);
    let begun = both(begun(before), begun(after));
    [begun, of_machines(before, after), both(build(old), build(new))].concat()
}

fn of_machines(old: &Record, new: &Record) -> Vec<Fact> {
    both(machine(&old.environment), machine(&new.environment))
}

fn both(old: Vec<Named>, new: Vec<Named>) -> Vec<Fact> {
    let pairs = old.into_iter().zip(new);
    pairs
        .map(|(old, new)| Fact {
            what: old.what,
            old: old.value,
            new: new.value,
            of_machine: old.of_machine,
        })
        .collect()
}

/// One fact of one record.
struct Named {
    what: &'static str,
    /// Whether the fingerprint is made of it.
    of_machine: bool,
    value: String,
}

impl Named {
    fn new(what: &'static str, value: String) -> Self {
        Self { what, of_machine: false, value }
    }

    fn of_machine(what: &'static str, value: String) -> Self {
        Self { what, of_machine: true, value }
    }
}

fn known<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "not known".to_owned(), |value| value.to_string())
}

fn begun(record: &Record) -> Vec<Named> {
    let label = record.environment.label.clone().unwrap_or_else(|| "no label".to_owned());
    vec![Named::new("machine", label), Named::new("begun", record.started_at.clone())]
}

/// The first four make the fingerprint.
fn machine(environment: &Environment) -> Vec<Named> {
    let gib = environment
        .memory_bytes
        .map(|size| (size as f64 / f64::from(1 << 30)).round() * f64::from(1 << 30));
    vec![
        Named::of_machine("processor", known(environment.cpu_model.as_ref())),
        Named::of_machine("architecture", environment.arch.clone()),
        Named::of_machine("logical cores", environment.logical_cores.to_string()),
        Named::of_machine("memory", known(gib.map(bytes))),
        Named::new("system", format!("{} {}", environment.os, known(environment.kernel.as_ref()))),
        Named::new(
            "virtualization",
            environment.virtualization.clone().unwrap_or_else(|| "none visible".to_owned()),
        ),
        Named::new("clock", known(environment.clock_source.as_ref())),
        Named::new("clock step", clock_step(environment)),
        Named::new("governor", known(environment.governor.as_ref())),
    ]
}

fn clock_step(environment: &Environment) -> String {
    let step = environment.clock_step().ns();
    step.map_or_else(|| "unknown".to_owned(), time)
}

fn build(judged: &Judged) -> Vec<Named> {
    let record = judged.summary.record;
    let (done, planned) = (record.progress.starts_done, record.plan.starts);
    vec![
        Named::new("tollgate", record.tollgate.text()),
        Named::new("placement", record.plan.placement_titles()),
        Named::new("data", record.data.text()),
        Named::new("restarts", format!("{done} of {planned}")),
        Named::new("trust", judged.trust.grade.to_string()),
    ]
}

/// What a reader should know of the two records.
pub fn caveats(old: &Record, new: &Record, between: &Between) -> Vec<String> {
    let foreign = old.environment.fingerprint != new.environment.fingerprint;
    let mut caveats = Vec::new();
    if foreign {
        caveats.push(machines(old, new));
    }
    if old.data.digest != new.data.digest {
        caveats.push("The records are over different data.".to_owned());
    }
    if old.tollgate.profile != new.tollgate.profile {
        let text =
            "The records are of different build profiles: a difference may be the compiler's.";
        caveats.push(text.to_owned());
    }
    caveats.extend(placements(old, new));
    for (which, record) in [("earlier", old), ("later", new)] {
        let lanes: Vec<String> = withdrawn::of(record)
            .iter()
            .map(|one| format!("{} ({})", one.name, one.reason))
            .collect();
        if !lanes.is_empty() {
            let lanes = lanes.join(", ");
            caveats.push(format!("Withdrawn in the {which} record, not compared: {lanes}."));
        }
    }
    if !between.distrusted.is_empty() {
        let text = "A record must not be used: its figures are shown, and mean nothing.";
        caveats.push(text.to_owned());
    }
    caveats.extend(luck::smallest(between));
    caveats.extend(luck::of_runs(between));
    let always = "Two runs are never alike: what the machine did in between is in every figure. \
        `tollgate run --against` puts both builds into one run.";
    caveats.push(always.to_owned());
    caveats
}

/// What is not compared, a line each. What one of the runs did not plan, or measured otherwise, is
/// counted in one line, whichever lanes it is of: it says how the plans differ, and nothing of what
/// was measured.
pub fn not_compared(between: &Between) -> Vec<String> {
    let unplanned = between.gone.iter().filter(|gone| gone.fate == Fate::Unplanned);
    let old = unplanned.map(|gone| gone.figures).sum();
    let counted = [(old, "old"), (between.only_new, "new")].into_iter();
    let mut lines: Vec<String> = counted.filter_map(|(many, run)| only_in(many, run)).collect();
    lines.extend(unlike(between));
    let counted = [Fate::Unplanned, Fate::Unlike];
    let others = between.gone.iter().filter(|gone| !counted.contains(&gone.fate));
    lines.extend(others.map(|gone| format!("{} ({}): {}", gone.lane, gone.what, gone.reason)));
    lines
}

/// Figures that were measured in visits of different length: how many of each pair of lengths.
fn unlike(between: &Between) -> Vec<String> {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for gone in between.gone.iter().filter(|gone| gone.fate == Fate::Unlike) {
        match counted.iter_mut().find(|(reason, _)| *reason == gone.reason) {
            Some((_, figures)) => *figures += gone.figures,
            None => counted.push((&gone.reason, gone.figures)),
        }
    }
    let words = |(reason, figures): (&str, usize)| match figures {
        1 => format!("1 figure: {reason}"),
        _ => format!("{} figures: {reason}", count(figures as u64)),
    };
    counted.into_iter().map(words).collect()
}

fn only_in(many: usize, run: &str) -> Option<String> {
    match many {
        0 => None,
        1 => Some(format!("1 figure exists only in the {run} run")),
        _ => Some(format!("{} figures exist only in the {run} run", count(many as u64))),
    }
}

/// Where the placements of both differ: what is compared, and how to compare the rest.
fn placements(old: &Record, new: &Record) -> Option<String> {
    let titles = [old, new].map(|record| record.plan.placement_titles());
    let [before, after] = &titles;
    if before != after {
        return Some(format!(
            "The records have different placements ({before} before, {after} after): only what is \
            in both is compared; measure both with the same --placement for all."
        ));
    }
    let apart = |plan: &Plan, placement: &String| plan.distances.get(placement).cloned();
    let differs = old.plan.placements.iter().find_map(|placement| {
        let (was, is) = (apart(&old.plan, placement)?, apart(&new.plan, placement)?);
        (was != is).then(|| (old.plan.placement_title(placement), was, is))
    });
    differs.map(|(title, was, is)| {
        format!("The cores of \"{title}\" lie differently apart: {was} before, {is} after.")
    })
}

/// Which parts of the fingerprint differ.
fn machines(old: &Record, new: &Record) -> String {
    let facts = of_machines(old, new);
    let parts: Vec<&str> = facts
        .iter()
        .filter(|fact| fact.of_machine && fact.differs())
        .map(|fact| fact.what)
        .collect();
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(", "))
    };
    format!("The records are from different machines{parts}: a difference may be theirs.")
}
