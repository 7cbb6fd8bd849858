//! Rules on names: where a lane or a transport may be named, and what lanes say of each other.
//! Rules on imports and lengths are in `tests/tidy`.

use crate::support;
use std::{
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Every file below a folder with this ending, generated and foreign code left out.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir()
            && !["target", ".git", "vendor", "node_modules", "out"].contains(&name.as_str())
        {
            found.extend(files(&path, ending));
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// A line without its comment.
fn code(line: &str) -> &str {
    let comment = line
        .match_indices("//")
        .find(|(at, _)| line[..*at].trim_end().len() < *at || *at == 0);
    comment.map_or(line, |(at, _)| &line[..at])
}

/// How often a path into this crate stands in the code of a line.
fn paths_into(name: &str, line: &str) -> usize {
    let (line, path) = (code(line), format!("{name}::"));
    let in_a_word = |at: usize| line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let of_std = |at: usize| line[..at].ends_with("std::");
    line.match_indices(&path)
        .filter(|(at, _)| !in_a_word(*at) && !of_std(*at))
        .count()
}

/// The words of the string literals in a line, as far as they can be lists, full names and groups
/// of lanes.
fn quoted(line: &str) -> Vec<String> {
    let line = code(line).replace("\\\"", "");
    let literals = line.split('"').skip(1).step_by(2);
    literals
        .flat_map(|text| text.split([',', '/']))
        .map(|word| word.trim_matches('*').into())
        .collect()
}

#[test]
fn the_rules_on_names_see_them_wherever_they_stand_in_code() {
    for (line, uses) in [
        ("let lane = wire::lanes(x); wire::more()", 2),
        ("use {api::Lane, wire::Plain};", 1),
        ("my_wire::lanes() // wire::lanes()", 0),
        ("    // wire::lanes()", 0),
        ("use std::wire::Path;", 0),
        ("\"http://127.0.0.1\", wire::lanes()", 1),
    ] {
        assert_eq!(paths_into("wire", line), uses, "{line}");
    }
    assert_eq!(quoted(r#"f("a,b*", "rust/c/rust") // "d""#), ["a", "b", "rust", "c", "rust"]);
}

/// The harness takes lanes by what they say of themselves. Its unit tests, like other tests, may
/// name them.
#[test]
fn no_lane_is_named_in_the_code_of_the_harness() {
    let lanes = tollgate::lanes();
    let names: Vec<&str> = lanes.specs().map(|spec| spec.transport).collect();
    let is_code = |path: &PathBuf| !path.ends_with("tests.rs");
    for path in files(&Path::new(ROOT).join("src"), ".rs").into_iter().filter(is_code) {
        let text = read(&path);
        let lines = text.lines().take_while(|line| !line.ends_with("mod tests {"));
        // The registry's features bear the names of crates.
        for line in lines.filter(|line| !line.contains("cfg(feature = ")) {
            let named = quoted(line).into_iter().find(|word| names.contains(&word.as_str()));
            assert_eq!(named, None, "{}: {line}", path.display());
        }
    }
}

/// Whatever a lane says of other lanes, in a crate or in `peers.toml`, is said of lanes that are
/// there.
#[test]
fn every_lane_is_carried_by_and_differs_from_lanes_that_are_there() {
    let lanes = support::lanes();
    for lane in &lanes {
        let of_same = |keys: &[&str], transport: &serde_json::Value| {
            lanes.iter().find(|other| {
                other["transport"] == *transport && keys.iter().all(|key| other[key] == lane[key])
            })
        };
        let bare = &lane["carrier"];
        // Bytes that another kind of caller waits for would not be this lane's bare carrier.
        let of_both = of_same(&["caller", "callee", "class"], bare);
        // Another language may speak what Rust's carrier carries and not that carrier: then its
        // bare carrier is said to be missing.
        let of_rust = lanes.iter().find(|other| {
            other["transport"] == *bare && other["caller"] == "rust" && other["callee"] == "rust"
        });
        let is_foreign = lane["caller"] != "rust" || lane["callee"] != "rust";
        let found = of_both.or(of_rust.filter(|_| is_foreign));
        assert!(bare.is_null() || found.is_some(), "{}: carrier {bare}", lane["name"]);
        let base = &lane["variant_of"];
        let other = lanes.iter().find(|other| {
            other["transport"] == *base
                && other["caller"] == lane["caller"]
                && other["name"] != lane["name"]
        });
        assert!(base.is_null() || other.is_some(), "{}: variant of {base}", lane["name"]);
    }
}

/// The names of transports by their folders, of which one may hold several; what they are built on
/// is none.
fn transports_below(folder: &Path, before: &str) -> Vec<String> {
    let shared = ["api", "codec", "net", "queue-shape"];
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.path().join("Cargo.toml").is_file() {
            names.extend(Some(name).filter(|name| !shared.contains(&name.as_str())));
        } else if entry.path().is_dir() {
            names.extend(transports_below(&entry.path(), &format!("{name}-")));
        }
    }
    names
}

/// Outside its own folder a transport's crate is named on one registry line, one feature line and
/// one dependency line.
#[test]
fn a_transport_is_named_in_three_lines_outside_its_folder() {
    let names = transports_below(&Path::new(ROOT).join("transports"), "");
    for name in support::some(names, "transports") {
        let path_name = name.replace('-', "_");
        for folder in ["src", "benches", "reports/src", "fixtures/src", "tests"] {
            for path in files(&Path::new(ROOT).join(folder), ".rs") {
                let uses: usize =
                    read(&path).lines().map(|line| paths_into(&path_name, line)).sum();
                let registry = path.ends_with("src/lanes/mod.rs");
                assert!(
                    uses == usize::from(registry),
                    "{name} is named {uses} times in {}",
                    path.display()
                );
            }
        }
        let manifest = read(&Path::new(ROOT).join("Cargo.toml"));
        let lines = manifest.lines().filter(|line| line.contains(&format!("tollgate-{name}")));
        assert_eq!(lines.count(), 2, "{name}: one feature line and one dependency line");
    }
}

#[test]
fn the_readme_is_short_and_its_links_lead_somewhere() {
    let readme = read(&Path::new(ROOT).join("README.md"));
    assert!(readme.lines().count() <= 200, "{} lines", readme.lines().count());
    let targets = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in targets.filter(|target| !target.starts_with("http") && !target.starts_with('#')) {
        let path = target.split('#').next().unwrap_or(target);
        assert!(Path::new(ROOT).join(path).exists(), "{target} leads nowhere");
    }
}
