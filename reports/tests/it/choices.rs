//! What the cost model says of several lanes: where they cross, when a choice matters, and how it
//! is shown and exported. The fits themselves are in `model`.

use crate::assertions::{each, says};
use crate::changes::spoil;
use crate::record;
use crate::rendered::{READ, rendered};
use reports::Format;
use reports::figures::summary::{Scene, Summary};
use reports::record::Cell;
use reports::{
    model::{self, crossover},
    say::cost_model,
};
use serde_json::Value;

fn scene<'s, 'r>(summary: &'s Summary<'r>) -> &'s Scene<'r> {
    summary.main().expect("measured")
}

/// The invented lanes: rest takes 83,000 + 2,300 n, grpc 101,000 + 900 n, uds 26,000 + 850 n.
#[test]
fn lanes_cross_where_their_lines_meet_and_only_those_that_do() {
    let record = record();
    let summary = Summary::of(&record);
    let lanes = model::of(scene(&summary));
    let crossings = crossover::cross_overs(&lanes);
    let names: Vec<[&str; 2]> = crossings
        .iter()
        .map(|c| [c.few.lane.short.as_str(), c.many.lane.short.as_str()])
        .collect();
    assert_eq!(names, [["rest", "grpc"]]);
    let items = crossings[0].items.expect("inside the sizes");
    let interval = items.interval.expect("five starts");
    let truth = 18_000.0 / 1_400.0;
    assert!(interval.low <= truth && truth <= interval.high, "{items:?}");
    let text = cost_model::crossing(&crossings[0]);
    let begin = "rest (hyper 1.11.0) and grpc (tonic 0.14.9) cross at about ";
    assert!(
        text.starts_with(begin) && text.contains("rest is quicker for fewer, grpc for more"),
        "{text}"
    );
}

#[test]
fn work_in_the_callee_makes_a_choice_unimportant_from_d_by_m_less_the_call_on() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = scene(&summary);
    let of = |short: &str| scene.rows.iter().find(|row| row.lane.short == short).expect("a lane");
    let choice = crossover::Choice::of(of("grpc"), of("inproc")).expect("five starts");
    assert_eq!(choice.quicker.lane.short, "inproc");
    let mean = |short| of(short).single.as_ref().expect("measured").item.value;
    let wanted = (mean("grpc") - mean("inproc")) / 0.05 - mean("inproc");
    let found = choice.break_even().expect("five starts");
    assert!((found.value / wanted - 1.0).abs() < 0.01, "{found:?} {wanted}");
    // At the break-even itself the share is the margin.
    assert!((choice.share(found.value).expect("five starts").value - 0.05).abs() < 0.000_5);
    let said = |work_ns| cost_model::with_work(&choice, work_ns).expect("a sentence");
    assert!(
        said(8e6).contains("under 5 %, so the choice does not matter. It starts to matter below"),
        "{}",
        said(8e6)
    );
    assert!(said(1e5).contains("so the choice matters"), "{}", said(1e5));
    assert!(said(found.value).contains("cannot tell"), "{}", said(found.value));
}

#[test]
fn lanes_that_are_no_different_leave_the_choice_open() {
    let mut record = record();
    let uds = record.cells.iter().filter(|cell| cell.lane == "rust/uds/rust");
    let same: Vec<Cell> = uds.cloned().collect();
    record.cells.retain(|cell| cell.lane != "rust/grpc/rust");
    let alike = same.into_iter().map(|cell| Cell { lane: "rust/grpc/rust".into(), ..cell });
    record.cells.extend(alike);
    let summary = Summary::of(&record);
    let row = |short: &str| {
        scene(&summary).rows.iter().find(|row| row.lane.short == short).expect("a lane")
    };
    let choice = crossover::Choice::of(row("grpc"), row("uds")).expect("five starts");
    let text = cost_model::choice::sentence(&choice).expect("a sentence");
    assert!(
        text.contains("makes less than 5 % of a call, even if the callee does no work"),
        "{text}"
    );
}

#[test]
fn every_rendering_shows_the_model_and_what_a_service_time_means() {
    let mut record = record();
    for format in READ {
        let text = rendered(&record, format);
        says(&text, &["a + b n", "cross at about"]);
        let asked = "of work in the callee, ";
        assert!(!text.contains(asked), "{format:?} answers what was not asked");
    }
    record.plan.service_time_ns = Some(8_000_000);
    for format in READ {
        says(&rendered(&record, format), &["With 8.00 ms", "of work in the callee, "]);
    }
}

#[test]
fn a_model_is_exported_with_its_curves_and_intervals() {
    let record = record();
    let json: Value = serde_json::from_str(&rendered(&record, Format::ModelJson)).expect("JSON");
    let models = json["scenes"][0]["models"].as_array().expect("models");
    let batched = |model: &&Value| model["lane"] == "rust/grpc/rust" && model["mode"] == "batched";
    let grpc = models.iter().find(batched).expect("grpc");
    assert_eq!(grpc["curves"].as_array().map(Vec::len), Some(5));
    let [low, value, high] =
        ["low", "value", "high"].map(|key| grpc["a_ns"][key].as_f64().expect("a number"));
    assert!(low < value && value < high, "{grpc}");
    let csv = rendered(&record, Format::ModelCsv);
    let columns = csv.lines().next().expect("a heading").split(',').count();
    assert!(csv.lines().count() > 5 && columns > 1, "{csv}");
    each(csv.lines(), "as many fields as names", |line| {
        line.split(',').count() == columns
    });
}

#[test]
fn figures_that_must_not_be_used_have_no_model_beside_them() {
    let mut record = record();
    spoil(&mut record);
    for format in READ {
        assert!(!rendered(&record, format).contains("a + b n"), "{format:?}");
    }
}
