//! What is left behind: nothing in the folder of temporary files, however a command ends; and what
//! the program did not make stays where it is, whatever a callee says.

use crate::support::{
    OwnLane, Served, code, folder, python, refuses, run, says, signal, skip, some, stderr, stdout,
    succeeds, tollgate, wait_for, words,
};
use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What is in a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map_while(Result::ok);
    entries.map(|entry| entry.path()).collect()
}

/// A file with one lane of the user's, `mine/uds/mine`, whose callee is this shell script.
fn lanes_file(folder: &Path, callee: &str) -> String {
    let script = folder.join("callee.sh");
    fs::write(&script, callee).expect("written");
    let script = script.display().to_string();
    let lane = OwnLane {
        caller: "mine",
        drive: &[env!("CARGO_BIN_EXE_tollgate"), "drive"],
        serve: &["sh", &script],
        more: "",
    };
    lane.write(folder)
}

/// The commands that start processes, and the shortest that they do.
const COMMANDS: [&str; 6] = [
    "call uds",
    "conform uds --case answers",
    "run --lanes uds,grpc --starts 1 --budget 1s --batch 1 --engine stub",
    "load uds --rate 100 --duration 1s",
    "list",
    "doctor",
];

#[test]
fn no_command_leaves_a_temporary_file() {
    for line in COMMANDS {
        let (folder, temporary) = (folder(), folder());
        let mut command = tollgate(folder.path());
        command.args(words(line)).env("TMPDIR", temporary.path());
        let output = command.output().expect("starts");
        assert_eq!(code(&output), 0, "{line}: {}{}", stderr(&output), stdout(&output));
        assert_eq!(entries(temporary.path()), Vec::<PathBuf>::new(), "{line}");
    }
}

/// Commands that would go on for long; `mine/uds/mine` never says that it is ready.
const LONG: [&str; 5] = [
    "call mine/uds/mine",
    "conform mine/uds/mine",
    "run --lanes uds,grpc --starts 50 --budget 90s --batch 1 --engine stub",
    "load uds --rate 100 --duration 60s",
    "selftest --lanes uds",
];

#[test]
fn no_command_leaves_a_temporary_file_when_it_is_told_to_stop() {
    for line in LONG {
        for signals in [&["-INT", "-INT"][..], &["-TERM"], &["-HUP"]] {
            let (folder, temporary) = (folder(), folder());
            let lanes = lanes_file(folder.path(), "exec sleep 60\n");
            let mut command = tollgate(folder.path());
            command.args(words(line)).args(["--lanes-file", &lanes]);
            command
                .env("TMPDIR", temporary.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let mut child = command.spawn().expect("starts");
            wait_for("a temporary folder", || entries(temporary.path()).pop());
            for name in signals {
                signal(&child, name);
            }
            let code = child.wait().expect("it ends").code();
            assert_eq!(code, Some(130), "{line} {signals:?}");
            assert_eq!(entries(temporary.path()), Vec::<PathBuf>::new(), "{line} {signals:?}");
        }
    }
}

#[test]
fn a_callee_that_is_killed_leaves_nothing_beside_the_program_that_started_it() {
    let (folder, temporary) = (folder(), folder());
    // It makes its socket's folder where it is told to, and does not end when it should.
    let stays = "mktemp -d >&2; echo ready pigeon:1; trap '' TERM; exec sleep 60\n";
    let lanes = lanes_file(folder.path(), stays);
    let mut command = tollgate(folder.path());
    command.args(["call", "mine/uds/mine", "--lanes-file", &lanes]);
    let output = command.env("TMPDIR", temporary.path()).output().expect("starts");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert_eq!(entries(temporary.path()), Vec::<PathBuf>::new());
}

#[test]
fn the_word_of_a_callee_removes_no_file_and_no_folder() {
    let folder = folder();
    let named = folder.path().join("tollgate-mine");
    fs::create_dir(&named).expect("made");
    let file = named.join("letter");
    for line in ["call mine/uds/mine", "conform mine/uds/mine --case answers"] {
        fs::write(&file, "mine").expect("written");
        let said = format!("echo ready unix:{}; cat > /dev/null\n", file.display());
        let lanes = lanes_file(folder.path(), &said);
        let output = run(folder.path(), &[&words(line)[..], &["--lanes-file", &lanes]].concat());
        assert_eq!(code(&output), 1, "{}{}", stderr(&output), stdout(&output));
        assert_eq!(fs::read_to_string(&file).expect("it stays"), "mine", "{line}");
        fs::remove_file(&file).expect("removed");
        run(folder.path(), &[&words(line)[..], &["--lanes-file", &lanes]].concat());
        assert!(named.exists(), "{line}: an empty folder stays too");
    }
}

/// A callee by itself on a Unix socket: of this program, and the peer in Python where it can run.
fn callees(folder: &Path) -> Vec<Command> {
    let mut own = tollgate(folder);
    own.args(["serve", "uds"]);
    let mut found = vec![own];
    if let Some(python) = python() {
        let mut peer = Command::new(python);
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/python/peer.py");
        peer.arg(program).args(["serve", "uds-json", "--engine", "stub"]);
        found.push(peer);
    } else {
        skip("install Python 3.9 or newer as python3");
    }
    found
}

/// The same at this path.
fn callees_at(path: &Path) -> Vec<Command> {
    let mut found = callees(path.parent().expect("in a folder"));
    for command in &mut found {
        command.args(["--listen", &format!("unix:{}", path.display())]);
    }
    found
}

#[test]
fn a_callee_by_itself_leaves_nothing_after_any_signal() {
    for name in ["-INT", "-TERM", "-HUP"] {
        let (folder, temporary) = (folder(), folder());
        for mut command in callees(folder.path()) {
            command.env("TMPDIR", temporary.path());
            let mut served = Served::of(&mut command, Stdio::null());
            assert_eq!(entries(temporary.path()).len(), 1, "{command:?}");
            signal(&served.child, name);
            assert_eq!(served.child.wait().expect("it ends").code(), Some(0), "{command:?}");
            assert_eq!(entries(temporary.path()), Vec::<PathBuf>::new(), "{command:?} {name}");
        }
    }
}

#[test]
fn a_callee_removes_the_socket_that_it_made_and_nothing_else_of_that_name() {
    let folder = folder();
    let path = folder.path().join("callee.sock");
    for mut command in callees_at(&path) {
        let served = Served::of(&mut command, Stdio::piped());
        fs::remove_file(&path).expect("the socket is there");
        fs::write(&path, "mine").expect("written");
        drop(served);
        assert_eq!(fs::read_to_string(&path).expect("it stays"), "mine", "{command:?}");
        fs::remove_file(&path).expect("removed");
        drop(Served::of(&mut command, Stdio::piped()));
        assert!(!path.exists(), "its own socket goes");
    }
}

#[test]
fn a_callee_takes_the_place_of_a_dead_socket_and_of_nothing_else() {
    let folder = folder();
    let path = folder.path().join("callee.sock");
    for mut command in callees_at(&path) {
        // As a callee leaves it that was killed.
        drop(UnixListener::bind(&path).expect("binds"));
        let living = Served::of(&mut command, Stdio::piped());
        let output = command.stdin(Stdio::null()).output().expect("starts");
        assert_eq!(code(&output), 1, "somebody answers there");
        says(&stderr(&output), &["in use", "--listen"]);
        assert!(path.exists());
        drop(living);
        fs::write(&path, "mine").expect("written");
        let output = command.stdin(Stdio::null()).output().expect("starts");
        assert!([1, 2].contains(&code(&output)), "{}", stderr(&output));
        says(&stderr(&output), &["no socket", "--listen"]);
        assert_eq!(fs::read_to_string(&path).expect("it stays"), "mine");
        fs::remove_file(&path).expect("removed");
    }
}

/// Folders below this one, itself included.
fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(folder) = found.get(next).cloned() {
        // What has gone meanwhile has no entries.
        let inner = fs::read_dir(&folder).into_iter().flatten().map_while(Result::ok);
        found.extend(inner.map(|entry| entry.path()).filter(|path| path.is_dir()));
        next += 1;
    }
    found
}

#[test]
fn nobody_else_can_look_into_the_temporary_folders() {
    for (line, ends) in [
        ("run --lanes uds --starts 50 --budget 90s --batch 1 --engine stub", 130),
        ("serve uds", 0),
    ] {
        let (folder, temporary) = (folder(), folder());
        let mut command = Command::new("sh");
        command.args(["-c", "umask 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_tollgate")]);
        command
            .args(words(line))
            .current_dir(folder.path())
            .env("TMPDIR", temporary.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("starts");
        let made = wait_for("a temporary folder", || entries(temporary.path()).pop());
        for folder in some(folders_below(&made), "folders") {
            let Ok(there) = fs::metadata(&folder) else { continue };
            let (mode, is_outer) = (there.permissions().mode() & 0o777, folder == made);
            assert!(!is_outer || mode == 0o700, "{line}: {mode:o} of {}", folder.display());
        }
        signal(&child, "-TERM");
        assert_eq!(child.wait().expect("it ends").code(), Some(ends), "{line}");
        assert_eq!(entries(temporary.path()), Vec::<PathBuf>::new(), "{line}");
    }
}

#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_said_with_the_cure() {
    let folder = folder();
    let mut command = tollgate(folder.path());
    command.args(["call", "uds"]).env("TMPDIR", "/nowhere/at/all");
    let output = command.output().expect("starts");
    assert_eq!(code(&output), 1);
    says(&stderr(&output), &["temporary folder", "TMPDIR"]);
    succeeds(folder.path(), &["call", "uds"]);
    refuses(folder.path(), &["call", "udz"], &["uds"]);
}
