//! The page of two records, CSV tables, and the card.

use crate::assertions::each;
use crate::changes::{cells_of, pair, slowed, spoil};
use crate::record;
use crate::rendered::rendered;
use crate::synthetic::{Synthetic, in_two_placements};
use reports::record::Verdict;
use reports::record::{
    Contrast, ContrastStart, LaneLoads, LoadPart, LoadStart, Loads, Part, Record, SearchStep,
};
use reports::{Format, card};
use reports::{
    judge::{Judged, comparison::changes},
    say::two_records::{caveats, facts},
};
use std::collections::BTreeSet;
use tiny_skia::Pixmap;

fn times(record: &Record, factor: f64) -> Record {
    let mut record = record.clone();
    slowed(&mut record, factor);
    record
}

fn page(old: &Record, new: &Record) -> String {
    let between = changes(old, new, true).expect("comparable");
    reports::comparison_page(old, new, &between).expect("renders")
}

#[test]
fn a_page_of_two_records_counts_what_became_slower_and_shows_all_figures() {
    let (old, new) = (record(), times(&record(), 1.5));
    let all = changes(&old, &new, false).expect("one machine").changes.len();
    let html = page(&old, &new);
    assert!(
        html.contains(&format!("Of {all} figures that both runs have: {all} slower.</p>")),
        "{all}"
    );
    assert!(html.contains("1.50 times ("));
    assert!(html.contains(&format!("All {all} figures that both runs have")));
    assert!(page(&old, &old).contains("the same within 5 %"));
}

#[test]
fn what_one_run_did_not_plan_is_counted_once_on_the_page() {
    let (old, mut new) = (record(), record());
    new.cells
        .retain(|cell| cell.lane != "rust/grpc/rust" && cell.lane != "rust/rest/rust");
    for lane in new.lanes.iter_mut().filter(|lane| ["grpc", "rest"].contains(&&*lane.short)) {
        (lane.planned, lane.reason) = (false, Some("not asked for".into()));
    }
    let html = page(&old, &new);
    assert_eq!(html.matches("figures exist only in the old run").count(), 1);
    assert!(!html.contains("not in the later run"), "no line for each lane");
}

#[test]
fn machines_that_differ_are_named_by_what_differs() {
    let old = record();
    let mut new = record();
    (new.environment.logical_cores, new.environment.fingerprint) = (64, "another".into());
    new.environment.label = Some("build <server>".into());
    let between = changes(&old, &new, true).expect("forced");
    let said = caveats(&old, &new, &between).join("\n");
    assert!(said.contains("from different machines (logical cores):"), "{said}");
    let differing: Vec<&str> = facts(&Judged::of(&old), &Judged::of(&new))
        .iter()
        .filter(|fact| fact.differs())
        .map(|fact| fact.what)
        .collect();
    assert_eq!(differing, ["machine", "logical cores"]);
    let html = page(&old, &new);
    assert!(html.contains("build &#60;server&#62;") && !html.contains("build <server>"));
    let same = changes(&old, &old, false).expect("one machine");
    assert!(!caveats(&old, &old, &same).join("\n").contains("different machines"));
}

#[test]
fn nothing_is_claimed_where_a_record_must_not_be_used() {
    let old = record();
    let mut wrong = record();
    spoil(&mut wrong);
    let html = page(&old, &wrong);
    assert!(html.contains("The later record must not be used:"));
    assert!(html.contains("so nothing is said of what changed"));
}

#[test]
fn a_page_of_two_records_carries_no_record_and_says_so() {
    let html = page(&record(), &record());
    let error = reports::record::read::from_bytes(html.as_bytes())
        .expect_err("none inside")
        .to_string();
    assert!(error.contains("carries no record"), "{error}");
}

fn csv(record: &Record, format: Format) -> Vec<Vec<String>> {
    // No field of an invented record holds a comma.
    let table = rendered(record, format);
    table.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// One pair that was asked in turns, and one that failed.
fn pairs() -> Vec<Contrast> {
    let start = ContrastStart {
        start: 0,
        log_ratio: -0.25,
        first_p50_ns: 4.0,
        second_p50_ns: 3.0,
    };
    let asked = pair("self", ["rust/uds/rust"; 2], vec![start]);
    let failed = pair("self", ["rust/uds/rust"; 2], Vec::new());
    vec![asked, Contrast { reason: Some("it died".into()), ..failed }]
}

/// One lane with two steps of a search, and one that failed.
fn two_lanes_of_loads() -> Loads {
    let searched = LoadStart { start: 0, search: vec![step(), step()], points: Vec::new() };
    let lane = |starts, reason: Option<&str>| LaneLoads {
        lane: "rust/uds/rust".into(),
        starts,
        reason: reason.map(str::to_owned),
    };
    Loads {
        engine: "stub".into(),
        workload: "recommendations".into(),
        size: 10,
        placement: "free".into(),
        lanes: vec![lane(vec![searched], None), lane(Vec::new(), Some("it died"))],
        ..Loads::default()
    }
}

#[test]
fn every_csv_table_has_one_line_for_each_start_and_as_many_fields_as_names() {
    let mut record = record();
    record.ladders.iter_mut().for_each(|ladder| ladder.missing.clear());
    record.contrasts = pairs();
    record.loads = Some(two_lanes_of_loads());
    let of_cells = record.cells.iter().map(|cell| cell.starts.len()).sum::<usize>();
    let of_ladders = record.ladders.iter().map(|ladder| ladder.starts.len().max(1)).sum::<usize>();
    let of_resources = record.resources.iter().map(|one| one.starts.len().max(1)).sum::<usize>();
    for (format, lines) in [
        (Format::Csv, of_cells),
        (Format::ContrastsCsv, 2),
        (Format::StagesCsv, of_ladders),
        (Format::ResourcesCsv, of_resources),
        (Format::LoadsCsv, 3),
    ] {
        let table = csv(&record, format);
        let (names, rows) = table.split_first().expect("a heading");
        assert_eq!(rows.len(), lines, "{format:?}");
        each(rows, "as many fields as names", |row| row.len() == names.len());
    }
    let both = in_two_placements(record.clone());
    let resources = csv(&both, Format::ResourcesCsv);
    let at = resources[0].iter().position(|name| name == "placement").expect("a column");
    let keys: BTreeSet<&[String]> = resources[1..].iter().map(|row| &row[..at + 2]).collect();
    assert_eq!(keys.len(), resources.len() - 1, "lane, placement and start tell lines apart");
    let contrasts = csv(&record, Format::ContrastsCsv);
    assert_eq!(contrasts[1][7..], ["0", "-0.25", "4", "3", "", "false", ""]);
    assert_eq!(contrasts[2][7..], ["", "", "", "", "", "false", "it died"]);
}

fn step() -> SearchStep {
    SearchStep {
        in_flight: 4,
        connections: 1,
        achieved_per_s: 1_000.0,
        service_ns: None,
        parts: vec![LoadPart { part: Part::Caller, cpu_ns_per_call: 7.5 }],
        verdict: Verdict::Stable,
        reasons: Vec::new(),
    }
}

fn picture(record: &Record) -> Pixmap {
    Pixmap::decode_png(&card(record).expect("drawn")).expect("a PNG")
}

#[test]
fn a_card_has_the_size_that_chats_show_and_the_same_record_gives_the_same_card() {
    let record = record();
    let first = picture(&record);
    assert_eq!((first.width(), first.height()), (1_200, 630));
    assert!(first.data() == picture(&record).data());
    let mut labelled = record.clone();
    labelled.environment.label = Some("lab bench".into());
    assert!(first.data() != picture(&labelled).data(), "the label is on it");
    // The scale follows what all lanes share: one lane must move against the others.
    let mut slower = record.clone();
    for start in cells_of(&mut slower, "rust/grpc/rust").into_iter().flat_map(|c| &mut c.starts) {
        start.p50_ns = start.p50_ns.map(|ns| ns * 1.1);
    }
    assert!(first.data() != picture(&slower).data(), "the dot moves");
}

#[test]
fn a_card_of_nothing_of_endless_names_and_of_figures_that_are_none_is_drawn() {
    let mut record = Synthetic { samples: 50, starts: 1, ..Synthetic::default() }.record();
    record.environment.cpu_model = Some("日本語 \u{202e}<b>".repeat(60));
    for lane in &mut record.lanes {
        lane.short = lane.short.repeat(50);
    }
    for (at, start) in record.cells.iter_mut().flat_map(|cell| &mut cell.starts).enumerate() {
        start.p50_ns = [Some(1e300), Some(f64::NAN), Some(0.0), None, start.p50_ns][at % 5];
    }
    let strange = picture(&record);
    record.cells.clear();
    let empty = picture(&record);
    assert_eq!((strange.width(), strange.height()), (1_200, 630));
    assert_eq!((empty.width(), empty.height()), (1_200, 630));
    assert!(strange.data() != empty.data(), "the figures that are some are on it");
}
