//! Starts the binary and looks at what it did. What a test asserts is in the test; here it is only
//! asserted that there is something to look at.

#[path = "../../reports/tests/support/assertions.rs"]
mod assertions;
pub(crate) mod own_lane;
pub(crate) mod processes;
pub(crate) mod proxy;
mod python_peer;
#[cfg(feature = "queue-redis")]
pub(crate) mod redis;
mod tools;

pub(crate) use assertions::{each, says, some};
pub(crate) use own_lane::OwnLane;
pub(crate) use python_peer::copy_python_peer;
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};
#[cfg_attr(not(feature = "queue-redis"), allow(unused_imports))]
pub(crate) use tools::has;
pub(crate) use tools::{python, skip};

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

/// Runs it to its end, which must be exit code 0.
#[track_caller]
pub(crate) fn succeeds(folder: &Path, arguments: &[&str]) -> Output {
    let output = run(folder, arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}{}", stderr(&output), stdout(&output));
    output
}

/// Runs it to its end, which must be exit code 2 with these words on stderr; gives them.
#[track_caller]
pub(crate) fn refuses(folder: &Path, arguments: &[&str], words: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = stderr(&output);
    assert_eq!(code(&output), 2, "{arguments:?}: {said}{}", stdout(&output));
    says(&said, words);
    said
}

/// The words of a command line without quotes.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Text in one line, however it was wrapped.
pub(crate) fn unwrapped(text: &str) -> String {
    words(text).join(" ")
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The files of a folder, in order; none where there is no folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().map_while(Result::ok);
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
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

/// What a list of a record holds; nothing where there is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Those of a list with this text under this key, of which there must be some.
#[track_caller]
pub(crate) fn those<'r>(list_of: &'r Value, key: &str, text: &str) -> Vec<&'r Value> {
    let wanted = list(list_of).iter().filter(|one| one[key] == text);
    some(wanted, &format!("entries whose {key} is {text}"))
}

/// The errors that the published schema finds in a record.
pub(crate) fn schema_errors(record: &Value) -> Vec<String> {
    let schema = include_str!("../../reports/schema/record-v2.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(record).map(|error| error.to_string()).collect()
}

/// The lanes as `list` tells them.
pub(crate) fn lanes() -> Vec<Value> {
    let folder = folder();
    let listed = stdout(&succeeds(folder.path(), &["list", "--format", "json"]));
    serde_json::from_str(&listed).expect("list prints JSON")
}

/// True for a lane of the set `default`, as `list` tells it.
pub(crate) fn is_default(lane: &Value) -> bool {
    list(&lane["sets"]).iter().any(|set| set == "default")
}

/// The short names of available default lanes that start a callee, of which there must be some.
#[track_caller]
pub(crate) fn lanes_with_a_callee() -> Vec<String> {
    let mut names = Vec::new();
    for lane in lanes() {
        // Behind a server that stands between the two, a callee does not run alone.
        let alone = lane["in_process"] == false && lane["server"].is_null();
        let wanted = is_default(&lane) && alone;
        if wanted && lane["available"] == true {
            names.push(lane["short"].as_str().expect("a name").to_owned());
        }
    }
    some(names, "default lanes with a callee")
}

/// One of them.
pub(crate) fn a_lane_with_a_callee() -> String {
    lanes_with_a_callee().remove(0)
}

/// Available lanes whose caller is another program, by their names; `None`, said aloud, where no
/// language of a peer is here.
pub(crate) fn foreign_lanes() -> Option<Vec<String>> {
    if python().is_none() {
        skip("install Python 3.9 or newer as python3");
        return None;
    }
    let mut names = Vec::new();
    for lane in lanes() {
        if lane["caller"] != "rust" && lane["available"] == true {
            names.push(lane["name"].as_str().expect("a name").to_owned());
        }
    }
    Some(some(names, "lanes with a caller in Python, which is here"))
}

/// Waits until there is something, and gives it; for at most 30 s, which no machine needs.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal, as in `-TERM`.
#[track_caller]
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success(), "{name} was not sent");
}

/// Reads what it says until it is this.
#[track_caller]
pub(crate) fn until_it_says(child: &mut Child, words: &str) {
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(said.read_line(&mut line).expect("a line") > 0, "it ended before {words}");
    }
    // Whatever else it says must not fill the pipe.
    thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
}

/// A callee started by hand; told to stop with this value.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) endpoint: String,
}

impl Served {
    pub(crate) fn start(folder: &Path, arguments: &[&str], stdin: Stdio) -> Self {
        Self::of(tollgate(folder).arg("serve").args(arguments), stdin)
    }

    /// The same with a command of whatever program.
    pub(crate) fn of(command: &mut Command, stdin: Stdio) -> Self {
        let command = command.stdin(stdin).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        // What a callee says of itself comes before.
        let line = lines.find(|line| !line.as_ref().is_ok_and(|line| line.starts_with("setting ")));
        let line = line.expect("it says something").expect("a line");
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
