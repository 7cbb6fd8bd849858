//! What the conformance suite finds where the cases of a lane leave their callee and driver to each
//! other: the same as with fresh ones, and told of the case whose fault it is.

use crate::support::{
    OwnLane, code, copy_python_peer, folder, python, run, says, skip, stderr, stdout,
};
use std::{fs, path::Path};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");
/// Five cases, one of which asks the catalog.
const CASES: &str = "refuses";

/// Holds `mine/uds/mine` to the cases, both of whose sides are started by this shell script, which
/// is given what to start. Gives the exit code and what was said.
fn held(folder: &Path, script: &str) -> (i32, String) {
    let file = folder.join("start.sh");
    fs::write(&file, script).expect("written");
    let file = file.display().to_string();
    let lane = OwnLane {
        caller: "mine",
        drive: &["sh", &file, PROGRAM, "drive"],
        serve: &["sh", &file, PROGRAM, "serve"],
        more: "codec = \"protobuf\"\nmodes = [\"batched\", \"pipelined\"]",
    };
    let lanes = lane.write(folder);
    let suite = ["conform", "mine/uds/mine", "--case", CASES, "--lanes-file", &lanes];
    let output = run(folder, &suite);
    (code(&output), format!("{}{}", stdout(&output), stderr(&output)))
}

#[test]
fn both_sides_are_started_once_for_each_setup_of_the_cases() {
    let folder = folder();
    let log = folder.path().join("started");
    let script = format!("echo $2 >> {}\nexec \"$@\"\n", log.display());
    let (code, said) = held(folder.path(), &script);
    assert_eq!(code, 0, "{said}");
    says(&said, &["6 passed, 0 exempt, 0 failed"]);
    let started = fs::read_to_string(log).expect("written by the script");
    let count = |side: &str| started.lines().filter(|line| *line == side).count();
    assert_eq!((count("serve"), count("drive")), (2, 2), "{started}");
}

#[test]
fn what_a_shared_callee_leaves_behind_is_found_at_the_end_with_the_cases_that_had_it() {
    let folder = folder();
    let script = "[ $2 = serve ] && touch \"$TMPDIR/left\"\nexec \"$@\"\n";
    let (code, said) = held(folder.path(), script);
    assert_eq!(code, 1, "{said}");
    says(
        &said,
        &[
            "FAILED  ends_what_its_cases_shared: ",
            "/left is still there; it was used by refuses_the_modes_it_does_not_declare, ",
            "5 passed, 0 exempt, 1 failed",
        ],
    );
}

#[test]
fn a_driver_that_does_not_end_well_is_found_though_cases_shared_it() {
    let folder = folder();
    let script = "\"$@\"\n[ $2 = serve ]\n";
    let (code, said) = held(folder.path(), script);
    assert_eq!(code, 1, "{said}");
    says(
        &said,
        &["FAILED  ends_what_its_cases_shared: the driver did not end by itself with 0"],
    );
}

/// What answers over a socket in the Python peer.
const SOCKET_CALLEE: &str = "tollgate_peer/wire/socket_callee.py";

/// The Python callee, as it is but for one line.
fn python_with(folder: &Path, from: &str, to: &str) -> String {
    copy_python_peer(folder);
    let callee = folder.join(SOCKET_CALLEE);
    let text = fs::read_to_string(&callee).expect("a source");
    assert!(text.contains(from), "{SOCKET_CALLEE} has another line");
    fs::write(callee, text.replacen(from, to, 1)).expect("written");
    folder.join("peer.py").display().to_string()
}

#[test]
fn a_case_that_breaks_the_shared_callee_fails_and_no_later_one_does() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let folder = folder();
    let ends = "                    ends = reply[4] == contract.STATUS[\"malformed\"]\n";
    let dies = "                    __import__(\"os\")._exit(3) \
                if reply[4] == contract.STATUS[\"too_large\"] else 0\n";
    let peer = python_with(folder.path(), ends, &format!("{ends}{dies}"));
    let lane = OwnLane {
        caller: "mine",
        drive: &[PROGRAM, "drive"],
        serve: &[&python.display().to_string(), &peer, "serve"],
        more: "codec = \"json\"\nmodes = [\"batched\", \"pipelined\"]",
    };
    let lanes = lane.write(folder.path());
    // The peer has another transport than the lanes of these tests.
    let text = fs::read_to_string(&lanes).expect("written above");
    fs::write(&lanes, text.replace("\"uds\"", "\"uds-json\"")).expect("written");
    let suite = ["conform", "mine/uds-json/mine", "--case", CASES, "--lanes-file", &lanes];
    let said = stdout(&run(folder.path(), &suite));
    says(
        &said,
        &[
            "ok      refuses_the_modes_it_does_not_declare",
            "FAILED  refuses_what_is_above_a_limit: ",
            "FAILED  refuses_a_batch_above_the_limit: ",
            "ok      refuses_negative_max_results",
            "ok      refuses_malformed_bytes",
            "ok      ends_what_its_cases_shared",
        ],
    );
}
