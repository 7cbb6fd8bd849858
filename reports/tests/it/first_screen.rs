//! The first screen of a terminal: how large it is, what its table and its answers say, and what it
//! never says.

use crate::assertions::{each, says};
use crate::changes::{lane_mut, single_mut, spoil};
use crate::contrasts::{GRPC, contrast};
use crate::record;
use crate::rendered::{read, rendered};
use crate::synthetic::in_two_placements;
use reports::figures::contrasts::head_to_head;
use reports::record::{Cell, Contrast, Lane, Record};
use reports::{Format, RenderOptions, render};

const REST: &str = "rust/rest/rust";
const UDS: &str = "rust/uds/rust";

/// A record with a warning, cells that failed, and further lanes with long names.
fn crowded() -> Record {
    let mut record = in_two_placements(record());
    spoil(&mut record);
    with_more_lanes(record)
}

/// Twenty further lanes with long names.
fn with_more_lanes(mut record: Record) -> Record {
    let grpc = record.lanes.iter().find(|lane| lane.name == GRPC).cloned().expect("a lane");
    let cells: Vec<_> = record.cells.iter().filter(|cell| cell.lane == GRPC).cloned().collect();
    for number in 0..20 {
        let name = format!("rust/grpc-with-a-long-name-{number}/rust");
        record
            .lanes
            .push(Lane { name: name.clone(), short: name.clone(), ..grpc.clone() });
        for mut cell in cells.clone() {
            cell.lane.clone_from(&name);
            record.cells.push(cell);
        }
    }
    record
}

/// The first line of a record whose lanes between processes are of these languages, in turn.
fn first_line_between(languages: &[[&str; 2]]) -> String {
    let mut record = with_more_lanes(record());
    let remote = record.lanes.iter_mut().filter(|lane| lane.planned && !lane.in_process);
    for (lane, [caller, callee]) in remote.zip(languages.iter().cycle()) {
        (lane.caller, lane.callee) = ((*caller).to_owned(), (*callee).to_owned());
    }
    read(&record, Format::FirstScreen)
}

#[test]
fn its_first_line_names_few_pairs_of_languages_and_the_languages_of_many() {
    let two = first_line_between(&[["rust", "go"], ["go", "rust"]]);
    each(["Rust to Go", "Go to Rust"].iter(), "named", |pair| two.contains(**pair));
    let square = [["rust", "go"], ["go", "rust"], ["go", "go"], ["rust", "rust"]];
    let four = first_line_between(&square);
    assert!(four.starts_with("Tollgate: what one call costs here. 4 pairs of "), "{four}");
    assert!(!four.contains("Go to Go"), "{four}");
}

#[test]
fn it_has_at_most_40_lines_of_80_columns() {
    for record in [record(), in_two_placements(record()), crowded()] {
        let options = RenderOptions {
            record_path: Some("out/record.json".into()),
            report_path: Some("out/report.html".into()),
            ..Default::default()
        };
        let text = render(&record, Format::FirstScreen, &options).expect("renders");
        assert!(text.lines().count() <= 40, "{} lines\n{text}", text.lines().count());
        each(text.lines(), "fits", |line| line.chars().count() <= 80);
        says(&text, &["Report: out/report.html", "tollgate report out/record.json --full"]);
    }
}

#[test]
fn its_first_line_says_the_languages_the_machine_restarts_and_trust() {
    let text = read(&in_two_placements(record()), Format::FirstScreen);
    assert!(text.starts_with("Tollgate: what one call costs here. Rust to Rust,"), "{text}");
    says(
        &text,
        &["restarts, trust ok", "one core", "two cores", "Not measured: a network, TLS"],
    );
}

#[test]
fn warnings_stand_once_above_the_table() {
    let mut record = record();
    let times = single_mut(&mut record, GRPC).starts.iter_mut();
    times.for_each(|start| start.p50_ns = Some(40e6));
    let text = rendered(&record, Format::FirstScreen);
    let (warning, table) = (text.find("! "), text.find("one call:"));
    assert!(warning.expect("a warning") < table.expect("a table"), "{text}");
}

#[test]
fn it_answers_over_the_base_lanes_of_roles() {
    let mut record = record();
    record
        .contrasts
        .push(contrast(head_to_head::KIND, [REST, GRPC], 2_f64.ln(), 0.005, 5));
    let text = read(&record, Format::FirstScreen);
    says(&text, &["grpc or rest? rest: a call over grpc takes 2.0× ("]);
    says(
        &text,
        &["Batch? yes, 4 items pay already: an item over", "cheaper in batches of 4, "],
    );
    says(&text, &[" In 1,024: ", "× cheaper with ", "× with "]);
    says(
        &text,
        &[
            "5 ms service? the choice does not matter: the mean call takes",
            "longer over grpc than over uds",
            "It reaches 5 % only below ",
            " of work (upper ends).",
        ],
    );
}

/// A function call has one process: nothing of it moves to a second core.
#[test]
fn a_lane_within_one_process_is_not_said_to_run_on_two_cores() {
    let mut record = in_two_placements(record());
    let pair = contrast(head_to_head::KIND, [UDS, "rust/ffi-c/c"], 0.003_f64.ln(), 0.005, 5);
    for placement in ["one", "two"] {
        record.contrasts.push(Contrast { placement: placement.into(), ..pair.clone() });
    }
    let text = read(&record, Format::FirstScreen);
    says(
        &text,
        &[
            "ffi-c or uds? ffi-c: a call over uds takes 333× (331 to 335)",
            "330× for uds on two cores",
        ],
    );
}

#[test]
fn it_says_what_two_cores_change_and_whose_order() {
    let mut record = in_two_placements(record());
    let is_moved = |pair: &&mut Contrast| pair.second == REST && pair.placement == "two";
    let moved = record.contrasts.iter_mut().find(is_moved).expect("rest : grpc on two cores");
    for start in &mut moved.starts {
        start.log_ratio = 0.2 + 0.001 * f64::from(start.start);
    }
    let text = read(&record, Format::FirstScreen);
    says(
        &text,
        &[
            "On two cores? slower: with a core for each side a call takes ",
            "longer than on one core.",
        ],
    );
    says(
        &text,
        &["The order changes: grpc takes 1.2× as long as rest on one core, but 0.82× on two"],
    );
    says(
        &text,
        &[
            "% longer over grpc than over uds on one core, ",
            "longer over rest than over uds on two cores.",
        ],
    );
    // One lane whose restarts are far apart there is not spoken for by the others.
    let far = |cell: &&mut Cell| cell.lane == GRPC && cell.placement == "two" && cell.items == 1;
    for start in record.cells.iter_mut().filter(far).flat_map(|cell| &mut cell.starts) {
        let times = if start.start % 2 == 0 { 4.0 } else { 0.2 };
        start.p50_ns = start.p50_ns.map(|ns| ns * times);
    }
    let text = read(&record, Format::FirstScreen);
    says(&text, &["slower: with a core for each side a call over 2 of 3 lanes takes "]);
    // In one placement nothing is said of another.
    let one = crate::record();
    assert!(!read(&one, Format::FirstScreen).contains("The order changes"));
}

/// 50 single calls over rest, 85 µs each, against one batch of 50 over grpc between its batches of
/// 4 and 64.
#[test]
fn it_sets_fifty_json_calls_against_one_protobuf_batch() {
    let text = read(&record(), Format::FirstScreen);
    says(&text, &["50 calls? batch them: 50 JSON calls over rest take 4.3 ms, one batch"]);
    says(&text, &["(predicted); a protobuf batch over grpc"]);
}

#[test]
fn a_batch_that_was_measured_is_not_called_predicted() {
    let mut record = record();
    for cell in record
        .cells
        .iter_mut()
        .filter(|cell| cell.mode == "batched" && cell.items == 64)
    {
        cell.items = 50;
    }
    let text = read(&record, Format::FirstScreen);
    says(&text, &["50 calls? batch them: 50 JSON calls over rest take 4.3 ms, one batch"]);
    assert!(!text.contains("(predicted)"), "{text}");
}

/// The smaller sizes may pay too, but their restarts are too far apart to show it.
#[test]
fn from_which_size_a_batch_pays_is_said_of_what_is_shown() {
    let mut record = record();
    let small = |cell: &&mut Cell| cell.mode == "batched" && cell.items < 64;
    for start in record.cells.iter_mut().filter(small).flat_map(|cell| &mut cell.starts) {
        let times = if start.start % 2 == 0 { 40.0 } else { 0.02 };
        start.mean_ns = start.mean_ns.map(|ns| ns * times);
    }
    says(
        &read(&record, Format::FirstScreen),
        &["Batch? yes, 64 items are shown to pay: "],
    );
}

#[test]
fn a_short_service_is_told_that_the_choice_matters() {
    let mut record = record();
    record.plan.service_time_ns = Some(20_000);
    says(
        &read(&record, Format::FirstScreen),
        &["20 µs service? the choice matters: the mean call takes"],
    );
}

#[test]
fn one_batch_alone_says_nothing_of_larger_ones() {
    let mut record = record();
    record.cells.retain(|cell| cell.mode != "batched" || cell.items == 64);
    let text = read(&record, Format::FirstScreen);
    says(&text, &["cheaper in batches of 64. In 64: 21× cheaper with uds"]);
}

#[test]
fn the_work_of_ones_own_service_is_taken_from_the_plan() {
    let mut record = record();
    record.plan.service_time_ns = Some(20_000_000);
    let text = read(&record, Format::FirstScreen);
    says(&text, &["20 ms service?", "share at", "20 ms work"]);
}

#[test]
fn a_figure_with_an_error_above_100_percent_is_none() {
    let mut record = record();
    let grpc = single_mut(&mut record, GRPC);
    for start in &mut grpc.starts {
        let times = if start.start % 2 == 0 { 40.0 } else { 0.02 };
        start.p50_ns = start.p50_ns.map(|ns| ns * times);
    }
    let text = rendered(&record, Format::FirstScreen);
    let line = text.lines().find(|line| line.starts_with("grpc ")).expect("a row");
    assert!(line.contains("too noisy"), "{line}");
}

#[test]
fn figures_that_must_not_be_used_answer_nothing() {
    let mut record = record();
    spoil(&mut record);
    let text = read(&record, Format::FirstScreen);
    assert!(!text.contains("Batch?") && !text.contains(" or rest?"), "{text}");
    assert!(text.starts_with("Do not use this run:"), "{text}");
}

#[test]
fn a_run_of_one_lane_within_a_process_has_a_table_and_says_what_it_can() {
    let mut record = record();
    record.cells.retain(|cell| cell.lane == "rust/inproc/rust");
    record.contrasts.clear();
    lane_mut(&mut record, "grpc").planned = false;
    let text = read(&record, Format::FirstScreen);
    says(&text, &["inproc", "Not measured:"]);
    assert!(!text.contains("grpc or rest?"), "{text}");
}

#[test]
fn loads_and_a_checked_service_time_have_a_line_each_only_where_they_were_asked_for() {
    let plain = read(&record(), Format::FirstScreen);
    assert!(!plain.contains("Under load: ") && !plain.contains("Service time: "), "{plain}");
    let mut loaded = record();
    loaded.loads = Some(crate::synthetic::loads(2));
    let text = read(&loaded, Format::FirstScreen);
    says(&text, &["Under load: capacity ", " calls/s (", "; p99 at "]);
    assert!(!text.contains("concurrency (--load)"), "{text}");
    let text = read(&crate::rate::checked(0.02), Format::FirstScreen);
    says(
        &text,
        &[
            "Service time: with callees that work 200 µs",
            "over 0 of 1 lanes; largest error 2",
        ],
    );
    spoil(&mut loaded);
    assert!(!read(&loaded, Format::FirstScreen).contains("Under load: capacity"));
}
