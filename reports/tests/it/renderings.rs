//! What each rendering holds for an ordinary record.

use crate::record;
use reports::{Format, RenderOptions, render};

fn shown(format: Format) -> String {
    let options = RenderOptions {
        report_path: Some("out/report.html".into()),
        ..Default::default()
    };
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

/// More lanes, reasons, variants and failures than any part of a short report has room for.
fn crowded() -> reports::record::Record {
    use reports::record::{Cell, Contrast, ContrastStart, Lane};
    let mut record = record();
    record.controls = Some(crate::controls::controls(&record, 1.3));
    let lane = record.lanes[2].clone();
    let cells: Vec<Cell> =
        record.cells.iter().filter(|cell| cell.lane == lane.name).cloned().collect();
    for number in 0..200 {
        let (name, planned) = (format!("rust/{number}/rust"), number < 20);
        let reason = Some(format!("reason {number}")).filter(|_| !planned);
        let variant_of = Some("grpc".to_owned());
        let copies = cells
            .iter()
            .filter(|_| planned)
            .map(|cell| Cell { lane: name.clone(), ..cell.clone() });
        record.cells.extend(copies);
        let start =
            |start| ContrastStart { start, log_ratio: 0.1, first_p50_ns: 1.0, second_p50_ns: 1.0 };
        record.contrasts.push(Contrast {
            kind: "against".into(),
            first: name.clone(),
            second: name.clone(),
            engine: "stub".into(),
            max_results: 10,
            starts: vec![start(0), start(1)],
            reason: None,
            wrong: false,
            work_ns: None,
        });
        let against = record.contrasts.last().cloned().expect("pushed just now");
        record.contrasts.push(Contrast { kind: "placement".into(), ..against });
        record.lanes.push(Lane {
            short: name.clone(),
            name,
            planned,
            reason,
            variant_of,
            ..lane.clone()
        });
        record.cells[number % 50].starts[0].p50_ns = Some(40e6);
    }
    record
}

#[test]
fn markdown_stays_below_60_lines_whatever_the_record_holds() {
    let builds = crowded();
    let mut variants = builds.clone();
    variants.contrasts.retain(|contrast| contrast.kind == "placement");
    for (record, part) in
        [(builds, "This build against the other"), (variants, "What one change takes")]
    {
        let text = render(&record, Format::Markdown, &RenderOptions::default()).expect("renders");
        assert!(text.lines().count() <= 60, "{}\n{text}", text.lines().count());
        assert!(text.contains("more: see the report") && text.contains(part), "{text}");
        assert!(text.contains("with both sides on one core"), "{text}");
    }
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
    let text = render(&record, Format::Human, &RenderOptions::default()).expect("renders");
    assert_eq!(text.matches("not asked for").count(), 1, "{text}");
    assert!(
        text.contains("lane-0, lane-1,") && text.contains(", and more: not asked for"),
        "{text}"
    );
}

#[test]
fn a_lane_that_differs_in_one_thing_is_set_against_its_base_and_a_lean_one_is_ranked_apart() {
    let mut record = record();
    let rest = record
        .lanes
        .iter_mut()
        .find(|lane| lane.short == "rest")
        .expect("a synthetic lane");
    rest.profile = "lean".into();
    rest.variant_of = Some("grpc".into());
    let summary = reports::figures::summary::Summary::of(&record);
    let scene = summary.main().expect("measured");
    let place = |short: &str| {
        scene
            .rows
            .iter()
            .find(|row| row.lane.short == short)
            .and_then(|row| row.place())
    };
    assert_eq!(place("rest").as_deref(), Some("L1"), "alone in its profile");
    assert_eq!(place("inproc").as_deref(), Some("1"));
    for format in [Format::Human, Format::Markdown, Format::Html] {
        let text = render(&record, format, &RenderOptions::default()).expect("renders");
        assert!(text.contains("What one change takes"), "{format:?}");
    }
    let text = render(&record, Format::Human, &RenderOptions::default()).expect("renders");
    let line = text
        .lines()
        .find(|line| line.starts_with("- rest : grpc: "))
        .expect("the pair is there");
    let ratio: f64 = line["- rest : grpc: ".len()..]
        .split(' ')
        .next()
        .and_then(|text| text.parse().ok())
        .expect("a ratio");
    let median = |short: &str| {
        let row = scene.rows.iter().find(|row| row.lane.short == short);
        row.and_then(|row| Some(row.single.as_ref()?.p50.value)).expect("measured")
    };
    let wanted = median("rest") / median("grpc");
    assert!((ratio / wanted - 1.0).abs() < 0.05, "{ratio} against {wanted}");
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
        "resolution of pairs in turns not measured",
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
    own.workload.own_files = true;
    let page = |record: &reports::record::Record| {
        render(record, Format::Html, &RenderOptions::default()).expect("renders")
    };
    let data =
        "data: 2,000 products, 500 users, 32 dimensions, 1,000 requests, digest 9e1d44b07c2a6f35";
    assert_eq!(
        page(&own).matches(&format!("own {data}")).count(),
        2,
        "at the head and under method"
    );
    assert_eq!(page(&record()).matches(&format!("built-in {data}")).count(), 1, "under method");
    assert!(page(&own).contains("max_results (10 ids)"));
}

#[test]
fn loopback_is_not_claimed_for_a_callee_that_the_user_named() {
    let mut record = record();
    record.lanes[2].given_endpoint = true;
    for format in [Format::Html, Format::Human, Format::Markdown] {
        let text = render(&record, format, &RenderOptions::default()).expect("renders");
        assert!(text.contains("loopback (not known for grpc)"), "{format:?}");
    }
}

#[test]
fn figures_that_must_not_be_used_carry_no_findings() {
    let mut record = record();
    record.cells[3].starts[1].wrong = 2;
    record.cells[3].status = "void".into();
    for format in [Format::Html, Format::Human, Format::Markdown] {
        let text = render(&record, format, &RenderOptions::default()).expect("renders");
        let text = text
            .split("<script")
            .next()
            .expect("text")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let why = "There are no findings, because the figures must not be used: 2 wrong answers \
        and 0 errors";
        assert!(text.contains(why), "{format:?}: {text}");
        for claim in [
            "as long as",
            "as long.",
            "Batching pays",
            "The order turns",
            "No call costs more on average",
            "No call is shown",
            "one call in a hundred",
        ] {
            assert!(!text.contains(claim), "{format:?} claims {claim:?}");
        }
    }
}

#[test]
fn every_rendering_says_how_many_restarts_a_figure_rests_on() {
    let mut record = record();
    let single = |record: &mut reports::record::Record,
                  lane: &str,
                  starts: std::ops::Range<usize>| {
        let cell = record.cells.iter_mut().find(|c| c.lane == lane && c.items == 1).expect("there");
        cell.starts[starts].iter_mut().for_each(|s| s.visits_done = 1);
    };
    single(&mut record, "rust/grpc/rust", 3..5);
    single(&mut record, "rust/uds/rust", 0..5);
    for format in [Format::Html, Format::Human, Format::Markdown] {
        let text = render(&record, format, &RenderOptions::default()).expect("renders");
        let text = text.split("<script").next().expect("text");
        assert!(text.contains("over 3 restarts"), "{format:?}");
        assert!(text.contains("part of 5 restarts, no interval"), "{format:?}");
        assert!(text.lines().all(|line| format != Format::Human || line.chars().count() <= 100));
    }
}
