//! `tollgate run --against-dep`: the same sources with another version of a dependency. The sources
//! here are a package of the right name that hands over to the program under test: building
//! Tollgate itself would take minutes.

use crate::support::{code, folder, record, run, stderr, stdout};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// The dependency that is changed, and an older version of it.
const NAME: &str = "cfg-if";
const OLDER: &str = "1.0.0";

/// A package called tollgate with one dependency; `None`, said aloud, where cargo cannot have its
/// older version.
fn checkout(folder: &Path) -> Option<()> {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    fs::create_dir_all(folder.join("src")).expect("made");
    let manifest = |version: &str| {
        format!(
            "[package]\nname = \"tollgate\"\nversion = \"0.1.0\"\nedition = \
            \"2024\"\n\n[dependencies]\n{NAME} = \"{version}\"\n\n[workspace]\n"
        )
    };
    let main = format!(
        "fn main() {{\n    use std::os::unix::process::CommandExt;\n    \
         let mut real = std::process::Command::new({:?});\n    \
         panic!(\"{{}}\", real.args(std::env::args_os().skip(1)).exec());\n}}\n",
        env!("CARGO_BIN_EXE_tollgate")
    );
    write("src/main.rs", &main);
    for version in [&format!("={OLDER}"), "1"] {
        write("Cargo.toml", &manifest(version));
        let _ = fs::remove_file(folder.join("Cargo.lock"));
        let fetched = Command::new("cargo")
            .arg("fetch")
            .current_dir(folder)
            .output()
            .expect("cargo is there");
        if !fetched.status.success() {
            eprintln!("skipped: cargo cannot have {NAME} {version}: {}", stderr(&fetched));
            return None;
        }
    }
    Some(())
}

/// A short run of two builds, the checkout in `source`.
fn against(folder: &Path, source: &Path, dependency: &str) -> Output {
    let source = source.display().to_string();
    let arguments = [
        "run",
        "--lanes",
        "inproc,uds",
        "--starts",
        "2",
        "--budget",
        "4s",
        "--batch",
        "1,4",
    ];
    run(
        folder,
        &[&arguments[..], &["--against-dep", dependency, "--source", &source]].concat(),
    )
}

/// What the record says was changed.
fn changed(record: &Value) -> &str {
    record["against"]["changed"].as_str().expect("said")
}

#[test]
fn another_version_of_a_dependency_is_built_and_put_into_the_same_run() {
    let (folder, source) = (folder(), self::folder());
    if checkout(source.path()).is_none() {
        return;
    }
    let output = against(folder.path(), source.path(), &format!("{NAME}={OLDER}"));
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    assert!(changed(&record).starts_with(&format!("{NAME} 1.0.")), "{}", changed(&record));
    assert!(changed(&record).contains(&format!("-> {OLDER}")), "{}", changed(&record));
    let words = stdout(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("This build against the other"), "{words}");
    assert!(words.contains(&format!("-> {OLDER}")), "{words}");
    let contrasts = record["contrasts"].as_array().expect("contrasts");
    assert_eq!(contrasts.iter().filter(|contrast| contrast["kind"] == "against").count(), 2);
    assert!(
        !record.to_string().contains(&source.path().display().to_string()),
        "a path is in the record"
    );
}

#[test]
fn a_dependency_from_a_folder_is_named_without_its_path() {
    let (folder, source, fork) = (folder(), self::folder(), self::folder());
    if checkout(source.path()).is_none() {
        return;
    }
    fs::create_dir_all(fork.path().join("src")).expect("made");
    fs::write(fork.path().join("src/lib.rs"), "").expect("written");
    let manifest = format!("[package]\nname = \"{NAME}\"\nversion = \"{OLDER}\"\n");
    fs::write(fork.path().join("Cargo.toml"), manifest).expect("written");
    let output =
        against(folder.path(), source.path(), &format!("{NAME}=path:{}", fork.path().display()));
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    assert!(
        changed(&record).contains(&format!("-> {OLDER} from a folder")),
        "{}",
        changed(&record)
    );
    assert!(
        !record.to_string().contains(&fork.path().display().to_string()),
        "a path is in the record"
    );
}

#[test]
fn what_cannot_be_changed_is_refused_with_the_cure() {
    let (folder, source) = (folder(), self::folder());
    let refuses = |dependency: &str, words: &[&str]| {
        let output = against(folder.path(), source.path(), dependency);
        assert_eq!(code(&output), 2, "{}", stdout(&output));
        let said = stderr(&output);
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    refuses(NAME, &["NAME=VERSION"]);
    refuses("cfg-if=1.0.0", &["no checkout of Tollgate", "--source DIR"]);
    if checkout(source.path()).is_some() {
        refuses("nobody=1.0.0", &["nobody=1.0.0", "no such dependency", "cargo tree"]);
        refuses(
            "cfg-if=0.0.99",
            &["cfg-if=0.0.99", "its words are above", "fits the requirements"],
        );
        fs::write(source.path().join("src/main.rs"), "this is no Rust").expect("written");
        refuses("cfg-if=1.0.0", &["-> 1.0.0", "does not build", "words are above"]);
    }
}

#[test]
fn the_example_for_ci_is_a_command_that_is_understood() {
    let example = include_str!("../../examples/ci.yml");
    let command = example
        .lines()
        .find_map(|line| line.split_once("tollgate run "))
        .expect("a run")
        .1;
    let folder = folder();
    let words: Vec<&str> =
        ["run"].into_iter().chain(command.split(' ')).chain(["--dry-run"]).collect();
    let output = run(folder.path(), &words);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("pairs asked in turns"), "{}", stdout(&output));
}

#[test]
fn a_gate_on_two_builds_answers_by_its_exit_code() {
    let folder = folder();
    // The same program under another name: nothing can be shown to be ten times as slow, or within
    // a hundredth of a percent.
    let other = folder.path().join("other");
    fs::copy(env!("CARGO_BIN_EXE_tollgate"), &other).expect("copied");
    let other = other.display().to_string();
    let gate = |limit: &str, more: &[&str]| {
        let lanes = ["run", "--lanes", "uds", "--starts", "5", "--budget", "8s", "--batch", "1"];
        let limits = ["--placement", "same", "--against", &other, "--fail-if-slower", limit];
        run(folder.path(), &[&lanes[..], &limits, more].concat())
    };
    let output = gate("900%", &[]);
    // In three runs of a thousand equal lanes are called different so often by chance that no
    // figure counts.
    let (wanted, said) = match code(&output) {
        4 => (4, "The gate says nothing"),
        _ => (0, "Gate passed: no lane is slower by 900 %"),
    };
    assert_eq!(code(&output), wanted, "{}", stderr(&output));
    assert!(stdout(&output).starts_with(said), "{}", stdout(&output));
    let output = gate("0.001%", &["--strict"]);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    let said = ["Cannot tell whether a lane is slower by 0.001 % (uds)", "The gate says nothing"];
    assert!(said.iter().any(|said| stdout(&output).starts_with(said)), "{}", stdout(&output));
    let output = run(folder.path(), &["run", "--fail-if-slower", "5%"]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(stderr(&output).contains("name one with --against"), "{}", stderr(&output));
}
