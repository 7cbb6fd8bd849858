//! A run in several placements: what is a column of its own, what is borrowed, and what a column
//! is called.

use crate::{
    assertions::{says, some},
    record,
    rendered::{READ, read},
    synthetic::in_two_placements,
};
use reports::{
    figures::summary::Summary,
    judge::{Judged, trust::grade},
    model::changes::crossing_cores,
    record::{Plan, Record},
    say::findings::{self, crossing_cores::finding},
};

#[test]
fn each_placement_has_a_scene_and_lanes_within_one_process_stand_in_both() {
    let record = in_two_placements(record());
    let summary = Summary::of(&record);
    let of = |placement: &str| {
        let scene = summary.scenes.iter().find(|scene| scene.asked.placement == placement);
        scene.expect("a scene")
    };
    let (one, two) = (of("one"), of("two"));
    assert_eq!(summary.main().expect("a scene").asked, one.asked);
    let names = |scene: &reports::figures::summary::Scene| {
        scene.rows.iter().map(|row| row.lane.short.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(one), names(two));
    for (row, moved) in one.rows.iter().zip(&two.rows) {
        let [here, there] = [row, moved].map(|row| row.single.as_ref().expect("it was measured"));
        let times = there.p50.value / here.p50.value;
        let expected = if row.lane.in_process { 1.0 } else { 1.7 };
        assert!(times >= expected, "{}: {times}", row.lane.short);
        assert_eq!(there.cell.placement == "one", row.lane.in_process, "{}", row.lane.short);
    }
}

#[test]
fn a_record_in_two_placements_fits_the_schema_and_is_read() {
    let value = serde_json::to_value(in_two_placements(record())).expect("JSON");
    let validator = crate::schema::validator();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    reports::record::read::from_bytes(value.to_string().as_bytes()).expect("a record of today");
}

#[test]
fn a_placement_is_called_for_how_many_cores_it_has_and_how_far_apart_they_are() {
    let mut plan = Plan::default();
    for (placement, title) in [
        ("one", "one core"),
        ("two", "two cores"),
        ("far", "far cores"),
        ("free", "free placement"),
        ("elsewhere", "elsewhere"),
    ] {
        assert_eq!(plan.placement_title(placement), title);
    }
    plan.distances = [("two".to_owned(), "threads".to_owned())].into();
    assert_eq!(plan.placement_title("two"), "two threads");
}

#[test]
fn what_a_second_core_does_is_paired_by_restart_for_each_lane_that_was_moved() {
    let record = in_two_placements(record());
    let summary = Summary::of(&record);
    let crossings = crossing_cores::of(&summary);
    let [crossing] = crossings.as_slice() else {
        panic!("one crossing: {crossings:?}")
    };
    assert_eq!((crossing.from, crossing.to), ("one", "two"));
    let lanes: Vec<&str> = crossing.lanes.iter().map(|moved| moved.lane.short.as_str()).collect();
    assert_eq!(lanes, ["rest", "grpc", "uds"]);
    for moved in some(&crossing.lanes, "lanes that were moved") {
        let times = moved.to.value / moved.from.value;
        assert!((moved.comparison.ratio.value / times - 1.0).abs() < 1e-9, "{moved:?}");
        let more = moved.more.interval.expect("enough restarts");
        let expected = moved.to.value - moved.from.value;
        assert!(more.low < expected && expected < more.high && moved.detected, "{moved:?}");
    }
}

#[test]
fn a_run_in_one_placement_says_nothing_of_crossing_cores() {
    let record = record();
    assert!(crossing_cores::of(&Summary::of(&record)).is_empty());
    let found = findings::findings(&Judged::of(&record));
    assert!(found.iter().all(|one| one.section != "placement"), "{found:?}");
}

#[test]
fn crossing_cores_is_set_against_the_choice_of_a_lane_only_where_intervals_tell_them_apart() {
    let said = |record: &Record| finding(&Summary::of(record)).expect("calls become longer");
    let record = in_two_placements(record());
    let more = said(&with_crossing(&record, 2.0));
    assert!(
        more.starts_with("On two cores a call takes longer than on one core: "),
        "{more}"
    );
    says(
        &more,
        &[" longer over uds (", " longer over rest (", "That is more than the difference"],
    );
    // Crossing takes a hundredth of it: less than lanes differ by.
    assert!(said(&with_crossing(&record, 0.01)).contains("That is less than the difference"));
    // About as much as lanes differ by.
    assert!(!said(&record).contains("That is"));
    assert!(finding(&Summary::of(&with_crossing(&record, -0.1))).is_none());
}

/// With this share of what crossing cores adds to each restart of a single call.
fn with_crossing(record: &Record, share: f64) -> Record {
    let mut changed = record.clone();
    let moved = changed
        .cells
        .iter_mut()
        .filter(|cell| cell.items == 1 && cell.placement == "two");
    for cell in some(moved, "single calls on two cores") {
        let here = record.cells.iter().find(|one| {
            one.placement == "one" && one.lane == cell.lane && one.items == 1 && one.size == 10
        });
        let starts = &here.expect("the same on one core").starts;
        for (start, here) in cell.starts.iter_mut().zip(starts) {
            let here = here.p50_ns.expect("measured");
            start.p50_ns = start.p50_ns.map(|there| here + share * (there - here));
        }
    }
    changed
}

#[test]
fn every_rendering_has_a_column_for_each_placement_and_says_so_at_its_head() {
    let record = in_two_placements(record());
    for format in READ {
        let text = read(&record, format);
        let head = text.find("one core").expect("the placements");
        assert!(head < text.find("inproc").expect("a lane"), "{format:?}");
        says(
            &text,
            &["two cores", "What placement does: two cores (same cache) against one core"],
        );
        assert!(!text.contains("p99, closed loop"), "{format:?}");
    }
}

#[test]
fn a_record_in_one_placement_has_one_column_that_names_it() {
    for format in READ {
        let text = read(&record(), format);
        says(&text, &["free placement"]);
        assert!(!text.contains("two cores") && !text.contains("one core"), "{format:?}\n{text}");
    }
}

#[test]
fn a_warning_about_two_cores_says_so_and_sends_nobody_to_one_core_who_has_it() {
    let in_two_groups = |record: &mut Record, placement: &str| {
        let singles = record.cells.iter_mut();
        let single = singles.filter(|cell| cell.items == 1 && cell.placement == placement);
        let cell = some(single, "single calls").into_iter().next().expect("one");
        cell.starts.iter_mut().for_each(|start| start.visits_done = 8);
        for start in &mut cell.starts[3..] {
            start.p50_ns = start.p50_ns.map(|ns| 2.5 * ns);
        }
    };
    let warned = |record: &Record| {
        let reasons = grade(record).reasons;
        reasons
            .iter()
            .find(|one| one.text.contains("two groups"))
            .expect("it is said")
            .text
            .clone()
    };
    let mut both = in_two_placements(record());
    in_two_groups(&mut both, "two");
    let said = warned(&both);
    assert!(said.contains("stub, on two cores") && !said.contains("--placement"), "{said}");
    let mut free = record();
    in_two_groups(&mut free, "free");
    let said = warned(&free);
    assert!(
        said.contains("or with --placement one.") && !said.contains("two cores"),
        "{said}"
    );
}
