//! Two records against each other, figure by figure: what became slower, and what is no longer
//! there. Compared is what was measured alike on both sides, whatever else the plans hold. The
//! starts of two records have nothing in common, so they are not paired, and what the machine did
//! between the two runs is in the difference too: the luck of a run is a level of its own (`runs`).
//! Two builds in one run tell more. What a gate makes of it is in `gate`.

pub mod anchors;
pub(crate) mod change;
pub(crate) mod mismatch;
pub(crate) mod runs;
pub(crate) mod sides;

pub use crate::judge::comparison::{
    change::{Change, Fate},
    mismatch::Mismatch,
    runs::Placed,
    sides::Open,
};
use crate::{
    figures::{cells, row::Row, summary::Summary, withdrawn},
    judge::{
        comparison::{
            change::{counterpart, described, same_figure},
            mismatch::{foreign, nothing_in_both},
        },
        trust,
    },
    record::{Cell, Record},
};

/// Figures of the earlier record that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The lane's name, as shown.
    pub lane: String,
    /// `all figures`, or a list of them.
    pub what: String,
    /// How many these are.
    pub figures: usize,
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
    /// What the luck of a run is, in each placement.
    pub placed: Vec<Placed>,
    /// Records that must not be used, each with the first reason.
    pub distrusted: Vec<String>,
}

/// Compares all figures that both records have, and says which ones the later one lacks. Lanes that
/// answer nothing are left out.
///
/// # Errors
/// [`Mismatch`], the first three unless `force`.
pub fn changes(old: &Record, new: &Record, force: bool) -> Result<Between, Mismatch> {
    // Nothing of a withdrawn lane is compared.
    let (old, new) = (&*withdrawn::without(old), &*withdrawn::without(new));
    if let Some(mismatch) = foreign(old, new).filter(|_| !force) {
        return Err(mismatch);
    }
    if let Some(mismatch) = nothing_in_both(old, new) {
        return Err(mismatch);
    }
    if old.progress.starts_done < 2 || new.progress.starts_done < 2 {
        return Err(Mismatch::TooFewRestarts);
    }
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    let summary = Summary::of(old);
    for row in own_rows(&summary).filter(|row| row.lane.answers) {
        for before in row.single.iter().chain(&row.cells) {
            match counterpart(row.lane, before, [old, new]) {
                Ok(change) => found.push((before.cell, change)),
                Err(reason) => gone.push((before.cell, reason)),
            }
        }
    }
    if found.is_empty() && !any_of_fate(&gone, Fate::Lost) {
        return Err(nothing_compared(&gone));
    }
    mark_main(&mut found);
    let mut changes: Vec<Change> = found.into_iter().map(|(_, change)| change).collect();
    let placed = runs::settle(&mut changes, [old, new]);
    Ok(Between {
        changes,
        placed,
        gone: grouped(&gone, &summary),
        only_new: only(new, old),
        distrusted: distrusted(old, new),
    })
}

/// The rows of all scenes, each where it was measured and nowhere else.
fn own_rows<'s, 'a>(summary: &'s Summary<'a>) -> impl Iterator<Item = &'s Row<'a>> {
    let scenes = summary.scenes.iter();
    scenes.flat_map(|scene| scene.rows.iter().filter(|row| row.is_of(scene.asked)))
}

/// A cell of the earlier record without a counterpart: what became of it, and why.
type GoneCell<'r> = (&'r Cell, (Fate, String));

/// Why no figure is in both records.
fn nothing_compared(gone: &[GoneCell]) -> Mismatch {
    if let Some((_, (_, lengths))) = gone.iter().find(|(_, (fate, _))| *fate == Fate::Unlike) {
        Mismatch::Visits(lengths.clone())
    } else if any_of_fate(gone, Fate::Undecided) {
        Mismatch::TooFewRestarts
    } else {
        Mismatch::NothingInCommon
    }
}

fn any_of_fate(gone: &[GoneCell], wanted: Fate) -> bool {
    gone.iter().any(|(_, (fate, _))| *fate == wanted)
}

/// Marks the single calls and the largest batches of what the first scene asks, in each placement.
fn mark_main(found: &mut [(&Cell, Change)]) {
    let Some((first, _)) = found.first() else { return };
    let first: &Cell = first;
    let cells: Vec<&Cell> = found
        .iter()
        .map(|(cell, _)| *cell)
        .filter(|cell| asks_as(cell, first))
        .collect();
    for (cell, change) in found.iter_mut().filter(|(cell, _)| asks_as(cell, first)) {
        let largest = largest_batch(&cells, cell);
        let batch = cell.mode == "batched" && Some(cell.items) == largest;
        change.main = cell.items == 1 || batch;
    }
}

fn asks_as(cell: &Cell, other: &Cell) -> bool {
    cell.asked().asks_as(&other.asked())
}

/// Items of the largest batch over the lane of a cell in its placement.
fn largest_batch(cells: &[&Cell], of: &Cell) -> Option<u32> {
    let here = |cell: &&&Cell| cell.lane == of.lane && cell.placement == of.placement;
    let batched = cells.iter().filter(here).filter(|cell| cell.mode == "batched");
    batched.map(|cell| cell.items).max()
}

/// Figures of one lane that went for one reason.
struct Group<'g> {
    lane: &'g str,
    fate: Fate,
    reason: &'g str,
    figures: Vec<String>,
}

/// What went for one reason in one line.
fn grouped(gone: &[GoneCell], old: &Summary) -> Vec<Gone> {
    let mut groups: Vec<Group> = Vec::new();
    for (cell, (fate, reason)) in gone {
        let what = described(cell, old.record);
        match groups
            .iter_mut()
            .find(|group| group.lane == cell.lane && group.reason == reason)
        {
            Some(group) => group.figures.push(what),
            None => {
                groups.push(Group { lane: &cell.lane, fate: *fate, reason, figures: vec![what] });
            }
        }
    }
    groups.into_iter().map(|group| group.in_words(old)).collect()
}

impl Group<'_> {
    fn in_words(self, old: &Summary) -> Gone {
        let all = self.figures.len() == figures_of(self.lane, old);
        Gone {
            lane: old.record.name_of(self.lane).to_owned(),
            what: if all { "all figures".to_owned() } else { self.figures.join("; ") },
            figures: self.figures.len(),
            fate: self.fate,
            reason: self.reason.to_owned(),
        }
    }
}

/// How many figures a record has of a lane.
fn figures_of(lane: &str, summary: &Summary) -> usize {
    own_rows(summary)
        .filter(|row| row.lane.name == lane)
        .map(|row| usize::from(row.single.is_some()) + row.cells.len())
        .sum()
}

/// Figures that one record has and the other lacks.
fn only(record: &Record, other: &Record) -> usize {
    let mut only = 0;
    for cell in &record.cells {
        let answers = record.lanes.iter().any(|lane| lane.name == cell.lane && lane.answers);
        if answers && has_figure(record, cell) && !has_figure(other, cell) {
            only += 1;
        }
    }
    only
}

fn has_figure(record: &Record, wanted: &Cell) -> bool {
    record
        .cells
        .iter()
        .any(|cell| same_figure(cell, wanted) && cells::has_figures(cell))
}

fn distrusted(old: &Record, new: &Record) -> Vec<String> {
    let mut distrusted = Vec::new();
    for (which, record) in [("earlier", old), ("later", new)] {
        if let Some(reason) = trust::grade(record).forbids() {
            distrusted.push(format!("The {which} record must not be used: {}", reason.text));
        }
    }
    distrusted
}
