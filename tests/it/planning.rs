//! What a run makes of its plan: what a dry run says, a wanted precision, the order of visits, and
//! placement. It looks at few figures: those are in `runs`.

use crate::support::{
    a_lane_with_a_callee, each, folder, list, record, refuses, says, schema_errors, some, stderr,
    stdout, succeeds, those, words,
};
use serde_json::Value;
use std::{fs, os::unix::fs::symlink};

/// What a dry run says, which measures nothing.
fn dry(line: &str) -> String {
    let folder = folder();
    let line = format!("run --dry-run --full {line}");
    let output = succeeds(folder.path(), &words(&line));
    assert!(!folder.path().join("reports").exists(), "something was written");
    stdout(&output)
}

#[test]
fn prints_the_cells_of_a_dry_run_and_measures_nothing() {
    says(&dry(""), &["batched", "1024 x", "about"]);
}

#[test]
fn a_dry_run_is_five_lines_of_a_terminal_and_full_has_every_cell() {
    let summary = |line: &str| {
        let line = format!("run --dry-run {line}");
        stdout(&succeeds(folder().path(), &words(&line)))
    };
    for line in ["", "--lanes all --load", "--precision 3%", "--workload bytes"] {
        let said = summary(line);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 5, "{line}: {said}");
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{line}: {said}");
        for (line, what) in lines.iter().zip(["lanes", "cells", "how long", "restarts", "left out"])
        {
            assert!(line.starts_with(what), "{said}");
        }
    }
    let said = summary("");
    says(
        &said,
        &["uds", "up to 1,024 items", "about", "visits of", "--load", "--dry-run --full"],
    );
    assert!(!summary("--load").contains("load (--load)"), "it is measured");
    refuses(folder().path(), &["run", "--full"], &["--dry-run"]);
}

#[test]
fn a_dry_run_says_what_a_wanted_precision_means() {
    let said = dry("--precision 3% --budget 5m");
    says(&said, &["precision ±3 % of each lane's single call", "within 5 min"]);
    says(&said, &["a pilot of 5 restarts", "at most 5 min"]);
    says(&dry("--thorough"), &["precision ±2 %", "within 20 min"]);
}

#[test]
fn a_dry_run_of_many_lanes_says_how_many_are_alive_at_once() {
    let said = dry("--lanes all");
    says(&said, &["groups in a restart", "at most 12 lanes alive at once"]);
    assert!(!dry("").contains("groups"), "few lanes are one group");
}

/// Two lanes, twelve seconds: the pilot, what is chosen from it, and what is said at the end.
#[test]
fn a_wanted_precision_runs_a_pilot_and_says_what_was_reached() {
    let folder = folder();
    let lanes = format!("inproc,{}", a_lane_with_a_callee());
    let line = format!("run --lanes {lanes} --precision 0.1% --budget 12s --batch 1 --seed 3");
    let output = succeeds(folder.path(), &words(&line));
    let said = stderr(&output);
    says(&said, &["restart of the pilot 1 of", "at most"]);
    says(&said, &["aiming at ±0.1 %: about", "the budget of 12 s gives"]);
    let reached = "Wanted ±0.1 % for a single call (p50): reached for";
    says(&stdout(&output), &[reached]);
    let record = record(folder.path());
    let (plan, precision) = (&record["plan"], &record["plan"]["precision"]);
    let again = "--batch 1 --precision 0.1% --budget 12s --seed 3";
    assert_eq!(record["command"], format!("tollgate run --lanes {lanes} {again}"));
    assert_eq!(list(&precision["pilot"]).len(), 2, "{precision}");
    assert_eq!(record["progress"]["starts_done"], plan["starts"], "{plan}");
    assert!(precision["needed_starts"].as_u64() > plan["starts"].as_u64(), "{plan}");
    each(list(&record["cells"]), "measured", |cell| cell["status"] == "measured");
}

#[test]
fn fixed_order_visits_cell_after_cell_and_is_said_to() {
    let folder = folder();
    let plan = "run --lanes inproc,null --starts 2 --budget 2s --order fixed";
    let output = succeeds(folder.path(), &words(plan));
    says(&stdout(&output), &["Visits were made in fixed order"]);
    let record = record(folder.path());
    assert_eq!(record["plan"]["order"], "fixed");
    let place = |visit: &Value| (visit["start"].as_u64(), visit["cell"].as_u64());
    // Disturbed visits are repeated at the end of their start.
    let planned = list(&record["visits"]).iter().filter(|visit| visit["repeats"].is_null());
    let places: Vec<_> = some(planned, "planned visits").into_iter().map(place).collect();
    assert!(places.is_sorted(), "{places:?}");
    let cells = places.iter().map(|(_, cell)| cell).collect::<std::collections::HashSet<_>>();
    assert!(cells.len() > 1 && !cells.contains(&None), "{cells:?}");
}

/// Logical cores that this test and what it starts may use.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[test]
fn lanes_that_every_run_measures_are_there_and_not_called_asked_for() {
    let folder = folder();
    let said = dry("--lanes ffi-c");
    let also = "measured in every run, since tolls and CPU times refer to them: \
    rust/inproc/rust, rust/null/rust";
    says(&said, &[also]);
    assert!(!dry("--lanes default").contains("measured in every run"));
    succeeds(folder.path(), &words("run --lanes ffi-c --starts 1 --budget 1s --batch 1"));
    let record = record(folder.path());
    let plan = &record["plan"];
    let names = |key: &str| plan[key].to_string();
    assert_eq!(names("also_measured"), r#"["rust/inproc/rust","rust/null/rust"]"#);
    assert_eq!(names("lanes"), r#"["rust/null/rust","rust/inproc/rust","rust/ffi-c/c"]"#);
    assert_eq!(schema_errors(&record), Vec::<String>::new());
}

#[test]
fn names_of_placements_from_before_plan_the_same_cells() {
    let cells = |line: &str| -> Vec<String> {
        let plan = dry(&format!("--lanes inproc,uds {line}"));
        plan.lines().filter(|line| line.starts_with("rust/")).map(Into::into).collect()
    };
    let one = cells("--placement same");
    assert!(!one.is_empty() && one == cells("--placement one"), "{one:?}");
    assert!(one.iter().all(|line| line.ends_with(" one")), "{one:?}");
    if cores() > 1 {
        assert_eq!(cells("--placement cross"), cells("--placement two"));
        let both = cells("");
        assert_eq!(both, cells("--placement both"));
        let two = |line: &&String| line.ends_with(" two");
        assert!(both.iter().filter(two).all(|line| line.contains("/uds/")), "{both:?}");
        assert!(both.iter().any(|line| two(&line)), "{both:?}");
    }
}

#[test]
fn a_placement_that_there_is_none_of_is_refused_with_the_names() {
    let said = ["run", "--placement", "near"];
    refuses(folder().path(), &said, &["one, two, far, free, both"]);
}

#[test]
fn a_lane_between_processes_is_measured_on_one_core_and_on_two_or_it_is_said_why_not() {
    let folder = folder();
    let lane = a_lane_with_a_callee();
    let line = format!("run --lanes {lane} --starts 1 --budget 4s --batch 1");
    succeeds(folder.path(), &words(&line));
    let record = record(folder.path());
    if cores() == 1 {
        let why = "placement two: not measured, there is one core only";
        return says(&record["notes"].to_string(), &[why]);
    }
    for placement in ["one", "two"] {
        let cells = those(&record["cells"], "placement", placement);
        assert!(cells.iter().any(|cell| cell["status"] == "measured"), "{placement}: {record}");
        let used = those(&record["resources"], "placement", placement);
        // Lanes that every run measures have one process.
        let parts = used.iter().map(|used| list(&used["starts"][0]["parts"]));
        let parts = parts.max_by_key(|parts| parts.len()).expect("processes");
        let seats: Vec<&Value> = parts.iter().map(|part| &part["seats"]).collect();
        assert_eq!(seats[0] == seats[1], placement == "one", "{seats:?}");
        let pairs = those(&record["contrasts"], "placement", placement);
        assert!(pairs.iter().all(|pair| !list(&pair["starts"]).is_empty()), "{record}");
        assert!(!pairs.is_empty(), "{record}");
    }
}

#[test]
fn a_plan_file_that_is_taken_is_named_first() {
    let folder = folder();
    fs::write(folder.path().join("tollgate.toml"), "batch = [2]\n").expect("written");
    fs::write(folder.path().join("other.toml"), "batch = [4]\n").expect("written");
    for (line, file) in [("", "tollgate.toml"), (" --plan other.toml", "other.toml")] {
        let said = stderr(&succeeds(folder.path(), &words(&format!("run --dry-run{line}"))));
        let first = said.lines().next().unwrap_or_default();
        says(first, &["the plan is from the file", file]);
    }
    let none = stderr(&succeeds(folder.path(), &["list"]));
    assert_eq!(none, "", "no plan, no file");
}

#[test]
fn a_plan_file_has_no_library_loaded() {
    let folder = folder();
    let plan = "[endpoint]\nffi-c = \"lib:/somebody/else.so\"\n";
    fs::write(folder.path().join("tollgate.toml"), plan).expect("written");
    let cure = "--endpoint ffi-c=lib:/somebody/else.so";
    let said = refuses(folder.path(), &["run", "--lanes", "ffi-c"], &["tollgate.toml", cure]);
    assert!(!said.contains("restart"), "{said}");
    assert!(!folder.path().join("reports").exists(), "something was written");
}

#[test]
fn a_plan_file_has_nothing_written_outside_of_its_folder() {
    let (folder, outside) = (folder(), folder());
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("made");
    symlink(outside.path(), inner.join("link")).expect("made");
    let absolute = outside.path().join("out").display().to_string();
    for out in [absolute.as_str(), "../out", "link/out", "new/../../out", "/"] {
        fs::write(inner.join("tollgate.toml"), format!("out = \"{out}\"\n")).expect("written");
        let cure = format!("--out {out}");
        refuses(&inner, &["run", "--dry-run"], &["tollgate.toml", "is outside", &cure]);
        succeeds(&inner, &["run", "--dry-run", "--out", out]);
    }
    let own = inner.join("a/b").display().to_string();
    for out in ["a/b", "./a", "a/../b", ".", own.as_str()] {
        fs::write(inner.join("tollgate.toml"), format!("out = \"{out}\"\n")).expect("written");
        succeeds(&inner, &["run", "--dry-run"]);
    }
}

#[test]
fn an_unknown_lane_is_named_with_file_and_line_where_the_plan_file_names_it() {
    let folder = folder();
    fs::write(folder.path().join("tollgate.toml"), "batch = [2]\nlanes = [\"grcp\"]\n")
        .expect("written");
    let place = "tollgate.toml line 2: lanes:";
    refuses(folder.path(), &["run", "--dry-run"], &[place, "grcp", "Did you mean grpc?"]);
    let said = refuses(folder.path(), &["run", "--dry-run", "--lanes", "gprc"], &["gprc"]);
    assert!(!said.contains(place), "{said}");
}
