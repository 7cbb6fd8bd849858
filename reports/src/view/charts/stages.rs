//! What the chart of section 3 draws: the parts of a call over each lane, as times and as shares.
//! The script stacks them.

use crate::{
    figures::stages::{PARTS, Stage, Stages},
    judge::Judged,
    say::cost_model,
    stats::{
        estimates::Estimate,
        units::{time, time_with_margin},
    },
    view::charts::points::{Spot, index, spot},
};
use serde::Serialize;

/// All lanes whose parts add up.
#[derive(Debug, Serialize)]
pub(crate) struct Parts {
    names: [&'static str; PARTS.len()],
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    lane: usize,
    whole: f64,
    label: String,
    parts: Vec<Part>,
    /// Parts that it has and that were not measured.
    unknown: Vec<&'static str>,
}

/// A part that was measured. Below 0 it is overlap.
#[derive(Debug, Serialize)]
struct Part {
    part: usize,
    ns: Spot,
    share: Spot,
    /// As it stands below its mark: a share, a time.
    labels: [String; 2],
    text: String,
}

impl Parts {
    pub(crate) fn of(judged: &Judged) -> Option<Self> {
        let lanes: Vec<&Stages> = judged.stages.iter().filter(|one| one.adds_up()).collect();
        if lanes.is_empty() {
            return None;
        }
        let all = &judged.summary.lanes;
        let rows = lanes.into_iter().map(|one| Row::of(one, index(all, one.lane))).collect();
        Some(Self { names: PARTS, rows })
    }
}

impl Row {
    fn of(one: &Stages, lane: usize) -> Self {
        let (mut parts, mut unknown) = (Vec::new(), Vec::new());
        for (part, (ns, share)) in one.parts().iter().zip(&one.shares).enumerate() {
            if matches!(ns, Stage::Unknown) {
                unknown.push(PARTS[part]);
            }
            if let (Some(ns), Some(share)) = (ns.estimate(), share.estimate()) {
                parts.push(Part::of(one, part, ns, share));
            }
        }
        Self {
            lane,
            whole: spot(&one.whole).0,
            label: time(one.whole.value),
            parts,
            unknown,
        }
    }
}

impl Part {
    fn of(one: &Stages, part: usize, ns: &Estimate, share: &Estimate) -> Self {
        Self {
            part,
            ns: spot(ns),
            share: spot(share),
            labels: [format!("{:.0} %", share.value * 100.0), time(ns.value)],
            text: format!(
                "{}, {}: {} of {}, {}",
                one.lane.named(),
                PARTS[part],
                time_with_margin(ns),
                time_with_margin(&one.whole),
                cost_model::percent_with_interval(share)
            ),
        }
    }
}
