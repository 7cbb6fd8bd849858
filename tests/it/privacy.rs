//! What a record and everything that is made of it must not hold: who measured, where, and how they
//! got in.

use crate::support::{code, folder, run, stderr, stdout, tollgate};
use std::{fs, path::Path};

/// Names that occur nowhere by chance.
const USER: &str = "zaphod-q7w";
const HOST: &str = "heart-of-gold-q7w";
const FOLDER: &str = "secret-folder-q7w";
const FORMATS: [&str; 10] = [
    "json",
    "csv",
    "contrasts-csv",
    "stages-csv",
    "resources-csv",
    "loads-csv",
    "model-json",
    "markdown",
    "human",
    "html",
];

/// A run in a folder of a telling name, by a user of one; its record, its report, and all
/// renderings of it.
fn everything_of_a_run(folder: &Path, arguments: &[&str]) -> Vec<(String, String)> {
    let (own, temporary) = (folder.join(FOLDER), folder.join(format!("temporary-{FOLDER}")));
    for path in [&own, &temporary] {
        fs::create_dir_all(path).expect("made");
    }
    let short = ["run", "--starts", "2", "--budget", "1s", "--batch", "1,4", "--seed", "3"];
    let output = tollgate(&own)
        .args([&short[..], arguments].concat())
        .envs([("USER", USER), ("LOGNAME", USER), ("HOSTNAME", HOST), ("HOST", HOST)])
        .env("HOME", format!("/home/{USER}"))
        .env("TMPDIR", &temporary)
        .output()
        .expect("the binary starts");
    let said = ("what is printed".to_owned(), stdout(&output) + &stderr(&output));
    let record = own.join("reports/out/record.json");
    assert!(record.exists(), "exit {}: {}", code(&output), stderr(&output));
    let read = |path: &Path| fs::read_to_string(path).expect("written");
    let mut all = vec![
        ("record.json".to_owned(), read(&record)),
        ("report.html".to_owned(), read(&record.with_file_name("report.html"))),
        said,
    ];
    let path = record.display().to_string();
    all.extend(FORMATS.map(|format| {
        (format.to_owned(), stdout(&run(&own, &["report", &path, "--format", format])))
    }));
    all
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

#[test]
fn neither_record_nor_report_names_machine_user_or_folders() {
    let folder = folder();
    let mut secrets = [USER, HOST, FOLDER].map(str::to_owned).to_vec();
    secrets.push(folder.path().display().to_string());
    secrets.extend(real_names());
    for (what, text) in
        everything_of_a_run(folder.path(), &["--lanes", "inproc,uds", "--label", "lab bench"])
    {
        assert!(!text.is_empty(), "{what}");
        for secret in &secrets {
            assert!(!text.contains(secret), "{what} holds {secret}");
        }
        let shown = ["record.json", "report.html", "json", "markdown", "human", "html"]
            .contains(&what.as_str());
        assert!(
            !shown || text.contains("lab bench"),
            "{what} does not hold the label that was asked for"
        );
    }
}

/// Nobody listens there: the failure is in the record, the address is not.
#[test]
fn an_endpoint_with_a_password_is_in_no_record_and_no_report() {
    let folder = folder();
    let endpoint = "rest=http://trillian-q7w:s3cr3t-q7w@127.0.0.1:9/hidden-q7w?token=t0ken-q7w";
    let all =
        everything_of_a_run(folder.path(), &["--lanes", "inproc,rest", "--endpoint", endpoint]);
    for (what, text) in &all {
        // On the terminal of its user an address helps; a password there ends in a log.
        let printed = what == "what is printed";
        for secret in
            ["trillian", "s3cr3t", "hidden-q7w", "t0ken"]
                .iter()
                .take(if printed { 2 } else { 4 })
        {
            assert!(!text.contains(secret), "{what} holds {secret}");
        }
    }
    assert!(
        all[0].1.contains("\"given_endpoint\": true"),
        "the record says that there was one"
    );
}

#[test]
fn a_label_of_two_lines_or_none_is_refused() {
    let folder = folder();
    for label in ["", "two\nlines"] {
        let output = run(folder.path(), &["run", "--label", label]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains("as in \"build server\""), "{}", stderr(&output));
    }
}
