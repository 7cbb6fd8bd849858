//! Section 10 of the page: what it says of whether the run can be trusted, what its charts draw,
//! and that what is missing is named.

use crate::changes::{loads_mut, spoil};
use crate::contrasts::contrast_of;
use crate::rendered::page;
use crate::synthetic::{Random, in_two_placements};
use crate::{record, synthetic};
use reports::judge::grade;
use reports::judge::{Judged, trust};
use reports::record::{Contrast, Record};
use reports::say;
use serde_json::Value;

/// The section alone.
fn section(record: &Record) -> String {
    let html = page(record);
    let from = html.split("<section id=\"trust\">").nth(1).expect("there is a section");
    let text = from.split("</section>").next().expect("it ends");
    text.replace("&#39;", "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn charts(record: &Record) -> Value {
    crate::rendered::charts(record)["trust"].clone()
}

/// Two lanes against themselves, the second of them apart by this logarithm.
fn selves(apart: f64) -> Vec<Contrast> {
    let one = |lane, shift, seed| contrast_of(10, "self", [lane; 2], shift, 0.005, seed);
    vec![one("rust/grpc/rust", 0.0, 3), one("rust/uds/rust", apart, 4)]
}

fn with(apart: f64) -> Record {
    Record { contrasts: selves(apart), ..record() }
}

#[test]
fn the_sentence_is_the_grade_its_reason_and_what_lanes_against_themselves_say() {
    let said = |change: &dyn Fn(&mut Record)| {
        let mut record = with(0.0);
        change(&mut record);
        say::trust::sentence(&Judged::of(&record))
    };
    let none = "A/A test: 0 of 2 comparisons of a lane with itself showed a difference (1 % do by \
        chance).";
    assert_eq!(said(&|_| ()), format!("ok: nothing was found that asks for caution. {none}"));
    assert_eq!(
        said(&|r| r.progress.starts_done = 4),
        format!("caution: 1 warning stands at the head of the report. {none}")
    );
    let two = said(&|r| {
        spoil(r);
        r.progress.interrupted = true;
    });
    assert!(two.starts_with("do not use: 2 of 6 lanes are withdrawn"), "{two}");
    assert!(two.contains("1 more reason stands at the head of the report."), "{two}");
    assert!(said(&|r| r.contrasts.clear()).ends_with("no lane was compared with itself."));
    assert!(said(&|r| r.contrasts = selves(0.1)).contains("1 of 2 comparisons"));
    let one = said(&|r| r.contrasts.truncate(1));
    assert!(
        one.ends_with(
            "one comparison of a lane with itself showed no difference (1 % do by chance)."
        ),
        "{one}"
    );
}

#[test]
fn a_lane_that_was_called_different_from_itself_is_named_and_drawn_so() {
    let record = with(0.1);
    let text = section(&record);
    assert!(text.contains("Lanes that differ from themselves: uds, 1.1"), "{text}");
    let drawn = charts(&record);
    let rows = drawn["selves"].as_array().expect("rows");
    let words: Vec<&str> = rows.iter().filter_map(|row| row["words"].as_str()).collect();
    assert_eq!(words, ["not told apart", "called different"], "loose to tight");
    assert!(rows[1]["low"].as_f64().is_some_and(|low| low > 1.0));
    assert!(
        section(&with(0.0))
            .contains("No lane differs from itself beyond chance. The ratio farthest from 1:")
    );
}

#[test]
fn a_lane_that_was_set_against_itself_on_one_core_and_on_two_says_where() {
    let mut record = in_two_placements(record());
    record.contrasts = Vec::new();
    for (placement, apart) in [("one", 0.0), ("two", 0.1)] {
        let placed = |one| Contrast { placement: placement.into(), ..one };
        record.contrasts.extend(selves(apart).into_iter().map(placed));
    }
    let text = section(&record);
    assert!(
        text.contains("Lanes that differ from themselves: uds on two cores, 1.1"),
        "{text}"
    );
    let rows = |title: &str| text.matches(&format!("uds</th><td>{title}</td>")).count();
    assert_eq!([rows("one core"), rows("two cores")], [1, 1], "{text}");
    assert!(charts(&record)["selves"].to_string().contains(" against itself on two cores: "));
}

#[test]
fn lanes_with_too_few_visits_for_a_drift_are_counted() {
    let mut record = synthetic::Synthetic { blocks: 8, ..Default::default() }.record();
    let mut random = Random(41);
    for visit in &mut record.visits {
        visit.p50_ns = visit.p50_ns.map(|ns| ns * (0.01 * random.normal()).exp());
    }
    let all = section(&record);
    assert!(all.contains("last visit divided by first, by slope: "), "{all}");
    assert!(!all.contains("too few visits"), "{all}");
    let lanes: Vec<String> = record.cells.iter().map(|cell| cell.lane.clone()).collect();
    record.visits.retain(|visit| lanes[visit.cell as usize] != "rust/uds/rust");
    let text = section(&record);
    assert!(text.contains(" lanes; 1 more has too few visits"), "{text}");
}

#[test]
fn what_the_figures_forbid_is_still_shown_where_it_is_why() {
    let mut record = with(0.1);
    record.contrasts = vec![selves(0.1).remove(1); 5];
    assert_eq!(trust::grade(&record).grade, grade::Grade::DoNotUse);
    let text = section(&record);
    assert!(text.contains("do not use: A/A test: 5 of 5 comparisons"), "{text}");
    assert!(text.contains("Lanes that differ from themselves: uds"), "{text}");
}

#[test]
fn single_calls_stand_by_restart_around_their_geometric_mean() {
    let record = record();
    let drawn = charts(&record);
    let rows = drawn["restarts"].as_array().expect("rows");
    assert!(rows.len() > 5);
    for row in rows {
        let points = row["points"].as_array().expect("points");
        let values: Vec<f64> = points.iter().filter_map(|point| point["value"].as_f64()).collect();
        let logs: f64 = values.iter().map(|value| value.ln()).sum();
        assert!(values.len() == 5 && logs.abs() < 1e-3, "{row}");
        assert_eq!(points[0]["x"], 1, "restarts are counted from 1");
    }
}

#[test]
fn a_start_that_is_missing_keeps_the_others_in_their_places() {
    let mut record = record();
    record
        .cells
        .iter_mut()
        .for_each(|cell| cell.starts.retain(|start| start.start != 1));
    let drawn = charts(&record);
    let at: Vec<&Value> = drawn["restarts"][0]["points"]
        .as_array()
        .expect("points")
        .iter()
        .map(|p| &p["x"])
        .collect();
    assert_eq!(at, [1, 3, 4, 5]);
}

#[test]
fn one_restart_without_pairs_is_no_chart_and_every_check_says_why_not() {
    let record = synthetic::Synthetic { starts: 1, samples: 300, ..Default::default() }.record();
    let text = section(&record);
    assert!(!text.contains("<figure"), "{text}");
    for absent in [
        "A/A test: no lane was compared with itself.",
        "Smallest detectable difference: not measured",
        "Not compared with itself: rest,",
        "Not shown by restart, because fewer than two restarts have single calls: rest,",
        "fewer than 8 visits",
        "no lane has two restarts",
        "it takes at least four restarts",
        "tollgate run --load asks for it",
        "not measured in this run",
    ] {
        assert!(text.contains(absent), "{absent:?} is not said in {text}");
    }
    let mut bare = record;
    bare.cells.clear();
    bare.visits.clear();
    bare.contrasts = selves(0.0);
    assert!(section(&bare).contains("came without its visits"));
    assert!(!section(&bare).contains("<figure"), "there is no scene to draw in");
}

#[test]
fn a_pair_that_failed_stands_in_the_table_with_its_reason() {
    let mut record = with(0.0);
    record.contrasts[0].starts.truncate(1);
    record.contrasts[0].reason = Some("its driver died".into());
    assert!(section(&record).contains("its driver died"));
    assert_eq!(charts(&record)["selves"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_largest_miss_of_littles_law_and_the_latest_generator_are_named() {
    let mut record = record();
    record.loads = Some(synthetic::loads(2));
    let half = loads_mut(&mut record, "rust/uds/rust").starts[1]
        .points
        .iter_mut()
        .find(|point| point.share == Some(0.5))
        .expect("asked for");
    half.little.as_mut().expect("counted").relative_error = 0.021;
    let p50_ns = half.latency_ns.as_ref().and_then(|latency| latency.p50).expect("kept up");
    let late_ns = half.latency_ns.clone().map(|mut late| {
        late.p99 = Some(p50_ns / 12);
        late
    });
    half.lateness_generator_ns = late_ns;
    let text = section(&record);
    assert!(text.contains("violated by at most 2.1 %, over uds at"), "{text}");
    assert!(text.contains("at most 8.3 % of the latency's p50, over uds"), "{text}");
}

/// It stood among the methods before.
#[test]
fn what_interleaving_does_is_said_once_on_the_page() {
    let mut record = record();
    record.controls = Some(crate::controls::controls(&record, 1.3));
    let html = page(&record);
    let words = "The first call of a visit (a turn of a lane), divided by";
    assert_eq!(html.split("<script").next().expect("text").matches(words).count(), 1);
    assert!(section(&record).contains(words));
}
