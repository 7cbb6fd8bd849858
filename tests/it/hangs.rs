//! Drivers and callees that hang, fork, or say more than they may: what they cost is bounded, and
//! nothing of theirs is left running.

use crate::{
    faults::{PEER, every_cell_is, run_with_plan},
    support::{each, folder, processes::runs, python, says, skip, those},
};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Separates a wait that was cut short from one of 30 s, on a machine that is busy.
const SOON: Duration = Duration::from_secs(20);
/// One wait of 12 s, and all else.
const ONE_WAIT: Duration = Duration::from_secs(90);
const PLAN: &str =
    "run --starts 3 --budget 2s --batch 1 --engine stub --deadline 1s --lanes inproc,";

/// A driver that opens connections and does `visit` for everything else, and a callee that is
/// there.
fn driver_that(visit: &str) -> String {
    format!(
        r#"
if [ "$2" = drive ]; then
    while read -r line; do
        case "$line" in
        *'"op":"hello"'*)
            printf '{{"ok":true,"protocol":1,"language":"python","implementation":"sh",'
            echo '"transports":["uds-json"]}}' ;;
        *'"op":"open"'*) echo '{{"ok":true,"open_ns":1,"first_call_ns":1}}' ;;
        *) {visit} ;;
        esac
    done
    exit 0
fi
echo ready tcp:127.0.0.1:9
cat > /dev/null
"#
    )
}

#[test]
fn a_lane_that_hangs_once_is_waited_for_once() {
    let began = Instant::now();
    let ran = run_with_plan(&driver_that("sleep 1000"), PLAN);
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert!(began.elapsed() < ONE_WAIT, "{:?}: {}", began.elapsed(), ran.said);
    assert_eq!(ran.said.matches("said nothing for").count(), 1, "{}", ran.said);
    let left_out = "it hung once, and is left out of the rest of the run";
    assert_eq!(ran.said.matches(left_out).count(), 1, "{}", ran.said);
    let pairs = those(&ran.record["contrasts"], "first", PEER);
    each(pairs, "given up", |pair| pair["reason"] == "its lane hung earlier in the run");
    says(&ran.record["notes"].to_string(), &["said nothing for", left_out]);
    every_cell_is(&ran.record, PEER, "missing");
    every_cell_is(&ran.record, "rust/inproc/rust", "measured");
}

/// The process that a script wrote the number of.
fn written_pid(file: &Path) -> u32 {
    let text = fs::read_to_string(file).expect("the script was run");
    text.trim().parse().expect("a number")
}

#[test]
fn a_callee_that_forks_and_exits_is_not_waited_for_and_leaves_nobody() {
    let folder = folder();
    let file = folder.path().join("pid");
    let drive = driver_that("sleep 1000");
    let serve = format!("sleep 600 & echo $! > {}; exit 3; ", file.display());
    let began = Instant::now();
    let ran = run_with_plan(&drive.replace("echo ready", &format!("{serve} echo")), PLAN);
    assert!(began.elapsed() < SOON, "{:?}: {}", began.elapsed(), ran.said);
    says(&ran.said, &[&format!("callee of {PEER} ended (exit status: 3)")]);
    assert!(!runs(written_pid(&file)), "what it started lives on");
}

#[test]
fn what_a_driver_started_goes_with_it_though_it_did_all_it_was_told() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let folder = folder();
    let file = folder.path().join("pid");
    let fork = format!("sleep 600 & echo $! > {}", file.display());
    let ran = run_with_plan(&format!("{fork}\nexec {} \"$@\"", python.display()), PLAN);
    assert_eq!(ran.code, 0, "{}", ran.said);
    every_cell_is(&ran.record, PEER, "measured");
    assert!(!runs(written_pid(&file)), "what it started lives on");
}

#[test]
fn an_answer_beyond_its_bounds_is_named_and_costs_its_lane_alone() {
    let figures = |more: &str| {
        format!(
            "echo '{{\"ok\":true,\"group\":1,\"samples\":1,\"items\":1,\"lead_in_items\":0,\
            \"wrong\":0,\"errors\":0,\"elapsed_ns\":1,{more}}}'"
        )
    };
    let list = format!("\"first_ns\":[{}1]", "1,".repeat(64));
    let slices = format!("\"slices_p50_ns\":[{}1]", "1,".repeat(200));
    // It unpacks to a head that says that four billion bytes of counts follow.
    let histogram = "HISTFAAAAB94nJNpmSz8HwgYIIAZSjMCMe8P9wgG+w8QAQDWVQga";
    for (visit, said) in [
        (figures(&list), "a list of more than 64"),
        (figures(&slices), "a list of more than 200"),
        (
            figures("\"p50_ns\":99999999999999999"),
            "p50_ns: 99999999999999999 is more than",
        ),
        (
            figures(&format!("\"histogram\":\"{histogram}\"")),
            "a driver's histogram cannot be read",
        ),
        ("head -c 20000000 /dev/zero; echo".to_owned(), "a line of 20000000 bytes"),
    ] {
        let ran = run_with_plan(&driver_that(&visit), PLAN);
        assert_eq!(ran.code, 1, "{}", ran.said);
        says(&ran.said, &[said]);
        every_cell_is(&ran.record, "rust/inproc/rust", "measured");
    }
}
