//! Section 6 without its script: the sentence above it, how to read it, and a table for the numbers
//! that stand first.

use crate::{
    figures::summary::Summary,
    model::prediction::Axis,
    record::{BYTES, amount},
    say::cost_model::prediction,
    stats::units::{count, time},
    view::{
        table::Table,
        what_if::{Control, Panel},
    },
};

const READING_ITEMS: &str = "\
    Predicted means with their 95 % interval over restarts, from each restart's own cost model. A \
    call takes the model's time for its items, their service time one after another, and the \
    added round trip where it leaves the process. Calls in parallel run in rounds. Queueing is \
    not included: ≥ marks a lower bound, where calls run in parallel or half of the cores are \
    busy. Hatched: more items in a call than were measured; beyond twice as \
    many nothing is predicted.";
const READING_BYTES: &str = "\
    Predicted means with their 95 % interval over restarts, from each restart's own cost model. A \
    call takes the model's time for its bytes, the service time, and the added round trip where \
    it leaves the process. Queueing is not included: ≥ marks a lower bound, where half of the \
    cores are busy. Hatched: more bytes, or fewer, than were measured; beyond twice as many \
    nothing is predicted.";

/// The panel as the template sees it.
pub(crate) struct WhatIf {
    pub(crate) scene: String,
    /// `action`, or `call` where its bytes are chosen.
    pub(crate) what: &'static str,
    pub(crate) reading: &'static str,
    pub(crate) finding: String,
    pub(crate) numbers: String,
    /// Placements to choose from, each with what it is called; none where there is one.
    pub(crate) placements: Vec<(String, String)>,
    pub(crate) controls: Vec<Control>,
    pub(crate) table: Table,
    /// Lanes of which too little is known, with the reason.
    pub(crate) missing: Option<String>,
    /// A batch size that was not measured, for a reader to begin with; none where calls are sized
    /// by bytes or there are no batches.
    pub(crate) unmeasured_batch: Option<u32>,
}

impl WhatIf {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let panel = Panel::of(summary)?;
        let mut rows = Vec::new();
        for (lane, basis) in &panel.first.lanes {
            let mut cells = vec![lane.short.clone()];
            cells.extend(prediction::cells(basis, &panel.settings, panel.cores));
            rows.push(cells);
        }
        let head: Vec<&str> = ["lane"].into_iter().chain(prediction::head(panel.axis)).collect();
        let (what, reading) = match panel.axis {
            Axis::Items => ("action", READING_ITEMS),
            Axis::Bytes => ("call", READING_BYTES),
        };
        Some(Self {
            what,
            reading,
            scene: panel.title.clone(),
            finding: finding(&panel),
            numbers: panel.numbers(),
            table: Table::new(&head, rows),
            missing: missing(&panel),
            unmeasured_batch: unmeasured_batch(&panel),
            placements: panel.choices(),
            controls: panel.controls,
        })
    }
}

/// What an action is predicted to take over a lane.
struct Predicted {
    lane: String,
    time_ns: f64,
    /// True where it may take longer.
    at_least: bool,
}

impl Predicted {
    fn words(&self) -> String {
        let bound = if self.at_least { "at least " } else { "" };
        format!("{bound}{} over {}", time(self.time_ns), self.lane)
    }
}

/// Of each lane of which it can be said, the quickest first.
fn predicted(panel: &Panel) -> Vec<Predicted> {
    let mut all = Vec::new();
    for (lane, basis) in &panel.first.lanes {
        let predicted = basis.predict(&panel.settings, panel.cores);
        if let Ok(time) = predicted.time {
            let (lane, at_least) = (lane.short.clone(), predicted.at_least);
            all.push(Predicted { lane, time_ns: time.value, at_least });
        }
    }
    all.sort_by(|a, b| a.time_ns.total_cmp(&b.time_ns));
    all
}

/// From the quickest lane to the slowest; the page's script says the same of other numbers.
fn finding(panel: &Panel) -> String {
    let what = match (panel.axis, panel.settings.items) {
        (Axis::Bytes, bytes) => format!("call with {} each way", amount(BYTES, bytes)),
        (Axis::Items, 1) => "action of 1 item".to_owned(),
        (Axis::Items, items) => format!("action of {} items", count(items.into())),
    };
    let lanes = predicted(panel);
    let without = match panel.first.lanes.len() - lanes.len() {
        0 => String::new(),
        lanes => format!(" Nothing is predicted for {lanes} more: the table says why."),
    };
    match lanes.as_slice() {
        [least, .., most] => format!(
            "With these numbers, one {what} takes {} and {}, {}.{without}",
            least.words(),
            most.words(),
            panel.first.phrase
        ),
        _ => format!("One {what}: too few lanes can be predicted.{without}"),
    }
}

/// Between the two measured sizes in the middle, on a logarithmic scale.
fn unmeasured_batch(panel: &Panel) -> Option<u32> {
    if panel.axis != Axis::Items {
        return None;
    }
    let bases = panel.first.lanes.iter();
    let sizes = bases.map(|(_, basis)| &basis.sizes).max_by_key(|sizes| sizes.len())?;
    let above = sizes.len().div_ceil(2);
    let (below, above) = (*sizes.get(above.checked_sub(1)?)?, *sizes.get(above)?);
    let between = (f64::from(below) * f64::from(above)).sqrt().round() as u32;
    Some(between).filter(|size| !sizes.contains(size))
}

fn missing(panel: &Panel) -> Option<String> {
    let names = &panel.first.missing;
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "Not here, because no restart of them has all sizes: {}.",
        names.join(", ")
    ))
}
