//! Rules about the sources: every file says what it is for, nothing grows too long, and arrows
//! between rooms run as ARCHITECTURE.md says.

use std::{
    fs,
    path::{Path, PathBuf},
};
use tidy::{
    arrows::{between_rooms, circles_of_files, circles_of_folders, room},
    functions, lane_names,
    modules::{Arrow, Crate},
    plan, sources,
};

const MOST_COLUMNS: usize = 100;
const MOST_LINES: usize = 300;
const MOST_FUNCTION_LINES: usize = 40;
const MOST_ENTRIES: usize = 12;
const MOST_FILES_IN_A_CIRCLE: usize = 3;
/// Documents that are read as a whole, with their most lines: before the first change, before the
/// first run, before a figure is believed.
const DOCUMENTS: [(&str, usize); 3] =
    [("ARCHITECTURE.md", 120), ("README.md", 150), ("METHOD.md", 250)];
/// Without it, lines would be no measure of how much METHOD.md says.
const MOST_COLUMNS_OF_METHOD: usize = 120;
/// The crates that have rooms, and folders of theirs that are lists.
const CRATES: [&str; 2] = ["src", "reports/src"];
const LISTS: [&str; 1] = ["src/commands"];
/// The project has at least so many sources: a rule that looks at none would never be broken.
const FEWEST_SOURCES: usize = 300;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn all_sources() -> Vec<sources::Source> {
    let all = sources::rust(&root()).expect("every source can be read");
    assert!(all.len() >= FEWEST_SOURCES, "only {} sources were found", all.len());
    all
}

/// Fails with all that broke a rule, one a line.
fn none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

fn architecture() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there")
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let silent = all_sources().into_iter().filter(|source| !source.text.starts_with("//!"));
    none(
        &silent
            .map(|source| format!("{} does not begin with //!", source.path))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn lines_and_files_stay_short() {
    let mut broken = Vec::new();
    for source in all_sources() {
        for (at, line) in (1..).zip(source.text.lines()) {
            let columns = line.chars().count();
            if columns > MOST_COLUMNS {
                broken.push(format!("{}:{at}: {columns} columns", source.path));
            }
        }
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            broken.push(format!("{}: {lines} lines", source.path));
        }
    }
    none(&broken);
}

#[test]
fn functions_stay_short() {
    let mut broken = Vec::new();
    for source in all_sources() {
        for function in functions::of(&source.syntax) {
            if function.lines > MOST_FUNCTION_LINES {
                let (at, name) = (function.line, function.name);
                broken.push(format!("{}:{at}: {name} has {} lines", source.path, function.lines));
            }
        }
    }
    none(&broken);
}

#[test]
fn folders_stay_easy_to_overlook() {
    let mut broken = Vec::new();
    for folder in CRATES {
        for (below, count) in sources::entries(&root().join(folder)).expect("readable") {
            let path = Path::new(folder).join(below);
            if count > MOST_ENTRIES && !LISTS.iter().any(|list| path == Path::new(list)) {
                broken.push(format!("{} has {count} entries", path.display()));
            }
        }
    }
    none(&broken);
}

#[test]
fn rooms_import_what_the_architecture_lets_them() {
    let document = architecture();
    let mut broken = Vec::new();
    for folder in CRATES {
        let may = plan::may_import(&document, &format!("{folder}/")).expect("it has the table");
        let found = Crate::read(&root().join(folder)).expect("readable");
        let arrows = found.arrows();
        let between = between_rooms(&arrows);
        for ((from, to), uses) in &between {
            if !may.get(from).is_some_and(|others| others.contains(to)) {
                broken.extend(uses.iter().map(|arrow| forbidden(folder, arrow)));
            }
        }
        let drawn = may.iter().flat_map(|(from, all)| all.iter().map(move |to| (from, to)));
        for (from, to) in drawn {
            if !between.contains_key(&(from.clone(), to.clone())) {
                broken.push(format!("{folder}/: {from} may import {to}, but does not"));
            }
        }
        for source in found.files().filter(|source| source.path != "lib.rs") {
            if !may.contains_key(room(&source.path)) {
                broken.push(format!("{folder}/{}: ARCHITECTURE.md has no such room", source.path));
            }
        }
    }
    none(&broken);
}

fn forbidden(folder: &str, arrow: &Arrow) -> String {
    let [from, to] = [&arrow.from, &arrow.to].map(|file| room(file));
    let place = format!("{folder}/{}:{}", arrow.from, arrow.line);
    format!("{place}: {from} may not import {to}, and takes {} of {}", arrow.name, arrow.to)
}

#[test]
fn files_and_folders_do_not_import_each_other_in_circles() {
    let mut broken = Vec::new();
    for folder in CRATES {
        let found = Crate::read(&root().join(folder)).expect("readable");
        let arrows = found.arrows();
        assert!(arrows.len() > 100, "{folder}: only {} arrows were found", arrows.len());
        for circle in circles_of_folders(&arrows) {
            broken.push(format!("{folder}: folders in a circle: {}", circle.join(", ")));
        }
        for circle in circles_of_files(&arrows) {
            if circle.len() > MOST_FILES_IN_A_CIRCLE {
                broken.push(format!("{folder}: files in a circle: {}", circle.join(", ")));
            }
        }
    }
    none(&broken);
}

#[test]
fn documents_that_are_read_as_a_whole_stay_short() {
    let read = |name: &str| fs::read_to_string(root().join(name)).expect("it is there");
    let mut broken = Vec::new();
    for (name, most) in DOCUMENTS {
        let lines = read(name).lines().count();
        if lines > most {
            broken.push(format!("{name}: {lines} lines, at most {most}"));
        }
    }
    for (at, line) in (1..).zip(read("METHOD.md").lines()) {
        let columns = line.chars().count();
        if columns > MOST_COLUMNS_OF_METHOD {
            broken.push(format!("METHOD.md:{at}: {columns} columns"));
        }
    }
    none(&broken);
}

/// Transports that the registry and the peers have, at least: a rule that knows none would never be
/// broken.
const FEWEST_TRANSPORTS: usize = 27;
/// Files that may name a lane, and why.
const NAMES_LANES: [(&str, &str); 1] = [(
    "reports/src/say/folklore/questions.rs",
    "questions about one library stand there",
)];

#[test]
fn code_speaks_of_roles_and_never_of_a_lane_by_its_name() {
    let transports = lane_names::of_transports(&root()).expect("readable");
    assert!(transports.len() >= FEWEST_TRANSPORTS, "only {transports:?}");
    let mut broken = Vec::new();
    for source in all_sources() {
        let below = CRATES.iter().any(|folder| source.path.starts_with(&format!("{folder}/")));
        if !below || NAMES_LANES.iter().any(|(path, _)| *path == source.path) {
            continue;
        }
        for named in lane_names::texts_of_lanes(&source, &transports) {
            let (at, text) = (named.line, named.text);
            broken.push(format!("{}:{at}: {text:?} names a lane: say its role", source.path));
        }
    }
    none(&broken);
}

/// One module on each side of the boundary: the caller's in `transports/ffi/src`, the callee's in
/// its library.
#[test]
fn unsafe_code_stands_in_the_ffi_boundary_alone() {
    let marks: Vec<String> = all_sources()
        .into_iter()
        .filter(|source| source.text.contains(concat!("allow(", "unsafe_code)")))
        .map(|source| source.path)
        .collect();
    for side in ["transports/ffi/src/", "transports/ffi/library/src/"] {
        let here = marks.iter().filter(|path| path.starts_with(side)).count();
        assert_eq!(here, 1, "{side}: {marks:?}");
    }
    assert_eq!(marks.len(), 2, "{marks:?}");
}

/// Files of code that comments and documents name, by their ends.
const NAMED: [&str; 4] = [".rs", ".js", ".py", ".c"];
/// Where they are named.
const PROSE: [&str; 7] = [".md", ".rs", ".js", ".py", ".c", ".h", ".toml"];
/// A path that begins so is one of ours, also without backquotes.
const FOLDERS: [&str; 6] = ["src/", "reports/", "transports/", "fixtures/", "peers/", "tests/"];

#[test]
fn files_that_comments_and_documents_name_are_there() {
    let root = root();
    let mut there = Vec::new();
    let mut texts = Vec::new();
    for path in sources::files(&root, "").expect("readable") {
        let below = path.strip_prefix(&root).expect("below it").to_string_lossy().into_owned();
        // A changelog names what was there once.
        if PROSE.iter().any(|end| below.ends_with(end)) && below != "CHANGELOG.md" {
            let text = fs::read_to_string(&path).expect("readable");
            texts.push((below.clone(), text));
        }
        there.push(format!("/{below}"));
    }
    let mut broken = Vec::new();
    for (file, text) in &texts {
        for (at, name) in named_files(text, file.ends_with(".rs")) {
            if !there.iter().any(|path| path.ends_with(&format!("/{name}"))) {
                broken.push(format!("{file}:{at}: there is no {name}"));
            }
        }
    }
    none(&broken);
}

/// Names of files with the lines they stand in, from 1. In Rust, texts name files of their own:
/// without backquotes only comments count.
fn named_files(text: &str, is_rust: bool) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, line) in (1..).zip(text.lines()) {
        let quoted = line.split('`').skip(1).step_by(2);
        let prose = if is_rust {
            line.find("//").map_or("", |at| &line[at..])
        } else {
            line
        };
        let bare = prose.split(|c: char| !is_of_a_path(c)).filter(is_below);
        for word in quoted.chain(bare) {
            let is_file = NAMED.iter().any(|end| word.len() > end.len() && word.ends_with(end));
            if is_file && word.chars().all(is_of_a_path) {
                found.push((at, word.trim_start_matches("../").trim_start_matches("./")));
            }
        }
    }
    found
}

fn is_of_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./".contains(c)
}

fn is_below(path: &&str) -> bool {
    FOLDERS.iter().any(|folder| path.starts_with(folder))
}
