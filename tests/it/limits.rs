//! What the system keeps from a run: a CPU quota, cores, priority. Each is named where somebody
//! looks for it: by `doctor`, in the record, beside the figures.

use crate::support::{OwnLane, folder, record, run, says, skip, stderr, stdout, tollgate, words};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const RUN: &str = "run --lanes inproc,uds --batch 1 --starts 2 --budget 1s";

/// Runs the binary behind another program, which limits it.
fn behind(limiter: &[&str], folder: &Path, line: &str) -> Output {
    let mut command = Command::new(limiter[0]);
    command.args(&limiter[1..]).arg(tollgate(folder).get_program());
    command.args(line.split(' ')).current_dir(folder).output().expect("it starts")
}

fn limits(folder: &Path) -> Value {
    record(folder)["environment"]["limits"].clone()
}

/// A control group with a CPU quota of a fifth of a core, which goes with this value.
struct Group(PathBuf);

impl Group {
    /// None where no group can be made here.
    fn with_quota(whose: &str) -> Option<Self> {
        const VERSION_1: &str = "/sys/fs/cgroup/cpu";
        let name = format!("tollgate-test-{whose}-{}", std::process::id());
        let (top, file, quota) = if Path::new(VERSION_1).join("cpu.cfs_quota_us").exists() {
            (VERSION_1, "cpu.cfs_quota_us", "20000")
        } else {
            ("/sys/fs/cgroup", "cpu.max", "20000 100000")
        };
        let group = Self(Path::new(top).join(name));
        fs::create_dir(&group.0).ok()?;
        // Dropped, and with it the folder, where the group has no such file.
        fs::write(group.0.join(file), quota).ok()?;
        Some(group)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Of a group only the folder can be removed, and only when its processes have gone.
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn a_cpu_quota_is_named_by_doctor_the_record_and_the_table() {
    let Some(group) = Group::with_quota("run") else {
        return skip("it makes a control group with a CPU quota, which needs root");
    };
    let tasks = group.0.join("cgroup.procs");
    let enter = "echo $$ > \"$0\" && exec \"$@\"";
    let limiter = ["sh", "-c", enter, tasks.to_str().expect("made of ASCII")];
    let folder = folder();
    let doctor = stdout(&behind(&limiter, folder.path(), "doctor"));
    says(&doctor, &["cpu quota      0.20 cores", "! a CPU quota"]);
    let output = behind(&limiter, folder.path(), RUN);
    says(&stdout(&output), &["A CPU quota of 0.200 cores stopped caller or callee in"]);
    let limits = limits(folder.path());
    assert_eq!(limits["quota_cores"], 0.2, "{}", stderr(&output));
    assert!(limits["throttled_periods"].as_u64() > Some(0), "{limits}");
    assert!(limits["throttled_ms"].as_f64() > Some(0.0), "{limits}");
}

#[test]
fn without_a_quota_none_is_named() {
    let folder = folder();
    let doctor = stdout(&run(folder.path(), &["doctor"]));
    if !doctor.contains("cpu quota      none") {
        return skip("it runs where there is no CPU quota");
    }
    assert!(!doctor.contains("! a CPU quota"), "{doctor}");
}

#[test]
fn figures_of_the_machine_are_of_the_cores_that_may_be_used() {
    if !Path::new("/usr/bin/taskset").exists() {
        return skip("it needs taskset (apt-get install util-linux)");
    }
    let folder = folder();
    let one_core = ["taskset", "-c", "0"];
    behind(&one_core, folder.path(), RUN);
    let environment = &record(folder.path())["environment"];
    assert_eq!(environment["logical_cores"], 1, "{environment}");
    let others = environment["others_cores"].as_f64().expect("measured on Linux");
    assert!(others <= 1.05, "{others} of one core, within a tick");
}

#[test]
fn a_low_priority_is_named() {
    let folder = folder();
    let doctor = stdout(&behind(&["nice", "-n", "5"], folder.path(), "doctor"));
    says(&doctor, &["priority       nice 5", "! a low priority"]);
}

/// A callee in a group of its own, as one in a container has it.
#[test]
fn a_cpu_quota_of_the_callee_alone_is_named_too() {
    let Some(group) = Group::with_quota("callee") else {
        return skip("it makes a control group with a CPU quota, which needs root");
    };
    let folder = folder();
    let program = tollgate(folder.path()).get_program().to_string_lossy().into_owned();
    let tasks = group.0.join("cgroup.procs").display().to_string();
    let enter = format!("echo $$ > {tasks} && exec \"$0\" \"$@\"");
    let lane = OwnLane {
        caller: "mine",
        drive: &[&program, "drive"],
        serve: &["sh", "-c", &enter, &program, "serve"],
        more: "",
    };
    lane.write(folder.path());
    let line = "run --lanes-file lanes.toml --lanes mine/uds/mine --batch 1 --starts 2 --budget 2s";
    let output = run(folder.path(), &words(line));
    assert_eq!(limits(folder.path())["quota_cores"], 0.2, "{}", stderr(&output));
    says(&stdout(&output), &["A CPU quota of 0.200 cores stopped caller or callee in"]);
}
