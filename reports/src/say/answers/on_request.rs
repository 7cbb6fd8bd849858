//! What a run measured only because its user asked for it, a line each for the first screen: lanes
//! under load, and the check of a service time.

use crate::{
    figures::{
        contrasts::service_time::{self, Checked},
        summary::Summary,
    },
    judge::Judged,
    model::load_curves::{self, Curves},
    record::Lane,
    say::chart_sentences::per_s,
    stats::{
        sample_times,
        units::{percent, short},
    },
};

/// Key figures of `--load` and `--service-time`; none where neither was asked for, or where the
/// figures must not be used.
pub(crate) fn lines(judged: &Judged) -> Vec<String> {
    if !judged.usable() {
        return Vec::new();
    }
    let summary = &judged.summary;
    under_load(summary).into_iter().chain(service_time_checked(summary)).collect()
}

/// One figure of a lane.
struct OfLane<'a> {
    lane: &'a Lane,
    value: f64,
}

impl OfLane<'_> {
    fn text(&self, written: fn(f64) -> String) -> String {
        format!("{} ({})", written(self.value), self.lane.short)
    }
}

/// Capacity, and p99 at the lowest rate that all lanes are asked for.
fn under_load(summary: &Summary) -> Option<String> {
    let loads = summary.record.loads.as_ref()?;
    let lanes = load_curves::of(summary.record, &summary.lanes);
    let capacities = lanes.iter().filter_map(capacity);
    let capacity = range(capacities.collect(), per_s)
        .map_or_else(|| "no capacity was found".to_owned(), |range| format!("capacity {range}"));
    let tails = range(lanes.iter().filter_map(p99_ns).collect(), sample_times::time);
    let tails = loads
        .common_per_s
        .first()
        .zip(tails)
        .map_or_else(String::new, |(rate, p99)| format!("; p99 at {} {p99}", per_s(*rate)));
    Some(format!("Under load: {capacity}{tails}"))
}

fn capacity<'a>(one: &Curves<'a>) -> Option<OfLane<'a>> {
    Some(OfLane { lane: one.lane, value: one.load.capacity_per_s()?.value })
}

fn p99_ns<'a>(one: &Curves<'a>) -> Option<OfLane<'a>> {
    Some(OfLane {
        lane: one.lane,
        value: one.common_tail()?.percentile(0.99).ok()?.value,
    })
}

/// The least and the most, as `9,000 calls/s (grpc) to 80,000 calls/s (uds)`; none of no lane.
fn range(mut figures: Vec<OfLane>, written: fn(f64) -> String) -> Option<String> {
    figures.sort_by(|a, b| a.value.total_cmp(&b.value));
    match figures.as_slice() {
        [] => None,
        [only] => Some(only.text(written)),
        [least, .., most] => Some(format!("{} to {}", least.text(written), most.text(written))),
    }
}

/// How well the time of a call to a callee that works so long was predicted.
fn service_time_checked(summary: &Summary) -> Option<String> {
    let lanes = service_time::of(summary.record);
    let off = |one: &Checked| one.error().value.abs();
    let farthest = lanes.iter().max_by(|a, b| off(a).total_cmp(&off(b)))?;
    let predicted = lanes.iter().filter(|one| one.verdict() == "as predicted").count();
    Some(format!(
        "Service time: with callees that work {}, calls took as long as predicted over {predicted} \
        of {} lanes; largest error {} ({})",
        short::time(farthest.work_ns),
        lanes.len(),
        percent(off(farthest)),
        farthest.lane
    ))
}
