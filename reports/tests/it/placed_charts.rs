//! What charts and the what-if panel draw of a record in two placements: both where they stand
//! beside each other, one of them where a reader chooses, and never a mixture.

use crate::assertions::{each, says, some};
use crate::record;
use crate::rendered::{charts, page, read, rendered};
use crate::synthetic::in_two_placements;
use reports::{Format, record::Record};
use serde_json::Value;

fn both() -> Record {
    in_two_placements(record())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Short names of the lanes that these marks are of.
fn lanes_of(charts: &Value, marks: &Value) -> Vec<String> {
    let name = |mark: &Value| {
        let lane = mark["lane"].as_u64().expect("an index") as usize;
        charts["lanes"][lane]["short"].as_str().expect("a name").to_owned()
    };
    list(marks).iter().map(name).collect()
}

#[test]
fn a_lane_between_processes_has_a_mark_in_each_placement_and_one_within_a_process_has_one() {
    let charts = charts(&both());
    for dot in some(list(&charts["scenes"][0]["cost"]), "marks") {
        let text = dot["text"].as_str().expect("a text");
        let elsewhere = list(&dot["elsewhere"]);
        let inside = ["ffi-c", "inproc", "null"].iter().any(|lane| text.starts_with(lane));
        assert_eq!(elsewhere.len(), usize::from(!inside), "{text}");
        says(text, &[", one core: "]);
        for mark in elsewhere {
            assert!(mark["value"].as_f64() > dot["value"].as_f64(), "{text}");
            says(mark["text"].as_str().expect("a text"), &[", two cores: "]);
        }
    }
}

/// Floors are measured in the first placement alone.
#[test]
fn a_row_of_two_cores_has_no_floor_of_one_and_the_figure_names_both_placements() {
    let html = page(&both());
    let row = |placement: &str| {
        let begin = format!("<th scope=\"row\">{placement}</th>");
        let rows = html.split("<tr>").filter(|row| row.contains(&begin));
        some(rows.filter(|row| row.contains("<td>uds</td>")), placement)[0].to_owned()
    };
    assert!(row("one core").contains("pipe "), "{}", row("one core"));
    assert!(!row("two cores").contains("pipe "), "{}", row("two cores"));
    says(
        &html,
        &["Time per call of each lane, 10 ids per item, engine stub (no work), on one core"],
    );
}

#[test]
fn batches_and_tails_of_two_cores_are_a_choice_and_hold_nothing_of_one() {
    let charts = charts(&both());
    let choices = list(&charts["scenes"][0]["placements"]);
    let titles: Vec<&str> = choices.iter().filter_map(|one| one["title"].as_str()).collect();
    assert_eq!(titles, ["one core", "two cores"]);
    let scene = choices[1]["scene"].as_u64().expect("an index") as usize;
    let of_two = &charts["scenes"][scene];
    assert_eq!(of_two["placed"], "two cores");
    for kind in ["batching", "tail"] {
        assert_eq!(choices[1][kind], true, "{kind}");
        let mut lanes = lanes_of(&charts, &of_two[kind]);
        lanes.dedup();
        each(lanes, "between processes", |lane| {
            ["rest", "grpc", "uds"].contains(&lane.as_str())
        });
    }
}

#[test]
fn a_run_in_one_placement_has_no_choice_of_another() {
    let charts = charts(&record());
    assert!(list(&charts["scenes"][0]["placements"]).is_empty());
    assert_eq!(list(&charts["whatif"]["placements"]).len(), 1);
    assert!(!page(&record()).contains("id=\"whatif-placement\""));
}

#[test]
fn the_panel_predicts_from_what_each_placement_measured() {
    let charts = charts(&both());
    let placements = list(&charts["whatif"]["placements"]);
    let keys: Vec<&str> = placements.iter().filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, ["one", "two"]);
    let a_of = |placement: &Value, lane: &str| {
        let lanes = list(&placement["lanes"]);
        let at = lanes_of(&charts, &placement["lanes"]).iter().position(|name| name == lane);
        lanes[at.expect("a lane")]["basis"]["curves"][0][0].as_f64().expect("a term")
    };
    let times = a_of(&placements[1], "uds") / a_of(&placements[0], "uds");
    assert!((3.5..4.3).contains(&times), "{times}");
    assert_eq!(a_of(&placements[1], "inproc"), a_of(&placements[0], "inproc"));
    says(
        &page(&both()),
        &["id=\"whatif-placement\"", "With these numbers, one action of 64 items takes"],
    );
}

#[test]
fn cross_overs_the_cost_model_and_loads_name_their_placement() {
    let record = Record { loads: Some(crate::synthetic::loads(2)), ..both() };
    let record = in_one_placement_of_loads(record);
    let charts = charts(&record);
    for placed in [" on one core", " on two cores"] {
        let bases = list(&charts["crossing"]["bases"]);
        assert!(bases.iter().any(|base| base["placed"] == placed), "{placed}");
        let contests = list(&charts["crossing"]["contests"]);
        let named = |one: &Value| one["name"].as_str().is_some_and(|name| name.ends_with(placed));
        assert!(contests.iter().any(named), "{placed}");
    }
    let text = read(&record, Format::Html);
    says(&text, &["The cost model on two cores", "Under load on one core"]);
    says(&rendered(&record, Format::Markdown), &["The cost model on one core."]);
}

/// Loads are measured in the first placement.
fn in_one_placement_of_loads(mut record: Record) -> Record {
    if let Some(loads) = &mut record.loads {
        loads.placement = "one".into();
    }
    record
}
