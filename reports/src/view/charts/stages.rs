//! What the chart of section 3 draws: the parts of a call over each lane, as times and as shares.
//! The script stacks them.

use crate::{
    figures::stages::{PARTS, Stage, Stages},
    judge::Judged,
    say::cost_model,
    stats::units::{time, time_with_margin},
    view::charts::points::{Spot, index, spot},
};
use serde::Serialize;

/// All lanes that were taken apart.
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
        let lanes = &judged.stages;
        let row = |one: &Stages| Row::of(one, index(&judged.summary.lanes, one.lane));
        (!lanes.is_empty()).then(|| Self { names: PARTS, rows: lanes.iter().map(row).collect() })
    }
}

impl Row {
    fn of(one: &Stages, lane: usize) -> Self {
        let (of_lane, whole) = (one.lane.named(), time_with_margin(&one.whole));
        let measured = one.parts().into_iter().zip(&one.shares).enumerate();
        let part = |(part, (ns, share)): (usize, (Stage, &Stage))| {
            let (ns, share) = (ns.estimate()?, share.estimate()?);
            Some(Part {
                part,
                ns: spot(ns),
                share: spot(share),
                labels: [format!("{:.0} %", share.value * 100.0), time(ns.value)],
                text: format!(
                    "{of_lane}, {}: {} of {whole}, {}",
                    PARTS[part],
                    time_with_margin(ns),
                    cost_model::percent_with_interval(share)
                ),
            })
        };
        let unknown = |(part, stage): (&&'static str, Stage)| {
            matches!(stage, Stage::Unknown).then_some(*part)
        };
        Self {
            lane,
            whole: spot(&one.whole).0,
            label: time(one.whole.value),
            parts: measured.filter_map(part).collect(),
            unknown: PARTS.iter().zip(one.parts()).filter_map(unknown).collect(),
        }
    }
}
