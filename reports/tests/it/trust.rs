//! What lowers the grade of a record.

use crate::assertions::each;
use crate::changes::{cells_of, pair, single_mut};
use crate::record;
use crate::rendered::{READ, read, rendered};
use reports::Format;
use reports::figures::withdrawn;
use reports::judge::Judged;
use reports::judge::grade::Grade;
use reports::judge::trust;
use reports::record::{Cell, Contrast, FILE_CHANGED, Record};
use reports::say::findings;

const GRPC: &str = "rust/grpc/rust";

/// The grade after a change, and the first reason.
fn grade_after(change: impl FnOnce(&mut Record)) -> (Grade, String) {
    let mut record = record();
    change(&mut record);
    let trust = trust::grade(&record);
    (trust.grade, trust.reasons.first().map_or_else(String::new, |r| r.text.clone()))
}

#[test]
fn an_undisturbed_record_is_ok() {
    assert_eq!(grade_after(|_| ()), (Grade::Ok, String::new()));
}

#[test]
fn wrong_answers_and_errors_withdraw_their_lane_and_of_a_quarter_of_the_lanes_forbid_the_figures() {
    let lanes = [GRPC, "rust/rest/rust"];
    let changes: [fn(&mut Cell); 3] = [
        |cell| cell.starts[1].wrong = 2,
        |cell| cell.starts[1].errors = 1,
        |cell| cell.status = "void".into(),
    ];
    for change in changes {
        let spoilt = |lanes: &[&str]| {
            grade_after(|record| {
                lanes.iter().for_each(|lane| change(cells_of(record, lane)[3]));
            })
        };
        let (one, two) = (spoilt(&lanes[..1]), spoilt(&lanes));
        assert_eq!(one.0, Grade::Caution);
        assert!(one.1.starts_with("Withdrawn: grpc ("), "{one:?}");
        assert_eq!(two.0, Grade::DoNotUse);
        assert!(two.1.starts_with("2 of 6 lanes are withdrawn"), "{two:?}");
    }
}

/// One cell of many is wrong: its lane is named first, and no figure of it is left; what the others
/// say is what they say without it.
#[test]
fn a_withdrawn_lane_is_named_on_the_first_line_and_leaves_no_figure_in_any_rendering() {
    let mut record = record();
    record.loads = Some(crate::synthetic::loads(2));
    let single = single_mut(&mut record, GRPC);
    single.starts[1].wrong = 3;
    single.reason = Some("restart 2: 3 wrong answers in one visit".into());
    let mut without = record.clone();
    without.cells.retain(|cell| cell.lane != GRPC);
    without.ladders.retain(|ladder| ladder.lane != GRPC);
    without.contrasts.retain(|pair| pair.first != GRPC && pair.second != GRPC);
    without.cells.iter_mut().for_each(|cell| cell.reason = None);
    without.loads.as_mut().expect("there").lanes.retain(|lane| lane.lane != GRPC);
    let shown = withdrawn::without(&record);
    let found = |record: &Record| findings::findings(&Judged::of(record));
    assert_eq!(found(&shown), found(&without), "the findings of the other lanes stand");
    let first = "Withdrawn: grpc (restart 2: 3 wrong answers in one visit).";
    for format in [Format::Human, Format::Markdown] {
        let text = rendered(&record, format);
        assert!(text.trim_start_matches('*').starts_with(first), "{text}");
        assert!(!text.contains("over grpc") && !text.contains("grpc :"), "{text}");
    }
    let page = rendered(&record, Format::Html);
    let top = page.split("<h1").next().expect("a head");
    assert!(top.contains(first), "{top}");
    for format in [Format::ModelJson, Format::ModelCsv, Format::StagesCsv, Format::LoadsCsv] {
        assert!(!rendered(&record, format).contains(GRPC), "{format:?}");
    }
    let csv = rendered(&record, Format::Csv);
    let of_lane: Vec<&str> = csv.lines().filter(|line| line.starts_with(GRPC)).collect();
    each(&of_lane, "withdrawn, without a time", |line| {
        let fields: Vec<&str> = line.split(',').collect();
        let [status, mean, p50] = [8, 15, 16].map(|at| fields[at]);
        matches!(status, "void" | "withdrawn") && mean.is_empty() && p50.is_empty()
    });
    assert!(rendered(&record, Format::Json).contains("3 wrong answers in one visit"));
}

#[test]
fn a_poor_run_asks_for_caution() {
    type Change = fn(&mut Record);
    let changes: [(&str, Change); 6] = [
        ("restarts", |r| r.progress.starts_done = 4),
        ("debug", |r| r.tollgate.profile = "debug".into()),
        ("interrupted", |r| r.progress.interrupted = true),
        ("not finished", |r| r.progress.finished = false),
        ("hypervisor", |r| r.environment.steal_share = Some(0.011)),
        ("busy", |r| r.environment.load_average_1m = Some(2.1)),
    ];
    for (word, change) in changes {
        let (grade, reason) = grade_after(change);
        assert_eq!(grade, Grade::Caution, "{word}");
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn what_was_not_measured_is_not_held_against_a_record() {
    let grade = grade_after(|r| {
        r.environment.steal_share = None;
        r.environment.load_average_1m = None;
    });
    assert_eq!(grade.0, Grade::Ok);
}

#[test]
fn a_median_of_forty_ms_is_flagged_as_nagle() {
    let (grade, reason) = grade_after(|r| r.cells[0].starts[0].p50_ns = Some(40.2e6));
    assert_eq!(grade, Grade::Caution);
    assert!(reason.contains("Nagle") && reason.contains("TCP_NODELAY"), "{reason}");
}

#[test]
fn planned_cells_that_are_partial_or_missing_are_counted_with_their_lanes() {
    let (grade, reason) = grade_after(|r| {
        r.cells[0].status = "partial".into();
        r.cells[1].status = "missing".into();
        r.cells.last_mut().expect("there are cells").status = "missing".into();
    });
    assert_eq!(grade, Grade::Caution);
    let total = record().cells.len();
    let expected = format!(
        "3 of {total} planned cells are not whole, 1 partial and 2 missing (rust/rest/rust, \
        rust/null/rust): see Not measured."
    );
    assert_eq!(reason, expected);
}

#[test]
fn a_start_that_was_cut_short_makes_its_cell_partial_whatever_its_status_says() {
    let (grade, reason) = grade_after(|r| r.cells[0].starts[4].visits_done -= 1);
    assert_eq!(grade, Grade::Caution);
    assert!(reason.contains("1 partial and 0 missing (rust/rest/rust)"), "{reason}");
}

#[test]
fn a_callee_that_the_user_named_asks_for_caution() {
    let (grade, reason) = grade_after(|r| r.lanes[2].given_endpoint = true);
    assert_eq!(grade, Grade::Caution);
    assert_eq!(
        reason,
        "You started the callee of grpc (--endpoint): it is not restarted, and may be on another \
            machine."
    );
}

#[test]
fn own_data_is_no_reason_for_caution() {
    assert_eq!(grade_after(|r| r.data.own_files = true).0, Grade::Ok);
}

#[test]
fn a_file_that_changed_is_one_reason_and_no_wrong_answer() {
    let said = |change: fn(&mut Record)| {
        let mut record = record();
        change(&mut record);
        trust::grade(&record)
    };
    let trust = said(|r| {
        let lane = r.cells[3].lane.clone();
        for cell in r.cells.iter_mut().filter(|cell| cell.lane == lane) {
            cell.status = "void".into();
            cell.reason = Some(format!("restart 2: the file peer.py of it {FILE_CHANGED}"));
        }
    });
    assert_eq!((trust.grade, trust.reasons.len()), (Grade::Caution, 1), "{:?}", trust.reasons);
    let text = &trust.reasons[0].text;
    assert!(text.starts_with("Withdrawn: rest (restart 2: the file peer.py"), "{text}");
    assert!(text.contains("changed during the run"), "{text}");
    let trust = said(|r| {
        r.contrasts.push(Contrast {
            reason: Some(format!("the file other of it {FILE_CHANGED}")),
            wrong: true,
            ..pair("against", ["rust/grpc/rust"; 2], Vec::new())
        });
    });
    assert_eq!(trust.grade, Grade::Caution);
    assert!(
        trust.reasons.iter().all(|reason| !reason.text.contains("wrong answer")),
        "{:?}",
        trust.reasons
    );
}

#[test]
fn a_run_with_the_engine_of_the_tests_says_so_on_the_first_line() {
    let mut wrong = record();
    wrong.plan.engines = vec!["wrong".into()];
    for format in READ {
        let (usual, said) = (read(&record(), format), read(&wrong, format));
        let head = |text: &str| {
            let machine = if format == Format::Html { "-core VM" } else { "one machine" };
            let (_, from) = text.rsplit_once(machine).expect("the first line");
            text.len() - from.len()
        };
        assert!(!usual.contains("wrong on purpose"), "{format:?}");
        let at = said.find("wrong on purpose").expect("it is said");
        assert!(at < head(&said), "{format:?}: not before what else is on the first line");
    }
}
