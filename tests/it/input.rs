//! Bad input: one clear line on stderr that names the cure, the right exit code, nothing measured
//! and nothing lost.

use crate::support::{code, folder, run, stderr, stdout};
use std::fs;

/// Runs `tollgate` and expects exit code 2 with these words in one line of stderr.
fn refuses(arguments: &[&str], words: &[&str]) {
    let folder = folder();
    let output = run(folder.path(), arguments);
    let said = stderr(&output);
    assert_eq!(code(&output), 2, "{arguments:?}: {said}");
    assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(!folder.path().join("reports").exists(), "something was written");
}

#[test]
fn refuses_sizes_that_make_no_sense() {
    refuses(&["run", "--batch", "0"], &["batch 0", "1 to 1024"]);
    refuses(&["run", "--batch", "-4"], &["batch -4", "1 to 1024"]);
    refuses(&["run", "--batch", "1,1000000"], &["batch 1000000", "1 to 1024"]);
    refuses(&["run", "--batch", "many"], &["--batch many", "whole number"]);
    refuses(&["run", "--max-results", "0"], &["max_results 0", "1 to 1000"]);
    refuses(&["run", "--max-results", "-1"], &["max_results -1"]);
    refuses(&["run", "--starts", "0"], &["starts 0"]);
    refuses(&["run", "--budget", "5"], &["budget 5", "90s or 5m"]);
}

#[test]
fn refuses_a_precision_that_makes_no_sense() {
    for text in ["0%", "-3%", "1000%", "3"] {
        refuses(&["run", "--precision", text], &[&format!("precision {text}"), "as in 3%"]);
    }
    refuses(
        &["run", "--precision", "3%", "--starts", "5"],
        &["--starts with --precision", "leave one of them out"],
    );
    refuses(&["run", "--order", "fixd"], &["no order `fixd`", "Did you mean fixed?"]);
}

#[test]
fn suggests_the_nearest_lane_mode_and_engine() {
    refuses(
        &["run", "--lanes", "inprok"],
        &["no lane `inprok`", "Did you mean inproc?", "tollgate list"],
    );
    refuses(&["run", "--modes", "batch"], &["no mode `batch`", "Did you mean batched?"]);
    refuses(
        &["run", "--engine", "catalogue"],
        &["no engine `catalogue`", "Did you mean catalog?"],
    );
    refuses(&["serve", "inprok"], &["Did you mean inproc?"]);
}

#[test]
fn names_the_unknown_key_of_a_plan_and_its_line() {
    let folder = folder();
    let plan = folder.path().join("tollgate.toml");
    fs::write(&plan, "# mine\nbudget = \"2m\"\nbatchs = [1]\n").expect("written");
    let output = run(folder.path(), &["run"]);
    let said = stderr(&output);
    assert_eq!(code(&output), 2, "{said}");
    assert!(
        said.contains("tollgate.toml line 3") && said.contains("unknown field `batchs`"),
        "{said}"
    );
}

#[test]
fn refuses_files_that_do_not_fit() {
    let folder = folder();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("written");
        path.display().to_string()
    };
    refuses(&["run", "--catalog", "/nowhere.npy"], &["cannot read /nowhere.npy"]);
    refuses(
        &["run", "--products", &file("text.npy", b"hello")],
        &["products: not a .npy file", "numpy.save"],
    );
    refuses(
        &["run", "--trace", &file("bad.jsonl", b"{\"user_id\":1}\n")],
        &["bad.jsonl: line 1"],
    );
    let negative = b"{\"user_id\":\"u\",\"max_results\":-3}\n";
    refuses(
        &["run", "--trace", &file("negative.jsonl", negative)],
        &["request 1: max_results is -3"],
    );
    refuses(&["run", "--trace", &file("empty.jsonl", b"\n")], &["no request in it"]);
}

#[test]
fn refuses_records_that_cannot_be_read() {
    let folder = folder();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("written");
        path.display().to_string()
    };
    refuses(&["report", "/nowhere.json"], &["/nowhere.json"]);
    refuses(
        &[
            "report",
            &file("broken.json", "{\"format\": \"tollgate-record\", \"version\": 1,"),
        ],
        &["broken.json", "line 1"],
    );
    let newer = "{\"format\": \"tollgate-record\", \"version\": 999}";
    refuses(&["report", &file("newer.json", newer)], &["999"]);
    refuses(&["report", &file("other.html", "<html></html>")], &["other.html"]);
}

#[test]
fn finds_out_before_measuring_that_it_cannot_write() {
    let folder = folder();
    let file = folder.path().join("a-file");
    fs::write(&file, b"mine").expect("written");
    let output = run(folder.path(), &["run", "--out", &file.join("below").display().to_string()]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("cannot write into") && said.contains("--out") && !said.contains("restart"),
        "{said}"
    );
    assert_eq!(fs::read(&file).expect("still there"), b"mine");
}

#[test]
fn refuses_words_it_does_not_know_and_helps_those_who_ask() {
    let folder = folder();
    assert_eq!(code(&run(folder.path(), &["--no-such-flag"])), 2);
    let help = run(folder.path(), &["--help"]);
    assert_eq!(code(&help), 0);
    for command in ["run", "report", "call", "serve", "list", "doctor"] {
        assert!(stdout(&help).contains(command), "{command}");
    }
}

#[test]
fn says_that_a_lane_asked_for_by_name_is_unavailable() {
    let folder = folder();
    // No peer's language is on an empty PATH.
    let output = crate::support::tollgate(folder.path())
        .env("PATH", "")
        .args(["run", "--lanes", "python/ctypes/c"])
        .output()
        .expect("starts");
    assert_eq!(code(&output), 5, "{}", stderr(&output));
    assert!(stderr(&output).contains("install Python"), "{}", stderr(&output));
}
