//! A chart of the page with what stands around it, and charts as a section. It draws nothing.

use crate::view::table::Table;

/// A chart and what stands around it.
pub(crate) struct Figure {
    /// `cost`, `batching`, `tail` and so on: which drawing.
    pub(crate) kind: &'static str,
    /// Index of the scene it draws.
    pub(crate) scene: usize,
    pub(crate) title: String,
    pub(crate) finding: String,
    pub(crate) reading: &'static str,
    pub(crate) table: Table,
    /// False where a chart would hold no mark: then the numbers stand alone.
    pub(crate) drawn: bool,
}

impl Figure {
    /// Where a link to this chart leads.
    pub(crate) fn id(&self) -> String {
        format!("{}-{}", self.kind, self.scene + 1)
    }

    /// What a screen reader hears first.
    pub(crate) fn label(&self) -> String {
        format!("{}. Arrow keys walk through the points.", self.what_and_where())
    }

    /// What is shown and of which scene: no other part of the page is called so.
    pub(crate) fn what_and_where(&self) -> String {
        format!("{}, {}", self.what(), self.title)
    }

    /// What is shown.
    pub(crate) fn what(&self) -> &'static str {
        match self.kind {
            "cost" => "Time per call of each lane",
            "batching" => "Time per item against items per call",
            "stages" => "Parts of a single call over each lane (arithmetic means)",
            "sizes" => "Time of a single call against the bytes that it carries",
            "ratios" => "Lanes against one of them by batch size",
            "quickest" => "Quickest lane by batch size and payload",
            "latency" => "Latency against offered calls per second",
            "throughput" => "Calls per second against calls in flight",
            "burn" => "What a single call over each lane burns",
            "selves" => "Lanes against themselves",
            "restarts" => "Single calls by restart",
            _ => "Latency against number of nines",
        }
    }
}

/// Figures of one section, and what stands below them: what is missing and why.
#[derive(Default)]
pub(crate) struct Section {
    pub(crate) figures: Vec<Figure>,
    pub(crate) notes: Vec<String>,
}

impl Section {
    /// True where there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }
}
