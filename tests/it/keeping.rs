//! Nothing that was measured is lost: where nobody reads what the program says, where a file cannot
//! be written, and after Ctrl-C at any time.

use crate::support::{
    code, folder, names, python, record, refuses, says, signal, skip, stderr, stdout, succeeds,
    tollgate, until_it_says, words,
};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    os::unix::{fs::symlink, process::ExitStatusExt},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// A run of one lane, about a second for each restart.
fn small(starts: u32) -> String {
    let cells = "--lanes uds --batch 1 --engine stub --max-results 10 --seed 7";
    format!("run {cells} --starts {starts} --budget {starts}s")
}

/// A pipe whose reader has gone.
fn nobody_reads() -> Stdio {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

/// A device without room.
fn no_room() -> Stdio {
    File::create("/dev/full").expect("Linux").into()
}

#[track_caller]
fn is_finished(folder: &Path) {
    assert_eq!(record(folder)["progress"]["finished"], true);
}

#[test]
fn a_run_goes_on_when_its_stderr_cannot_be_written() {
    for dead in [nobody_reads, no_room] {
        let folder = folder();
        let mut command = tollgate(folder.path());
        let output = command.args(words(&small(2))).stderr(dead()).output().expect("starts");
        assert_eq!(code(&output), 0);
        is_finished(folder.path());
        says(&stdout(&output), &["uds", "report.html"]);
    }
}

#[test]
fn a_run_goes_on_when_its_reader_ends_after_a_line() {
    let folder = folder();
    let mut command = tollgate(folder.path());
    command.args(words(&small(3))).stderr(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let mut line = String::new();
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    said.read_line(&mut line).expect("a line");
    drop(said);
    assert_eq!(code(&child.wait_with_output().expect("it ends")), 0, "after {line}");
    is_finished(folder.path());
}

#[test]
fn no_command_changes_its_exit_code_for_a_stderr_that_is_dead() {
    let folder = folder();
    for (line, expected) in [("call nolane", 2), ("--no-such-flag", 2), ("list", 0), ("doctor", 0)]
    {
        for dead in [nobody_reads, no_room] {
            let mut command = tollgate(folder.path());
            let output = command.args(words(line)).stderr(dead()).output().expect("starts");
            assert_eq!(code(&output), expected, "{line}");
        }
    }
}

#[test]
fn a_reader_of_stdout_that_ends_is_no_failure_and_a_full_disk_is_one_that_is_said() {
    let folder = folder();
    succeeds(folder.path(), &words(&small(2)));
    let all = "list|doctor|completions bash|--help|--version|call uds|conform uds --case modes|\
        report reports/out/record.json|report reports/out/record.json --format card|\
        report reports/out/record.json --format html|run --dry-run";
    for line in all.split('|') {
        let with = |stdout: Stdio| -> Output {
            let mut command = tollgate(folder.path());
            command.args(words(line)).stdout(stdout).output().expect("starts")
        };
        let output = with(nobody_reads());
        // What a call took is said on stderr.
        let said = stderr(&output);
        let said = said.lines().filter(|said| !said.starts_with("latency: ")).collect::<String>();
        assert_eq!((code(&output), said.as_str()), (0, ""), "{line}");
        let output = with(no_room());
        assert_eq!(code(&output), 1, "{line}: {}", stderr(&output));
        says(&stderr(&output), &["cannot write to stdout", "No space left"]);
    }
}

#[test]
fn a_run_whose_table_cannot_be_printed_keeps_its_record_and_fails() {
    let folder = folder();
    let mut command = tollgate(folder.path());
    let output = command.args(words(&small(2))).stdout(no_room()).output().expect("starts");
    assert_eq!(code(&output), 1);
    says(&stderr(&output), &["cannot write to stdout"]);
    is_finished(folder.path());
}

#[test]
fn a_run_without_stdin_stdout_and_stderr_keeps_its_record() {
    let folder = folder();
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" \"$@\" <&- >&- 2>&-", env!("CARGO_BIN_EXE_tollgate")]);
    let status = command.args(words(&small(2))).current_dir(folder.path()).status();
    assert_eq!(status.expect("sh starts").code(), Some(0));
    is_finished(folder.path());
}

/// Runs a program on a terminal of its own, which goes away after the words; prints the exit code.
const ON_A_TERMINAL: &str = r#"
import fcntl, os, pty, subprocess, sys, termios
ours, theirs = pty.openpty()
def on_it():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
child = subprocess.Popen(sys.argv[2:], stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=on_it)
os.close(theirs)
while not os.path.exists(sys.argv[1]):
    os.read(ours, 65536)
os.close(ours)
print(child.wait(60))
"#;

#[test]
fn a_terminal_that_goes_away_ends_a_run_that_keeps_what_was_measured() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let folder = folder();
    let mut command = Command::new(python);
    command.args(["-c", ON_A_TERMINAL, "reports/out/record.json"]);
    command.arg(env!("CARGO_BIN_EXE_tollgate")).args(words(&small(20)));
    let output = command.current_dir(folder.path()).output().expect("Python starts");
    assert_eq!(stdout(&output).trim(), "130", "{}", stderr(&output));
    let progress = &record(folder.path())["progress"];
    assert_eq!(progress["interrupted"], true);
    assert!(progress["starts_done"].as_u64() >= Some(1), "{progress}");
    assert_eq!(names(&folder.path().join("reports/out")), ["record.json", "report.html"]);
}

fn started(folder: &Path, line: &str) -> Child {
    let mut command = tollgate(folder);
    command.args(words(line)).stderr(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().expect("starts")
}

#[test]
fn runs_that_are_stopped_before_one_whole_restart_displace_no_record() {
    let folder = folder();
    succeeds(folder.path(), &words(&small(2)));
    let out = folder.path().join("reports/out");
    let files = || ["record.json", "report.html"].map(|name| fs::read(out.join(name)).ok());
    let before = files();
    for _ in 0..2 {
        let mut child = started(folder.path(), &small(1).replace("1s", "60s"));
        until_it_says(&mut child, "restart 1 of 1");
        signal(&child, "-INT");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(code(&output), 130);
        assert_eq!(files(), before, "the earlier record and report stay as they are");
    }
    let all = [
        "record-interrupted.json",
        "record.json",
        "report-interrupted.html",
        "report.html",
    ];
    assert_eq!(names(&out), all);
    let interrupted = fs::read_to_string(out.join(all[0])).expect("written");
    let interrupted: Value = serde_json::from_str(&interrupted).expect("JSON");
    assert_eq!(interrupted["progress"]["starts_done"], 0);
}

#[test]
fn first_figures_are_in_the_page_before_a_restart_is_over_and_ctrl_c_brings_back_the_earlier_one() {
    let folder = folder();
    succeeds(folder.path(), &words(&small(2)));
    let out = folder.path().join("reports/out");
    let file = |name: &str| fs::read_to_string(out.join(name)).expect("it is there");
    let before = ["record.json", "report.html"].map(file);
    let mut child = started(folder.path(), &small(2).replace("2s", "60s"));
    until_it_says(&mut child, "first figures are in");
    assert_eq!(file("record.json"), before[0], "no record is displaced");
    let page = file("report.html");
    says(&page, &["Restart 1 of 2 is under way.", "id=\"following\""]);
    signal(&child, "-INT");
    assert_eq!(code(&child.wait_with_output().expect("it ends")), 130);
    assert_eq!(["record.json", "report.html"].map(file), before);
    let interrupted = file("report-interrupted.html");
    assert!(!interrupted.contains("is under way"), "it follows nothing");
}

#[test]
fn a_report_that_has_no_room_costs_neither_the_record_nor_the_table() {
    let folder = folder();
    succeeds(folder.path(), &words(&small(2)));
    // 410 kB, in the blocks of sh: more than any file of a run but its report.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 800; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_tollgate")]);
    let larger = "--lanes uds,tcp --batch 1,4,16 --engine stub --max-results 10 --seed 7";
    let run = format!("run {larger} --starts 3 --budget 3s");
    let output = command.args(words(&run)).current_dir(folder.path()).output();
    let output = output.expect("sh starts");
    assert_eq!(output.status.signal(), None, "it was killed");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    says(
        &stderr(&output),
        &["cannot write reports/out/report.html", "no report", "--out"],
    );
    says(&stdout(&output), &["uds", "record.json"]);
    is_finished(folder.path());
    assert_eq!(record(folder.path())["progress"]["starts_done"], 3);
    let left = ["history", "record-previous.json", "record.json", "report-previous.html"];
    assert_eq!(names(&folder.path().join("reports/out")), left);
}

#[test]
fn a_folder_that_cannot_be_written_any_more_ends_no_run() {
    let folder = folder();
    let mut child = started(folder.path(), &format!("{} --save mine", small(4)));
    until_it_says(&mut child, "restart 3 of");
    fs::remove_dir_all(folder.path().join("reports")).expect("removed");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 1);
    says(&stdout(&output), &["uds"]);
    assert!(!folder.path().join("reports").exists(), "nothing is left half");
}

#[test]
fn what_cannot_be_kept_as_a_baseline_is_known_before_measuring() {
    let folder = folder();
    let save = |name: &str| [small(2), format!("--save {name}")].join(" ");
    let refused = |name: &str, said: &[&str]| {
        let said = refuses(folder.path(), &words(&save(name)), said);
        assert!(!said.contains("restart"), "{said}");
    };
    refused(&"x".repeat(251), &["251", "at most 250"]);
    fs::create_dir_all(folder.path().join("reports/baselines/taken.json")).expect("made");
    refused("taken", &["taken.json", "--save"]);
    fs::remove_dir_all(folder.path().join("reports/baselines")).expect("removed");
    fs::write(folder.path().join("reports/baselines"), "no folder").expect("written");
    refused("mine", &["cannot keep the record", "--save"]);
    fs::remove_file(folder.path().join("reports/baselines")).expect("removed");
    let longest = "x".repeat(250);
    succeeds(folder.path(), &words(&save(&longest)));
    let kept = folder.path().join("reports/baselines").join(format!("{longest}.json"));
    assert!(kept.exists());
}

#[test]
fn no_file_of_the_users_is_written_through_or_taken_for_one_of_the_programs() {
    let folder = folder();
    let (out, baselines) =
        (folder.path().join("reports/out"), folder.path().join("reports/baselines"));
    for made in [&out, &baselines] {
        fs::create_dir_all(made).expect("made");
    }
    let mine = folder.path().join("mine");
    fs::write(&mine, "mine").expect("written");
    for link in [".writable", "record.part", "report.part", "record.json", "record-previous.json"] {
        symlink(&mine, out.join(link)).expect("made");
    }
    symlink(&mine, baselines.join("kept.json")).expect("made");
    succeeds(folder.path(), &words(&format!("{} --save kept", small(2))));
    assert_eq!(fs::read_to_string(&mine).expect("it is there"), "mine");
    is_finished(folder.path());
    for link in [".writable", "record.part", "report.part"] {
        assert_eq!(fs::read_link(out.join(link)).expect("it is there"), mine, "{link}");
    }
    succeeds(folder.path(), &words("compare --baseline kept reports/out/record.json"));
}
