//! Two records against each other, figure by figure: what became slower, and what is no longer
//! there. The starts of two records have nothing in common, so they are not paired; what the
//! machine did between the two runs is in the difference too. Two builds in one run tell more. What
//! a gate makes of it is in `gate`.

use crate::{
    figures::{cells::CellFigures, summary::Summary},
    judge::{not_measured::why_absent, trust},
    record::{Cell, Lane, Record},
    stats::{
        comparison::{self, Comparison, DETECTION},
        estimates::{self, Welch},
    },
};

/// Why two records are not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They are from different machines.
    Machine,
    /// They asked different questions, or other data answered them.
    Workload,
    /// One is of a debug build.
    Profile,
    /// What both planned has fewer than two whole restarts in one of them.
    TooFewRestarts,
    /// No combination of lane, engine, reply size, mode and items is in both.
    NothingInCommon,
}

impl Mismatch {
    /// One sentence that names the cure.
    pub fn text(&self) -> &'static str {
        match self {
            Self::Machine => {
                "the records are from different machines, so that a difference may be the \
                machines': compare records of one machine, or take --force"
            }
            Self::Workload => {
                "the records are over different data: measure both with the same files, or take \
                --force"
            }
            Self::Profile => {
                "the records are of different build profiles (debug, release): measure both with \
                the same, or take --force"
            }
            Self::TooFewRestarts => {
                "too few restarts: an interval needs at least two whole ones in each record, and \
                five are advised (--starts)"
            }
            Self::NothingInCommon => "the records have no lane in common that was measured in both",
        }
    }
}

/// What happened to one figure of a lane.
#[derive(Clone, Debug)]
pub struct Change {
    /// The lane's name, as shown.
    pub lane: String,
    /// Its full name.
    pub lane_name: String,
    /// Items per action.
    pub items: u32,
    /// Mode, items, ids and engine, as `batched, n = 64, 10 ids, stub`.
    pub what: String,
    /// A single call, or an item of the largest batch, in the first scene that both have.
    pub main: bool,
    /// Before, ns: the median of a single call, or the mean of an item.
    pub old_ns: f64,
    /// After, ns.
    pub new_ns: f64,
    /// New divided by old.
    pub comparison: Comparison,
    /// New minus old, in logarithms: for tests against other limits than "no difference".
    pub logs: Welch,
    /// Detected among all figures of the comparison (Holm).
    pub detected: bool,
}

impl Change {
    /// The change in the words of METHOD.md; a difference only where it stays one among all
    /// figures.
    pub fn words(&self) -> &'static str {
        self.comparison.words_in_family(self.detected)
    }
}

/// Why a figure of the earlier record has no counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The later run was not to measure it.
    Unplanned,
    /// The earlier record has it in fewer than two whole restarts.
    Undecided,
    /// The later run planned it and has it not, or in fewer than two whole restarts.
    Lost,
}

/// Figures of the earlier record that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The lane's name, as shown.
    pub lane: String,
    /// `all figures`, or a list of them.
    pub what: String,
    /// Whether that is a failure.
    pub fate: Fate,
    /// Why.
    pub reason: String,
}

/// Two records against each other.
#[derive(Clone, Debug)]
pub struct Between {
    /// Every figure that both have: main scene first, in it loose to tight, in it by mode and
    /// items.
    pub changes: Vec<Change>,
    /// What the earlier record has and the later one lacks.
    pub gone: Vec<Gone>,
    /// Figures that the later record has and the earlier one lacks.
    pub only_new: usize,
    /// Records that must not be used, each with the first reason.
    pub distrusted: Vec<String>,
}

/// Compares all figures that both records have, and says which ones the later one lacks. Lanes that
/// answer nothing are left out.
///
/// # Errors
/// [`Mismatch`], the first three unless `force`.
pub fn changes(old: &Record, new: &Record, force: bool) -> Result<Between, Mismatch> {
    if let Some(mismatch) = foreign(old, new).filter(|_| !force) {
        return Err(mismatch);
    }
    if old.progress.starts_done < 2 || new.progress.starts_done < 2 {
        return Err(Mismatch::TooFewRestarts);
    }
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    let summary = Summary::of(old);
    for row in summary
        .scenes
        .iter()
        .flat_map(|scene| &scene.rows)
        .filter(|row| row.lane.answers)
    {
        for before in row.single.iter().chain(&row.cells) {
            match counterpart(row.lane, before, new) {
                Ok(change) => found.push((before.cell, change)),
                Err(reason) => gone.push((before.cell, reason)),
            }
        }
    }
    let undecided = gone.iter().any(|(_, (fate, _))| *fate == Fate::Undecided);
    match gone.iter().any(|(_, (fate, _))| *fate == Fate::Lost) {
        false if found.is_empty() && undecided => return Err(Mismatch::TooFewRestarts),
        false if found.is_empty() => return Err(Mismatch::NothingInCommon),
        _ => {}
    }
    mark_main(&mut found);
    let mut changes: Vec<Change> = found.into_iter().map(|(_, change)| change).collect();
    let detected = comparison::detected_in_family(changes.iter().map(|change| &change.comparison));
    for (change, detected) in changes.iter_mut().zip(detected) {
        change.detected = detected;
    }
    Ok(Between {
        changes,
        gone: grouped(&gone, &summary),
        only_new: only(new, old),
        distrusted: distrusted(old, new),
    })
}

/// What makes a difference between two records one of something else than the lanes.
fn foreign(old: &Record, new: &Record) -> Option<Mismatch> {
    let differs = [
        (old.environment.fingerprint != new.environment.fingerprint, Mismatch::Machine),
        (old.workload.digest != new.workload.digest, Mismatch::Workload),
        (old.tollgate.profile != new.tollgate.profile, Mismatch::Profile),
    ];
    differs.into_iter().find_map(|(differs, mismatch)| differs.then_some(mismatch))
}

fn same_figure(a: &Cell, b: &Cell) -> bool {
    (&a.lane, &a.engine, a.max_results, &a.mode, a.items)
        == (&b.lane, &b.engine, b.max_results, &b.mode, b.items)
}

/// The change of one figure, or why there is none.
fn counterpart(lane: &Lane, before: &CellFigures, new: &Record) -> Result<Change, (Fate, String)> {
    let cell = before.cell;
    let Some(after) = new.cells.iter().find(|other| same_figure(other, cell)) else {
        return Err(unplanned(cell, new));
    };
    let lost = || {
        let why = why_absent(after)
            .unwrap_or_else(|| format!("measured in {} restart alone", after.starts.len()));
        (Fate::Lost, why)
    };
    let figures = CellFigures::of(after).ok_or_else(lost)?;
    let (old_logs, new_logs) = (logs(before), logs(&figures));
    match (old_logs.len(), new_logs.len()) {
        (_, 0 | 1) => return Err(lost()),
        (0 | 1, _) => {
            return Err((
                Fate::Undecided,
                "the earlier record has too few restarts of it".to_owned(),
            ));
        }
        _ => {}
    }
    let logs = Welch::of(&new_logs, &old_logs).ok_or_else(lost)?;
    let mean_ns = |logs: &[f64]| {
        estimates::mean_of_starts(logs, DETECTION).map_or(f64::NAN, |mean| mean.value.exp())
    };
    Ok(Change {
        lane: lane.short.clone(),
        lane_name: lane.name.clone(),
        items: cell.items,
        what: cell.describe(),
        main: false,
        old_ns: mean_ns(&old_logs),
        new_ns: mean_ns(&new_logs),
        comparison: Comparison::unpaired(&logs),
        logs,
        detected: false,
    })
}

/// Logarithms of the whole starts: medians of a single call, means of an item otherwise.
fn logs(figures: &CellFigures) -> Vec<f64> {
    let single = figures.cell.items == 1;
    let of =
        |start: &crate::StartFigures| Some(if single { start.p50_ns } else { start.item_ns }.ln());
    figures.comparable(of).into_iter().map(|(_, log)| log).collect()
}

/// What the later record says of a figure that it has no cell for.
fn unplanned(cell: &Cell, new: &Record) -> (Fate, String) {
    let Some(lane) = new.lanes.iter().find(|lane| lane.name == cell.lane) else {
        return (Fate::Unplanned, "the later run knows no such lane".to_owned());
    };
    let because = |otherwise: &str| lane.reason.clone().unwrap_or_else(|| otherwise.to_owned());
    if !lane.planned {
        return (
            Fate::Unplanned,
            format!("not in the later run: {}", because("it was not planned")),
        );
    }
    if new.cells.iter().any(|other| other.lane == cell.lane) {
        return (Fate::Unplanned, "the later run did not plan it".to_owned());
    }
    (Fate::Lost, because("planned, but no cell of it was recorded"))
}

/// Marks the single calls and the largest batches of the first scene.
fn mark_main(found: &mut [(&Cell, Change)]) {
    let Some((first, _)) = found.first() else { return };
    let (engine, max_results) = (first.engine.clone(), first.max_results);
    let here = |cell: &Cell| cell.engine == engine && cell.max_results == max_results;
    let cells: Vec<&Cell> = found.iter().map(|(cell, _)| *cell).filter(|cell| here(cell)).collect();
    let largest = |lane: &str| {
        let batched = cells.iter().filter(|cell| cell.lane == lane && cell.mode == "batched");
        batched.map(|cell| cell.items).max()
    };
    for (cell, change) in found.iter_mut().filter(|(cell, _)| here(cell)) {
        let batch = cell.mode == "batched" && Some(cell.items) == largest(&cell.lane);
        change.main = cell.items == 1 || batch;
    }
}

/// What went for one reason in one line.
fn grouped(gone: &[(&Cell, (Fate, String))], old: &Summary) -> Vec<Gone> {
    let mut groups: Vec<(&Cell, &Fate, &String, Vec<String>)> = Vec::new();
    for (cell, (fate, reason)) in gone {
        let what = cell.describe();
        match groups
            .iter_mut()
            .find(|(known, _, why, _)| known.lane == cell.lane && *why == reason)
        {
            Some((.., figures)) => figures.push(what),
            None => groups.push((cell, fate, reason, vec![what])),
        }
    }
    let all = |lane: &str| {
        let rows = old
            .scenes
            .iter()
            .flat_map(|scene| &scene.rows)
            .filter(|row| row.lane.name == lane);
        rows.map(|row| usize::from(row.single.is_some()) + row.cells.len())
            .sum::<usize>()
    };
    let group = |(cell, fate, reason, figures): (&Cell, &Fate, &String, Vec<String>)| Gone {
        lane: old.record.name_of(&cell.lane).to_owned(),
        what: if figures.len() == all(&cell.lane) {
            "all figures".to_owned()
        } else {
            figures.join("; ")
        },
        fate: *fate,
        reason: reason.clone(),
    };
    groups.into_iter().map(group).collect()
}

/// Figures that one record has and the other lacks.
fn only(record: &Record, other: &Record) -> usize {
    let answers =
        |cell: &Cell| record.lanes.iter().any(|lane| lane.name == cell.lane && lane.answers);
    let has = |record: &Record, cell: &Cell| {
        record
            .cells
            .iter()
            .any(|one| same_figure(one, cell) && CellFigures::of(one).is_some())
    };
    record
        .cells
        .iter()
        .filter(|cell| answers(cell) && has(record, cell) && !has(other, cell))
        .count()
}

fn distrusted(old: &Record, new: &Record) -> Vec<String> {
    let said = |(which, record): (&str, &Record)| {
        let trust = trust::grade(record);
        let reason = trust.forbids()?;
        Some(format!("The {which} record must not be used: {}", reason.text))
    };
    [("earlier", old), ("later", new)].into_iter().filter_map(said).collect()
}
