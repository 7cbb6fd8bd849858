//! A lane through a server: what stands between its sides is a part of its own, told with its
//! settings, and in the CPU time of the lane.

use crate::changes::cells_of;
use crate::record;
use crate::rendered::read;
use reports::Format;
use reports::figures::summary::Summary;
use reports::record::{CellPart, Part, PartUse, Record, SERVER_SIDE, Setting, of_part};

const LANE: &str = "rust/grpc/rust";
/// Of the server, for a call.
const CPU_NS: u64 = 30_000;

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
            start.parts.push(CellPart { part, cpu_ns, bytes_out: None, bytes_back: None });
        }
    }
    for resources in record.resources.iter_mut().filter(|one| one.lane == LANE) {
        for start in &mut resources.starts {
            let callee = of_part(&start.parts, Part::Callee).expect("it has one").clone();
            let memory_bytes = Some(12 << 20);
            start.parts.push(PartUse { part: Part::Server, memory_bytes, ..callee });
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
    let figures = read(&through_server(), Format::FiguresCsv);
    assert!(figures.contains("cpu_of_server_per_call"), "{figures}");
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
