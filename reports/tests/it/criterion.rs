//! Estimates by criterion: what is taken of its files and what is not, and how they stand in a
//! report beside the run's own figures.

use crate::assertions::says;
use crate::record;
use crate::rendered::{READ, page, read};
use crate::schema::validator;
use reports::record::read::criterion::{Benchmark, Found, Stamp, of_build, stamp_path};
use reports::record::{CODEC_CALL, CriterionEstimate, LANE_CALL, Record, read as reading};
use reports::{Format, RenderOptions, render};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const BUILD: &str = "1000-17-5";

fn call(lane: &str, value: u32) -> Benchmark {
    Benchmark {
        group: "call".into(),
        function: lane.into(),
        value,
        what: Some(LANE_CALL.into()),
        lane: Some(format!("rust/{lane}/rust")),
        codec: None,
        size: value,
        items: 1,
    }
}

/// A folder as criterion leaves it: benchmarks of 5 ns, and the stamp of a bench.
fn folder(benchmarks: &[Benchmark]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for benchmark in benchmarks {
        let Benchmark { group, function, value, .. } = benchmark;
        let id = json!({
            "group_id": group, "function_id": function, "value_str": value.to_string(),
            "throughput": { "Elements": value }, "full_id": "x", "directory_name": "x",
            "title": "x",
        });
        write(folder.path(), benchmark, "benchmark.json", &id.to_string());
        write(folder.path(), benchmark, "estimates.json", &estimates(5.0, [4.9, 5.2], 0.95));
    }
    stamp(folder.path(), benchmarks);
    folder
}

fn stamp(folder: &Path, benchmarks: &[Benchmark]) {
    let stamp = Stamp { build: BUILD.into(), benchmarks: benchmarks.to_vec() };
    let text = serde_json::to_string(&stamp).expect("JSON");
    fs::write(stamp_path(folder, "calls"), text).expect("written");
}

fn write(folder: &Path, benchmark: &Benchmark, file: &str, text: &str) {
    let Benchmark { group, function, value, .. } = benchmark;
    let new = folder.join(group).join(function).join(value.to_string()).join("new");
    fs::create_dir_all(&new).expect("made");
    fs::write(new.join(file), text).expect("written");
}

/// As criterion 0.8 writes it.
fn estimates(mean: f64, [low, high]: [f64; 2], level: f64) -> String {
    let one = json!({
        "confidence_interval": {
            "confidence_level": level, "lower_bound": low, "upper_bound": high,
        },
        "point_estimate": mean, "standard_error": 0.1,
    });
    json!({ "mean": one, "median": one, "median_abs_dev": one, "slope": null, "std_dev": one })
        .to_string()
}

#[test]
fn estimates_of_the_same_build_are_taken_with_what_they_are_of() {
    let stage = Benchmark { what: None, ..call("encode", 10) };
    let folder = folder(&[call("uds", 10), stage, call("inproc", 100)]);
    let found = of_build(folder.path(), BUILD);
    assert_eq!(found.left_out, Vec::<String>::new());
    let lanes: Vec<_> = found.estimates.iter().map(|one| (one.lane.as_deref(), one.size)).collect();
    assert_eq!(lanes, [(Some("rust/uds/rust"), 10), (Some("rust/inproc/rust"), 100)]);
    let CriterionEstimate { mean_ns, low_ns, high_ns, .. } = found.estimates[0];
    assert_eq!([mean_ns, low_ns, high_ns], [5.0, 4.9, 5.2]);
}

#[test]
fn a_folder_without_estimates_has_none_and_that_is_no_fault() {
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(of_build(empty.path(), BUILD), Found::default());
    assert_eq!(of_build(&empty.path().join("none"), BUILD), Found::default());
}

#[test]
fn estimates_of_another_build_are_left_out_and_the_cure_is_named() {
    let folder = folder(&[call("uds", 10)]);
    let found = of_build(folder.path(), "1000-18-5");
    assert_eq!(found.estimates, []);
    says(&found.left_out.join(" "), &["of another build", "`cargo bench --bench calls`"]);
}

/// What is left of a folder with one benchmark that holds this in a file.
fn with(file: &str, text: &str) -> Found {
    let folder = folder(&[call("uds", 10)]);
    write(folder.path(), &call("uds", 10), file, text);
    let found = of_build(folder.path(), BUILD);
    let path = folder.path().display().to_string();
    assert!(!found.left_out.join(" ").contains(&path), "a path of the machine is said");
    found
}

#[test]
fn what_criterion_cannot_have_written_is_left_out_with_a_reason() {
    let other = r#"{"group_id":"call","function_id":"tcp","value_str":"10"}"#;
    for (file, text, why) in [
        (
            "estimates.json",
            estimates(1e300, [4.9, 1e301], 0.95),
            "none that a run can have",
        ),
        (
            "estimates.json",
            estimates(-5.0, [-6.0, -4.0], 0.95),
            "none that a run can have",
        ),
        ("estimates.json", estimates(0.0, [0.0, 0.0], 0.95), "none that a run can have"),
        ("estimates.json", estimates(5.0, [6.0, 4.0], 0.95), "are exchanged"),
        ("estimates.json", estimates(5.0, [4.0, 6.0], 0.5), "one of 0.5"),
        ("estimates.json", "{\"mean\":1e999}".into(), "cannot be read"),
        ("estimates.json", "\u{1b}[31m".into(), "cannot be read"),
        ("estimates.json", " ".repeat(5 << 20), "larger than"),
        ("benchmark.json", other.into(), "of another benchmark"),
        ("benchmark.json", "[".repeat(100_000), "cannot be read"),
    ] {
        let found = with(file, &text);
        assert_eq!(found.estimates, [], "{why}");
        says(&found.left_out.join(" "), &["1 of criterion's estimates", why, "cargo bench"]);
        assert!(!found.left_out.join(" ").contains('\u{1b}'), "{why}");
    }
}

#[test]
fn a_stamp_leads_to_no_other_folder() {
    let folder = folder(&[call("uds", 10)]);
    let names = ["..", "../../uds", "/uds", "", ".", "a\0b", "a/b", "a\\b"].map(str::to_owned);
    for name in names.into_iter().chain(["x".repeat(65)]) {
        let [by_group, by_function] = [call("uds", 10), call("uds", 10)];
        let by_group = Benchmark { group: name.clone(), ..by_group };
        let by_function = Benchmark { function: name.clone(), ..by_function };
        for benchmark in [by_group, by_function] {
            stamp(folder.path(), &[benchmark]);
            let found = of_build(folder.path(), BUILD);
            assert_eq!(found.estimates, [], "{name}");
            says(&found.left_out.join(" "), &["no name of a folder"]);
        }
    }
}

#[test]
fn a_stamp_has_room_for_so_many_benchmarks_and_each_is_of_a_known_call() {
    let folder = folder(&[call("uds", 10)]);
    stamp(folder.path(), &vec![call("uds", 10); 5_001]);
    assert_eq!(of_build(folder.path(), BUILD).estimates.len(), 5_000);
    let strange = [
        Benchmark { what: Some("stream".into()), ..call("uds", 10) },
        Benchmark { lane: None, ..call("uds", 10) },
        Benchmark { lane: Some("a\u{1b}b".into()), ..call("uds", 10) },
        Benchmark { items: 0, ..call("uds", 10) },
    ];
    stamp(folder.path(), &strange);
    let found = of_build(folder.path(), BUILD);
    assert_eq!(found.estimates, []);
    says(&found.left_out.join(" "), &["4 of criterion's estimates", "no call"]);
    fs::write(stamp_path(folder.path(), "calls"), "{\"build\":7}").expect("written");
    says(&of_build(folder.path(), BUILD).left_out.join(" "), &["cannot be read"]);
}

/// Both sides of the first lane's codec, a call and a batch over it, and calls that no run makes.
fn estimated() -> Record {
    let mut record = record();
    let lane = record.lanes.iter().find(|lane| lane.codec.is_some() && lane.planned);
    let (lane, codec) = lane.map(|lane| (lane.name.clone(), lane.codec.clone())).expect("a lane");
    let of_call = CriterionEstimate {
        what: LANE_CALL.into(),
        lane: Some(lane),
        codec: None,
        size: 10,
        items: 1,
        mean_ns: 1.0,
        low_ns: 0.9,
        high_ns: 1.1,
    };
    let of_batch = CriterionEstimate { items: 1_024, mean_ns: 2e6, ..of_call.clone() };
    let smaller = CriterionEstimate { items: 4, ..of_call.clone() };
    let unmeasured = CriterionEstimate { items: 7, ..of_call.clone() };
    let nobody = CriterionEstimate { lane: Some("rust/none/rust".into()), ..of_call.clone() };
    let of_codec = CriterionEstimate {
        what: CODEC_CALL.into(),
        lane: None,
        codec,
        ..of_call.clone()
    };
    record.criterion = vec![of_call, smaller, of_batch, unmeasured, nobody, of_codec];
    record
}

#[test]
fn a_report_shows_both_means_of_a_call_and_says_why_they_differ() {
    for format in READ {
        let shown = read(&estimated(), format);
        let words = ["Does criterion agree?", "Of 3 calls", "The largest difference is"];
        if format == Format::Markdown && !shown.contains(words[0]) {
            // Of sixty lines none may be left.
            continue;
        }
        says(&shown, &words);
        says(&shown, &["10 ids", "batch of 1,024 × 10 ids", "codec, both sides"]);
        assert!(!shown.contains("batch of 4 ×"), "the largest batch stands for all: {format:?}");
    }
    for format in [Format::Human, Format::Html] {
        says(
            &read(&estimated(), format),
            &["1.00 ns (0.90", "one process", "checks each answer"],
        );
    }
}

#[test]
fn a_report_without_estimates_or_whose_figures_must_not_be_used_has_no_such_section() {
    let mut unusable = estimated();
    unusable.tollgate.handicap = Some("uds=200".into());
    for format in READ {
        for without in [&record(), &unusable] {
            assert!(!read(without, format).contains("Does criterion agree?"), "{format:?}");
        }
    }
}

#[test]
fn a_link_to_criterions_report_stands_on_the_page_and_in_no_record() {
    let record = estimated();
    let link = "../../target/criterion/report/index.html";
    let options = RenderOptions {
        criterion_report: Some(link.into()),
        ..RenderOptions::default()
    };
    let shown = |format: Format| render(&record, format, &options).expect("rendered");
    let html = shown(Format::Html);
    says(&html, &[&format!("<a href=\"{link}\">")]);
    assert!(!page(&record).contains("index.html"), "a link that nobody asked for");
    assert!(!shown(Format::Json).contains("index.html"));
    let carried = reading::from_bytes(html.as_bytes()).expect("the page carries its record");
    assert!(!serde_json::to_string(&carried).expect("JSON").contains("index.html"));
    assert_eq!(carried.criterion, record.criterion);
    let last = "Criterion: ../../target/criterion/report/index.html";
    assert!(shown(Format::Human).trim_end().ends_with(last));
}

#[test]
fn estimates_fit_the_schema_and_have_bounds() {
    let mut value = serde_json::to_value(estimated()).expect("JSON");
    let errors: Vec<String> =
        validator().iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let refused = |value: &Value| {
        reading::from_bytes(value.to_string().as_bytes())
            .expect_err("beyond")
            .to_string()
    };
    value["criterion"][0]["mean_ns"] = json!(1e300);
    says(&refused(&value), &["criterion[0].mean_ns", "1e300"]);
    let one = value["criterion"][1].clone();
    value["criterion"] = json!(vec![one; 5_001]);
    says(&refused(&value), &["criterion", "5000"]);
    value.as_object_mut().expect("an object").remove("criterion");
    let read = reading::from_bytes(value.to_string().as_bytes()).expect("an older record");
    assert_eq!(read.criterion, []);
}
