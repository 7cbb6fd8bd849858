//! `--batch +32`, `--lanes +NAME`: what changes the latest record, and what refuses to.

use crate::support::{
    code, folder, list, names, record, refuses, run, says, schema_errors, signal, stderr, stdout,
    succeeds, those, tollgate, until_it_says, words,
};
use std::{fs, path::Path, process::Stdio};

/// A run of one lane in three restarts, a second each.
const RUN: &str = "run --lanes uds --batch 1,8,64 --engine stub --size 10 --modes batched --starts \
    3 --budget 3s --seed 7";

/// What the history calls the record that was changed, and which is all that it has.
fn only_one_kept(folder: &Path, changed: &[u8]) -> String {
    let history = folder.join("reports/out/history");
    let [page, record] = &names(&history)[..] else {
        panic!("{:?}", names(&history))
    };
    assert_eq!(fs::read(history.join(record)).expect("it is kept"), changed);
    let latest = fs::read_to_string(folder.join("reports/out/report.html")).expect("a page");
    says(&latest, &["then batch +32", &format!("href=\"history/{record}\"")]);
    says(&latest, &[&format!("href=\"history/{page}\"")]);
    assert!(!latest.contains("The last run: "), "what it was added to is no other run");
    record.clone()
}

#[test]
fn a_size_is_added_and_another_is_taken_out_of_the_latest_record() {
    let folder = folder();
    succeeds(folder.path(), &words(RUN));
    let before = fs::read(folder.path().join("reports/out/record.json")).expect("a record");
    let dry = stdout(&succeeds(folder.path(), &words("run --batch +32 --dry-run")));
    assert_eq!(dry.lines().count(), 5, "{dry}");
    says(&dry, &["batch +32", "null, inproc, uds", "4 that the record lacks, and 12"]);
    let output = succeeds(folder.path(), &words("run --batch +32"));
    says(&stdout(&output), &["† batch +32: added later, ", "report.html"]);
    let added = record(folder.path());
    assert_eq!(schema_errors(&added), Vec::<String>::new());
    assert_eq!(list(&added["additions"]).len(), 1, "{}", stderr(&output));
    let uds = those(&added["cells"], "lane", "rust/uds/rust");
    assert!(uds.iter().any(|cell| cell["items"] == 32 && cell["status"] == "measured"));
    let previous = folder.path().join("reports/out/record-previous.json");
    assert_eq!(fs::read(previous).expect("it was moved aside"), before);
    let base = only_one_kept(folder.path(), &before);
    succeeds(folder.path(), &words("run --batch -8"));
    let less = record(folder.path());
    assert!(list(&less["cells"]).iter().all(|cell| cell["items"] != 8));
    let command = less["command"].as_str().expect("a text");
    assert!(command.contains("--batch 1,32,64"), "{command}");
    let earlier = names(&folder.path().join("reports/out/history"));
    assert_eq!(
        earlier.len(),
        4,
        "what was changed twice is kept twice, with pages: {earlier:?}"
    );
    let of_earlier = format!("report reports/out/history/{base} --full");
    succeeds(folder.path(), &words(&of_earlier));
    succeeds(folder.path(), &words("report reports/out/record.json --full"));
    let rerun = "rerun reports/out/record.json --dry-run";
    says(&stdout(&succeeds(folder.path(), &words(rerun))), &["32 x"]);
}

#[test]
fn ctrl_c_leaves_the_record_and_its_report_as_they_were() {
    let folder = folder();
    succeeds(folder.path(), &words(RUN));
    let read = |name: &str| fs::read(folder.path().join("reports/out").join(name)).expect(name);
    let before = ["record.json", "report.html"].map(read);
    let mut command = tollgate(folder.path());
    command
        .args(words("run --batch +32"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    until_it_says(&mut child, "restart 2");
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(["record.json", "report.html"].map(read), before);
    assert!(!folder.path().join("reports/out/record-previous.json").exists());
    assert!(!folder.path().join("reports/out/history").exists());
}

#[test]
fn a_change_is_refused_where_there_is_nothing_to_change_or_more_would_be() {
    let folder = folder();
    let here = folder.path();
    refuses(here, &words("run --batch +32"), &["no record to change: `tollgate run`"]);
    refuses(here, &words("run --batch 8,+32"), &["`8` has no sign"]);
    refuses(here, &words("run --batch +many"), &["batch many: whole numbers are needed"]);
    refuses(here, &words("run --batch +32 --starts 9"), &["leave out --starts"]);
    refuses(
        here,
        &words("run --batch +32 --lanes uds"),
        &["--lanes: its items have no sign"],
    );
    refuses(here, &words("run --batch +32 --against x"), &["leave out --against"]);
    fs::create_dir_all(here.join("reports/out")).expect("a folder");
    fs::write(here.join("reports/out/record.json"), "{}").expect("a file");
    refuses(here, &words("run --batch +32"), &["cannot be changed: it cannot be read"]);
    fs::write(here.join("tollgate.toml"), "batch = \"+32\"\n").expect("a file");
    refuses(here, &["run"], &["belongs to one run: use --batch +32"]);
    let output = run(here, &words("run --batch +32 --plan other.toml"));
    assert_eq!(code(&output), 2, "{}", stderr(&output));
}
