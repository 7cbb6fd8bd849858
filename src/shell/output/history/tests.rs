//! What the history keeps and for whom, with records as small as they can be.

use super::*;
use std::sync::OnceLock;

/// A record as small as one can be, of a whole run which began in this second.
fn began(second: u32) -> Record {
    static SMALL: OnceLock<Record> = OnceLock::new();
    let mut record = SMALL.get_or_init(small).clone();
    record.started_at = format!("2026-11-21T09:04:{second:02}Z");
    record.progress.finished = true;
    record
}

fn json(record: &Record) -> String {
    serde_json::to_string(record).expect("JSON")
}

fn small() -> Record {
    let sample = include_bytes!("../../../../reports/sample/record.json");
    let sample = read::from_bytes(sample).expect("the sample is a record");
    Record {
        elapsed_s: 1.0,
        cells: Vec::new(),
        contrasts: Vec::new(),
        ladders: Vec::new(),
        resources: Vec::new(),
        visits: Vec::new(),
        cold: Vec::new(),
        loads: None,
        ..sample
    }
}

/// What is known when a run that began last displaces this record.
fn entered(out: &Path, displaced: &Record) -> History {
    fs::write(out.join("record.json"), json(displaced)).expect("written");
    History::with_displaced(out, &began(59))
}

fn links(history: &History) -> Vec<&str> {
    history.earlier.runs.iter().map(|run| run.record.as_str()).collect()
}

#[test]
fn twenty_records_are_kept_and_files_of_the_user_stay() {
    let out = tempfile::tempdir().expect("a folder");
    fs::create_dir(out.path().join(FOLDER)).expect("made");
    let mine = out.path().join(FOLDER).join("2026-11-21-mine.json");
    fs::write(&mine, "mine").expect("written");
    for second in 0..MOST as u32 + 3 {
        assert_eq!(entered(out.path(), &began(second)).trouble, None);
    }
    fs::remove_file(out.path().join("record.json")).expect("removed");
    let history = History::with_displaced(out.path(), &began(59));
    assert_eq!(history.earlier.runs.len(), MOST);
    assert_eq!(links(&history)[0], "history/2026-11-21T09-04-22Z.json");
    assert_eq!(links(&history)[MOST - 1], "history/2026-11-21T09-04-03Z.json");
    assert_eq!(fs::read_to_string(mine).expect("there"), "mine");
}

#[test]
fn before_a_record_of_the_history_are_those_that_are_older() {
    let out = tempfile::tempdir().expect("a folder");
    for second in 1..4 {
        entered(out.path(), &began(second));
    }
    let before = |name: &str, second| History::before(&out.path().join(name), &began(second));
    let history = before("history/2026-11-21T09-04-02Z.json", 2);
    assert_eq!(links(&history), ["2026-11-21T09-04-01Z.json"]);
    assert_eq!(history.earlier.latest.as_deref(), Some("../report.html"));
    let history = before("record.json", 59);
    assert_eq!((links(&history).len(), &history.earlier.latest), (3, &None));
    assert!(links(&before("other.json", 59)).is_empty());
}

#[test]
fn a_run_that_was_cut_short_does_not_enter() {
    let out = tempfile::tempdir().expect("a folder");
    let mut short = began(1);
    short.progress.finished = false;
    let history = entered(out.path(), &short);
    assert_eq!((links(&history).len(), history.trouble), (0, None));
    assert!(!out.path().join(FOLDER).exists());
}

#[test]
fn each_record_has_its_page_which_leads_to_the_latest_one_and_both_go_together() {
    let out = tempfile::tempdir().expect("a folder");
    entered(out.path(), &began(0));
    let history = entered(out.path(), &began(1));
    let page = history.earlier.runs[0].page.as_deref().expect("a page");
    assert_eq!(page, "history/2026-11-21T09-04-01Z.html");
    let page = fs::read_to_string(out.path().join(page)).expect("there");
    assert!(page.contains("href=\"../report.html\""), "the way back");
    assert!(!page.contains("href=\"2026-"), "no way to what may be gone");
    for second in 2..MOST as u32 + 2 {
        entered(out.path(), &began(second));
    }
    let files = fs::read_dir(out.path().join(FOLDER)).expect("a folder").count();
    assert_eq!(files, 2 * MOST);
}

#[test]
fn what_an_addition_displaces_enters_once_beside_its_run_and_is_compared_with_nothing_of_that_run()
{
    let out = tempfile::tempdir().expect("a folder");
    entered(out.path(), &began(0));
    let [whole, mut added] = [began(1), began(1)];
    added.elapsed_s = 2.0;
    let displace = |displaced: &Record, by: &Record| {
        fs::write(out.path().join("record.json"), json(displaced)).expect("written");
        History::with_displaced(out.path(), by).earlier
    };
    let compared =
        |earlier: &EarlierRuns| earlier.before.as_ref().map(|run| run.started_at.clone());
    let first = displace(&whole, &added);
    let first_again = displace(&whole, &added);
    assert_eq!((first.runs.len(), first_again.runs.len()), (2, 2));
    assert_eq!(compared(&first), Some(began(0).started_at));
    let later = displace(&added, &began(2));
    let names: Vec<&str> = later.runs.iter().map(|run| run.record.as_str()).collect();
    let day = "history/2026-11-21T09-04-0";
    assert_eq!(names, ["1Z-2.json", "1Z.json", "0Z.json"].map(|name| format!("{day}{name}")));
    assert_eq!(later.before.expect("another run").elapsed_s, 2.0, "all that it has in the end");
}

#[test]
fn a_history_that_cannot_be_kept_is_said_and_nothing_else_fails() {
    let out = tempfile::tempdir().expect("a folder");
    fs::write(out.path().join(FOLDER), "a file").expect("written");
    let trouble = entered(out.path(), &began(1)).trouble.expect("it is said");
    assert!(trouble.contains("could not be kept in "), "{trouble}");
    assert_eq!(fs::read_to_string(out.path().join(FOLDER)).expect("there"), "a file");
}

#[test]
fn a_damaged_record_of_the_history_leaves_the_others() {
    let out = tempfile::tempdir().expect("a folder");
    entered(out.path(), &began(1));
    let damaged = out.path().join(FOLDER).join("2026-11-21T09-04-02Z.json");
    fs::write(damaged, "{").expect("written");
    let history = entered(out.path(), &began(3));
    assert_eq!(history.earlier.runs.len(), 2);
    assert!(history.trouble.expect("it is said").ends_with("; delete it"));
}
