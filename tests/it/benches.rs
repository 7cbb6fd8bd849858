//! What `cargo bench` needs of the binary: the command that the bench `lanes` runs, with the words
//! that cargo gives to every bench, and criterion's estimates in the record of a run. The benches
//! in one process read their plan by the same code; their long runs are not made here.

use crate::support::{
    code, folder, list, record, says, schema_errors, stderr, stdout, tollgate, words,
};
use reports::record::LANE_CALL;
use reports::record::read::criterion::{Benchmark, Stamp, stamp_path};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use tollgate::bench::build_stamp;

/// What the bench `lanes` does with these words, of which cargo adds the last.
fn bench(folder: &Path, line: &str) -> Output {
    with_variable(folder, line, None)
}

fn with_variable(folder: &Path, line: &str, batch: Option<&str>) -> Output {
    let line = format!("bench --criterion target/criterion -- {line} --bench");
    let mut command = tollgate(folder);
    command.args(words(&line)).env_remove("TOLLGATE_BATCH");
    command.envs(batch.map(|batch| ("TOLLGATE_BATCH", batch)));
    command.output().expect("it starts")
}

#[test]
fn batch_sizes_come_from_a_flag_or_else_from_the_variable_or_else_from_the_plan_file() {
    let folder = folder();
    fs::write(folder.path().join("tollgate.toml"), "batch = [1, 7]\n").expect("written");
    let planned = |flag: &str, variable: Option<&str>| {
        let output = with_variable(folder.path(), &format!("--dry-run {flag}"), variable);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output)
    };
    says(&planned("", None), &["up to 7 items"]);
    says(&planned("", Some("1,9")), &["up to 9 items"]);
    says(&planned("--batch 11", Some("1,9")), &["up to 11 items"]);
}

#[test]
fn batch_sizes_that_do_not_fit_are_refused_with_the_name_of_what_holds_them() {
    let folder = folder();
    let refused = |batch: Option<&str>, words: &[&str]| {
        let output = with_variable(folder.path(), "--dry-run", batch);
        assert_eq!(code(&output), 2, "{}", stdout(&output));
        says(&stderr(&output), words);
    };
    refused(Some("many"), &["TOLLGATE_BATCH", "batch many", "whole numbers", "as in 1,8,64"]);
    refused(Some("0"), &["TOLLGATE_BATCH", "batch 0", "1 to"]);
    fs::write(folder.path().join("tollgate.toml"), "batch = \"x\"\n").expect("written");
    refused(None, &["tollgate.toml line 1", "batch x", "as in 1,8,64"]);
}

#[test]
fn words_for_criterion_alone_leave_the_run_out_and_say_so() {
    let folder = folder();
    for (line, why) in [
        ("json", "`json` names benchmarks of criterion"),
        ("--list", "nothing is to be measured"),
        ("--test", "nothing is to be measured"),
    ] {
        let output = bench(folder.path(), line);
        assert_eq!(code(&output), 0, "{line}");
        says(&stderr(&output), &[why, "cargo bench --bench lanes"]);
        assert_eq!(stdout(&output), "", "{line}");
    }
    let both = bench(folder.path(), "--dry-run --sample-size 20 --noplot --quick");
    says(&stdout(&both), &["at most 1 min"]);
    let unknown = bench(folder.path(), "--bacth 8");
    assert_eq!(code(&unknown), 2);
    says(&stderr(&unknown), &["--batch"]);
    assert!(!folder.path().join("reports").exists(), "something was written");
}

/// Criterion's files of one call over the lane that every run measures, and the stamp of a build.
fn estimated(folder: &Path, build: String) -> PathBuf {
    let criterion = folder.join("target/criterion");
    let lane = tollgate::lanes().specs().find(|spec| !spec.answers).cloned().expect("a lane");
    let benchmark = Benchmark {
        group: "call".into(),
        function: lane.transport.into(),
        value: 10,
        what: Some(LANE_CALL.into()),
        lane: Some(tollgate::bench::full_name(&lane)),
        codec: None,
        size: 10,
        items: 1,
    };
    let new = criterion.join("call").join(lane.transport).join("10/new");
    fs::create_dir_all(&new).expect("made");
    let id = json!({ "group_id": "call", "function_id": lane.transport, "value_str": "10" });
    fs::write(new.join("benchmark.json"), id.to_string()).expect("written");
    let interval = json!({ "confidence_level": 0.95, "lower_bound": 0.75, "upper_bound": 0.85 });
    let mean = json!({ "mean": { "point_estimate": 0.8, "confidence_interval": interval } });
    fs::write(new.join("estimates.json"), mean.to_string()).expect("written");
    let stamp = Stamp { build, benchmarks: vec![benchmark] };
    let stamp = serde_json::to_string(&stamp).expect("JSON");
    fs::write(stamp_path(&criterion, "calls"), stamp).expect("written");
    fs::create_dir_all(criterion.join("report")).expect("made");
    fs::write(criterion.join("report/index.html"), "criterion's").expect("written");
    criterion
}

const SMALL: &str = "--lanes inproc --batch 1 --engine stub --size 10 --starts 3 --budget 1s";

#[test]
fn a_run_of_the_same_build_has_criterions_estimates_and_a_link_that_names_no_folder() {
    let folder = folder();
    let build = build_stamp(Path::new(env!("CARGO_BIN_EXE_tollgate"))).expect("it is there");
    estimated(folder.path(), build);
    let output = bench(folder.path(), SMALL);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    assert_eq!(list(&record["criterion"]).len(), 1);
    assert_eq!(record["criterion"][0]["mean_ns"], 0.8);
    assert_eq!(schema_errors(&record), Vec::<String>::new());
    let page = fs::read_to_string(folder.path().join("reports/out/report.html")).expect("there");
    says(&page, &["Does criterion agree?", "../../target/criterion/report/index.html"]);
    let place = folder.path().display().to_string();
    for text in [&page, &record.to_string()] {
        assert!(!text.contains(&place), "a folder of the machine");
    }
    assert!(!record.to_string().contains("target/criterion"), "a path in the record");
    let shown = stdout(&output);
    let last: Vec<&str> = shown.lines().rev().take(2).collect();
    assert!(last[0].starts_with("Report: "), "the answer is last: {shown}");
    assert!(last[1].ends_with("target/criterion/report/index.html"), "{shown}");
}

#[test]
fn estimates_of_another_build_are_named_and_in_no_record() {
    let folder = folder();
    estimated(folder.path(), "another".into());
    let output = bench(folder.path(), SMALL);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    says(&stderr(&output), &["of another build", "cargo bench --bench calls"]);
    assert!(record(folder.path())["criterion"].is_null());
}
