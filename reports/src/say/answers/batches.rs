//! Whether batching pays, by how much, and up to which size most of it is won.

use crate::{
    figures::{
        cells::CellFigures,
        row::{Row, item_starts},
        summary::Summary,
    },
    say::answers::{answer::Answer, bases::bases},
    stats::{
        comparison::{Comparison, Verdict},
        units::{count, short},
    },
};

/// Most sizes that are named.
const MOST_SIZES: usize = 3;
/// An item within this share of what it takes in the largest batch has won most of it.
const NEARLY: f64 = 1.25;

/// For the base lane between processes that gains most from its largest batch; where none was
/// measured, for that within the process.
pub(super) fn answer(summary: &Summary) -> Option<Answer> {
    let bases = bases(summary);
    let between = bases.iter().any(|row| !row.lane.in_process);
    let rows = bases.into_iter().filter(|row| row.lane.in_process != between);
    let gains = rows.filter_map(Gain::of);
    let most = gains.max_by(|a, b| a.most().total_cmp(&b.most()))?;
    let place = if between { "between processes" } else { "within the process" };
    let items = count(most.largest.cell.items.into());
    let lane = &most.row.lane.short;
    Some(match most.comparison.verdict() {
        Verdict::Slower => Answer {
            question: "Batch?".to_owned(),
            short: "yes".to_owned(),
            text: format!(
                "{place}, an item over {lane} is {} cheaper in batches of {}.{}",
                most.gains().join(", "),
                most.sizes().join(", "),
                most.enough()
            ),
        },
        Verdict::CannotTell => Answer {
            question: "Batch?".to_owned(),
            short: "cannot tell".to_owned(),
            text: format!("items over {lane}, alone and in batches of {items}, are too noisy."),
        },
        Verdict::Faster | Verdict::Slightly | Verdict::Same => Answer {
            question: "Batch?".to_owned(),
            short: "no".to_owned(),
            text: format!(
                "{place}, an item over {lane} is not cheaper in batches of {items} by more than \
                5 %."
            ),
        },
    })
}

/// What an item takes alone and in batches over a lane.
struct Gain<'s, 'a> {
    row: &'s Row<'a>,
    single: &'s CellFigures<'a>,
    largest: &'s CellFigures<'a>,
    /// Alone by in the largest batch.
    comparison: Comparison,
}

impl<'s, 'a> Gain<'s, 'a> {
    fn of(row: &'s Row<'a>) -> Option<Self> {
        let (single, largest) = (row.single.as_ref()?, row.largest_batch()?);
        let comparison = Comparison::of(&item_starts(single), &item_starts(largest))?;
        Some(Self { row, single, largest, comparison })
    }

    fn most(&self) -> f64 {
        self.comparison.ratio.value
    }

    /// A few of the measured batches, evenly over their sizes, the largest among them.
    fn named(&self) -> Vec<&'s CellFigures<'a>> {
        let batches = self.batches();
        let step = batches.len().div_ceil(MOST_SIZES).max(1);
        let mut named: Vec<_> = batches.into_iter().rev().step_by(step).collect();
        named.reverse();
        named
    }

    /// Rising.
    fn batches(&self) -> Vec<&'s CellFigures<'a>> {
        let cells = self.row.cells.iter();
        let mut batches: Vec<_> = cells.filter(|cell| cell.cell.mode == "batched").collect();
        batches.sort_by_key(|cell| cell.cell.items);
        batches
    }

    fn gains(&self) -> Vec<String> {
        let single = self.single.item.value;
        self.named().iter().map(|cell| short::times(single / cell.item.value)).collect()
    }

    fn sizes(&self) -> Vec<String> {
        self.named().iter().map(|cell| count(cell.cell.items.into())).collect()
    }

    /// From which size on most of it is won, as a sentence behind another; nothing where one batch
    /// alone was measured, which says nothing of its size.
    fn enough(&self) -> String {
        let enough = NEARLY * self.largest.item.value;
        let batches = self.batches();
        let first = batches.iter().find(|cell| cell.item.value <= enough);
        match first.map(|cell| cell.cell.items) {
            Some(items) if items < self.largest.cell.items => {
                format!(" Most of it is won at {}.", count(items.into()))
            }
            Some(_) if batches.len() > 1 => " It goes on to pay at the largest size.".to_owned(),
            _ => String::new(),
        }
    }
}
