//! Programs in other languages: those that have to be built, and those of a user's file.

use crate::support::{
    code, copy_python_peer, folder, list, names, python, record, says, skip, stderr, stdout,
    succeeds, those, tollgate, words,
};
use std::{fs, path::PathBuf, process::Output};

/// A language of the user's, made of the Python peer's files, which has to be built.
const SNAKE: &str = r#"
[[peer]]
language = "snake"
folder = "snake"
files = ["peer.py", "tollgate_peer/"]
version_command = ["python3", "--version"]
minimum_version = "3.9"
install = "install a snake"
build = [["sh", "-c", "test -f peer.py && echo counted >> COUNT && touch made"]]
check = ["test", "-f", "{folder}/made"]
downloads = [["scales", "2 MB", "MIT"]]
drive = ["python3", "{folder}/peer.py", "drive"]
serve = ["python3", "{folder}/peer.py", "serve"]

[[peer.speaks]]
transport = "uds-json"
sides = ["caller", "callee"]
modes = ["batched", "pipelined"]
"#;

/// A folder with that language's file, and a cache that nobody else has.
struct Own {
    folder: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl Own {
    fn new() -> Self {
        let own = Self { folder: folder(), cache: folder() };
        let there = own.folder.path().join("snake");
        copy_python_peer(&there);
        own.write(SNAKE);
        own
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("lanes.toml")
    }

    /// How often it was built.
    fn builds(&self) -> usize {
        fs::read_to_string(self.count()).map_or(0, |text| text.lines().count())
    }

    fn count(&self) -> PathBuf {
        self.folder.path().join("count")
    }

    fn write(&self, text: &str) {
        let text = text.replace("COUNT", &self.count().display().to_string());
        fs::write(self.file(), text).expect("written");
    }

    /// Changes a part of its file.
    fn change(&self, part: &str, other: &str) {
        let text = fs::read_to_string(self.file()).expect("it is there");
        assert!(text.contains(part), "{part}");
        self.write(&text.replace(part, other));
    }

    fn run(&self, line: &str) -> Output {
        let mut command = tollgate(self.folder.path());
        command.args(words(line)).arg("--lanes-file").arg(self.file());
        command.env("TOLLGATE_CACHE", self.cache.path()).output().expect("it starts")
    }

    /// Runs it, which must end with this exit code; gives what it said, on stdout and stderr.
    #[track_caller]
    fn said(&self, line: &str, expected: i32) -> [String; 2] {
        let output = self.run(line);
        assert_eq!(code(&output), expected, "{line}: {}{}", stdout(&output), stderr(&output));
        [stdout(&output), stderr(&output)]
    }
}

#[test]
fn a_language_of_the_users_is_built_once_and_then_meets_every_other() {
    if python().is_none() {
        return skip("install Python 3.9 or newer as python3");
    }
    let own = Own::new();
    let [_, said] = own.said("call snake/uds-json/rust", 5);
    says(&said, &["its peer is not built: tollgate peers build snake"]);
    assert_eq!(own.builds(), 0, "nothing compiles but by that command");
    let [dry, _] = own.said("peers build --dry-run snake", 0);
    says(
        &dry,
        &["snake: is to be built", "downloads  scales, 2 MB, MIT", "runs       sh -c"],
    );
    let [built, _] = own.said("peers build snake", 0);
    says(&built, &["snake: built in"]);
    let [again, _] = own.said("peers build snake", 0);
    says(&again, &["snake: is built already"]);
    assert_eq!(own.builds(), 1);
    for lane in ["snake/uds-json/rust", "rust/uds-json/snake", "python/uds-json/snake"] {
        let [answer, _] = own.said(&format!("call {lane}"), 0);
        says(&answer, &["product_0"]);
    }
    let [listed, _] = own.said("peers list", 0);
    says(&listed, &["snake", ", built, "]);
    let [checked, _] = own.said("peers check snake", 0);
    says(&checked, &["built, works"]);
}

#[test]
fn a_changed_file_is_another_peer_and_what_was_built_goes_when_told() {
    if python().is_none() {
        return skip("install Python 3.9 or newer as python3");
    }
    let own = Own::new();
    own.said("peers build snake", 0);
    // The one before it stays.
    let program = own.folder.path().join("snake/peer.py");
    let text = fs::read_to_string(&program).expect("it is there");
    fs::write(&program, format!("{text}\n")).expect("written");
    own.said("call snake/uds-json/rust", 5);
    own.said("peers build snake", 0);
    assert_eq!((own.builds(), kept(&own)), (2, 2));
    fs::write(&program, text).expect("written");
    own.said("call snake/uds-json/rust", 0);
    // What is not here any more is built again, and what is none of ours stays.
    let mine = own.cache.path().join("peers/snake/mine");
    fs::create_dir(&mine).expect("made");
    own.said("peers clean snake", 0);
    assert_eq!(names(&own.cache.path().join("peers/snake")), ["mine"]);
    fs::remove_dir(&mine).expect("empty");
    assert_eq!(kept(&own), 0);
    own.said("call snake/uds-json/rust", 5);
}

/// Folders of the language that was built.
fn kept(own: &Own) -> usize {
    let folder = own.cache.path().join("peers/snake");
    names(&folder).iter().filter(|name| folder.join(name).is_dir()).count()
}

#[test]
fn a_build_that_fails_says_so_in_one_line_and_leaves_no_lane() {
    if python().is_none() {
        return skip("install Python 3.9 or newer as python3");
    }
    let own = Own::new();
    own.change("touch made", "echo no such thing >&2; exit 4");
    let [_, said] = own.said("peers build snake", 1);
    let failed = said.lines().filter(|line| line.contains("cannot be built"));
    let failed: Vec<&str> = failed.collect();
    assert_eq!(failed.len(), 1, "{said}");
    says(failed[0], &["exit status: 4: no such thing", "all that it printed: "]);
    assert_eq!(kept(&own), 0, "nothing half built stays");
    own.said("call rust/uds-json/snake", 5);
    // What is built and does not work is not built.
    own.change("echo no such thing >&2; exit 4", "true");
    let [_, said] = own.said("peers build snake", 1);
    says(&said, &["`test -f {folder}/made` stopped with exit status: 1"]);
    assert_eq!(kept(&own), 0);
    // Lanes of other languages are none the worse.
    own.said("call rust/uds-json/python", 0);
}

#[test]
fn a_language_that_is_not_here_is_said_and_keeps_no_other_from_being_built() {
    let own = Own::new();
    own.change("[\"python3\", \"--version\"]", "[\"no-such-snake\", \"--version\"]");
    let [_, said] = own.said("peers build snake", 5);
    says(&said, &["snake: no-such-snake is not installed; install a snake"]);
    own.change("language = \"snake\"", "language = \"rust\"");
    let [_, said] = own.said("peers list", 2);
    says(&said, &["peer rust: rust and c are Tollgate's own"]);
    own.change("language = \"rust\"", "language = \"python\"");
    let [_, said] = own.said("peers list", 2);
    says(&said, &["there is one already", "python-mine"]);
}

#[test]
fn what_runs_both_sides_stands_on_the_fairness_card_and_what_the_caller_takes_alone_beside() {
    if python().is_none() {
        return skip("install Python 3.9 or newer as python3");
    }
    let folder = folder();
    let lane = "python/uds-json/python";
    let line = format!("run --lanes {lane} --starts 1 --budget 1s --batch 1 --engine stub");
    succeeds(folder.path(), &words(&line));
    let record = record(folder.path());
    let card = list(&those(&record["lanes"], "name", lane)[0]["fairness"]);
    for side in ["caller", "callee"] {
        let interpreter = card.iter().find(|setting| {
            setting["what"] == "interpreter"
                && setting["side"] == side
                && setting["read_back"] == true
        });
        let value = interpreter.unwrap_or_else(|| panic!("{side}: {card:?}"))["value"].as_str();
        says(value.expect("words"), &["Python", "global interpreter lock on"]);
    }
    for cold in those(&record["cold"], "lane", lane) {
        let floor = &cold["floor"];
        assert!(floor["clock_read_ns"].as_f64() > Some(0.0), "{floor}");
        assert!(floor["empty_call_ns"].as_f64() > Some(0.0), "{floor}");
    }
    let starts = those(&record["cells"], "lane", lane)
        .into_iter()
        .flat_map(|cell| list(&cell["starts"]));
    for start in starts {
        assert_eq!(start["parts"][0]["gc_cycles"], 0, "its collector is off: {start}");
    }
}

#[test]
fn what_needs_the_standard_library_alone_runs_though_nothing_was_built() {
    if python().is_none() {
        return skip("install Python 3.9 or newer as python3");
    }
    let (place, cache) = (folder(), folder());
    for lane in ["python/ctypes/c", "python/uds-json/rust", "rust/uds-json/python"] {
        let mut command = tollgate(place.path());
        let output = command
            .args(["call", lane])
            .env("TOLLGATE_CACHE", cache.path())
            .output()
            .expect("it starts");
        assert_eq!(code(&output), 0, "{lane}: {}", stderr(&output));
        says(&stdout(&output), &["product_0"]);
    }
}
