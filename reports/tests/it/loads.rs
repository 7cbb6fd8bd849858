//! Loads of a run: what is made of them, and what is said where a lane does not keep up or is not
//! to be believed.

use crate::assertions::some;
use crate::rendered::rendered as shown;
use crate::{record, synthetic};
use reports::{
    Format,
    figures::load::sweep::{self, NoTail},
    judge::{grade::Grade, trust},
    record::{LaneLoads, Little, LoadPoint, Record, Verdict},
};

const SLOWEST: &str = "rust/grpc/rust";

fn loaded(change: impl Fn(&mut LaneLoads)) -> Record {
    let mut loads = synthetic::loads(2);
    loads.lanes.iter_mut().filter(|lane| lane.lane == SLOWEST).for_each(change);
    Record { loads: Some(loads), ..record() }
}

/// Changes the points of the slowest lane at the lowest common rate.
fn with_common(change: impl Fn(&mut LoadPoint)) -> Record {
    let lowest = synthetic::loads(1).common_per_s[0];
    loaded(|lane| {
        let points = lane.starts.iter_mut().flat_map(|start| &mut start.points);
        let common = points.filter(|point| point.share.is_none() && point.rate_per_s == lowest);
        some(common, "points at the lowest common rate").into_iter().for_each(&change);
    })
}

#[test]
fn a_lane_has_its_capacity_and_a_tail_at_the_rate_that_all_lanes_share() {
    let record = loaded(|_| {});
    let under_load = sweep::of(&record, SLOWEST).expect("loads");
    let capacity = under_load.capacity_per_s().expect("found");
    // Two calls of 101.9 us at once; the second restart had 2 % less luck.
    assert!((capacity.value / (2e9 / 101_900.0) - 1.0).abs() < 0.02, "{capacity:?}");
    assert_eq!((under_load.in_flight(), under_load.unstable_from()), (vec![4], Some(0.95)));
    assert_eq!(
        sweep::lowest_common_per_s(&record),
        Some(9_000.0),
        "half of the slowest, rounded down"
    );
    let p99 = under_load.at_lowest_common(0.99).expect("a tail").expect("enough calls");
    assert!(p99.value > 101_900.0 && p99.starts == 2, "{p99:?}");
    let other = sweep::of(&record, "rust/uds/rust").expect("loads");
    assert!(other.tail(9_000.0).is_ok() && other.tail(1.0).is_err());
    assert!(sweep::of(&record, "rust/grpc/c").is_none());
}

#[test]
fn a_low_rate_is_said_to_be_another_regime_where_a_call_takes_longer_there() {
    let one_after_another = |factor: f64| {
        let mut loads = synthetic::loads(2);
        for step in loads
            .lanes
            .iter_mut()
            .flat_map(|lane| &mut lane.starts)
            .flat_map(|start| start.search.iter_mut().filter(|step| step.in_flight == 1))
        {
            let service = step.service_ns.as_mut().expect("synthetic");
            service.p50 = service.p50.map(|ns| (factor * ns as f64) as u64);
        }
        shown(&Record { loads: Some(loads), ..record() }, Format::Markdown)
    };
    assert!(!one_after_another(10.0).contains("another regime"));
    let said = one_after_another(0.25);
    assert!(
        said.contains("A low rate is another regime: between calls cores fall"),
        "{said}"
    );
}

/// Of a lane that stands in a run twice, restarts differ by luck alone.
#[test]
fn a_lane_under_a_second_name_has_the_capacity_of_the_first_within_both_intervals() {
    let record = loaded(|_| {});
    let twice = synthetic::loads(5);
    let mut again = twice.lanes.iter().find(|lane| lane.lane == SLOWEST).expect("loads").clone();
    let luck = [1.01, 0.99, 1.005, 0.995, 1.0];
    for (start, luck) in again.starts.iter_mut().zip(luck) {
        start.search.iter_mut().for_each(|step| step.achieved_per_s *= luck);
    }
    let under = |lane: &LaneLoads| {
        let under_load =
            sweep::UnderLoad { loads: &twice, lane, step: record.environment.clock_step() };
        under_load
            .capacity_per_s()
            .and_then(|per_s| per_s.interval)
            .expect("five starts")
    };
    let first = twice.lanes.iter().find(|lane| lane.lane == SLOWEST).expect("loads");
    let (one, other) = (under(first), under(&again));
    assert!(one.low <= other.high && other.low <= one.high, "{one:?} {other:?}");
}

#[test]
fn a_rate_that_a_lane_did_not_keep_up_with_has_no_tail_and_is_said() {
    let record = with_common(|point| {
        point.verdict = Verdict::Unstable;
        point.reasons = vec!["achieved 96.0 % of what was offered".into()];
        (point.latency, point.latency_ns) = (None, None);
    });
    let under_load = sweep::of(&record, SLOWEST).expect("loads");
    assert_eq!(under_load.at_lowest_common(0.99).err(), Some(NoTail::Unstable));
    let said = shown(&record, Format::Human);
    assert!(
        said.contains("grpc did not keep up with 9,000 calls/s: achieved 96.0 %"),
        "{said}"
    );
}

#[test]
fn both_renderings_have_the_table_and_name_who_was_not_measured() {
    let record = loaded(|_| {});
    for format in [Format::Human, Format::Markdown] {
        let said = shown(&record, format);
        assert!(said.contains("a call at 9,000 calls/s"), "{said}");
        assert!(said.contains("unstable from") && said.contains("95 %"), "{said}");
        assert!(said.contains("its caller takes no load: not measured"), "{said}");
        assert!(format != Format::Markdown || said.lines().count() <= 60, "{said}");
        let without = shown(&crate::record(), format);
        assert!(
            !without.contains("nder load: "),
            "nothing is said of loads that nobody asked for: {without}"
        );
    }
}

#[test]
fn a_lane_without_a_search_that_counts_has_no_capacity_and_never_0() {
    let record = loaded(|lane| {
        let steps = lane.starts.iter_mut().flat_map(|start| &mut start.search);
        steps.for_each(|step| {
            step.verdict = Verdict::Untrustworthy;
            step.reasons = vec!["wrong answers: 3".into()];
        });
    });
    assert!(sweep::of(&record, SLOWEST).is_some_and(|load| load.capacity_per_s().is_none()));
    let said = shown(&record, Format::Human).replace('\n', " ");
    assert!(said.starts_with("Withdrawn: grpc (wrong answers under load)."), "{said}");
}

/// What the grade says of loads.
fn said_of_loads(record: &Record) -> Vec<String> {
    let reasons = trust::grade(record).reasons.into_iter().map(|reason| reason.text);
    reasons.filter(|text| text.contains("nder load")).collect()
}

#[test]
fn one_cause_under_load_is_one_reason() {
    // A step of a search that failed, and a point whose books cannot be held against each other.
    let failed = loaded(|lane| {
        let steps = lane.starts.iter_mut().flat_map(|start| &mut start.search);
        steps.for_each(|step| {
            step.verdict = Verdict::Untrustworthy;
            step.reasons = vec!["failed calls: 3; the first: gone".into()];
        });
    });
    let said = said_of_loads(&failed);
    assert!(
        said.len() == 1 && said[0].starts_with("Calls failed under load: grpc"),
        "{said:?}"
    );
    let not_judged = with_common(|point| {
        point.errors = 2;
        let little = Little::new(1e9, 0.5e9, 1e9).expect("calls in flight");
        point.little = Some(Little { not_judged: true, ..little });
    });
    let said = said_of_loads(&not_judged);
    assert!(
        said.len() == 1 && said[0].starts_with("Calls failed under load: grpc"),
        "{said:?}"
    );
    // A step that nothing came of says nothing of answers or books.
    let nothing = loaded(|lane| {
        let steps = lane.starts.iter_mut().flat_map(|start| &mut start.search);
        steps.for_each(|step| {
            step.verdict = Verdict::Untrustworthy;
            step.reasons = vec!["no call was answered after the lead-in".into()];
        });
    });
    assert_eq!(said_of_loads(&nothing), Vec::<String>::new());
    let missed = with_common(|point| point.little = Little::new(1e9, 0.95e9, 1e9));
    let said = said_of_loads(&missed);
    assert!(
        said.len() == 1 && said[0].contains("Little's law does not hold under load: grpc"),
        "{said:?}"
    );
}

#[test]
fn wrong_answers_and_books_that_disagree_spoil_the_grade_and_failed_calls_ask_for_caution() {
    let grade = |change: fn(&mut LoadPoint)| {
        let trust = trust::grade(&with_common(change));
        trust
            .reasons
            .into_iter()
            .find(|reason| reason.text.contains("load"))
            .map(|reason| reason.grade)
    };
    assert_eq!(grade(|_| {}), None);
    assert_eq!(grade(|point| point.wrong = 1), Some(Grade::Caution), "its lane is withdrawn");
    assert_eq!(
        grade(|point| point.little = Little::new(1e9, 0.95e9, 1e9)),
        Some(Grade::DoNotUse)
    );
    assert_eq!(grade(|point| point.errors = 2), Some(Grade::Caution));
}

#[test]
fn a_generator_that_is_late_at_half_of_the_capacity_asks_for_caution() {
    let late = loaded(|lane| {
        let points = lane.starts.iter_mut().flat_map(|start| &mut start.points);
        for point in points.filter(|point| point.share == Some(0.5)) {
            point.lateness_generator_ns = point.latency_ns.clone();
        }
    });
    let reasons = trust::grade(&late).reasons;
    let said = reasons
        .iter()
        .find(|reason| reason.text.contains("sent late"))
        .expect("a reason");
    assert_eq!(said.grade, Grade::Caution);
    assert!(said.text.contains("grpc."), "{}", said.text);
}
