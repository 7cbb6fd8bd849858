//! What each rendering holds for an ordinary record.

use crate::record;
use reports::{Format, RenderOptions, render};

fn shown(format: Format) -> String {
    let options = RenderOptions { report_path: Some("out/report.html".into()), ..Default::default() };
    render(&record(), format, &options).expect("renders")
}

#[test]
fn the_terminal_fits_100_columns_and_names_the_report() {
    let text = shown(Format::Human);
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    for part in [
        "trust ok",
        "grpc = tonic 0.14.9",
        "closed loop",
        "Not here",
        "pip install grpcio",
        "Report: out/report.html",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour was asked for");
}

#[test]
fn the_terminal_is_bold_where_colour_is_asked_for() {
    let options = RenderOptions { colour: true, ..Default::default() };
    let text = render(&record(), Format::Human, &options).expect("renders");
    assert!(text.contains("\u{1b}[1m") && text.contains("\u{1b}[0m"));
}

#[test]
fn markdown_stays_below_60_lines_whatever_the_record_holds() {
    let mut record = record();
    let lane = record.lanes[1].clone();
    for number in 0..200 {
        record.lanes.push(reports::record::Lane { name: format!("a/b/{number}"), ..lane.clone() });
        record.cells[number % 50].starts[0].p50_ns = 40e6;
    }
    let text = render(&record, Format::Markdown, &RenderOptions::default()).expect("renders");
    assert!(text.lines().count() <= 60, "{}", text.lines().count());
    assert!(text.contains("more: see the report"));
}

#[test]
fn csv_has_a_line_for_each_cell_and_start() {
    let (text, record) = (shown(Format::Csv), record());
    let expected: usize = record.cells.iter().map(|c| c.starts.len()).sum();
    assert_eq!(text.lines().count(), 1 + expected);
    let columns = text.lines().next().expect("a heading").split(',').count();
    assert!(text.lines().all(|line| line.split(',').count() == columns));
}

#[test]
fn the_page_holds_its_findings_tables_and_reasons_without_javascript() {
    let html = shown(Format::Html);
    for part in [
        "one machine",
        "loopback",
        "5 restarts",
        "resolution: not measured yet",
        "trust ok",
        "The order turns",
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
    assert!(policy < html.find("<style").expect("styles") && policy < html.find("<script").expect("scripts"));
}

#[test]
fn a_page_stays_below_its_size_and_says_what_it_left_out() {
    let mut record = record();
    let visit = record.visits[0].clone();
    record.visits = (0..200_000u32)
        .map(|n| reports::record::Visit { order: n, p50_ns: f64::from(n).sqrt(), ..visit.clone() })
        .collect();
    let html = render(&record, Format::Html, &RenderOptions::default()).expect("renders");
    assert!(html.len() < 900_000, "{} bytes", html.len());
    assert!(html.contains("Left out here to keep the page small: visits."));
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
