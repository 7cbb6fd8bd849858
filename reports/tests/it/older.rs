//! Records that earlier programs wrote: what version 1 has ever held is still read, means the same,
//! fits its schema and is rendered. `tests/records` has one real record for each stage of the
//! format, with most lanes and cells left out; a field that is added needs a `#[serde(default)]`,
//! and none is taken away or changes its meaning without a new version.

use crate::assertions::{each, says};
use crate::rendered::{page, read, rendered};
use reports::figures::stages;
use reports::record::read;
use reports::record::{CALL, ON_ONE_CORE, Part, Record, VERSION, of_part};
use reports::stats::estimates;
use reports::{CellFigures, Format};
use std::fs;

/// Every record of the folder, with its name.
fn records() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records");
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).expect("readable"))
    };
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| read(entry.expect("an entry"))).collect()
}

fn named(name: &str) -> Record {
    let (_, bytes) = records().into_iter().find(|(file, _)| file == name).expect("it is there");
    read::from_bytes(&bytes).expect("readable")
}

#[test]
fn every_older_record_fits_the_schema() {
    let schema =
        serde_json::from_str(include_str!("../../schema/record-v1.schema.json")).expect("JSON");
    let schema = jsonschema::draft202012::new(&schema).expect("a valid schema");
    assert!(records().len() >= 3);
    for (name, bytes) in records() {
        let value = serde_json::from_slice(&bytes).expect("JSON");
        let errors = schema.iter_errors(&value);
        let errors: Vec<String> =
            errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn every_older_record_is_read_and_rendered_with_all_its_lanes() {
    assert!(records().len() >= 3);
    for (name, bytes) in records() {
        let record = read::from_bytes(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let planned = record.lanes.iter().filter(|lane| lane.planned);
        let planned: Vec<&str> = planned.map(|lane| lane.short.as_str()).collect();
        for format in [Format::Human, Format::Markdown, Format::Html, Format::Csv, Format::Json] {
            let text = rendered(&record, format);
            each(&planned, &format!("{name} as {format:?}"), |lane| text.contains(**lane));
        }
        let again = read::from_bytes(page(&record).as_bytes()).expect("its report carries it");
        assert_eq!(again.cells.len(), record.cells.len(), "{name}");
    }
}

/// The medians of the starts, as the files have them: grpc changed its mode in the last restart.
#[test]
fn a_figure_of_an_older_record_is_what_it_was() {
    for (file, lane, p50_ns) in [
        ("first.json", "rust/grpc/rust", 83_235.413),
        ("contrasts.json", "rust/uds/rust", 5_881.578),
    ] {
        let record = named(file);
        let single = record
            .cells
            .iter()
            .find(|cell| cell.lane == lane && cell.items == 1)
            .expect("there");
        let figures = CellFigures::of(single, record.environment.clock_step()).expect("measured");
        assert!((figures.p50.value - p50_ns).abs() < 0.001, "{file}: {:?}", figures.p50);
        let samples = estimates::histogram_from_base64(&single.starts[0].histogram)
            .expect("a histogram")
            .len();
        assert_eq!(samples, single.starts[0].samples, "{file}");
    }
}

#[test]
fn an_older_record_is_upgraded_to_one_workload_one_placement_and_two_processes() {
    let record = named("contrasts.json");
    assert_eq!(record.version, VERSION);
    let [planned] = record.plan.workloads.as_slice() else {
        panic!("one workload")
    };
    assert_eq!((planned.name.as_str(), planned.unit.as_str()), ("recommendations", "ids"));
    assert!(!planned.sizes.is_empty() && record.plan.placements == ["free"]);
    for cell in &record.cells {
        assert_eq!((cell.workload.as_str(), cell.kind.as_str()), ("recommendations", CALL));
        assert!(planned.sizes.contains(&cell.size) && cell.placement == "free", "{cell:?}");
    }
    let uds = record.cells.iter().find(|cell| cell.lane == "rust/uds/rust").expect("there");
    let start = &uds.starts[0];
    assert!(start.cpu_ns(Part::Caller) > Some(0) && start.cpu_ns(Part::Callee) > Some(0));
    assert!(start.bytes_out() > Some(0) && of_part(&start.parts, Part::Server).is_none());
    assert!(record.visits.iter().all(|visit| visit.limit_ms.is_none()), "not kept then");
}

#[test]
fn an_older_record_on_one_core_says_so_in_each_cell() {
    let (_, bytes) = records().into_iter().find(|(file, _)| file == "first.json").expect("there");
    for (then, now) in [("same", ON_ONE_CORE), ("cross", "two")] {
        let mut value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        value["environment"]["placement"] = then.into();
        let record = read::from_bytes(value.to_string().as_bytes()).expect("readable");
        assert!(record.cells.iter().all(|cell| cell.placement == now), "{then}");
    }
}

/// The mean of whole calls less carrier, codec and engine, restart by restart, as the file has
/// them.
#[test]
fn the_stages_of_an_older_record_are_what_they_were() {
    let record = named("stages.json");
    let lanes: Vec<_> = record.lanes.iter().filter(|lane| lane.name == "rust/uds/rust").collect();
    let found = stages::of(&lanes, &record).pop().expect("it has a ladder");
    let unattributed = found.unattributed.estimate().expect("all rungs are there");
    assert!((unattributed.value - 685.205).abs() < 0.001, "{unattributed:?}");
    assert_eq!(found.visits, (0, 0), "visits of rungs were not counted then");
    assert!(record.allocations.is_empty() && record.plan.calls_per_s.is_none());
}

#[test]
fn what_an_older_record_does_not_hold_is_not_shown_as_measured() {
    let record = named("first.json");
    assert!(record.contrasts.is_empty() && record.ladders.is_empty() && record.controls.is_none());
    let text = read(&record, Format::Human);
    says(&text, &["smallest detectable difference: not measured"]);
    assert!(!text.contains("Where the time of a single call goes"), "{text}");
}
