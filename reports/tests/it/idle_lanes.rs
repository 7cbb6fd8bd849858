//! What a record says of lanes whose processes work while nobody asks them: who was alone for it,
//! and what they kept busy.

use crate::assertions::says;
use crate::changes::single_mut;
use crate::lane_groups::{GRPC, UDS, in_groups};
use crate::rendered::rendered;
use reports::Format;
use reports::figures::{resources::idle, series::lane_groups, withdrawn};
use reports::record::{IdleUse, Record};
use reports::say::interleaving::lane_groups::found;

/// grpc keeps so many cores busy in each restart while nobody asks it, and is alone from the second
/// on.
fn with_grpc_alone(cores: f64) -> Record {
    let mut record = in_groups([1.0, 1.0]);
    record.groups.retain(|group| group.start > 0 || group.group == 0);
    for group in record.groups.iter_mut().filter(|group| group.group == 0) {
        if group.start > 0 {
            group.lanes = vec![GRPC.to_owned()];
        }
        group.idle.push(IdleUse { lane: GRPC.to_owned(), start: group.start, cores });
    }
    record
}

#[test]
fn a_lane_that_had_a_group_to_itself_is_named_with_what_its_processes_kept_busy() {
    let record = with_grpc_alone(0.012);
    says(
        &found(&record).expect("said"),
        &[
            "in 1 to 3 groups in each restart",
            "grpc had a group to itself, because its processes kept 1.2 % of a core busy in \
            restart 1 although nobody called them.",
        ],
    );
}

/// Where few are alive at once, a lane may have a group to itself for no reason of its own.
#[test]
fn a_lane_that_did_no_more_than_others_is_not_named_for_being_alone() {
    let not_named = |record: &Record| {
        let words = found(record).expect("said");
        assert!(!words.contains("to itself"), "{words}");
    };
    not_named(&with_grpc_alone(0.005));
    not_named(&in_groups([1.0, 1.0]));
    let mut unknown = with_grpc_alone(0.012);
    unknown.groups.iter_mut().for_each(|group| group.idle.clear());
    not_named(&unknown);
    // Too late to have been the reason.
    let mut later = with_grpc_alone(0.012);
    for group in later.groups.iter_mut().filter(|group| group.start < 4) {
        group.idle.clear();
    }
    not_named(&later);
}

/// The last field of each line of a lane.
fn idle_in_csv(record: &Record, lane: &str) -> Vec<String> {
    let csv = rendered(record, Format::ResourcesCsv);
    let head = csv.lines().next().expect("a head");
    assert!(head.ends_with(",idle_cores"), "{head}");
    let of_lane = csv.lines().filter(|line| line.split(',').next() == Some(lane));
    let fields = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> = of_lane.map(fields).collect();
    assert!(lines.iter().all(|line| line.len() == head.split(',').count()), "{lines:?}");
    lines.into_iter().filter_map(|mut line| line.pop()).collect()
}

#[test]
fn idle_cores_stand_in_each_line_of_their_lane_as_the_mean_over_restarts_of_their_mean_in_each() {
    let mut record = in_groups([1.0, 1.0]);
    let idle = |lane: &str, start, cores| IdleUse { lane: lane.to_owned(), start, cores };
    // In the first restart alive in two groups.
    record.groups[0].idle = vec![idle(UDS, 0, 0.25), idle("rust/null/rust", 0, 0.0)];
    record.groups[1].idle = vec![idle(UDS, 0, 0.75)];
    record.groups[3].idle = vec![idle(UDS, 1, 0.25), idle("nobody", 1, 1.0)];
    assert_eq!(idle_in_csv(&record, UDS), ["0.375"; 5]);
    assert_eq!(idle_in_csv(&record, GRPC), [""; 5], "not known is not nothing");
    assert_eq!(idle_in_csv(&record, "nobody"), [""; 0]);
    assert_eq!(idle_in_csv(&record, "rust/null/rust"), ["0"], "a lane of which nothing else is");
    record
        .groups
        .iter_mut()
        .for_each(|group| group.idle.retain(|one| one.lane != UDS));
    record.groups[0].idle.push(idle(UDS, 0, f64::NAN));
    assert_eq!(idle_in_csv(&record, UDS), [""; 5]);
}

#[test]
fn a_withdrawn_lane_leaves_no_ratio_and_no_idle_share() {
    let mut record = with_grpc_alone(0.012);
    for lane in [UDS, GRPC] {
        single_mut(&mut record, lane).starts[1].wrong = 1;
    }
    let shown = withdrawn::without(&record);
    assert_eq!(idle::cores(&shown).len(), 0);
    let words = found(&shown).expect("said");
    assert!(!words.contains("uds") && words.contains("inproc took"), "{words}");
    assert_eq!(
        lane_groups::of(&shown).map(|groups| groups.most_alive),
        lane_groups::of(&record).map(|groups| groups.most_alive),
        "it was alive"
    );
}

#[test]
fn a_record_in_groups_is_read_as_it_was_written() {
    let record = with_grpc_alone(0.012);
    let json = rendered(&record, Format::Json);
    let again = reports::record::read::from_bytes(json.as_bytes()).expect("readable");
    assert_eq!(found(&again), found(&record));
    let value = serde_json::to_value(&record).expect("JSON");
    assert!(crate::schema::validator().is_valid(&value));
}
