//! How figures name their placement where a run has several.

use crate::record::Plan;

impl Plan {
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
