//! What was measured after a run, for its record: it stands beside the rest in every table, is
//! compared unpaired, and says that it came later; and whether calls that were made again say that
//! the machine is the same.

use crate::{
    changes, record,
    rendered::{charts, page},
    schema::validator,
    synthetic::{Random, Synthetic},
};
use reports::{
    Format, RenderOptions,
    figures::summary::Summary,
    judge::comparison::anchors,
    model,
    record::{Addition, Record, read},
    stats::{
        estimates,
        resolution::Resolution,
        starts::{StartValue, Starts},
    },
};
use serde_json::Value;

const LANE: &str = "rust/grpc/rust";

/// The record with these cells of a lane in restarts of their own.
fn with_later(is_later: fn(u32) -> bool) -> Record {
    let mut record = record();
    let first = record.next_start();
    for cell in changes::cells_of(&mut record, LANE) {
        for start in cell.starts.iter_mut().filter(|_| is_later(cell.items)) {
            start.start += first;
        }
    }
    record.additions.push(Addition {
        started_at: "2026-11-21T10:15:00Z".into(),
        elapsed_s: 12.0,
        asked: "batch +64".into(),
        first_start: first,
        starts: first,
        anew: false,
        anchors: anchors::check(&self::record(), &other(3)).anchors,
    });
    record
}

/// Another run of the same plan on the same machine.
fn other(seed: u64) -> Record {
    Synthetic { samples: 60, seed, ..Default::default() }.record()
}

fn all_formats(record: &Record) -> Vec<String> {
    let formats = [
        Format::FirstScreen,
        Format::Human,
        Format::Markdown,
        Format::Html,
        Format::Csv,
        Format::FiguresCsv,
        Format::ModelJson,
    ];
    let render =
        |format| reports::render(record, format, &RenderOptions::default()).expect("a report");
    formats.map(render).to_vec()
}

#[test]
fn a_record_with_an_addition_is_read_back_and_fits_the_schema() {
    let record = with_later(|items| items == 64);
    let value = serde_json::to_value(&record).expect("JSON");
    let errors: Vec<String> = validator().iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let read = read::from_bytes(value.to_string().as_bytes()).expect("a record of today");
    assert_eq!(read.additions, record.additions);
}

#[test]
fn a_batch_that_was_added_is_in_the_cost_model_and_marked() {
    let record = with_later(|items| items == 64);
    let summary = Summary::of(&record);
    let lanes = model::of(summary.main().expect("a scene"));
    let lane = lanes.iter().find(|lane| lane.row.lane.name == LANE).expect("it has a model");
    let batched = lane.batched().expect("of batches");
    assert_eq!(batched.sizes, [1, 4, 16, 64, 256, 1_024]);
    assert_eq!(batched.curves.len(), 5, "one for each restart of the run");
    assert!(lane.chatty.iter().any(|one| one.items == 64 && one.ratio.interval.is_some()));
    for text in all_formats(&record) {
        let is_json = text.starts_with('{');
        assert!(is_json || text.contains("added later") || text.contains("2026-11-21T10:15"));
    }
}

#[test]
fn marks_of_what_was_added_are_hollow_and_the_page_says_so() {
    let record = with_later(|items| items == 64);
    let data = charts(&record);
    let scene = &data["scenes"][0];
    let mut hollow = Vec::new();
    for line in scene["batching"].as_array().expect("lines") {
        let points = line["points"].as_array().expect("points");
        for point in points.iter().filter(|point| point["added"] == true) {
            let lane = line["lane"].as_u64().expect("a place in the list") as usize;
            assert_eq!(data["lanes"][lane]["short"], "grpc");
            hollow.push(point["x"].as_f64());
        }
    }
    assert!(!hollow.is_empty() && hollow.iter().all(|x| *x == Some(64.0)), "{hollow:?}");
    let added = |dot: &Value| dot["added"] == true;
    assert!(
        !scene["cost"].as_array().expect("dots").iter().any(added),
        "single calls were there"
    );
    assert!(page(&record).contains("Its marks in the charts are hollow."));
}

#[test]
fn a_lane_that_was_added_has_all_its_figures_unpaired_and_no_place_by_pairs() {
    let mut record = with_later(|_| true);
    record.contrasts.retain(|pair| pair.first != LANE && pair.second != LANE);
    let summary = Summary::of(&record);
    let scene = summary.main().expect("a scene");
    let row = scene.rows.iter().find(|row| row.lane.name == LANE).expect("a row");
    let toll = row.toll.expect("counted from single calls of other restarts");
    assert!(toll.value > 0.0 && toll.interval.is_some(), "{toll:?}");
    assert!(row.cpu.both.is_some_and(|cpu| cpu.value > 0.0), "{:?}", row.cpu);
    assert!(row.rank.is_none(), "{:?}", row.rank);
    let choices = model::crossover::choices(scene);
    let is_of = |choice: &&model::crossover::Choice| {
        choice.slower.lane.name == LANE || choice.quicker.lane.name == LANE
    };
    let choice = choices.iter().find(is_of).expect("a choice");
    assert!(choice.break_even().is_some_and(|work| work.interval.is_some()));
    assert_eq!(all_formats(&record).len(), 7, "nothing of it panics");
}

#[test]
fn an_addition_that_claims_any_restart_renders_all_the_same() {
    for (first_start, starts) in [(0, 0), (0, 1_000), (1_000, 1_000), (3, 1)] {
        let mut record = with_later(|items| items == 4);
        record.additions[0].first_start = first_start;
        record.additions[0].starts = starts;
        all_formats(&record);
    }
}

/// Restarts of two measurements that have none in common; the second scatters by its own share.
fn apart(random: &mut Random, [n, k]: [u32; 2], [first, second]: [f64; 2]) -> [Starts; 2] {
    let mut draw = |from: u32, many: u32, ns: f64, scatter: f64| {
        let value = |start| (start, ns * (scatter * random.normal()).exp());
        let values: Vec<StartValue> = (from..from + many).map(value).collect();
        Starts::new(values, Resolution::EXACT)
    };
    [draw(0, n, 100.0, first), draw(50, k, 110.0, second)]
}

#[test]
fn intervals_of_what_was_measured_apart_cover_the_truth_as_often_as_they_say() {
    let mut random = Random(21);
    for (many, scatter) in [
        ([11, 5], [0.02, 0.02]),
        ([11, 5], [0.005, 0.03]),
        ([11, 5], [0.03, 0.005]),
        ([5, 5], [0.02, 0.02]),
        ([30, 5], [0.02, 0.02]),
    ] {
        let mut held = 0;
        for _ in 0..2_000 {
            let [first, second] = apart(&mut random, many, scatter);
            let ratios: Vec<f64> = second.log_ratios(&first).into_iter().map(f64::exp).collect();
            let ratio = estimates::log_mean_of_starts(&ratios, Resolution::EXACT, 0.95);
            let ends = ratio.and_then(|ratio| ratio.interval).expect("an interval");
            held += u32::from(ends.low <= 1.1 && 1.1 <= ends.high);
        }
        let percent = f64::from(held) / 20.0;
        assert!((93.0..=98.0).contains(&percent), "{many:?} {scatter:?}: {percent} %");
    }
}

#[test]
fn anchors_of_a_machine_that_is_the_same_agree() {
    let before = record();
    let alarms = (100..200)
        .filter(|seed| !anchors::check(&before, &other(*seed)).agree())
        .count();
    // Of 100 additions at most 1 % each: five or more have a probability of 0.4 %.
    assert!(alarms < 5, "{alarms} of 100");
}

#[test]
fn anchors_of_a_machine_that_became_slower_differ_each_time() {
    let before = record();
    for seed in 100..150 {
        let mut slower = other(seed);
        changes::slowed(&mut slower, 1.25);
        let check = anchors::check(&before, &slower);
        assert!(!check.agree(), "{check:?}");
        assert!(check.anchors.iter().all(|anchor| anchor.differs && anchor.ratio > 1.1));
    }
}

#[test]
fn one_lane_of_many_that_differs_is_named_and_explained_by_chance() {
    let before = record();
    let mut after = other(5);
    for cell in changes::cells_of(&mut after, LANE) {
        for start in &mut cell.starts {
            start.p50_ns = start.p50_ns.map(|ns| ns * 1.1);
            start.mean_ns = start.mean_ns.map(|ns| ns * 1.1);
        }
    }
    let check = anchors::check(&before, &after);
    assert!(check.agree(), "{check:?}");
    assert_eq!((check.differing, check.needed), (vec![LANE.to_owned()], 2));
}

/// As beside a busy neighbour: single calls are quicker, since no core sleeps, and batches slower.
#[test]
fn one_lane_whose_anchors_move_apart_is_enough() {
    let before = record();
    for seed in 100..150 {
        let mut after = other(seed);
        for cell in changes::cells_of(&mut after, LANE) {
            let factor = if cell.items == 1 { 0.7 } else { 1.4 };
            for start in &mut cell.starts {
                start.p50_ns = start.p50_ns.map(|ns| ns * factor);
                start.mean_ns = start.mean_ns.map(|ns| ns * factor);
            }
        }
        let check = anchors::check(&before, &after);
        assert!(!check.agree() && check.differing.contains(&LANE.to_owned()), "{check:?}");
    }
}
