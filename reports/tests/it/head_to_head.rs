//! Lanes asked in turns with each other: ranks and sentences rest on them or on chains of them, in
//! each placement, and never on visits.

use crate::assertions::{says, some};
use crate::changes::pair;
use crate::contrasts::{GRPC, UDS, contrast};
use crate::record;
use crate::rendered::{READ, read, rendered};
use crate::synthetic::{Random, in_two_placements};
use reports::Format;
use reports::figures::{
    contrasts::head_to_head::{self, Chains},
    summary::{Scene, Summary},
};
use reports::judge::Judged;
use reports::record::{Asked, Cell, Contrast, ContrastStart, Lane, Record};
use reports::say::findings;

const HEAD_TO_HEAD: &str = head_to_head::KIND;
const REST: &str = "rust/rest/rust";
const AGAIN: &str = "mine/uds/mine";

const ASKED: Asked<'_> = Asked {
    engine: "stub",
    workload: "recommendations",
    size: 10,
    placement: "free",
};

fn place(scene: &Scene, short: &str) -> Option<String> {
    let row = scene.rows.iter().find(|row| row.lane.short == short);
    row.expect("a row").place()
}

fn found(record: &Record) -> Vec<String> {
    let found = findings::findings(&Judged::of(record));
    found.into_iter().map(|finding| finding.text).collect()
}

/// The lane `uds` once more under another name: its visits, a little beside it, and a pair of both.
fn with_uds_again(shift: f64) -> Record {
    let mut record = record();
    let uds = record.lanes.iter().find(|lane| lane.name == UDS).cloned().expect("a lane");
    record.lanes.push(Lane {
        name: AGAIN.into(),
        short: AGAIN.into(),
        sets: Vec::new(),
        ..uds
    });
    let cells: Vec<Cell> = record.cells.iter().filter(|cell| cell.lane == UDS).cloned().collect();
    for mut cell in cells {
        cell.lane = AGAIN.into();
        for start in &mut cell.starts {
            // Visits of a second name need not agree: nothing rests on them.
            start.p50_ns = start.p50_ns.map(|ns| 1.2 * ns);
        }
        record.cells.push(cell);
    }
    record.contrasts.push(contrast(HEAD_TO_HEAD, [UDS, AGAIN], shift, 0.005, 5));
    record
}

#[test]
fn a_lane_under_a_second_name_ties_with_itself_whatever_its_visits_say() {
    let record = with_uds_again(0.0);
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let places = ["uds", AGAIN].map(|lane| place(scene, lane).expect("placed"));
    assert!(places[0] == places[1] && places[0].ends_with('='), "{places:?}");
    let pairs = head_to_head::of(&record, ASKED);
    let tie = pairs.iter().find(|pair| pair.lane == AGAIN).expect("asked in turns");
    assert_eq!((tie.detected, tie.words()), (false, "the same within 5 %"));
    // A lane that is slower does not tie.
    let record = with_uds_again(0.1);
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    assert_ne!(place(scene, "uds"), place(scene, AGAIN));
}

#[test]
fn what_rests_on_visits_alone_is_not_ranked_and_no_sentence_says_which_lane_is_quicker() {
    let mut record = record();
    record.contrasts.clear();
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    assert!(scene.rows.iter().all(|row| row.place().is_none()));
    for words in ["way out of the process", "for a single call", "The faster lane depends"] {
        assert!(found(&record).iter().all(|text| !text.contains(words)), "{words}");
    }
    // One pair places two lanes among themselves, and no other.
    record.contrasts.push(contrast(HEAD_TO_HEAD, [GRPC, REST], 0.1, 0.005, 5));
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let placed: Vec<_> = scene
        .rows
        .iter()
        .filter_map(|row| Some((row.lane.short.as_str(), row.place()?)))
        .collect();
    assert_eq!(placed, [("rest", "2".to_owned()), ("grpc", "1".to_owned())]);
}

#[test]
fn two_lanes_that_were_not_asked_together_are_compared_along_the_chain_between_them() {
    let mut record = record();
    record.contrasts = vec![
        contrast(HEAD_TO_HEAD, [GRPC, REST], -0.5, 0.02, 1),
        contrast(HEAD_TO_HEAD, [GRPC, UDS], -1.0, 0.02, 2),
    ];
    let chains = Chains::of(&record, ASKED);
    let direct = chains.compared(REST, GRPC).expect("a pair");
    let [shown, _] = head_to_head::of(&record, ASKED).try_into().expect("two pairs");
    assert_eq!(direct.ratio.value, shown.comparison.ratio.value, "as it is shown");
    let chained = chains.compared(REST, UDS).expect("through grpc");
    assert!((chained.ratio.value.ln() - 0.5).abs() < 0.03, "{chained:?}");
    let half = |found: &reports::stats::comparison::Comparison| {
        let interval = found.ratio.interval.expect("ten starts");
        (interval.high / interval.low).ln() / 2.0
    };
    assert!(half(&chained) > half(&direct), "variances are added");
    let back = chains.compared(UDS, REST).expect("the same way back");
    assert!((back.ratio.value * chained.ratio.value - 1.0).abs() < 1e-9);
    assert!(chains.compared(REST, "rust/inproc/rust").is_none(), "no chain leads there");
    // A pair of the two is what counts where there is one, however far it lies from the chain.
    record.contrasts.push(contrast(HEAD_TO_HEAD, [UDS, REST], 0.3, 0.02, 3));
    let asked = Chains::of(&record, ASKED).compared(REST, UDS).expect("a pair");
    assert!((asked.ratio.value.ln() - 0.3).abs() < 0.03, "{asked:?}");
}

/// Five starts of three pairs, each of which scatters by as much as it likes.
#[test]
fn the_interval_of_a_chain_covers_the_truth() {
    let mut random = Random(11);
    let lanes = ["rust/inproc/rust", UDS, GRPC, REST];
    let truth = [0.4, -0.2, 0.1];
    let covered = (0..1_000).filter(|_| {
        let mut record = Record { contrasts: Vec::new(), ..record_without_cells() };
        for (at, scatter) in [0.01, 0.03, 0.02].into_iter().enumerate() {
            let start = |start| ContrastStart {
                start,
                log_ratio: truth[at] + scatter * random.normal(),
                first_p50_ns: 1e6,
                second_p50_ns: 1e6,
            };
            let starts = (0..5).map(start).collect();
            record.contrasts.push(pair(HEAD_TO_HEAD, [lanes[at], lanes[at + 1]], starts));
        }
        let chains = Chains::of(&record, ASKED);
        let ratio = chains.compared(REST, lanes[0]).expect("a chain").ratio;
        let interval = ratio.interval.expect("five starts");
        (interval.low..=interval.high).contains(&truth.iter().sum::<f64>().exp())
    });
    let covered = covered.count();
    assert!((980..=998).contains(&covered), "{covered} of 1,000 at 99 %");
}

/// Nothing but lanes: quick to copy.
fn record_without_cells() -> Record {
    let mut record = record();
    record.cells.clear();
    record.visits.clear();
    record
}

#[test]
fn each_placement_has_pairs_and_ranks_of_its_own_and_those_within_a_process_stand_in_both() {
    let mut record = in_two_placements(record());
    let is_of = |pair: &&mut Contrast, lane: &str, placement: &str| {
        pair.second == lane && pair.placement == placement
    };
    let turned = record.contrasts.iter_mut().find(|pair| is_of(pair, REST, "two"));
    for start in &mut turned.expect("rest : grpc on two cores").starts {
        start.log_ratio = 0.2 + 0.001 * f64::from(start.start);
    }
    let summary = Summary::of(&record);
    let of = |placement: &str| {
        let mut scenes = summary.scenes.iter();
        scenes
            .find(|scene| scene.asked.placement == placement && scene.asked.size == 10)
            .expect("measured")
    };
    let (one, two) = (of("one"), of("two"));
    let number = |scene: &Scene, lane: &str| {
        let place = place(scene, lane).expect("placed");
        place.trim_end_matches('=').parse::<u32>().expect("a number")
    };
    assert!(number(one, "rest") < number(one, "grpc"), "quicker on one core");
    assert!(number(two, "rest") > number(two, "grpc"), "slower on two");
    assert_eq!(place(two, "inproc").as_deref(), Some("1"));
    for format in READ {
        let text = read(&record, format);
        says(&text, &["Head to head (median single call, called alternately)"]);
    }
    let text = read(&record, Format::Human);
    says(&text, &["rest : grpc: one core 0.8", "; two cores 1.22"]);
}

/// The record of a run whose user named these lanes: with the function call and the harness.
fn named(lanes: &[&str]) -> Record {
    let mut record = record();
    let also = ["inproc", "null"];
    let kept: Vec<String> = record
        .lanes
        .iter()
        .filter(|lane| [lanes, &also].concat().contains(&lane.short.as_str()))
        .map(|lane| lane.name.clone())
        .collect();
    record.plan.lanes.clone_from(&kept);
    record.plan.also_measured = vec!["rust/inproc/rust".into(), "rust/null/rust".into()];
    let kept = |lane: &String| kept.contains(lane);
    record.cells.retain(|cell| kept(&cell.lane));
    record.visits.clear();
    record.contrasts.retain(|pair| kept(&pair.first) && kept(&pair.second));
    record
        .contrasts
        .push(contrast(HEAD_TO_HEAD, ["rust/ffi-c/c", GRPC], 5.0, 0.01, 3));
    record
}

#[test]
fn three_lanes_by_name_have_tolls_ranks_findings_and_what_people_say() {
    let record = named(&["grpc", "rest", "ffi-c"]);
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    for lane in ["grpc", "rest", "ffi-c"] {
        let row = scene.rows.iter().find(|row| row.lane.short == lane).expect("a row");
        assert!(row.toll.is_some() && row.rank.is_some(), "{lane}");
    }
    let found = found(&record);
    for words in ["the most expensive lane", "way out of the process", "for a single call"] {
        some(found.iter().filter(|text| text.contains(words)), words);
    }
    let page = rendered(&record, Format::Html);
    let folklore = page.split("What people say</h3>").nth(1).expect("claims");
    let claims = folklore.split("</ul>").next().expect("a list");
    assert!(!claims.contains("inproc was not measured"), "{claims}");
    says(claims, &["class=\"verdict\""]);
}

#[test]
fn a_pair_of_which_one_is_far_quicker_is_said_the_other_way_round() {
    let mut record = record();
    let far = 0.003_f64.ln();
    record
        .contrasts
        .push(contrast(HEAD_TO_HEAD, [GRPC, "rust/ffi-c/c"], far, 0.005, 5));
    let text = read(&record, Format::Human);
    says(&text, &["grpc : ffi-c: free placement 333 times ("]);
    assert!(!text.contains("ffi-c : grpc"), "{text}");
}

#[test]
fn cells_that_ask_something_else_do_not_coarsen_a_pair() {
    let width = |record: &Record| {
        let pairs = head_to_head::of(record, ASKED);
        let pair = pairs.iter().find(|pair| pair.other == "inproc").expect("it was asked");
        pair.comparison.ratio.relative_error().expect("an interval")
    };
    let mut record = record();
    record.environment.clock_step_ns = Some(10.0);
    let mut short = contrast(HEAD_TO_HEAD, ["rust/inproc/rust", "rust/ffi-c/c"], 1.0, 0.001, 5);
    for start in &mut short.starts {
        (start.first_p50_ns, start.second_p50_ns) = (11.0, 30.0);
    }
    record.contrasts.push(short);
    for cell in record.cells.iter_mut().filter(|cell| cell.items == 1) {
        let main = cell.engine == "stub" && cell.size == 10;
        cell.starts.iter_mut().for_each(|start| start.group = if main { 64 } else { 1 });
    }
    let others = record.cells.iter().filter(|cell| cell.size != 10 && cell.items == 1);
    assert!(others.count() > 0, "there is another question");
    assert!(width(&record) < 0.2, "{}", width(&record));
}
