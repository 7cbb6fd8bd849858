//! The runs before one on its page: marks of the last run, the column of changes, the list.

use crate::changes::cells_of;
use crate::record;
use crate::rendered::charts_of;
use crate::synthetic::Synthetic;
use reports::{
    EarlierRun, EarlierRuns, Format, RenderOptions,
    record::{Record, RecordHead},
    render,
};
use serde_json::Value;
use std::sync::Arc;

const GRPC: &str = "rust/grpc/rust";

/// The last run before that of `record()`: with luck of its own, a day earlier.
fn last_run() -> Record {
    let other = Synthetic { seed: 8, samples: 300, ..Default::default() }.record();
    Record { started_at: "2026-11-20T09:04:12Z".into(), ..other }
}

/// The page of a record behind `many` runs, the last of which is this.
fn page_after(before: &Record, record: &Record, many: usize) -> String {
    let run = |nth: usize| EarlierRun {
        record: format!("history/2026-11-20T09-04-{nth:02}Z.json"),
        page: Some(format!("history/2026-11-20T09-04-{nth:02}Z.html")),
        head: RecordHead::of(before),
    };
    let earlier = EarlierRuns {
        before: Some(Arc::new(before.clone())),
        runs: (0..many).map(run).collect(),
        latest: None,
    };
    let options = RenderOptions { earlier, ..Default::default() };
    render(record, Format::Html, &options).expect("a page")
}

/// Marks of the last run in the charts of single calls and of batches.
fn ghosts(page: &str) -> [usize; 2] {
    let data = charts_of(page);
    let scene = &data["scenes"][0];
    let list = |of: &Value| of.as_array().expect("a list").clone();
    let has_ghost = |mark: &&Value| mark.get("before").is_some();
    let calls = list(&scene["cost"]).iter().filter(has_ghost).count();
    let lines = list(&scene["batching"]);
    let points = lines.iter().flat_map(|line| list(&line["points"]));
    [calls, points.filter(|point| has_ghost(&point)).count()]
}

const HEADING: &str = "since the last run</small></th>";

#[test]
fn a_page_shows_what_the_last_run_had_in_charts_and_in_a_column() {
    let page = page_after(&last_run(), &record(), 1);
    let [calls, items] = ghosts(&page);
    assert!(calls >= 5 && items > 20, "{calls}, {items}");
    assert!(page.contains(HEADING));
    assert!(page.contains("The last run: 2026-11-20 09:04 UTC; "));
    assert!(page.contains("href=\"history/2026-11-20T09-04-00Z.json\""));
    let (_, section) = page.split_once("id=\"since-last-run\"").expect("the table of changes");
    assert!(section.contains("<td>n = 1,024: "));
    let text = charts_of(&page)["scenes"][0]["cost"][0]["text"].to_string();
    assert!(text.contains("; last run ") && text.contains("×, "), "{text}");
}

#[test]
fn a_page_of_a_run_before_which_there_was_none_has_no_trace_of_one() {
    let page = render(&record(), Format::Html, &RenderOptions::default()).expect("a page");
    assert_eq!(ghosts(&page), [0, 0]);
    for trace in [HEADING, "The last run: ", "Earlier runs"] {
        assert!(!page.contains(trace), "{trace}");
    }
}

#[test]
fn cells_are_refused_one_by_one_and_never_because_plans_differ() {
    let all = ghosts(&page_after(&last_run(), &record(), 1));
    // Another plan: fewer sizes, other restarts.
    let mut before = last_run();
    before.cells.retain(|cell| cell.items != 64);
    before.plan.batch.retain(|items| *items != 64);
    before.plan.starts = 11;
    before.visits.clear();
    let page = page_after(&before, &record(), 1);
    let fewer = ghosts(&page);
    assert!(fewer[0] == all[0] && 0 < fewer[1] && fewer[1] < all[1], "{all:?} {fewer:?}");
    assert!(page.contains("UTC; batch +64; starts 11 to 5; "));
    // One lane in another placement.
    let mut before = last_run();
    for cell in cells_of(&mut before, GRPC) {
        cell.placement = "two".into();
    }
    let fewer = ghosts(&page_after(&before, &record(), 1));
    assert_eq!(fewer[0], all[0] - 1);
    // One lane in visits three times as long.
    let mut before = last_run();
    let of_grpc: Vec<bool> = before.cells.iter().map(|cell| cell.lane == GRPC).collect();
    for visit in &mut before.visits {
        visit.limit_ms = visit.limit_ms.filter(|_| of_grpc[visit.cell as usize]).map(|ms| 3 * ms);
    }
    let page = page_after(&before, &record(), 1);
    assert_eq!(ghosts(&page)[0], all[0] - 1);
    assert!(page.contains(" more in visits of another length, not compared."));
}

#[test]
fn a_last_run_of_another_machine_is_named_with_the_reason_and_not_compared() {
    let mut before = last_run();
    before.environment.fingerprint = "another".into();
    let page = page_after(&before, &record(), 1);
    assert_eq!(ghosts(&page), [0, 0]);
    assert!(!page.contains(HEADING));
    assert!(page.contains("not compared: another machine, or other cores of this one."));
}

#[test]
fn a_page_of_the_history_leads_to_the_latest_one() {
    let latest = Some("../report.html".to_owned());
    let earlier = EarlierRuns { latest, ..Default::default() };
    let options = RenderOptions { earlier, ..Default::default() };
    let page = render(&record(), Format::Html, &options).expect("a page");
    assert!(page.contains("<a href=\"../report.html\">latest run</a>"));
}

#[test]
fn twenty_earlier_runs_leave_a_page_within_its_size() {
    let alone = render(&record(), Format::Html, &RenderOptions::default()).expect("a page");
    let page = page_after(&last_run(), &record(), 20);
    assert_eq!(page.matches("href=\"history/").count(), 40, "pages and records");
    let more = page.len() - alone.len();
    assert!(page.len() <= 900_000, "{} bytes", page.len());
    assert!(more < 40_000, "{more} bytes more");
}
