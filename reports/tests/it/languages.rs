//! From language to language: pairs by transport, and a matrix for each transport.

use crate::changes::cells_of;
use crate::{
    record,
    rendered::{page, read},
};
use reports::{
    Format,
    record::{CallerFloor, Cell, Record},
};

/// The record with its lanes by grpc and rest, each between all of these languages: the times are
/// those of the lane of Rust, so many times as long.
fn square(callers: &[(&str, f64)], callees: &[(&str, f64)]) -> Record {
    let mut record = record();
    let names = ["rust/grpc/rust", "rust/rest/rust"];
    let originals: Vec<_> = record
        .lanes
        .iter()
        .filter(|lane| names.contains(&lane.name.as_str()))
        .cloned()
        .collect();
    record.lanes.retain(|lane| lane.planned);
    for original in originals {
        let cells: Vec<_> =
            record.cells.iter().filter(|cell| cell.lane == original.name).cloned().collect();
        for (caller, caller_factor) in callers {
            for (callee, callee_factor) in callees {
                let name = format!("{caller}/{}/{callee}", original.transport);
                if name == original.name {
                    continue;
                }
                let mut lane = original.clone();
                lane.name.clone_from(&name);
                lane.short.clone_from(&name);
                (lane.caller, lane.callee) = ((*caller).to_owned(), (*callee).to_owned());
                lane.variant_of = Some(original.transport.clone());
                record.lanes.push(lane);
                for cell in &cells {
                    let mut cell = cell.clone();
                    cell.lane.clone_from(&name);
                    slow_down(&mut cell, caller_factor * callee_factor);
                    record.cells.push(cell);
                }
            }
        }
    }
    record
}

fn slow_down(cell: &mut Cell, factor: f64) {
    for start in &mut cell.starts {
        start.p50_ns = start.p50_ns.map(|ns| ns * factor);
        start.mean_ns = start.mean_ns.map(|ns| ns * factor);
    }
}

#[test]
fn each_pair_of_languages_has_a_row_and_each_transport_a_matrix() {
    let sides = [("rust", 1.0), ("go", 1.5), ("python", 4.0)];
    let text = read(&square(&sides, &sides), Format::Human);
    for line in [
        "From language to language",
        "Go to Python: rest ",
        "Python to Rust: rest ",
        "From language to language over grpc",
        "from Go: to Rust ",
        "A call over grpc takes, against Rust to Rust: ",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let against = "Go to Rust 1.50 times (";
    assert!(text.contains(against), "{text}");
    assert!(text.contains("Rust to Python 4.00 times ("), "{text}");
}

/// Three languages by two transports, of which rest is the quicker but from Go to Python.
fn square_with_a_choice() -> Record {
    let sides = [("rust", 1.0), ("go", 1.5), ("python", 4.0)];
    let mut record = square(&sides, &sides);
    cells_of(&mut record, "go/grpc/python")
        .into_iter()
        .for_each(|cell| slow_down(cell, 0.5));
    record
}

#[test]
fn the_quicker_transport_of_each_pair_is_named_with_the_factor_of_the_other() {
    let text = read(&square_with_a_choice(), Format::Human);
    for line in [
        "; grpc is quicker than rest from Go to Python.",
        "rest is quicker than grpc from Rust to Go, ",
        "rest or grpc grpc, rest takes ",
        "rest or grpc rest, grpc takes ",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn the_first_screen_answers_for_other_languages_and_leads_to_their_table() {
    let html = page(&square_with_a_choice());
    for part in [
        "<dt>Other pairs?</dt><dd><b>it depends on the pair</b>",
        "<dt>grpc or rest, from Rust?</dt>",
        "grpc is quicker than rest from Go to Python",
        r##"<a href="#languages">Languages</a>"##,
        r#"id="languages" open>"#,
        r#"id="languages-over-grpc">"#,
    ] {
        assert!(html.contains(part), "{part}");
    }
    let alone = page(&record());
    assert!(!alone.contains("Other pairs?") && !alone.contains("#languages"));
}

#[test]
fn where_no_pair_is_told_apart_the_answer_is_that_nothing_can_be_told() {
    let sides = [("rust", 1.0), ("go", 1.5), ("python", 4.0)];
    let mut record = square(&sides, &sides);
    for cell in record.cells.iter_mut().filter(|cell| cell.lane.contains("/rest/")) {
        // As often twice as long as half as long: no side is the quicker.
        for start in &mut cell.starts {
            let factor = if start.start % 2 == 0 { 4.0 } else { 0.25 };
            start.p50_ns = start.p50_ns.map(|ns| ns * factor);
        }
    }
    let html = page(&record);
    let answer = "<dt>Other pairs?</dt><dd><b>cannot tell</b>";
    assert!(html.contains(answer), "{html}");
    assert!(html.contains("rest and grpc are not told apart from Rust to Go"), "{html}");
}

#[test]
fn lanes_through_a_server_are_no_pairs_of_languages() {
    let text = read(&with_requests(square_with_a_choice()), Format::Human);
    let pairs = text.split_once("Go to Python: ").expect("a pair").1;
    let go_to_python = pairs.split_once(" - ").expect("one of several").0;
    assert!(go_to_python.starts_with("rest ") && go_to_python.contains("; grpc "), "{text}");
    assert!(!go_to_python.contains("gateway"), "{text}");
}

#[test]
fn a_matrix_is_the_darker_the_longer_its_calls_take() {
    let html = page(&square_with_a_choice());
    let matrix = html.split_once("From language to language over grpc").expect("a matrix").1;
    let matrix = matrix.split("</table>").next().expect("a table");
    assert!(matrix.contains(r#"class="shade-1""#), "{matrix}");
    assert!(matrix.contains(r#"class="shade-5""#), "{matrix}");
}

#[test]
fn what_a_caller_takes_without_a_boundary_stands_beside_its_calls() {
    let mut record = square_with_a_choice();
    let of_go = record
        .lanes
        .iter()
        .find(|lane| lane.caller == "go")
        .expect("a lane")
        .name
        .clone();
    let cold = record.cold.first().expect("one of Rust").clone();
    for (lane, empty_call_ns) in [(cold.lane.clone(), 1.5), (of_go, 2.5)] {
        let floor = Some(CallerFloor { clock_read_ns: 25.0, empty_call_ns });
        record.cold.push(reports::record::Cold { lane, floor, ..cold.clone() });
    }
    for cell in record.cells.iter_mut().filter(|cell| cell.lane.starts_with("go/")) {
        for start in &mut cell.starts {
            start.cpu_items = 1_500;
            start.parts.first_mut().expect("the caller").gc_cycles = Some(3);
        }
    }
    let text = read(&record, Format::Human);
    for line in [
        "A call of an empty function takes 1.5 ns in Rust and 2.5 ns in Go",
        "Rust: empty call 1.5 ns; clock read 25 ns; collections per 1,000 calls –",
        "Go: empty call 2.5 ns; clock read 25 ns; collections per 1,000 calls 2.00",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

/// Requests through a server whose inner call is the lane of that transport from Go to Python.
fn with_requests(mut record: Record) -> Record {
    for (transport, inner_call, factor) in [("gateway", "grpc", 1.5), ("gateway-rest", "rest", 2.0)]
    {
        let inner = format!("go/{inner_call}/python");
        let name = format!("go/{transport}/python");
        let mut lane = record.lanes.iter().find(|lane| lane.name == inner).expect("a lane").clone();
        lane.name.clone_from(&name);
        lane.short.clone_from(&name);
        lane.transport = transport.into();
        lane.variant_of = Some(inner_call.into());
        lane.server = Some("gateway".into());
        record.lanes.push(lane);
        let cells: Vec<Cell> =
            record.cells.iter().filter(|cell| cell.lane == inner).cloned().collect();
        for mut cell in cells {
            cell.lane.clone_from(&name);
            slow_down(&mut cell, factor);
            record.cells.push(cell);
        }
    }
    record
}

#[test]
fn what_of_a_request_its_inner_call_is_and_what_another_one_changes_is_said() {
    let text = read(&with_requests(square_with_a_choice()), Format::Human);
    for part in [
        "Of the time of a request the inner call alone takes 66.7 % (",
        " over grpc and 50 % (",
        "With an inner call over grpc, the whole request takes 0.",
        " as long as over rest.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_run_of_one_language_has_no_such_section() {
    let text = read(&record(), Format::Human);
    assert!(!text.contains("From language to language"), "{text}");
}

#[test]
fn one_foreign_pair_has_a_row_and_no_matrix() {
    let text = read(&square(&[("go", 1.5)], &[("python", 4.0)]), Format::Human);
    assert!(text.contains("Go to Python: rest "), "{text}");
    assert!(!text.contains("From language to language over"), "{text}");
}
