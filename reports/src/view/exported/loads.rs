//! Lanes under load: capacity, throughput, latency at each rate.

use crate::{
    figures::summary::Summary,
    model::load_curves::{self, Curves, Point},
    view::{charts::points::MARKS, exported::figure::Exported},
};

pub(super) fn of(summary: &Summary) -> Vec<Exported> {
    let curves = load_curves::of(summary.record, &summary.lanes);
    curves.iter().flat_map(of_lane).collect()
}

fn figure(name: &'static str, unit: &'static str, one: &Curves) -> Exported {
    Exported::new(name, unit).over(&one.lane.name).asking(&one.load.loads.asked())
}

fn of_lane(one: &Curves) -> Vec<Exported> {
    let mut all = Vec::new();
    let capacity = one.load.capacity_per_s();
    all.extend(capacity.map(|most| figure("capacity", "calls/s", one).estimated(&most)));
    for (in_flight, rate) in &one.steps {
        let step = figure("throughput", "calls/s", one);
        all.push(step.given(format!("{in_flight} in flight, closed loop")).estimated(rate));
    }
    if let Some(law) = &one.law {
        let terms = [
            ("scalability_lambda", "calls/s", law.rate_per_s),
            ("scalability_sigma", "share", law.contention),
            ("scalability_kappa", "share", law.crosstalk),
            ("scalability_error", "share", law.missed),
        ];
        all.extend(terms.map(|(name, unit, value)| figure(name, unit, one).counted(value)));
    }
    let unstable = one.load.unstable_from();
    let unstable_from = figure("unstable_from", "share of capacity", one);
    all.extend(unstable.map(|share| unstable_from.counted(share)));
    all.extend(one.points.iter().flat_map(|point| of_point(point, one)));
    all
}

fn of_point(point: &Point, one: &Curves) -> Vec<Exported> {
    let asked = match point.share {
        Some(share) => format!("{share} of capacity, open loop"),
        None => format!("{} calls/s asked for, open loop", point.rate_per_s),
    };
    let at = |name, unit| figure(name, unit, one).given(asked.clone());
    let mut all = vec![
        at("offered", "calls/s").counted(point.offered_per_s),
        at("answered", "calls/s").counted(point.achieved_per_s),
    ];
    let Ok(tail) = &point.latency else { return all };
    for (quantile, _, name) in MARKS {
        let Ok(latency) = tail.percentile(quantile) else { continue };
        let figure = figure("latency_percentile", "ns", one);
        all.push(figure.given(format!("{name}, {asked}")).estimated(&latency));
    }
    all
}
