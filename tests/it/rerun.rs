//! `tollgate rerun`, and one record against another in `tollgate report`.

use crate::support::{code, folder, record, run, stderr, stdout};
use serde_json::{Value, json};
use std::{fs, path::Path};

const SHORT: [&str; 11] = [
    "run",
    "--lanes",
    "inproc,uds",
    "--starts",
    "2",
    "--budget",
    "1s",
    "--batch",
    "1,4",
    "--seed",
    "7",
];

fn a_run(folder: &Path) {
    let output = run(folder, &SHORT);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

/// The record of the run after a change, as a file of this name.
fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut record = record(folder);
    change(&mut record);
    fs::write(folder.join(name), record.to_string()).expect("written");
    name.to_owned()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("written")).expect("JSON")
}

#[test]
fn a_report_repeats_its_plan_and_shows_both_runs_side_by_side() {
    let folder = folder();
    a_run(folder.path());
    // Lying in the way: what it says is not part of the plan that is repeated.
    fs::write(folder.path().join("tollgate.toml"), "starts = 9\nbatch = [2]\n").expect("written");
    let output = run(
        folder.path(),
        &["rerun", "reports/out/report.html", "--out", "again", "--label", "here"],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let (said, again) = (stdout(&output), folder.path().join("again"));
    assert!(
        said.contains("new : old, 99 % interval")
            && said.trim_end().ends_with("again/comparison.html"),
        "{said}"
    );
    let (old, new) = (record(folder.path()), json_of(&again.join("record.json")));
    for key in ["command", "seed", "plan"] {
        assert_eq!(old[key], new[key], "{key}");
    }
    assert_eq!(new["environment"]["label"], "here");
    let page = fs::read_to_string(again.join("comparison.html")).expect("written");
    for words in [
        "What changed between two runs",
        "<td>here</td>",
        "figures that both runs have",
        "inproc",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(again.join("report.html").exists());
}

#[test]
fn a_dry_rerun_measures_nothing() {
    let folder = folder();
    a_run(folder.path());
    let output = run(
        folder.path(),
        &["rerun", "reports/out/record.json", "--lanes", "uds", "--dry-run"],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).contains("uds") && !stdout(&output).contains("inproc"),
        "{}",
        stdout(&output)
    );
    assert!(!folder.path().join("reports/rerun").exists());
}

#[test]
fn what_cannot_be_repeated_here_is_refused_with_the_cure() {
    let folder = folder();
    a_run(folder.path());
    let refuses = |name: &str, expected: i32, words: &[&str], change: &dyn Fn(&mut Value)| {
        let file = changed(folder.path(), name, change);
        let output = run(folder.path(), &["rerun", &file, "--dry-run"]);
        let said = stderr(&output);
        assert_eq!(code(&output), expected, "{name}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{name}: {said}");
    };
    let cobol = |record: &mut Value| {
        record["plan"]["lanes"]
            .as_array_mut()
            .expect("lanes")
            .push(json!("cobol/uds/rust"));
    };
    refuses(
        "lane",
        5,
        &["cobol/uds/rust is not known here", "--lanes rust/inproc/rust,rust/uds/rust"],
        &cobol,
    );
    let own = |record: &mut Value| {
        (record["workload"]["own_files"], record["workload"]["digest"]) =
            (json!(true), json!("abc"));
    };
    refuses("data", 2, &["digest abc", "--catalog, --users and --trace"], &own);
    let endpoint = |record: &mut Value| {
        for lane in record["lanes"]
            .as_array_mut()
            .expect("lanes")
            .iter_mut()
            .filter(|lane| lane["short"] == "uds")
        {
            lane["given_endpoint"] = json!(true);
        }
    };
    refuses("endpoint", 2, &["--endpoint uds=ENDPOINT", "or leave the lane out"], &endpoint);
    refuses("command", 2, &["--frobnicate", "flags of your own"], &|record| {
        record["command"] = json!("tollgate run --frobnicate");
    });
}

#[test]
fn a_report_without_its_record_names_the_file_beside_it() {
    let folder = folder();
    fs::write(folder.path().join("report.html"), "<!doctype html><p>too large").expect("written");
    fs::write(folder.path().join("record.json"), "{}").expect("written");
    for command in [
        &["rerun", "report.html"][..],
        &["report", "report.html"],
        &["compare", "report.html", "x"],
    ] {
        let output = run(folder.path(), command);
        assert_eq!(code(&output), 2);
        assert!(
            stderr(&output).contains("carries no record")
                && stderr(&output).contains("record.json is there"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_record_is_set_against_an_earlier_one_in_every_format() {
    let folder = folder();
    a_run(folder.path());
    let slower = changed(folder.path(), "slower.json", |record| {
        for start in record["cells"]
            .as_array_mut()
            .expect("cells")
            .iter_mut()
            .flat_map(|cell| cell["starts"].as_array_mut().expect("starts"))
        {
            for key in ["p50_ns", "mean_ns"] {
                start[key] = json!(start[key].as_f64().expect("measured") * 1e6);
            }
        }
    });
    let against = |format: &str| {
        run(
            folder.path(),
            &["report", &slower, "--against", "reports/out/record.json", "--format", format],
        )
    };
    for (format, words) in [
        ("human", "new : old"),
        ("markdown", "## What changed"),
        ("html", "What changed between two runs"),
    ] {
        let output = against(format);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stdout(&output).contains(words), "{format}: {}", stdout(&output));
    }
    let json: Value = serde_json::from_str(&stdout(&against("json"))).expect("JSON alone");
    let ratios = json["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| change["ratio"].as_f64());
    assert!(
        ratios.clone().count() > 0
            && ratios.clone().all(|ratio| ratio.is_some_and(|ratio| ratio > 1e3)),
        "the first record is the later one"
    );
    let output = against("csv");
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("take one of human, html, markdown, json"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_card_is_a_picture_and_csv_tables_have_their_units() {
    let folder = folder();
    a_run(folder.path());
    let of = |format: &str| {
        run(folder.path(), &["report", "reports/out/report.html", "--format", format])
    };
    let card = of("card");
    assert_eq!(
        (code(&card), &card.stdout[..8]),
        (0, &b"\x89PNG\r\n\x1a\n"[..]),
        "{}",
        stderr(&card)
    );
    for (format, column) in [
        ("csv", "p50_ns"),
        ("contrasts-csv", "first_p50_ns"),
        ("stages-csv", "codec_ns"),
        ("resources-csv", "caller_user_ms"),
    ] {
        let table = stdout(&of(format));
        let mut lines = table.lines();
        assert!(
            lines.next().is_some_and(|head| head.split(',').any(|name| name == column)),
            "{format}: {table}"
        );
        assert!(lines.any(|line| line.contains("rust/uds/rust")), "{format}: {table}");
    }
}
