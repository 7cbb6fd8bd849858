//! What a record says of lanes that were alive together: nothing where all were, and how long
//! single calls of the same lane took in other groups where they were not.

use crate::assertions::says;
use crate::record;
use crate::rendered::{READ, page, read};
use crate::synthetic::Random;
use reports::Format;
use reports::figures::series::lane_groups;
use reports::judge::{grade::Grade, trust, warnings};
use reports::record::{Anchor, Group, Record};
use reports::say::interleaving::lane_groups::found;

pub(crate) const UDS: &str = "rust/uds/rust";
const INPROC: &str = "rust/inproc/rust";
pub(crate) const GRPC: &str = "rust/grpc/rust";
/// What single calls of both anchors take in their own groups, ns.
const HOME_NS: [(&str, f64); 2] = [(UDS, 9_000.0), (INPROC, 900.0)];
/// Scatter of restarts, as a logarithm.
const LUCK: [f64; 5] = [0.004, -0.003, 0.001, -0.004, 0.002];

fn group(start: u32, number: u32, lanes: &[&str], anchors: Vec<Anchor>) -> Group {
    let lanes = lanes.iter().map(|lane| (*lane).to_owned()).collect();
    Group { start, group: number, lanes, anchors, idle: Vec::new() }
}

fn anchor(lane: &str, p50_ns: Option<f64>) -> Anchor {
    Anchor { lane: lane.to_owned(), visits: 2, p50_ns }
}

/// Three groups in each restart. Away from home single calls over uds and inproc take so many times
/// as long, but for luck.
pub(crate) fn in_groups(times: [f64; 2]) -> Record {
    let mut record = record();
    for (start, luck) in (0..).zip(LUCK) {
        let lanes: [&[&str]; 3] =
            [&[UDS, GRPC], &[INPROC, "rust/rest/rust"], &["rust/ffi-c/c", "rust/null/rust"]];
        for (number, lanes) in (0..).zip(lanes) {
            let of_anchor = |((name, home_ns), times): ((&str, f64), f64)| {
                let away = if lanes.contains(&name) { 1.0 } else { times * luck.exp() };
                anchor(name, Some(home_ns * away))
            };
            let anchors = HOME_NS.into_iter().zip(times).map(of_anchor).collect();
            record.groups.push(group(start, number, lanes, anchors));
        }
    }
    record
}

fn caution(record: &Record) -> Vec<String> {
    let found = warnings::of(record).into_iter().map(|warning| warning.text);
    found.filter(|text| text.contains("Outside its own group")).collect()
}

#[test]
fn a_run_in_one_group_says_only_that_all_lanes_were_alive_at_once() {
    let mut one = record();
    assert!(!page(&one).contains("lanes alive at once"), "an older record does not tell");
    one.groups = (0..5).map(|start| group(start, 0, &[UDS, INPROC, GRPC], Vec::new())).collect();
    assert_eq!((found(&one), caution(&one)), (None, Vec::new()));
    assert_eq!(trust::grade(&one).grade, Grade::Ok);
    let html = read(&one, Format::Html);
    says(&html, &["lanes alive at once"]);
    assert!(!html.contains("lanes in groups"));
    let row = html.split("lanes alive at once").nth(1).expect("the row");
    assert!(row.split("</tr>").next().expect("it ends").contains(">all<"), "{row:.80}");
}

#[test]
fn groups_that_agree_are_said_among_the_checks_and_in_the_plan_and_warn_of_nothing() {
    let record = in_groups([1.01, 1.0]);
    let groups = lane_groups::of(&record).expect("three groups");
    assert_eq!((groups.fewest, groups.most, groups.most_alive), (3, 3, 4));
    let lanes: Vec<&str> = groups.away.iter().map(|one| one.lane.short.as_str()).collect();
    assert_eq!(lanes, ["uds", "inproc"], "loose to tight, as the record has them");
    let uds = groups.away[0].ratio;
    assert!((uds.value - 1.01).abs() < 1e-9 && uds.starts == 5, "{uds:?}");
    let words = found(&record).expect("said");
    says(
        &words,
        &[
            "Lanes were measured in 3 groups in each restart, at most 4 lanes at the same time.",
            "Outside its own group uds took 1.01 times (1.00 to 1.02) as long, inproc 1.00 \
            times (",
        ],
    );
    assert_eq!((trust::grade(&record).grade, caution(&record)), (Grade::Ok, Vec::new()));
    let html = read(&record, Format::Html);
    says(&html, &["lanes in groups", &words, "at most 4, in 3 groups a restart"]);
}

#[test]
fn groups_that_disagree_beyond_the_margin_to_either_side_ask_for_caution_in_every_rendering() {
    for (times, ratio) in [(1.2, "uds took 1.20 times ("), (0.85, "uds took 0.850 times (")] {
        let record = in_groups([times, 1.0]);
        let said = caution(&record);
        assert_eq!(said.len(), 1, "{times}");
        says(&said[0], &[ratio, "hardly comparable", "--lanes", "quieter machine"]);
        assert!(!said[0].contains("inproc"), "an anchor that agrees is not named: {}", said[0]);
        assert_eq!(trust::grade(&record).grade, Grade::Caution);
        for format in READ {
            says(&read(&record, format), &[ratio, "hardly comparable"]);
        }
    }
    says(
        &caution(&in_groups([1.2, 1.3]))[0],
        &["uds took 1.20", " as long, inproc 1.30 times ("],
    );
    // Detected, but no more than what matters.
    assert_eq!(caution(&in_groups([1.03, 1.0])), Vec::<String>::new());
}

#[test]
fn in_each_restart_the_groups_away_from_home_count_by_their_geometric_mean() {
    let mut record = in_groups([1.0, 1.0]);
    let mut factors = [2.0, 0.5].into_iter().cycle();
    for group in record.groups.iter_mut().filter(|group| group.group != 0) {
        group.anchors[0].p50_ns = factors.next().map(|factor| factor * 9_000.0);
    }
    let groups = lane_groups::of(&record).expect("three groups");
    assert!((groups.away[0].ratio.value - 1.0).abs() < 1e-9, "{:?}", groups.away[0]);
}

#[test]
fn fewer_than_three_restarts_have_a_ratio_without_an_interval_and_warn_of_nothing() {
    for starts in [1, 2] {
        let mut record = in_groups([1.5, 1.0]);
        record.progress.starts_done = starts;
        let groups = lane_groups::of(&record).expect("three groups");
        let uds = groups.away[0].ratio;
        assert_eq!((uds.interval, uds.starts), (None, starts as usize));
        assert!((uds.value - 1.5).abs() < 0.01);
        says(
            &found(&record).expect("said"),
            &[
                "uds took 1.5",
                " times as long, inproc 1.00 times (median of a single call, an interval needs 3 \
                restarts).",
            ],
        );
        assert_eq!(caution(&record), Vec::<String>::new());
    }
    let mut cut_short = in_groups([1.5, 1.0]);
    cut_short.progress.starts_done = 0;
    assert_eq!(found(&cut_short), None, "no whole restart");
}

#[test]
fn no_interval_is_narrower_than_what_the_clock_can_tell() {
    let mut record = in_groups([1.0, 1.0]);
    let anchors = record.groups.iter_mut().flat_map(|group| &mut group.anchors);
    anchors.for_each(|anchor| anchor.p50_ns = Some(9_000.0));
    record.environment.clock_step_ns = Some(90.0);
    let groups = lane_groups::of(&record).expect("three groups");
    let interval = groups.away[0].ratio.interval.expect("five restarts");
    // A hundredth either way of both times.
    let most = (1.0 + 0.01 * 2_f64.sqrt()).ln();
    assert!((interval.high.ln() - most).abs() < 1e-6, "{interval:?}");
}

#[test]
fn the_interval_covers_the_truth_as_often_as_it_says() {
    const TRIALS: usize = 500;
    let (mut random, truth) = (Random(23), 1.02_f64);
    let mut covered = 0;
    for _ in 0..TRIALS {
        let mut groups = Vec::new();
        for start in 0..5 {
            let machine = 0.05 * random.normal();
            for number in 0..3 {
                let luck = machine + 0.02 * random.normal();
                let (lane, times) = if number == 0 { (UDS, 1.0) } else { (GRPC, truth) };
                let p50_ns = Some(9_000.0 * times * luck.exp());
                groups.push(group(start, number, &[lane], vec![anchor(UDS, p50_ns)]));
            }
        }
        let record = Record { groups, ..crate::record() };
        let found = lane_groups::of(&record).expect("three groups");
        let interval = found.away[0].ratio.interval.expect("five restarts");
        covered += usize::from(interval.low <= truth && truth <= interval.high);
    }
    let percent = 100.0 * covered as f64 / TRIALS as f64;
    assert!((98.0..=99.8).contains(&percent), "{percent} %");
}

#[test]
fn anchors_without_a_time_with_none_in_their_own_group_or_none_at_all_are_not_compared() {
    for p50_ns in [None, Some(0.0), Some(-1.0), Some(f64::NAN), Some(f64::INFINITY)] {
        let mut record = in_groups([1.2, 1.2]);
        for group in &mut record.groups {
            group.anchors.iter_mut().for_each(|anchor| anchor.p50_ns = p50_ns);
        }
        assert_not_compared(&record);
    }
    let mut homeless = in_groups([1.2, 1.2]);
    homeless.groups.iter_mut().for_each(|group| group.lanes.clear());
    assert_not_compared(&homeless);
    let mut none = in_groups([1.2, 1.2]);
    none.groups.iter_mut().for_each(|group| group.anchors.clear());
    assert_not_compared(&none);
    let mut strangers = in_groups([1.2, 1.2]);
    for anchor in strangers.groups.iter_mut().flat_map(|group| &mut group.anchors) {
        anchor.lane = "nobody".to_owned();
    }
    assert_not_compared(&strangers);
}

#[track_caller]
fn assert_not_compared(record: &Record) {
    says(
        &found(record).expect("said"),
        &["3 groups in each restart", "groups are not compared."],
    );
    assert_eq!(caution(record), Vec::<String>::new());
    for format in READ {
        assert!(!read(record, format).contains("NaN"), "{format:?}");
    }
}

#[test]
fn one_group_without_a_time_leaves_the_others_and_times_far_apart_are_too_noisy_to_tell() {
    let mut record = in_groups([1.01, 1.0]);
    record.groups[1].anchors[0].p50_ns = None;
    let groups = lane_groups::of(&record).expect("three groups");
    assert_eq!(groups.away[0].ratio.starts, 5);
    for (at, group) in record.groups.iter_mut().enumerate() {
        group.anchors[0].p50_ns = Some(if at % 5 == 1 { 1e17 } else { 1e-300 });
    }
    let groups = lane_groups::of(&record).expect("three groups");
    assert_eq!(groups.away[0].ratio.interval, None);
    says(&page(&record), &["lanes in groups"]);
}

#[test]
fn each_anchor_counts_in_the_restarts_in_which_it_was_one() {
    let mut record = in_groups([1.1, 1.0]);
    for anchor in record.groups.iter_mut().skip(6).map(|group| &mut group.anchors[0]) {
        GRPC.clone_into(&mut anchor.lane);
    }
    let groups = lane_groups::of(&record).expect("three groups");
    let counted: Vec<(&str, usize)> = groups
        .away
        .iter()
        .map(|one| (one.lane.short.as_str(), one.ratio.starts))
        .collect();
    assert_eq!(counted, [("grpc", 3), ("uds", 2), ("inproc", 5)]);
}
