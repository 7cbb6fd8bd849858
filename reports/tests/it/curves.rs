//! Lanes under load as curves: what is drawn, what is not and why.

use crate::assertions::some;
use crate::changes::loads_mut;
use crate::rendered::page;
use crate::{record, synthetic};
use reports::figures::summary::Summary;
use reports::model::load_curves::{self, Curves};
use reports::record::Verdict;
use reports::record::{LoadPoint, Record};
use reports::stats::estimates;

fn loaded() -> Record {
    Record { loads: Some(synthetic::loads(2)), ..record() }
}

/// What is known of the lane of this name.
fn with<R>(record: &Record, short: &str, see: impl FnOnce(&Curves) -> R) -> R {
    let summary = Summary::of(record);
    let lanes = load_curves::of(record, &summary.lanes);
    see(lanes
        .iter()
        .find(|one| one.lane.short == short)
        .unwrap_or_else(|| panic!("{short} was asked")))
}

fn points<'r>(record: &'r mut Record, lane: &str) -> impl Iterator<Item = &'r mut LoadPoint> {
    loads_mut(record, lane).starts.iter_mut().flat_map(|start| &mut start.points)
}

#[test]
fn latency_is_of_all_restarts_at_the_same_share() {
    let record = loaded();
    let loads = record.loads.as_ref().expect("loads");
    let of_lane = loads
        .lanes
        .iter()
        .find(|one| one.lane == "rust/uds/rust")
        .expect("it was asked");
    let half = of_lane
        .starts
        .iter()
        .flat_map(|start| &start.points)
        .filter(|one| one.share == Some(0.5));
    let histograms: Vec<&str> = half.filter_map(|one| one.latency.as_deref()).collect();
    assert_eq!(histograms.len(), 2);
    let p99 = estimates::merged(histograms).expect("readable").value_at_quantile(0.99) as f64;
    with(&record, "uds", |uds| {
        let point = uds.points.iter().find(|point| point.share == Some(0.5)).expect("measured");
        let shown = point
            .latency
            .as_ref()
            .expect("it kept up")
            .percentile(0.99)
            .expect("enough calls");
        assert!((shown.value - p99).abs() < 1e-9, "{} against {p99}", shown.value);
        let offered = some(&uds.points, "points").into_iter().map(|point| point.offered_per_s);
        assert!(offered.is_sorted(), "drawn from left to right");
    });
}

#[test]
fn a_rate_that_a_lane_did_not_keep_up_with_in_one_restart_has_no_latency() {
    let mut record = loaded();
    let point = points(&mut record, "rust/uds/rust")
        .find(|one| one.share == Some(0.75))
        .expect("measured");
    point.verdict = Verdict::Unstable;
    point.reasons = vec!["achieved 93.1 % of what was <offered>".into()];
    with(&record, "uds", |uds| {
        let point = uds
            .points
            .iter()
            .find(|point| point.share == Some(0.75))
            .expect("it stays, without");
        assert_eq!(
            point.latency.as_ref().map(|_| ()).map_err(|why| *why),
            Err("achieved 93.1 % of what was <offered>")
        );
    });
    let html = page(&record);
    assert!(
        html.contains("achieved 93.1 % of what was &#60;offered&#62;"),
        "escaped, in the table"
    );
    assert!(html.contains("lanes did not keep up with every rate"), "in the finding");
}

#[test]
fn a_load_that_may_not_be_believed_is_left_out_and_named() {
    let mut record = loaded();
    let point = points(&mut record, "rust/uds/rust")
        .find(|one| one.share == Some(0.25))
        .expect("measured");
    point.verdict = Verdict::Untrustworthy;
    point.reasons = vec!["wrong answers: 3".into()];
    with(&record, "uds", |uds| {
        for point in some(&uds.points, "points") {
            assert_ne!(point.share, Some(0.25));
        }
    });
    assert!(page(&record).contains("uds is not to be believed under load: wrong answers: 3."));
}

#[test]
fn the_law_needs_four_numbers_of_calls_in_flight_and_says_so() {
    let mut record = loaded();
    let capacity = with(&record, "grpc", |grpc| {
        assert!(grpc.law.is_some());
        grpc.load.capacity_per_s().expect("found").value
    });
    let best = with(&record, "grpc", |grpc| {
        grpc.steps.iter().map(|(_, rate)| rate.value).fold(0.0, f64::max)
    });
    assert!((capacity / best - 1.0).abs() < 1e-9);
    for start in &mut loads_mut(&mut record, "rust/grpc/rust").starts {
        start.search.truncate(3);
    }
    with(&record, "grpc", |grpc| assert!(grpc.law.is_none()));
    assert!(page(&record).contains("no fit: 3 of at least 4 numbers of calls in flight"));
}

#[test]
fn a_lane_without_loads_is_named_with_the_reason() {
    let html = page(&loaded());
    assert!(html.contains("rust/grpc/python: its caller takes no load: not measured."));
}

#[test]
fn a_run_without_loads_says_how_to_get_them() {
    let html = page(&record());
    let section = html.split("<section id=\"load\"").nth(1).expect("the section is there");
    assert!(section.contains("<code>tollgate run --load</code>"));
    assert!(!html.contains("open loop, Poisson arrivals"), "no chart of it");
}
