//! What each rendering holds for an ordinary record.

use crate::assertions::{each, says, some};
use crate::changes::{lane_mut, single_mut, spoil};
use crate::record;
use crate::rendered::{READ, read, rendered};
use crate::synthetic::in_two_placements;
use reports::figures::{
    row::Row,
    summary::{Scene, Summary},
};
use reports::record::Record;
use reports::{Format, RenderOptions, render};
use std::ops::Range;

fn shown(format: Format) -> String {
    let options = RenderOptions {
        report_path: Some("out/report.html".into()),
        ..Default::default()
    };
    render(&record(), format, &options).expect("renders")
}

#[test]
fn the_terminal_fits_100_columns_up_to_its_findings_80_and_names_the_report() {
    let text = shown(Format::Human);
    each(text.lines(), "fits", |line| line.chars().count() <= 100);
    for record in [record(), in_two_placements(record())] {
        let text = rendered(&record, Format::Human);
        let (head, _) = text.split_once("What batching buys").expect("batches stand below");
        each(head.lines(), "fits", |line| line.chars().count() <= 80);
    }
    says(&text, &["trust ok", "grpc = tonic 0.14.9", "median call", "Not measured"]);
    says(&text, &["pip install", "Report: out/report.html"]);
    assert!(!text.contains('\u{1b}'), "no colour was asked for");
}

#[test]
fn the_terminal_is_bold_where_colour_is_asked_for() {
    let options = RenderOptions { colour: true, ..Default::default() };
    let text = render(&record(), Format::Human, &options).expect("renders");
    assert!(text.contains("\u{1b}[1m") && text.contains("\u{1b}[0m"));
}

#[test]
fn lanes_that_are_missing_for_one_reason_are_named_together() {
    let mut record = record();
    let lane = record.lanes[1].clone();
    for number in 0..60 {
        let (name, short, planned) = (format!("a/b/{number}"), format!("lane-{number}"), false);
        let reason = Some("not asked for".to_owned());
        record
            .lanes
            .push(reports::record::Lane { name, short, planned, reason, ..lane.clone() });
    }
    let text = read(&record, Format::Human);
    assert_eq!(text.matches("not asked for").count(), 1, "{text}");
    says(&text, &["lane-0, lane-1,", ", and more: not asked for"]);
}

/// The lane `rest`, bare, said to differ in one thing from `grpc`.
fn with_a_lean_variant() -> Record {
    let mut record = record();
    let rest = lane_mut(&mut record, "rest");
    rest.profile = "lean".into();
    rest.variant_of = Some("grpc".into());
    record
}

fn row<'s, 'r>(scene: &'s Scene<'r>, short: &str) -> &'s Row<'r> {
    scene.rows.iter().find(|row| row.lane.short == short).expect("measured")
}

#[test]
fn a_lean_lane_is_ranked_apart() {
    let record = with_a_lean_variant();
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    assert_eq!(row(scene, "rest").place().as_deref(), Some("L1"), "alone in its profile");
    assert_eq!(row(scene, "inproc").place().as_deref(), Some("1"));
}

#[test]
fn a_lane_that_differs_in_one_thing_is_set_against_its_base() {
    let record = with_a_lean_variant();
    for format in READ {
        says(&rendered(&record, format), &["Cost of one change"]);
    }
    let text = rendered(&record, Format::Human);
    let begin = "- rest : grpc: a single call, p50 ";
    let changes = text.split("Cost of one change").nth(1).expect("a section");
    let line = changes
        .lines()
        .find_map(|line| line.strip_prefix(begin))
        .expect("the pair is there");
    let ratio = line
        .split(' ')
        .next()
        .and_then(|text| text.parse::<f64>().ok())
        .expect("a ratio");
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let median = |short: &str| row(scene, short).single.as_ref().expect("measured").p50.value;
    let wanted = median("rest") / median("grpc");
    assert!((ratio / wanted - 1.0).abs() < 0.05, "{ratio} against {wanted}");
}

#[test]
fn csv_has_a_line_for_each_cell_and_start() {
    let (text, record) = (shown(Format::Csv), record());
    let expected: usize = record.cells.iter().map(|c| c.starts.len()).sum();
    assert_eq!(text.lines().count(), 1 + expected);
    let columns = text.lines().next().expect("a heading").split(',').count();
    each(text.lines(), "as many fields as names", |line| {
        line.split(',').count() == columns
    });
}

#[test]
fn the_page_holds_its_findings_tables_and_reasons_without_javascript() {
    let html = shown(Format::Html);
    for part in [
        "2-core",
        "loopback",
        "5 restarts",
        "Smallest detectable difference: not measured",
        "trust ok",
        "The faster lane depends on the batch size",
        "not observable: timed in groups of 64",
        "pip install grpcio",
        "read back",
        "Cold path",
        "tollgate run --seed 7",
    ] {
        assert!(html.contains(part), "{part:?} is missing");
    }
}

#[test]
fn the_page_asks_the_network_for_nothing() {
    let html = shown(Format::Html);
    assert!(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"));
    assert!(!html.contains("unsafe-inline") && !html.contains(" style=\""));
    let before_data = html.split("<script").next().expect("text before the data");
    for reference in ["src=", "url(", "@import", "href=\"http", "<link"] {
        assert!(!before_data.contains(reference), "{reference}");
    }
}

#[test]
fn the_policy_comes_before_anything_that_could_load() {
    let html = shown(Format::Html);
    let policy = html.find("Content-Security-Policy").expect("there is one");
    assert!(
        policy < html.find("<style").expect("styles")
            && policy < html.find("<script").expect("scripts")
    );
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(shown(Format::Html), shown(Format::Html));
}

#[test]
fn an_unknown_format_is_named_with_the_known_ones() {
    let error = "pdf".parse::<Format>().expect_err("unknown").to_string();
    assert!(error.contains("pdf") && error.contains("markdown"), "{error}");
}

#[test]
fn the_page_names_the_data_and_what_the_first_call_asks_for() {
    let mut own = record();
    own.data.own_files = true;
    let data =
        "data: 2,000 products, 500 users, 32 dimensions, 1,000 requests, digest 9e1d44b07c2a6f35";
    let html = rendered(&own, Format::Html);
    // At the head in two words, and under method; what is built in is named under method alone.
    assert_eq!(html.matches(&format!("own {data}")).count(), 1);
    says(&html, &["first size (10 ids)", "<span>own data</span>"]);
    let html = rendered(&record(), Format::Html);
    assert!(!html.contains("<span>own data</span>"));
    assert_eq!(html.matches(&format!("built-in {data}")).count(), 1);
}

#[test]
fn loopback_is_not_claimed_for_a_callee_that_the_user_named() {
    let mut record = record();
    record.lanes[2].given_endpoint = true;
    for format in READ {
        says(&rendered(&record, format), &["loopback (not known for grpc)"]);
    }
}

/// What findings claim; not every format has each.
const CLAIMS: [&str; 7] = [
    "as long as",
    "as long.",
    "Batching pays",
    "The faster lane depends",
    "is the most expensive lane",
    "has the highest median",
    "one call in a hundred",
];

#[test]
fn figures_that_must_not_be_used_carry_no_findings() {
    let mut record = record();
    for format in READ {
        let text = read(&record, format);
        some(CLAIMS.iter().filter(|claim| text.contains(**claim)), "claims of a sound record");
    }
    spoil(&mut record);
    for format in READ {
        let text = read(&record, format);
        says(
            &text,
            &["There are no findings, because the figures must not be used: 2 of 6 \
            lanes are withdrawn"],
        );
        for claim in CLAIMS {
            assert!(!text.contains(claim), "{format:?} claims {claim:?}");
        }
    }
}

/// Only one visit was made in these starts of a lane's single call.
fn cut_short(record: &mut Record, lane: &str, starts: Range<usize>) {
    for start in &mut single_mut(record, lane).starts[starts] {
        start.visits_done = 1;
    }
}

#[test]
fn every_rendering_says_how_many_restarts_a_figure_rests_on() {
    let mut record = record();
    cut_short(&mut record, "rust/grpc/rust", 3..5);
    cut_short(&mut record, "rust/uds/rust", 0..5);
    for format in READ {
        let all = rendered(&record, format);
        let text = all.split("<script").next().expect("text");
        says(text, &["over 3 restarts", "part of 5 restarts, no interval"]);
    }
    let human = rendered(&record, Format::Human);
    each(human.lines(), "fits", |line| line.chars().count() <= 100);
}
