//! Which percentiles of the latency of a load are shown: none that lies among calls that were never
//! sent, and none that the generator made.

use crate::{
    figures::load::{Load, counted::Counted},
    record::{LoadPoint, Percentiles},
    stats::{estimates, sample_times::LONGER, units::percent},
};

/// A percentile of latency is not shown where the same percentile of what the generator itself was
/// late is at least this share of it: half of it, or more, may then be the generator's.
const GENERATOR_SHARE: f64 = 0.5;
/// The quantiles of which that is asked.
const ASKED: [(f64, &str); 2] = [(0.99, "p99"), (0.999, "p99.9")];

/// Percentiles from the intended start. None without a call.
pub(crate) fn latency(counted: &Counted) -> Option<Percentiles> {
    let mut latency = Percentiles::with_dropped(&counted.latency, counted.dropped)?;
    let generator = Percentiles::of(&counted.late_generator);
    for (quantile, _) in ASKED {
        let late_ns = generator.as_ref().and_then(|late| at(late, quantile));
        if is_the_generators(at(&latency, quantile), late_ns) {
            *at_mut(&mut latency, quantile) = None;
        }
    }
    Some(latency)
}

fn is_the_generators(latency_ns: Option<u64>, late_ns: Option<u64>) -> bool {
    match (latency_ns, late_ns) {
        (Some(latency_ns), Some(late_ns)) => late_ns as f64 >= GENERATOR_SHARE * latency_ns as f64,
        _ => false,
    }
}

fn at(percentiles: &Percentiles, quantile: f64) -> Option<u64> {
    if quantile < 0.999 { percentiles.p99 } else { percentiles.p999 }
}

fn at_mut(percentiles: &mut Percentiles, quantile: f64) -> &mut Option<u64> {
    if quantile < 0.999 {
        &mut percentiles.p99
    } else {
        &mut percentiles.p999
    }
}

/// Why percentiles that so many calls would support are not shown, and that calls were dropped.
pub(crate) fn reasons(load: &Load, counted: &Counted) -> Vec<String> {
    let Some(latency) = &load.latency_ns else { return Vec::new() };
    let all = counted.latency.len() + counted.dropped;
    let mut reasons = Vec::new();
    if counted.dropped > 0 {
        let share = percent(counted.dropped as f64 / all as f64);
        reasons.push(format!(
            "caution: {} calls ({share}) were due and never sent: they count as slower than all \
            others, are in no mean, and no percentile beyond them is shown",
            counted.dropped
        ));
    }
    let told = Percentiles::with_dropped(&counted.latency, counted.dropped);
    for (quantile, name) in ASKED {
        let was_told = told.as_ref().and_then(|told| at(told, quantile));
        if was_told.is_some() && at(latency, quantile).is_none() {
            reasons.push(format!(
                "no {name}: the generator itself was late by half of it or more; use a quieter \
                machine, or more cores"
            ));
        }
    }
    reasons
}

/// The smallest quantile of a point's latency that is not shown because its generator was late;
/// above 1 where all are.
pub(crate) fn generators_from(point: &LoadPoint) -> f64 {
    let (Some(latency), Some(generator)) = (&point.latency_ns, &point.lateness_generator_ns) else {
        return f64::INFINITY;
    };
    let mut from = f64::INFINITY;
    for (quantile, _) in ASKED {
        let late_ns = at(generator, quantile);
        // A record holds no percentile that was not shown.
        let hidden = late_ns.is_some() && at(latency, quantile).is_none() && point.dropped == 0;
        if hidden || is_the_generators(at(latency, quantile), late_ns) {
            from = quantile.min(from);
        }
    }
    from
}

/// Words on calls that took longer than a histogram tells.
pub(crate) fn longer_than_told(counted: &Counted) -> Option<String> {
    let (clipped, calls) = (counted.clipped(), counted.service.len());
    let latency = estimates::clipped(&counted.latency);
    let (clipped, from) = if clipped > 0 {
        (clipped, "")
    } else {
        (latency, ", from the intended start")
    };
    (clipped > 0).then(|| {
        format!(
            "caution: {clipped} of {calls} calls took {LONGER}{from}, which is the longest time \
            that is told: their mean is at least as long as shown, and the longest is not known"
        )
    })
}
