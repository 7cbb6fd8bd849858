//! Servers that stand between a caller and its callee, by entries of a user's file: in which order
//! they start, what of them is measured, and what is said where one is missing.

use crate::support::{
    code, each, folder, list, processes, python, record, run, says, schema_errors, skip, some,
    stderr, stdout, succeeds, those, tollgate, unwrapped, wait_for, words,
};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");

/// A server that stands before a callee: what comes on its port goes to the callee's, and back.
const FORWARDER: &str = r#"
import socket, sys, threading
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
host, port = sys.argv[2].removeprefix("tcp:").rsplit(":", 1)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    near, _ = listener.accept()
    far = socket.create_connection((host, int(port)))
    for one in (near, far):
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for a, b in ((near, far), (far, near)):
        threading.Thread(target=pump, args=(a, b), daemon=True).start()
"#;

/// A lane `mine/tcp/behind` through a server of this name.
fn lane_through(server: &str, drive: &[&str], serve: &[&str]) -> String {
    format!(
        r#"
[[lane]]
caller = "mine"
transport = "tcp"
callee = "behind"
server = "{server}"
summary = "frames over TCP, through a process that forwards them"
role = "socket"
looseness = 33
drive = {drive:?}
serve = {serve:?}
codec = "protobuf"
carrier = "tcp"
modes = ["batched", "pipelined"]
[lane.properties]
typed_contract = true
deadline = true
multiplexing = false
survives_callee_crash = true
readable_with_curl = false
"#
    )
}

/// A file with that lane, and this server.
fn lanes_file(folder: &Path, version_command: &str, start: &str) -> String {
    let lane = lane_through("forwarder", &[PROGRAM, "drive"], &[PROGRAM, "serve"]);
    let text = format!(
        r#"
[[server]]
name = "forwarder"
version_command = [{version_command}]
minimum_version = "3.9"
install = "install Python 3.9 or newer"
start = [{start}]
url = "tcp:127.0.0.1:{{port}}"
# An echo of one byte, as the frames of sockets have it.
ready = {{ send = "\u0006\u0000\u0000\u0000\u0003\u0001\u0000\u0000\u0000x", awaited = "x" }}
settings = [["forwards", "bytes as they come"]]
notes = "one thread each way"
[server.files]
"forward.py" = '''{FORWARDER}'''
{lane}"#
    );
    let file = folder.join("lanes.toml");
    fs::write(&file, text).expect("written");
    file.display().to_string()
}

/// The same with a server that works.
fn forwarded(folder: &Path, python: &Path) -> String {
    let python = format!("{:?}", python.display().to_string());
    let start = format!("{python}, \"{{folder}}/forward.py\", \"{{port}}\", \"{{callee}}\"");
    lanes_file(folder, &format!("{python}, \"--version\""), &start)
}

#[test]
fn a_server_that_is_told_its_callee_starts_after_it_and_is_a_part_of_its_own() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let folder = folder();
    let file = forwarded(folder.path(), &python);
    let with = |line: &str| {
        stdout(&succeeds(folder.path(), &[&words(line)[..], &["--lanes-file", &file]].concat()))
    };
    says(&with("servers check"), &["forwarder", "is here", "one thread each way"]);
    assert_eq!(with("call mine/tcp/behind --max 2"), "product_0\nproduct_1\n");
    with("run --lanes mine* --starts 2 --budget 1s --batch 1,4 --engine stub");
    let record = record(folder.path());
    assert_eq!(schema_errors(&record), Vec::<String>::new());
    let of_lane = |of: &str| those(&record[of], "lane", "mine/tcp/behind");
    for cell in of_lane("cells") {
        assert_eq!(cell["status"], "measured", "{cell}");
        each(list(&cell["starts"]), "CPU time of a server", |start| {
            those(&start["parts"], "part", "server")[0]["cpu_ns"].as_u64() > Some(0)
        });
    }
    for resources in of_lane("resources") {
        each(
            list(&resources["starts"]),
            "memory of a server, on the callee's core",
            |start| {
                let of = |part: &str| those(&start["parts"], "part", part)[0].clone();
                let (server, callee) = (of("server"), of("callee"));
                server["memory_bytes"].as_u64() > Some(1 << 20)
                    && server["seats"] == callee["seats"]
            },
        );
    }
    each(&of_lane("cold"), "a start of both", |cold| list(&cold["ready"]).len() == 2);
    let lane = those(&record["lanes"], "name", "mine/tcp/behind")[0];
    let card = those(&lane["fairness"], "side", "server");
    let said: Vec<&Value> = card.iter().map(|line| &line["what"]).collect();
    assert!(said.contains(&&Value::from("server")) && said.contains(&&Value::from("forwards")));
    assert_eq!(lane["server"], "forwarder");
}

#[test]
fn a_lane_through_a_server_is_held_to_the_suite_like_any_other() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let folder = folder();
    let file = forwarded(folder.path(), &python);
    let case = ["conform", "mine/tcp/behind", "--lanes-file", &file];
    // Beside the cases, that what they left to each other ends.
    for (cases, passed) in [("golden", "3 passed"), ("behind", "2 passed"), ("killed", "2 passed")]
    {
        let output = succeeds(folder.path(), &[&case[..], &["--case", cases]].concat());
        says(&stdout(&output), &[passed, "0 failed"]);
    }
}

#[test]
fn a_lane_whose_server_is_not_installed_is_not_here_and_the_cure_is_named() {
    let folder = folder();
    let file = lanes_file(folder.path(), "\"no-such-forwarder\"", "\"no-such-forwarder\"");
    let with =
        |line: &str| run(folder.path(), &[&words(line)[..], &["--lanes-file", &file]].concat());
    let cure = "server forwarder: no-such-forwarder is not installed; install Python 3.9 or newer";
    for line in ["list", "doctor", "run --lanes mine*,null --dry-run"] {
        let output = with(line);
        let said = unwrapped(&(stdout(&output) + &stderr(&output)));
        assert!(said.contains(cure), "{line}: {said}");
    }
    let refused = with("call mine/tcp/behind");
    assert_eq!(code(&refused), 5, "{}", stderr(&refused));
    says(&stderr(&refused), &[cure]);
    let listed = with("list --format json");
    let lanes: Value = serde_json::from_str(&stdout(&listed)).expect("JSON");
    let lane = those(&lanes, "name", "mine/tcp/behind")[0];
    assert_eq!((&lane["available"], &lane["reason"]), (&Value::from(false), &Value::from(cure)));
}

#[test]
fn a_server_that_does_not_start_is_told_with_its_own_last_words() {
    let folder = folder();
    let start = "\"sh\", \"-c\", \"echo no room for {callee} >&2; exit 3\"";
    let file = lanes_file(folder.path(), "\"echo\", \"3.11.0\"", start);
    let output = run(folder.path(), &["call", "mine/tcp/behind", "--lanes-file", &file]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    says(
        &stderr(&output),
        &["server forwarder", "exit status: 3", "no room for tcp:127.0.0.1:"],
    );
}

#[test]
fn no_server_outlives_its_command_even_one_that_is_killed() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    for name in ["-TERM", "-KILL"] {
        let (folder, temporary) = (folder(), folder());
        let file = forwarded(folder.path(), &python);
        let mut command = tollgate(folder.path());
        command.args(["load", "mine/tcp/behind", "--rate", "50", "--duration", "60s"]);
        command.args(["--lanes-file", &file]).env("TMPDIR", temporary.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        // Driver, callee, what attends the server, and the server.
        let started = wait_for("all processes", || {
            let found = processes::descendants(child.id());
            (found.len() >= 4).then_some(found)
        });
        let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        child.wait().expect("it ends");
        wait_for("the end of all processes", || {
            (!started.iter().any(|pid| processes::runs(*pid))).then_some(())
        });
        // A coordinator that is killed leaves its own folder; a server's goes.
        let left: Vec<String> = fs::read_dir(temporary.path())
            .expect("a folder")
            .map(|entry| entry.expect("readable").path().join("forward.py").display().to_string())
            .filter(|file| Path::new(file).exists())
            .collect();
        assert_eq!(left, Vec::<String>::new(), "{name}");
    }
}

/// A server that two commands make.
const MADE: &str = r#"
[[server]]
name = "made"
version_command = ["cat", "{build}/version"]
minimum_version = "1.0"
install = "tollgate servers build made"
build = [["sh", "-c", "echo 1.2.3 > version"], ["sh", "-c", "test -s version"]]
start = ["sleep", "60"]
url = "tcp:127.0.0.1:{port}"
ready = { send = "", awaited = "x" }
"#;

#[test]
fn a_server_that_has_to_be_built_is_not_here_until_it_was_built_and_then_stays() {
    let (folder, cache) = (folder(), folder());
    let text = &(MADE.to_owned() + &lane_through("made", &["true"], &["true"]));
    let file = folder.path().join("lanes.toml");
    let with = |line: &str, text: &str| {
        fs::write(&file, text).expect("written");
        let mut command = tollgate(folder.path());
        command.args(words(line)).arg("--lanes-file").arg(&file);
        command.env("TOLLGATE_CACHE", cache.path()).output().expect("it starts")
    };
    says(&stdout(&with("servers check", text)), &["made", "missing: not built yet"]);
    let broken = text.replace("echo 1.2.3 > version", "exit 7");
    let output = with("servers build made", &broken);
    assert_eq!(code(&output), 1);
    says(&stderr(&output), &["made cannot be built", "exit status: 7"]);
    assert_eq!(code(&with("servers build made", text)), 0);
    says(&stdout(&with("servers check", text)), &["1.2.3 is here"]);
    // Again, and nothing is done.
    let again = with("servers build made", text);
    assert_eq!((stdout(&again).as_str(), stderr(&again).as_str()), ("made is built\n", ""));
    let kept = fs::read_dir(cache.path().join("servers")).expect("a folder").flatten();
    let built = kept.filter(|entry| entry.path().is_dir()).count();
    assert_eq!(built, 1, "what was built by half does not stay");
}

#[test]
fn servers_of_a_persons_own_end_by_another_command_and_no_other_does() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let (folder, temporary) = (folder(), folder());
    let file = forwarded(folder.path(), &python);
    let callee = crate::support::Served::start(folder.path(), &["tcp"], Stdio::piped());
    let with = |arguments: &[&str]| {
        let mut command = tollgate(folder.path());
        command
            .args(arguments)
            .args(["--lanes-file", &file])
            .env("TMPDIR", temporary.path());
        command
    };
    let start = ["servers", "start", "forwarder", "--callee", &callee.endpoint];
    let mut started = with(&start);
    started.stderr(Stdio::piped()).stdout(Stdio::piped());
    let mut child = started.spawn().expect("it starts");
    crate::support::until_it_says(&mut child, "tollgate servers stop");
    let all = some(processes::descendants(child.id()), "the server");
    let stop = with(&["servers", "stop"]).output().expect("it starts");
    assert_eq!(stdout(&stop), "ended forwarder\n", "{}", stderr(&stop));
    assert!(child.wait().expect("it ends").success());
    each(&all, "gone", |pid| !processes::runs(**pid));
    let none = with(&["servers", "stop"]).output().expect("it starts");
    says(&stderr(&none), &["none runs"]);
    assert_eq!(fs::read_dir(temporary.path()).expect("a folder").count(), 0);
}
