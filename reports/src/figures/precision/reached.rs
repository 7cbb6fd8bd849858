//! Whether the wanted precision was reached, lane by lane.

use crate::{
    figures::{
        cells::CellFigures,
        precision::{MOST, promised},
    },
    record::Record,
    stats::{
        estimates::{Estimate, TOO_NOISY},
        units::percent,
    },
};

/// What became of a wanted precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The wanted half width, as a share.
    pub wanted_share: f64,
    /// Each promised lane by its short name and, where the run has several, its placement, with
    /// the half width of its interval; absent without an interval, infinite where it is too noisy
    /// to tell.
    pub lanes: Vec<(String, Option<f64>)>,
    /// Restarts and seconds that it would have needed by what the pilot saw, where the budget did
    /// not allow them.
    pub needed: Option<(u32, f64)>,
    /// True where the run measures on one core, where calls scatter least.
    pub on_one_core: bool,
}

/// What became of the precision that a run was asked for; `None` where none was.
pub fn reached(record: &Record) -> Option<Reached> {
    let wanted = record.plan.precision.as_ref()?;
    let needed = wanted.needed_starts.zip(wanted.needed_s);
    let step = record.environment.clock_step();
    let mut lanes = Vec::new();
    for cell in promised(record) {
        let lane = record.lanes.iter().find(|lane| lane.name == cell.lane);
        let short = lane.map_or(&cell.lane, |lane| &lane.short);
        let half = CellFigures::of(cell, step).and_then(|figures| half_width_of(&figures.p50));
        lanes.push((format!("{short}{}", record.plan.where_placed(&cell.placement)), half));
    }
    let on_one_core = record.plan.has_one_core();
    Some(Reached {
        wanted_share: wanted.wanted_share,
        lanes,
        needed,
        on_one_core,
    })
}

impl Reached {
    /// Lanes whose interval is wider than wanted, or absent; the widest first.
    pub fn missed(&self) -> Vec<&(String, Option<f64>)> {
        let mut missed: Vec<_> =
            self.lanes.iter().filter(|lane| !self.is_narrow_enough(lane)).collect();
        missed.sort_by(|a, b| half_width(b).total_cmp(&half_width(a)));
        missed
    }

    fn is_narrow_enough(&self, lane: &(String, Option<f64>)) -> bool {
        half_width(lane) <= self.wanted_share
    }

    /// In words, with at most this many of the lanes that missed it.
    pub fn words(&self, most: usize) -> String {
        let missed = self.missed();
        let (wanted, all) = (percent(self.wanted_share), self.lanes.len());
        let done = all - missed.len();
        let head = format!("Wanted ±{wanted} for a single call (p50): reached for {done} of {all}");
        let shown: Vec<String> =
            missed.iter().take(most).map(|(name, half)| width_words(name, *half)).collect();
        if shown.is_empty() {
            return format!("{head}.");
        }
        let (shown, cure) = (shown.join(", "), self.cure());
        let more = missed.len().saturating_sub(most);
        if more == 0 {
            format!("{head}; not for {shown}.{cure}")
        } else {
            format!("{head}; not for {shown} and {more} more.{cure}")
        }
    }

    /// What the lanes that missed it need.
    fn cure(&self) -> String {
        let Some((starts, seconds)) = self.needed else {
            return " They scattered more than in the pilot: repeat.".to_owned();
        };
        let minutes = (seconds / 60.0).ceil();
        let takes = if starts >= MOST {
            format!("{MOST} restarts or more")
        } else {
            format!("about {starts} restarts, --budget {minutes:.0}m")
        };
        if self.on_one_core {
            return format!(" By its pilot that takes {takes}.");
        }
        format!(
            " By its pilot that takes {takes}; placement on one core (--placement one) scatters \
            less."
        )
    }
}

/// As a share; infinite where it is too noisy to tell.
fn half_width_of(p50: &Estimate) -> Option<f64> {
    if p50.too_noisy { Some(f64::INFINITY) } else { p50.relative_error() }
}

/// As a share; without an interval it is as wide as can be.
fn half_width(lane: &(String, Option<f64>)) -> f64 {
    lane.1.unwrap_or(f64::INFINITY)
}

/// A lane and the half width of its interval, as a share.
fn width_words(name: &str, half: Option<f64>) -> String {
    match half {
        Some(half) if half.is_infinite() => format!("{name} {TOO_NOISY}"),
        Some(half) => format!("{name} ±{}", percent(half)),
        None => format!("{name} without an interval"),
    }
}
