//! What a record and everything that is made of it must not hold: who measured, where, and how they
//! got in.

use crate::support::{code, folder, refuses, says, stderr, stdout, succeeds, tollgate, words};
use std::{fs, path::Path};

/// Names that occur nowhere by chance.
const USER: &str = "zaphod-q7w";
const HOST: &str = "heart-of-gold-q7w";
const FOLDER: &str = "secret-folder-q7w";
const FORMATS: [&str; 12] = [
    "json",
    "csv",
    "figures-csv",
    "figures-json",
    "contrasts-csv",
    "stages-csv",
    "resources-csv",
    "loads-csv",
    "model-json",
    "markdown",
    "human",
    "html",
];

/// One thing that a run gives to read, and its text.
struct Shown {
    what: String,
    text: String,
}

/// A run in a folder of a telling name, by a user of one; its record, its report, and all
/// renderings of it.
fn everything_of_a_run(folder: &Path, arguments: &[&str]) -> Vec<Shown> {
    let own = folder.join(FOLDER);
    let record = own.join("reports/out/record.json");
    let printed = run_by_a_user_of_a_name(&own, arguments);
    assert!(record.exists(), "{printed}");
    let read = |path: &Path| fs::read_to_string(path).expect("written");
    let mut all = vec![
        Shown { what: "record.json".into(), text: read(&record) },
        Shown {
            what: "report.html".into(),
            text: read(&record.with_file_name("report.html")),
        },
        Shown { what: PRINTED.into(), text: printed },
    ];
    let path = record.display().to_string();
    for format in FORMATS {
        let text = stdout(&succeeds(&own, &["report", &path, "--format", format]));
        all.push(Shown { what: format.into(), text });
    }
    for Shown { what, text } in &all {
        assert!(!text.is_empty(), "{what} is empty");
    }
    all
}

const PRINTED: &str = "what is printed";

/// What it printed.
fn run_by_a_user_of_a_name(own: &Path, arguments: &[&str]) -> String {
    let temporary = own.with_file_name(format!("temporary-{FOLDER}"));
    for path in [own, &temporary] {
        fs::create_dir_all(path).expect("made");
    }
    let output = tollgate(own)
        .args(words("run --starts 2 --budget 1s --batch 1,4 --seed 3"))
        .args(arguments)
        .envs([("USER", USER), ("LOGNAME", USER), ("HOSTNAME", HOST), ("HOST", HOST)])
        .env("HOME", format!("/home/{USER}"))
        .env("TMPDIR", &temporary)
        .output()
        .expect("the binary starts");
    format!("exit code {}\n{}{}", code(&output), stdout(&output), stderr(&output))
}

/// It holds none of these.
#[track_caller]
fn keeps(shown: &Shown, secrets: &[&str]) {
    for secret in secrets {
        assert!(!shown.text.contains(secret), "{} holds {secret}", shown.what);
    }
}

/// What this machine and its user are really called, where that is no common word.
fn real_names() -> Vec<String> {
    let file = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let names = [
        file("/proc/sys/kernel/hostname"),
        file("/etc/hostname"),
        variable("HOME"),
        variable("HOSTNAME"),
    ];
    let programs = [env!("CARGO_BIN_EXE_tollgate"), env!("CARGO_MANIFEST_DIR")].map(str::to_owned);
    names
        .into_iter()
        .chain(programs)
        .filter(|name| name.len() > 5 && name != "localhost")
        .collect()
}

/// Those of all renderings that have room for a label.
const LABELLED: [&str; 6] = ["record.json", "report.html", "json", "markdown", "human", "html"];

#[test]
fn neither_record_nor_report_names_machine_user_or_folders() {
    let folder = folder();
    let mut secrets = [USER, HOST, FOLDER].map(str::to_owned).to_vec();
    secrets.push(folder.path().display().to_string());
    secrets.extend(real_names());
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let arguments = ["--lanes", "inproc,uds", "--label", "lab bench"];
    let all = everything_of_a_run(folder.path(), &arguments);
    for shown in &all {
        keeps(shown, &secrets);
    }
    for name in LABELLED {
        let shown = all.iter().find(|shown| shown.what == name).expect("rendered");
        says(&shown.text, &["lab bench"]);
    }
}

/// Nobody listens there: the failure is in the record, the address is not.
#[test]
fn an_endpoint_with_a_password_is_in_no_record_and_no_report() {
    let folder = folder();
    let endpoint = "rest=http://trillian-q7w:s3cr3t-q7w@127.0.0.1:9/hidden-q7w?token=t0ken-q7w";
    let arguments = ["--lanes", "inproc,rest", "--endpoint", endpoint];
    let all = everything_of_a_run(folder.path(), &arguments);
    for shown in &all {
        keeps(shown, &["trillian", "s3cr3t"]);
        // On the terminal of its user an address helps; a password there ends in a log.
        if shown.what != PRINTED {
            keeps(shown, &["hidden-q7w", "t0ken"]);
        }
    }
    says(&all[0].text, &["\"given_endpoint\": true"]);
}

#[test]
fn a_label_of_two_lines_or_none_is_refused() {
    for label in ["", "two\nlines"] {
        let labelled = ["run", "--label", label];
        refuses(folder().path(), &labelled, &["as in \"build server\""]);
    }
}
