//! What a run says and does at its end beside its table: the change since the last run, and the
//! report in a browser, which no test starts.

use crate::support::{code, folder, names, refuses, says, stderr, succeeds, tollgate, words};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// A run of one lane, about a second for each restart.
fn small(starts: u32) -> String {
    let cells = "--lanes uds --batch 1 --engine stub --max-results 10 --seed 7";
    format!("run {cells} --starts {starts} --budget {starts}s")
}

#[test]
fn a_run_says_what_changed_since_the_last_one_in_its_folder_and_how_the_plans_differ() {
    let folder = folder();
    let said = || stderr(&succeeds(folder.path(), &words(&small(2))));
    let first = said();
    assert!(!first.contains("Since the last run"), "{first}");
    let second = said();
    let lines = second.lines().filter(|line| line.starts_with("Since the last run (20"));
    assert_eq!(lines.count(), 1, "{second}");
    let other = stderr(&succeeds(folder.path(), &words(&small(3))));
    says(&other, &["Since the last run (20", " UTC; starts 2 to 3; budget 2 s to 3 s): "]);
    let out = folder.path().join("reports/out");
    let kept = names(&out.join("history"));
    assert_eq!(kept.len(), 4, "two records with their pages: {kept:?}");
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    for name in &kept {
        says(&page, &[&format!("href=\"history/{name}\"")]);
    }
    let earlier = fs::read_to_string(out.join("history").join(&kept[0])).expect("a page");
    says(&earlier, &["href=\"../report.html\""]);
}

/// A program in the place of the one that opens pages: it writes down what it was given.
fn with_fake_opener(folder: &Path) -> String {
    let tools = folder.join("tools");
    fs::create_dir_all(&tools).expect("made");
    for name in ["xdg-open", "open"] {
        let script = tools.join(name);
        fs::write(&script, "#!/bin/sh\necho \"$1\" > opened\n").expect("written");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    tools.display().to_string()
}

#[test]
fn a_run_opens_its_report_or_says_where_it_is() {
    let folder = folder();
    let line = format!("{} --open", small(1));
    let with_path = |path: &str| {
        let output = tollgate(folder.path()).args(words(&line)).env("PATH", path).output();
        let output = output.expect("starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stderr(&output)
    };
    let none = with_path("/nowhere");
    says(&none, &["no browser was opened", "open reports/out/report.html in a browser"]);
    with_path(&format!("{}:/usr/bin:/bin", with_fake_opener(folder.path())));
    let opened = fs::read_to_string(folder.path().join("opened")).expect("it was opened");
    assert_eq!(opened.trim(), "reports/out/report.html");
    refuses(folder.path(), &["run", "--open", "--dry-run"], &["--open"]);
}
