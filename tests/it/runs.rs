//! Small runs from the command line to the record and the report.

use crate::support::{
    code, folder, lanes, lanes_with_a_callee, record, run, stderr, stdout, tollgate,
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

/// Two restarts of everything that can run here, a second in all.
fn small_run() -> (tempfile::TempDir, std::process::Output) {
    let folder = folder();
    let arguments = [
        "run", "--lanes", "all", "--starts", "2", "--budget", "3s", "--batch", "1,4", "--seed", "7",
    ];
    let output = run(folder.path(), &arguments);
    (folder, output)
}

#[test]
fn measures_every_planned_cell_and_says_where_the_report_is() {
    let (folder, output) = small_run();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    let cells = record["cells"].as_array().expect("cells");
    assert!(!cells.is_empty());
    for cell in cells {
        assert_eq!(cell["status"], "measured", "{cell}");
        assert!(
            cell["starts"]
                .as_array()
                .expect("starts")
                .iter()
                .all(|start| start["wrong"] == 0),
            "{cell}"
        );
    }
    assert_eq!(record["progress"]["finished"], true);
    let report = folder.path().join("reports/out/report.html");
    assert!(report.exists());
    assert!(
        stdout(&output).trim_end().ends_with("reports/out/report.html"),
        "{}",
        stdout(&output)
    );
    // The report carries its record: every command takes it in its place.
    let again = run(folder.path(), &["report", "reports/out/report.html"]);
    assert_eq!(code(&again), 0, "{}", stderr(&again));
    assert!(stderr(&output).contains("restart 2 of 2, about"), "{}", stderr(&output));
}

#[test]
fn writes_records_that_the_schema_accepts_and_that_tell_nothing_private() {
    let (folder, _) = small_run();
    let record = record(folder.path());
    let schema: Value =
        serde_json::from_str(include_str!("../../reports/schema/record-v1.schema.json"))
            .expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(&record).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_private(&record, folder.path());
}

#[test]
fn tells_nothing_private_of_a_run_that_failed() {
    let folder = folder();
    let lane = lanes_with_a_callee().swap_remove(0);
    let endpoint = format!("{lane}=unix:{}/secret.sock", folder.path().display());
    let output = run(
        folder.path(),
        &[
            "run",
            "--lanes",
            &lane,
            "--starts",
            "1",
            "--budget",
            "1s",
            "--endpoint",
            &endpoint,
        ],
    );
    assert_eq!(code(&output), 1);
    let record = record(folder.path());
    assert!(!record["notes"].as_array().expect("notes").is_empty());
    assert_private(&record, folder.path());
}

/// The record holds no path, home folder or host name.
fn assert_private(record: &Value, folder: &std::path::Path) {
    let text = record.to_string();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let private = [
        folder.display().to_string(),
        std::env::var("HOME").unwrap_or_default(),
        host.trim().into(),
    ];
    for word in private.iter().filter(|word| word.len() > 3) {
        assert!(!text.contains(word.as_str()), "the record holds {word}");
    }
}

#[test]
fn counts_bytes_and_reads_options_back_from_both_ends() {
    let (folder, _) = small_run();
    let record = record(folder.path());
    for short in lanes_with_a_callee() {
        let lane = record["lanes"]
            .as_array()
            .expect("lanes")
            .iter()
            .find(|lane| lane["short"] == short.as_str());
        let lane = lane.expect("the lane is in the record");
        let cells = record["cells"]
            .as_array()
            .expect("cells")
            .iter()
            .filter(|cell| cell["lane"] == lane["name"]);
        for start in cells.flat_map(|cell| cell["starts"].as_array().expect("starts")) {
            assert!(
                start["bytes_out"].as_u64() > Some(0) && start["bytes_back"].as_u64() > Some(0),
                "{short} {start}"
            );
            assert!(start["cpu_callee_ns"].as_u64() > Some(0), "{short} {start}");
        }
        let read_back = |side: &str| {
            let settings = lane["fairness"].as_array().expect("settings");
            settings
                .iter()
                .any(|setting| setting["side"] == side && setting["read_back"] == true)
        };
        assert!(read_back("caller") && read_back("callee"), "{short}: {}", lane["fairness"]);
        let nodelay =
            |setting: &&Value| setting["what"] == "TCP_NODELAY" && setting["read_back"] == true;
        let options = lane["fairness"].as_array().expect("settings").iter().filter(nodelay);
        assert!(options.clone().all(|option| option["value"] == "on"), "{short}");
    }
}

#[test]
fn keeps_the_first_calls_of_visits_and_asks_a_lane_without_interruption() {
    let folder = folder();
    let lane = lanes_with_a_callee().swap_remove(0);
    let budget = ["--starts", "1", "--budget", "10s", "--batch", "1,4", "--engine", "stub"];
    let output = run(folder.path(), &[&["run", "--lanes", &lane][..], &budget].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let controls = &record(folder.path())["controls"];
    let places: Vec<u64> = controls["settling"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["from"].as_u64())
        .collect();
    assert_eq!(places, [1, 2, 4, 8, 16, 32], "{controls}");
    let [alone] = &controls["uninterrupted"].as_array().expect("a list")[..] else {
        panic!("{controls}")
    };
    assert_eq!(alone["limit_ms"], 500);
    assert!(
        alone["p50_ns"].as_f64() > Some(0.0) && alone["samples"].as_u64() > Some(0),
        "{alone}"
    );
    let said = stdout(&output);
    assert!(
        said.contains("first call of a visit") && said.contains("without interruption"),
        "{said}"
    );
}

#[test]
fn prints_the_cells_of_a_dry_run_and_measures_nothing() {
    let folder = folder();
    let output = run(folder.path(), &["run", "--dry-run"]);
    let said = stdout(&output);
    assert_eq!(code(&output), 0);
    assert!(
        said.contains("batched") && said.contains("1024 x") && said.contains("about"),
        "{said}"
    );
    assert!(!folder.path().join("reports").exists());
}

#[test]
fn lists_every_lane_with_what_a_script_needs() {
    let listed = lanes();
    assert!(listed.len() >= 6);
    for lane in listed {
        for key in ["name", "caller", "transport", "callee"] {
            assert!(lane[key].as_str().is_some_and(|text| !text.is_empty()), "{lane}");
        }
        let parts = [&lane["caller"], &lane["transport"], &lane["callee"]]
            .map(|part| part.as_str().expect("text"));
        assert_eq!(lane["name"], parts.join("/"));
        assert!(
            lane["available"].is_boolean()
                && lane["modes"].is_array()
                && lane.get("reason").is_some()
        );
    }
}

#[test]
fn voids_every_cell_of_a_wrong_engine_and_exits_with_4() {
    let folder = folder();
    let arguments =
        ["run", "--engine", "wrong", "--starts", "1", "--budget", "2s", "--batch", "1,4"];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    let record = record(folder.path());
    let silent: Vec<&Value> = record["lanes"]
        .as_array()
        .expect("lanes")
        .iter()
        .filter(|lane| lane["answers"] == false)
        .collect();
    for cell in record["cells"].as_array().expect("cells") {
        let answers = silent.iter().all(|lane| lane["name"] != cell["lane"]);
        assert!(!answers || cell["status"] == "void", "{cell}");
    }
    assert!(stdout(&output).contains("do not use"), "{}", stdout(&output));
}

#[test]
fn keeps_what_was_measured_when_interrupted() {
    let folder = folder();
    let arguments = ["run", "--starts", "50", "--budget", "60s", "--batch", "1,4"];
    let mut child = tollgate(folder.path())
        .args(arguments)
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("restart 2 of") {
        line.clear();
        assert!(
            stderr.read_line(&mut line).expect("a line") > 0,
            "it ended before its second restart"
        );
    }
    let pid = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .expect("kill runs")
            .success()
    );
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 130);
    let record = record(folder.path());
    assert_eq!(record["progress"]["interrupted"], true);
    assert!(record["progress"]["starts_done"].as_u64() >= Some(1));
    assert!(record["visits"].as_array().is_some_and(|visits| !visits.is_empty()));
    assert!(folder.path().join("reports/out/report.html").exists());
    assert_eq!(children_of(&pid), 0, "a child was left");
}

/// Processes in whose command line the folder of a run's sockets or the protocol's verbs appear,
/// with this parent.
fn children_of(pid: &str) -> usize {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let parents =
        processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
    parents
        .filter(|stat| {
            stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)) == Some(pid)
        })
        .count()
}

#[test]
fn a_dry_run_says_what_a_wanted_precision_means() {
    let folder = folder();
    let output = run(folder.path(), &["run", "--precision", "3%", "--budget", "5m", "--dry-run"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let said = stdout(&output);
    for words in [
        "precision ±3 % of each lane's single call",
        "within 5 min",
        "a pilot of 5 restarts",
        "at most 5 min",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let thorough = stdout(&run(folder.path(), &["run", "--thorough", "--dry-run"]));
    assert!(
        thorough.contains("precision ±2 %") && thorough.contains("within 20 min"),
        "{thorough}"
    );
}

/// Two lanes, ten seconds: the pilot, what is chosen from it, and what is said at the end.
#[test]
fn a_wanted_precision_runs_a_pilot_and_says_what_was_reached() {
    let folder = folder();
    let lane = lanes_with_a_callee().swap_remove(0);
    let lanes = format!("inproc,{lane}");
    let arguments = [
        "run",
        "--lanes",
        &lanes,
        "--precision",
        "0.1%",
        "--budget",
        "12s",
        "--batch",
        "1",
        "--seed",
        "3",
    ];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("restart of the pilot 1 of") && said.contains("at most"), "{said}");
    assert!(
        said.contains("aiming at ±0.1 %: about") && said.contains("the budget of 12 s gives"),
        "{said}"
    );
    assert!(
        stdout(&output).contains("Wanted ±0.1 % for a single call (p50): reached for"),
        "{}",
        stdout(&output)
    );
    let record = record(folder.path());
    let (plan, precision) = (&record["plan"], &record["plan"]["precision"]);
    assert_eq!(
        record["command"],
        format!("tollgate run --lanes {lanes} --batch 1 --precision 0.1% --budget 12s --seed 3")
    );
    assert_eq!(precision["pilot"].as_array().map(Vec::len), Some(2), "{precision}");
    assert_eq!(record["progress"]["starts_done"], plan["starts"], "{plan}");
    assert!(precision["needed_starts"].as_u64() > plan["starts"].as_u64(), "{plan}");
    for cell in record["cells"].as_array().expect("cells") {
        assert_eq!(cell["status"], "measured", "{cell}");
    }
}

#[test]
fn fixed_order_visits_cell_after_cell_and_is_said_to() {
    let folder = folder();
    let arguments = [
        "run",
        "--lanes",
        "inproc,null",
        "--starts",
        "2",
        "--budget",
        "2s",
        "--order",
        "fixed",
    ];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).contains("Visits were made in fixed order"),
        "{}",
        stdout(&output)
    );
    let record = record(folder.path());
    assert_eq!(record["plan"]["order"], "fixed");
    let visits = record["visits"].as_array().expect("visits");
    let place = |visit: &Value| (visit["start"].as_u64(), visit["cell"].as_u64());
    // Disturbed visits are repeated at the end of their start.
    let planned = visits.iter().filter(|visit| visit["repeats"].is_null());
    assert!(planned.map(place).is_sorted());
}
/// The cores that this process may run on.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[test]
fn a_default_lane_is_set_against_itself_on_one_core_or_it_is_said_why_not() {
    let folder = folder();
    let dry = |more: &[&str]| {
        let output = run(folder.path(), &[&["run", "--dry-run"], more].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output)
    };
    let left_out = "beside free placement: not measured, ";
    assert!(dry(&["--quick"]).contains(left_out));
    assert!(!dry(&["--placement", "same"]).contains(left_out), "that is no question there");
    let lane = lanes_with_a_callee().remove(0);
    let output = run(
        folder.path(),
        &["run", "--lanes", &lane, "--starts", "1", "--budget", "8s", "--batch", "1"],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    let contrasts = record["contrasts"].as_array().expect("contrasts");
    let starts = |kind: &str| {
        let of_kind = contrasts.iter().filter(|contrast| contrast["kind"] == kind);
        of_kind
            .flat_map(|contrast| contrast["starts"].as_array().expect("starts"))
            .count()
    };
    match cores() {
        1 => assert!(record["notes"].to_string().contains(left_out), "{}", record["notes"]),
        // A pair that differs has as much time as all lanes against themselves together.
        _ => assert!(starts("self") > 0 && starts("placement") == starts("self"), "{contrasts:?}"),
    }
}
