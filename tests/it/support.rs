//! Starts the binary and looks at what it did. Asserts nothing by itself.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The binary under test, in an empty folder of its own: nothing it writes lands in the checkout.
pub(crate) fn tollgate(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.current_dir(folder).env_remove("NO_COLOR");
    command
}

/// Runs it to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    tollgate(folder).args(arguments).output().expect("the binary starts")
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The record that a run in this folder wrote.
pub(crate) fn record(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("reports/out/record.json"))
        .expect("a record was written");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The lanes as `list` tells them.
pub(crate) fn lanes() -> Vec<Value> {
    let folder = folder();
    let listed = stdout(&run(folder.path(), &["list", "--format", "json"]));
    serde_json::from_str(&listed).expect("list prints JSON")
}

/// The short names of available default lanes that start a callee.
pub(crate) fn lanes_with_a_callee() -> Vec<String> {
    let short = |lane: &Value| lane["short"].as_str().expect("a name").to_string();
    let wanted = |lane: &&Value| {
        lane["default"] == true && lane["in_process"] == false && lane["available"] == true
    };
    lanes().iter().filter(wanted).map(short).collect()
}

/// A callee started by hand; told to stop with this value.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) endpoint: String,
}

impl Served {
    pub(crate) fn start(folder: &Path, arguments: &[&str], stdin: Stdio) -> Self {
        let command = &mut tollgate(folder);
        let mut child = command
            .arg("serve")
            .args(arguments)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let endpoint = line
            .trim()
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("{line:?} is no ready line"));
        Self { endpoint: endpoint.into(), child }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Told, not killed: a killed callee cannot remove its socket.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
