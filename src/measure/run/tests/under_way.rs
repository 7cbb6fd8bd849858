//! What a run writes while it goes on: first figures before the first restart is over, and in each
//! record when the next one comes.

use super::{Ran, loaded_plan, never_quiet, plan, readable, run, three};
use crate::{
    fleet::launch::scripted::script::{Phase, Script, What, When},
    plan::{Plan, Wanted},
};
use reports::{record::CellStart, stats::estimates};
use std::time::Duration;

/// Two restarts of half a minute.
fn long_restarts() -> Plan {
    Plan { budget: Duration::from_secs(60), ..plan() }
}

/// Samples in the histogram that a record has of a restart.
fn samples_told(start: &CellStart) -> u64 {
    if start.histogram.is_empty() {
        return 0;
    }
    estimates::histogram_from_base64(&start.histogram).expect("readable").len()
}

/// Seconds between two records that were written, and what the first of them expected.
fn gaps(ran: &Ran) -> Vec<(f64, f64)> {
    let pairs = ran.written.windows(2);
    let gap = |pair: &[reports::record::Record]| {
        let expected = pair[0].under_way.expect("another record follows");
        (pair[1].elapsed_s - pair[0].elapsed_s, expected.next_write_s)
    };
    pairs.map(gap).collect()
}

/// A page gives up after three times what it was told.
#[track_caller]
fn no_page_gives_up(ran: &Ran) {
    for (took_s, expected_s) in gaps(ran) {
        assert!(took_s < 2.5 * expected_s, "{took_s} s, {expected_s} s were expected");
    }
    assert_eq!(ran.written.last().expect("written").under_way, None, "the run is over");
}

#[test]
fn first_figures_are_written_within_ten_seconds_of_the_first_restart() {
    let ran = run(Script::default(), three(), &long_restarts());
    assert_eq!(ran.kept, [(1, false), (2, true)]);
    assert_eq!(ran.written.len(), 3);
    let first = readable(&ran.written[0]);
    assert!(first.elapsed_s < 10.0, "{} s", first.elapsed_s);
    assert_eq!(first.progress.starts_done, 0);
    let starts = || first.cells.iter().flat_map(|cell| &cell.starts);
    assert!(starts().any(|start| start.samples > 0), "{:?}", first.cells);
    for start in starts() {
        assert_eq!(samples_told(start), start.samples);
        assert_eq!(start.p50_ns.is_some(), start.samples > 0);
    }
    no_page_gives_up(&ran);
}

#[test]
fn on_a_machine_that_is_never_quiet_first_figures_hold_visits_that_may_be_repeated() {
    let ran = run(never_quiet(), three(), &long_restarts());
    let first = readable(&ran.written[0]);
    for (at, cell) in first.cells.iter().enumerate() {
        assert!(cell.starts[0].p50_ns.is_some(), "{} has a figure", cell.lane);
        let made = first.visits.iter().filter(|visit| visit.cell as usize == at);
        assert_eq!(cell.starts[0].visits_done as usize, made.count(), "{}", cell.lane);
    }
}

#[test]
fn writing_them_changes_no_figure_of_the_record() {
    let ran = run(Script::default(), three(), &long_restarts());
    for cell in &ran.record.cells {
        assert_eq!(cell.status, "measured");
        assert_eq!(cell.starts.len(), 2);
        for start in &cell.starts {
            assert_eq!(start.visits_done, start.visits_planned);
            assert_eq!(samples_told(start), start.samples, "{}", cell.lane);
        }
    }
}

#[test]
fn a_short_restart_has_its_page_when_it_is_over() {
    let ran = run(Script::default(), three(), &plan());
    assert_eq!(ran.written.len(), ran.kept.len());
    no_page_gives_up(&ran);
}

#[test]
fn each_record_says_when_the_next_one_comes_also_in_a_pilot_behind_it_and_under_load() {
    let wanted = Some(Wanted::new(4.0, None));
    for seconds in [8, 120] {
        let precise = Plan {
            precision: wanted,
            budget: Duration::from_secs(seconds),
            ..plan()
        };
        no_page_gives_up(&run(Script::default().spread("near", 0.3), three(), &precise));
    }
    no_page_gives_up(&run(Script::default(), three(), &loaded_plan()));
    let loaded = Plan { load: Some(Duration::from_secs(5)), starts: 5, ..plan() };
    no_page_gives_up(&run(Script::default(), three(), &loaded));
}

#[test]
fn what_is_left_becomes_less_from_record_to_record() {
    let plan = Plan { starts: 4, budget: Duration::from_secs(60), ..plan() };
    let ran = run(Script::default(), three(), &plan);
    let left: Vec<f64> =
        ran.written.iter().filter_map(|record| Some(record.under_way?.left_s)).collect();
    assert_eq!(left.len(), 4, "one of the first page, three of restarts");
    assert!(left.is_sorted_by(|one, next| one > next), "{left:?}");
}

#[test]
fn after_ctrl_c_behind_the_first_page_no_record_says_that_the_run_goes_on() {
    let whole = run(Script::default(), three(), &long_restarts());
    let near = whole.visits().iter().filter(|(lane, _)| lane == "near").count();
    // In the first restart, behind its first page.
    let at = (near * 2 / 5) as u32;
    let script = Script::default().event("near", Phase::Visit, When::Nth(at), What::StopRun);
    let ran = run(script, three(), &long_restarts());
    assert_eq!(ran.kept, [(0, false)]);
    let said: Vec<bool> = ran.written.iter().map(|record| record.under_way.is_some()).collect();
    assert_eq!(said, [true, false]);
    assert_eq!(ran.record.under_way, None);
}
