//! Two records against each other, figure by figure: what became slower, and what is no longer
//! there. The starts of two records have nothing in common, so they are not paired; what the
//! machine did between the two runs is in the difference too. Two builds in one run tell more. What
//! a gate makes of it is in `gate`.

pub(crate) mod change;
pub(crate) mod mismatch;

pub use crate::judge::comparison::{
    change::{Change, Fate},
    mismatch::Mismatch,
};
use crate::{
    figures::{cells::CellFigures, summary::Summary},
    judge::{
        comparison::{
            change::{counterpart, same_figure},
            mismatch::foreign,
        },
        trust,
    },
    record::{Cell, Record},
    stats::comparison,
};

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
    let rows = summary.scenes.iter().flat_map(|scene| &scene.rows);
    for row in rows.filter(|row| row.lane.answers) {
        for before in row.single.iter().chain(&row.cells) {
            match counterpart(row.lane, before, new) {
                Ok(change) => found.push((before.cell, change)),
                Err(reason) => gone.push((before.cell, reason)),
            }
        }
    }
    let any = |wanted: Fate| gone.iter().any(|(_, (fate, _))| *fate == wanted);
    if found.is_empty() && !any(Fate::Lost) {
        let undecided = any(Fate::Undecided);
        return Err(if undecided {
            Mismatch::TooFewRestarts
        } else {
            Mismatch::NothingInCommon
        });
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
