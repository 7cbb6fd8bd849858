//! A page of a run that goes on says which restart is under way, how narrow intervals are and how
//! long it takes still; one of a run that has ended says nothing of that and follows nothing.

use crate::record;
use crate::rendered::{page, read};
use crate::schema::validator;
use reports::Format;
use reports::judge::{grade::Grade, trust};
use reports::record::{NOT_YET, Record, UnderWay};

/// The record as it stood after so many whole restarts of its run.
fn after(done: u32) -> Record {
    let mut record = record();
    let planned = record.plan.starts;
    assert!(done < planned);
    record.progress.starts_done = done;
    record.progress.finished = false;
    record.under_way = Some(UnderWay { left_s: 158.2, next_write_s: 25.5 });
    for cell in &mut record.cells {
        // Visits of the first restart, some of which are still to come.
        cell.starts.truncate(done.max(1) as usize);
        if done == 0 {
            cell.starts
                .iter_mut()
                .for_each(|start| start.visits_planned = start.visits_done + 1);
        }
        cell.status = "partial".into();
        cell.reason = Some(format!("{NOT_YET} ({done} of {planned} restarts whole)"));
    }
    record.contrasts.iter_mut().for_each(|pair| pair.starts.truncate(done as usize));
    record
}

#[test]
fn a_page_under_way_says_its_restart_its_intervals_and_the_time_that_is_left() {
    let planned = record().plan.starts;
    let said = |done: u32| read(&after(done), Format::Html);
    let restart = |at: u32| format!("Restart {at} of {planned} is under way.");
    let first = said(0);
    assert!(first.contains(&restart(1)), "{}", &first[..2_000]);
    assert!(first.contains("they have no intervals yet. About 2 min 40 s left."));
    assert!(first.contains("so far; more restarts follow.") && !first.contains("Repeat with"));
    assert!(said(2).contains("Figures have no intervals before 3 restarts. About"));
    let fourth = said(3);
    assert!(fourth.contains(&restart(4)));
    let (_, half) = fourth.split_once("Intervals of single calls so far: ±").expect("said");
    let (half, rest) = half.split_once(" %").expect("percent");
    assert!(half.parse::<f64>().expect("a number") > 0.0, "{half}");
    assert!(rest.starts_with(" (median of "), "{}", &rest[..40]);
}

#[test]
fn it_carries_when_it_was_written_and_when_the_next_one_is_due() {
    let text = page(&after(3));
    let expected = r#"data-started="2026-11-21T09:04:12Z" data-elapsed="184.2" data-next="25.5""#;
    assert!(text.contains(expected));
}

#[test]
fn a_wanted_precision_has_a_longest_time_and_no_expected_one() {
    let mut record = after(3);
    record.plan.precision = Some(reports::record::Precision::default());
    assert!(read(&record, Format::Html).contains("At most 2 min 40 s left."));
}

#[test]
fn a_page_of_a_run_that_has_ended_or_was_interrupted_says_nothing_of_it() {
    let mut interrupted = after(3);
    interrupted.under_way = None;
    interrupted.progress.interrupted = true;
    for record in [record(), interrupted] {
        let text = page(&record);
        for word in ["is under way", "id=\"following\"", "data-next"] {
            assert!(!text.contains(word), "{word}");
        }
    }
}

#[test]
fn that_a_run_goes_on_is_one_reason_for_caution_and_asks_for_nothing() {
    for done in [0, 3] {
        let trust = trust::grade(&after(done));
        assert_eq!(trust.grade, Grade::Caution);
        let reasons: Vec<&str> = trust.reasons.iter().map(|one| one.text.as_str()).collect();
        assert!(reasons.iter().any(|one| one.starts_with("The run is not finished")));
        for unwanted in ["--starts", "planned cells are not whole"] {
            assert!(!reasons.iter().any(|one| one.contains(unwanted)), "{reasons:?}");
        }
    }
    // Of a run that stopped there, they are said.
    let mut stopped = after(3);
    stopped.under_way = None;
    let reasons = trust::grade(&stopped).reasons;
    assert!(reasons.iter().any(|one| one.text.contains("--starts")), "{reasons:?}");
}

#[test]
fn a_record_under_way_fits_the_schema_and_is_read_as_it_was_written() {
    let record = after(3);
    let value = serde_json::to_value(&record).expect("JSON");
    assert!(validator().is_valid(&value));
    let read = reports::record::read::from_bytes(value.to_string().as_bytes()).expect("readable");
    assert_eq!(read.under_way, record.under_way);
    let mut beyond = value;
    beyond["under_way"]["left_s"] = (-1.0).into();
    assert!(!validator().is_valid(&beyond));
    assert!(reports::record::read::from_bytes(beyond.to_string().as_bytes()).is_err());
}
