//! A run in several placements: what is a column of its own, what is borrowed, and what a column
//! is called.

use crate::{record, synthetic::in_two_placements};
use reports::{figures::summary::Summary, record::Plan};

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
