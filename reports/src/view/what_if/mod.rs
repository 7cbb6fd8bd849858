//! The what-if panel as data: what is known of each lane, the numbers that a reader can change and
//! where they stand first. What follows from them is in `model::predict`; how it looks is the
//! page's.

mod known;

pub(crate) use crate::view::what_if::known::Known;
use crate::{
    figures::summary::Summary,
    model::{
        payload_sizes::{self, BySize},
        prediction::{Axis, Basis, action::Settings},
    },
    record::{BYTES, amount},
    say::{cores_at_rate::written, header::scene_name},
    stats::units::{count, time},
};
use serde::Serialize;

/// Where the numbers stand that neither the plan nor the record says.
const ACTIONS_PER_S: f64 = 100.0;
const BUDGET_NS: f64 = 1e7;
/// The items of an action are those of the largest measured batch up to this.
const MOST_FIRST_ITEMS: u32 = 64;
/// The most items that a slider reaches; with calls of one item that is a chatty action too large
/// to be measured.
const MOST_ITEMS: f64 = 4_096.0;
/// The most calls in parallel that a slider reaches.
const MOST_PARALLEL: f64 = 64.0;
/// The most bytes that a slider reaches: four times what a call may carry.
const MOST_BYTES: f64 = 4.0 * 1_048_576.0;

/// Everything behind the panel.
pub(crate) struct Panel<'a> {
    /// What it is about.
    pub(crate) title: String,
    /// What the first number counts.
    pub(crate) axis: Axis,
    /// What is known in the placement of the main scene.
    pub(crate) first: Known<'a>,
    /// What is known in the other placements, which a reader can choose.
    pub(crate) others: Vec<Known<'a>>,
    /// Cores of this machine.
    pub(crate) cores: u32,
    pub(crate) settings: Settings,
    pub(crate) controls: Vec<Control>,
}

/// A number that a reader can change.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Control {
    /// The field of [`Settings`].
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    unit: Unit,
    /// The values that it can take, ascending.
    pub(crate) stops: Vec<f64>,
    /// Which of them it has first.
    pub(crate) at: usize,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Time,
    Count,
    Bytes,
    Rate,
}

impl Control {
    fn new(
        key: &'static str,
        label: &'static str,
        unit: Unit,
        mut stops: Vec<f64>,
        first: f64,
    ) -> Self {
        let at = stops.partition_point(|stop| *stop < first);
        if stops.get(at) != Some(&first) {
            stops.insert(at, first);
        }
        Self { key, label, unit, stops, at }
    }

    /// The largest place of its slider.
    pub(crate) fn last(&self) -> usize {
        self.stops.len().saturating_sub(1)
    }

    /// The value that it has first, for a person.
    pub(crate) fn text(&self) -> String {
        let value = self.stops.get(self.at).copied().unwrap_or_default();
        match self.unit {
            Unit::Time if value == 0.0 => "none".to_owned(),
            Unit::Time => time(value),
            Unit::Count => count(value as u64),
            Unit::Bytes => amount(BYTES, value as u32),
            Unit::Rate => format!("{} a second", written(value)),
        }
    }
}

impl<'a> Panel<'a> {
    /// For the main scene; `None` where nothing is known of any lane.
    pub(crate) fn of(summary: &Summary<'a>) -> Option<Self> {
        let scene = summary.main()?;
        if scene.asked.is_bytes() {
            return Self::of_bytes(&payload_sizes::of(summary)?, summary);
        }
        let plan = &summary.record.plan;
        let first = Known::of_scene(scene, plan);
        let elsewhere =
            summary.scenes.iter().skip(1).filter(|other| other.asked.asks_as(&scene.asked));
        let others: Vec<Known> = elsewhere.map(|other| Known::of_scene(other, plan)).collect();
        let sizes = first
            .lanes
            .iter()
            .flat_map(|(_, basis): &(_, Basis)| basis.sizes.iter().copied());
        let most = sizes.filter(|items| *items <= MOST_FIRST_ITEMS).max()?;
        // The user's rate is one of single calls.
        let items = if asked_rate(summary).is_some() { 1 } else { most };
        let settings = Settings {
            service_ns: summary.record.plan.service_time_ns.map_or(0.0, |ns| ns as f64),
            actions_per_s: asked_rate(summary).unwrap_or(ACTIONS_PER_S),
            items,
            items_per_call: items,
            parallel: 1,
            round_trip_ns: 0.0,
            budget_ns: BUDGET_NS,
        };
        Some(Self {
            title: scene_name(scene),
            axis: Axis::Items,
            first,
            others: others.into_iter().filter(|known| !known.lanes.is_empty()).collect(),
            cores: cores(summary),
            settings,
            controls: controls(&settings),
        })
    }

    /// For single calls that carry bytes: first those of the largest size.
    fn of_bytes(by_size: &BySize<'_, 'a>, summary: &Summary) -> Option<Self> {
        let first = Known::of_bytes(by_size, &summary.record.plan);
        if first.lanes.is_empty() {
            return None;
        }
        let settings = Settings {
            service_ns: summary.record.plan.service_time_ns.map_or(0.0, |ns| ns as f64),
            actions_per_s: asked_rate(summary).unwrap_or(ACTIONS_PER_S),
            items: by_size.largest(),
            items_per_call: 1,
            parallel: 1,
            round_trip_ns: 0.0,
            budget_ns: BUDGET_NS,
        };
        Some(Self {
            title: by_size.asked.of_whom(),
            axis: Axis::Bytes,
            first,
            others: Vec::new(),
            cores: cores(summary),
            settings,
            controls: controls_of_bytes(&settings),
        })
    }

    /// All numbers in words, as `on one core, items per action 64, items per call 64`.
    pub(crate) fn numbers(&self) -> String {
        let controls = self.controls.iter();
        let numbers = controls.map(|control| format!("{} {}", control.label, control.text()));
        let all: Vec<String> = [self.first.phrase.clone()].into_iter().chain(numbers).collect();
        all.join(", ")
    }

    /// The placements that a reader can choose from, the first one chosen; none where there is no
    /// choice.
    pub(crate) fn choices(&self) -> Vec<(String, String)> {
        if self.others.is_empty() {
            return Vec::new();
        }
        let all = [&self.first].into_iter().chain(&self.others);
        all.map(|known| (known.placement.clone(), known.title.clone())).collect()
    }
}

/// The rate that the user named, where it is one that a slider can hold.
fn asked_rate(summary: &Summary) -> Option<f64> {
    summary.record.plan.calls_per_s.filter(|rate| rate.is_finite() && *rate > 0.0)
}

fn cores(summary: &Summary) -> u32 {
    summary.record.environment.logical_cores.max(1)
}

fn controls_of_bytes(first: &Settings) -> Vec<Control> {
    use Unit::{Bytes, Rate, Time};
    let sizes = none_or(doubling(MOST_BYTES));
    let (service, round_trip) = (none_or(steps(3, 9)), none_or(steps(4, 8)));
    vec![
        Control::new("items", "bytes each way", Bytes, sizes, first.items.into()),
        Control::new("actions_per_s", "calls", Rate, steps(0, 6), first.actions_per_s),
        Control::new("service_ns", "service time of a call", Time, service, first.service_ns),
        Control::new("round_trip_ns", "added round trip", Time, round_trip, first.round_trip_ns),
        Control::new("budget_ns", "budget of a call", Time, steps(4, 10), first.budget_ns),
    ]
}

fn controls(first: &Settings) -> Vec<Control> {
    use Unit::{Count, Rate, Time};
    let (items, calls) = (doubling(MOST_ITEMS), doubling(MOST_PARALLEL));
    let (service, round_trip) = (none_or(steps(3, 9)), none_or(steps(4, 8)));
    let per_call = first.items_per_call.into();
    vec![
        Control::new("items", "items per action", Count, items.clone(), first.items.into()),
        Control::new("items_per_call", "items per call, at most", Count, items, per_call),
        Control::new("parallel", "calls in parallel", Count, calls, first.parallel.into()),
        Control::new("actions_per_s", "actions", Rate, steps(0, 6), first.actions_per_s),
        Control::new("service_ns", "service time of an item", Time, service, first.service_ns),
        Control::new("round_trip_ns", "added round trip", Time, round_trip, first.round_trip_ns),
        Control::new("budget_ns", "budget of an action", Time, steps(4, 10), first.budget_ns),
    ]
}

/// These stops, and 0 before them.
fn none_or(mut stops: Vec<f64>) -> Vec<f64> {
    stops.insert(0, 0.0);
    stops
}

/// 1, 2, 4, .. up to the most.
fn doubling(most: f64) -> Vec<f64> {
    let doubled = std::iter::successors(Some(1.0), |n| Some(n * 2.0));
    doubled.take_while(|n| *n <= most).collect()
}

/// 1, 2, 5 times the powers of ten from the first exponent to the last, which ends it.
fn steps(first: i32, last: i32) -> Vec<f64> {
    let mut steps = Vec::new();
    for power in first..last {
        steps.extend([1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power)));
    }
    steps.push(10f64.powi(last));
    steps
}

/// What the page's script computes with.
#[derive(Debug, Serialize)]
pub(crate) struct PanelData {
    cores: u32,
    axis: Axis,
    settings: Settings,
    controls: Vec<Control>,
    /// The first is chosen first.
    placements: Vec<PlacedLanes>,
}

/// What is known in one placement.
#[derive(Debug, Serialize)]
struct PlacedLanes {
    key: String,
    /// As `on two cores`.
    phrase: String,
    lanes: Vec<LaneBasis>,
}

#[derive(Debug, Serialize)]
struct LaneBasis {
    /// Index into the lanes of all charts.
    lane: usize,
    basis: Basis,
}

impl PanelData {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let panel = Panel::of(summary)?;
        let all = [panel.first].into_iter().chain(panel.others);
        Some(Self {
            cores: panel.cores,
            axis: panel.axis,
            settings: panel.settings,
            controls: panel.controls,
            placements: all.map(|known| PlacedLanes::of(known, summary)).collect(),
        })
    }
}

impl PlacedLanes {
    fn of(known: Known, summary: &Summary) -> Self {
        let mut lanes = Vec::new();
        for (of, basis) in known.lanes {
            if let Some(lane) = summary.lanes.iter().position(|lane| lane.name == of.name) {
                lanes.push(LaneBasis { lane, basis });
            }
        }
        Self { key: known.placement, phrase: known.phrase, lanes }
    }
}
