//! How figures name their placement where a run has several.

use crate::record::{Cell, ON_ONE_CORE, Plan, Record};

impl Record {
    /// A cell in words, as `single, n = 1, 10 ids, stub, on two cores`.
    pub fn describe(&self, cell: &Cell) -> String {
        let placed = self.plan.where_placed(&cell.placement);
        let placed = if placed.is_empty() { placed } else { format!(",{placed}") };
        format!("{}{placed}", cell.describe())
    }
}

impl Plan {
    /// True where the run measures on one core, where nothing is left to be moved.
    pub fn has_one_core(&self) -> bool {
        self.placements.iter().any(|placement| placement == ON_ONE_CORE)
    }

    /// Where figures of this placement were measured, as the end of a sentence has it: ` on two
    /// cores`. Nothing where the run has one placement: its head says which.
    pub fn where_placed(&self, placement: &str) -> String {
        if self.placements.len() < 2 {
            return String::new();
        }
        format!(" {}", self.placement_phrase(placement))
    }

    /// All placements of the run, as `on one core and on two cores`; none where it names none.
    pub fn all_placed(&self) -> Option<String> {
        let phrases: Vec<String> = self
            .placements
            .iter()
            .map(|placement| self.placement_phrase(placement))
            .collect();
        let (last, before) = phrases.split_last()?;
        if before.is_empty() {
            return Some(last.clone());
        }
        Some(format!("{} and {last}", before.join(", ")))
    }
}
