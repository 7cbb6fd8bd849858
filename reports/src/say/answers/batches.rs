//! Whether batching pays, from which size on, by how much, and up to which size most of it is won.

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
    let gains: Vec<Gain> = rows.filter_map(Gain::of).collect();
    let most = gains.iter().max_by(|a, b| a.most().total_cmp(&b.most()))?;
    let others: Vec<&Gain> = gains.iter().filter(|gain| gain.lane() != most.lane()).collect();
    let placed = &summary.main()?.placed;
    let (lane, items) = (most.lane(), count(most.largest.cell.items.into()));
    let (short, text) = match most.comparison.verdict() {
        Verdict::Slower => {
            (most.yes(), format!("{}{}", most.gained(placed), also(&others, &items)))
        }
        Verdict::CannotTell => (
            "cannot tell".to_owned(),
            format!("items over {lane}, alone and in batches of {items}, are too noisy."),
        ),
        Verdict::Faster | Verdict::Slightly | Verdict::Same => (
            "no".to_owned(),
            format!("over {lane} batches of {items} make an item at most 5 % cheaper{placed}."),
        ),
    };
    Some(Answer {
        question: "Batch?".to_owned(),
        short,
        text,
        is_of_work: false,
    })
}

/// What the largest batch makes of the other lanes, as a sentence behind another.
fn also(others: &[&Gain], items: &str) -> String {
    let gains = others.iter().filter(|gain| gain.comparison.verdict() == Verdict::Slower);
    let said: Vec<String> = gains
        .enumerate()
        .map(|(at, gain)| {
            let cheaper = if at == 0 { " cheaper" } else { "" };
            format!("{}{cheaper} with {}", short::times(gain.most()), gain.lane())
        })
        .collect();
    if said.is_empty() {
        return String::new();
    }
    format!(" In {items}: {}.", said.join(", "))
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

    fn lane(&self) -> &'s str {
        &self.row.lane.short
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

    /// Yes, and from which measured size on.
    fn yes(&self) -> String {
        let single = item_starts(self.single);
        let pays = |cell: &CellFigures| {
            let compared = Comparison::of(&single, &item_starts(cell));
            compared.is_some_and(|compared| compared.verdict() == Verdict::Slower)
        };
        let batches = self.batches();
        match batches.iter().position(|cell| pays(cell)) {
            Some(at) if at + 1 < batches.len() => {
                let items = count(batches[at].cell.items.into());
                // Smaller ones may pay too, but nothing shows that they do.
                let already = if at == 0 { "pay already" } else { "are shown to pay" };
                format!("yes, {items} items {already}")
            }
            _ => "yes".to_owned(),
        }
    }

    fn gained(&self, placed: &str) -> String {
        let single = self.single.item.value;
        let sizes: Vec<String> = self
            .named()
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                let gain = short::times(single / cell.item.value);
                let cheaper = if at == 0 { " cheaper in batches of" } else { " in" };
                format!("{gain}{cheaper} {}", count(cell.cell.items.into()))
            })
            .collect();
        format!("an item over {} is {}{placed}.{}", self.lane(), sizes.join(", "), self.enough())
    }

    /// From which size on most of it is won, as a sentence behind another; nothing where one batch
    /// alone was measured, which says nothing of its size.
    fn enough(&self) -> String {
        let enough = NEARLY * self.largest.item.value;
        let batches = self.batches();
        let first = batches.iter().find(|cell| cell.item.value <= enough);
        match first.map(|cell| cell.cell.items) {
            Some(items) if items < self.largest.cell.items => {
                format!(" Beyond {} {} gains little.", count(items.into()), self.lane())
            }
            Some(_) if batches.len() > 1 => " Still larger ones may gain more.".to_owned(),
            _ => String::new(),
        }
    }
}
