//! A lane through a server: what stands between its sides is a part of its own, told with its
//! settings, in the CPU time of the lane, in the tables for other programs and in the chart.

use crate::changes::cells_of;
use crate::record;
use crate::rendered::{charts, page, read, rendered};
use reports::Format;
use reports::figures::summary::Summary;
use reports::record::{
    CellPart, LoadPart, Part, PartUse, ProcessUse, Record, SERVER_SIDE, Setting, of_part,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const LANE: &str = "rust/grpc/rust";
/// Of the server, for a call.
const CPU_NS: u64 = 30_000;
const MEMORY_BYTES: u64 = 12 << 20;
/// Behind the server.
const CALLEE_BYTES: u64 = 77;

fn setting(what: &str, value: &str) -> Setting {
    Setting {
        what: what.into(),
        value: value.into(),
        side: SERVER_SIDE.into(),
        read_back: false,
    }
}

/// The record with a server between the two sides of a lane.
fn through_server() -> Record {
    let mut record = record();
    let lane = record.lanes.iter_mut().find(|lane| lane.name == LANE).expect("a lane");
    lane.server = Some("broker".into());
    lane.fairness.push(setting(SERVER_SIDE, "broker 7.0.15"));
    lane.fairness.push(setting("persistence", "off"));
    for cell in cells_of(&mut record, LANE) {
        for start in &mut cell.starts {
            let cpu_ns = Some(CPU_NS * start.cpu_items);
            let part = Part::Server;
            let callee = start.parts.iter_mut().find(|one| one.part == Part::Callee);
            callee.expect("it has one").bytes_out = Some(CALLEE_BYTES);
            start.parts.push(CellPart {
                part,
                cpu_ns,
                bytes_out: None,
                bytes_back: None,
                gc_cycles: None,
            });
        }
    }
    for resources in record.resources.iter_mut().filter(|one| one.lane == LANE) {
        for start in &mut resources.starts {
            let callee = of_part(&start.parts, Part::Callee).expect("it has one").clone();
            let memory_bytes = Some(MEMORY_BYTES);
            let used = Some(ProcessUse {
                user_ms: 250,
                kernel_ms: 750,
                tick_ms: 10,
                switches_voluntary: 3 * start.items,
                switches_involuntary: 0,
            });
            start.parts.push(PartUse { part: Part::Server, memory_bytes, used, ..callee });
        }
    }
    record
}

#[test]
fn cpu_time_of_a_lane_holds_that_of_its_server_and_is_not_known_without_it() {
    let (before, record) = (record(), through_server());
    let both = |record: &Record| {
        let summary = Summary::of(record);
        let rows = &summary.main().expect("measured").rows;
        let row = rows.iter().find(|row| row.lane.name == LANE).expect("a lane");
        (row.cpu.both.map(|both| both.value), row.cpu.server.map(|server| server.value))
    };
    let (without, none) = both(&before);
    let (with, server) = both(&record);
    assert_eq!((none, server), (None, Some(CPU_NS as f64)));
    let more = with.expect("measured") - without.expect("measured");
    assert!((more - CPU_NS as f64).abs() < 1e-6, "{more}");
    let mut unread = record;
    for cell in cells_of(&mut unread, LANE) {
        for start in &mut cell.starts {
            start.parts.retain(|part| part.part != Part::Server);
        }
    }
    assert_eq!(both(&unread), (None, None), "a sum without its server would be too low");
}

#[test]
fn what_stands_between_is_told_with_its_settings_and_nowhere_else_than_for_such_lanes() {
    let words = ["What stands between", "broker 7.0.15", "persistence: off", "30.0 µs"];
    for format in [Format::Human, Format::Html] {
        let (told, plain) = (read(&through_server(), format), read(&record(), format));
        for word in words {
            assert!(told.contains(word), "{format:?}: {word}: {told}");
        }
        assert!(!plain.contains(words[0]), "{format:?}");
    }
    let figures = rendered(&through_server(), Format::FiguresCsv);
    assert!(figures.contains("cpu_of_server_per_call"), "{figures}");
    for name in ["kernel_share_of_cpu", "context_switches_voluntary"] {
        let of_server = figures.lines().filter(|line| line.starts_with(name));
        assert_eq!(of_server.filter(|line| line.contains(",server,")).count(), 1, "{name}");
    }
}

/// The lines of a table, each as its columns by name.
fn lines(record: &Record, format: Format) -> Vec<BTreeMap<String, String>> {
    let table = rendered(record, format);
    let mut lines = table.lines().map(|line| line.split(',').map(str::to_owned));
    let names: Vec<String> = lines.next().expect("a heading").collect();
    lines.map(|line| names.iter().cloned().zip(line).collect()).collect()
}

/// The columns that tell of servers are empty but in the lines of the lane, where each is one of
/// these values.
#[track_caller]
fn of_server_alone(record: &Record, format: Format, columns: &[(&str, &[String])]) {
    let lines = lines(record, format);
    let of_lane = lines.iter().filter(|line| line["lane"] == LANE && !line["start"].is_empty());
    assert!(of_lane.count() > 0, "{format:?} has no line of the lane");
    for line in &lines {
        for (column, values) in columns {
            let is_told = line["lane"] == LANE && !line["start"].is_empty();
            let value = &line[*column];
            let fits = if is_told { values.contains(value) } else { value.is_empty() };
            assert!(fits, "{format:?}, {}: {column} is {value:?}", line["lane"]);
        }
    }
}

#[test]
fn tables_for_other_programs_have_the_server_of_a_lane_and_nothing_for_lanes_without() {
    let mut record = through_server();
    let mut loads = crate::synthetic::loads(2);
    for lane in loads.lanes.iter_mut().filter(|lane| lane.lane == LANE) {
        for start in &mut lane.starts {
            let part = LoadPart { part: Part::Server, cpu_ns_per_call: CPU_NS as f64 };
            start.search.iter_mut().for_each(|step| step.parts.push(part));
            start.points.iter_mut().for_each(|point| point.parts.push(part));
        }
    }
    record.loads = Some(loads);
    let cells = cells_of(&mut record, LANE);
    let cpu = cells.iter().flat_map(|cell| &cell.starts).map(|start| CPU_NS * start.cpu_items);
    let cpu: Vec<String> = cpu.map(|ns| ns.to_string()).collect();
    let bytes = [CALLEE_BYTES.to_string()];
    let none = [String::new()];
    let of_cells = [
        ("cpu_server_ns", &cpu[..]),
        ("callee_bytes_out", &bytes),
        ("callee_bytes_back", &none),
    ];
    of_server_alone(&record, Format::Csv, &of_cells);
    let [user, kernel, memory] = [250, 750, MEMORY_BYTES].map(|value| [value.to_string()]);
    let of_resources = [
        ("server_user_ms", &user[..]),
        ("server_kernel_ms", &kernel),
        ("server_memory_bytes", &memory),
    ];
    of_server_alone(&record, Format::ResourcesCsv, &of_resources);
    let of_call = [CPU_NS.to_string()];
    of_server_alone(&record, Format::LoadsCsv, &[("cpu_server_ns_per_call", &of_call)]);
}

/// The panels of the chart of resources.
fn panels(record: &Record) -> Vec<Value> {
    charts(record)["burn"]["panels"].as_array().expect("panels").clone()
}

/// The marks of a server in a panel.
fn of_server(panel: &Value) -> Vec<&Value> {
    let marks = panel["marks"].as_array().expect("marks").iter();
    marks.filter(|mark| mark["side"] == "server").collect()
}

#[test]
fn the_chart_of_resources_marks_a_server_between_caller_and_callee() {
    let panels = panels(&through_server());
    let sides: Vec<&Value> = panels.iter().map(|panel| &panel["sides"]).collect();
    let three = json!(["caller", "server", "callee"]);
    assert_eq!(sides, [&three, &three, &three, &json!(["out", "back"])]);
    for (panel, text) in panels.iter().zip([
        "server: 30.0 µs of CPU time for a call",
        "server: 75.0 % of its CPU time in the kernel",
        "server: gave up its core 3.00 times for a call, to wait",
    ]) {
        let marks = of_server(panel);
        assert_eq!(marks.len(), 1, "one lane has a server: {marks:?}");
        let said = marks[0]["text"].as_str().expect("words for a screen reader");
        assert!(said.ends_with(text), "{said}");
    }
}

#[test]
fn the_chart_of_resources_has_two_marks_where_no_lane_has_a_server() {
    let panels = panels(&record());
    for panel in &panels[..3] {
        assert_eq!(panel["sides"], json!(["caller", "callee"]));
        assert_eq!(of_server(panel), Vec::<&Value>::new());
    }
    let (with, without) = (page(&through_server()), page(&record()));
    assert!(with.contains("caller, callee and any server together: from"));
    assert!(without.contains("caller and callee together: from"));
}

#[test]
fn a_server_that_the_run_did_not_start_is_named_below_the_chart() {
    let mut record = through_server();
    let said = "No CPU time of the server of grpc: it could not be read";
    assert!(!page(&record).contains(said));
    for cell in cells_of(&mut record, LANE) {
        for start in &mut cell.starts {
            start.parts.retain(|part| part.part != Part::Server);
        }
    }
    assert!(page(&record).contains(said));
}

#[test]
fn the_schema_has_servers() {
    let record = serde_json::to_value(through_server()).expect("a record is JSON");
    let schema = include_str!("../../schema/record-v2.schema.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&record).map(|e| e.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}
