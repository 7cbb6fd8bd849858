//! Rules about the source itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Lines of a source file and of a function, at most: the habit is 300 and 40, these are where it ends.
const MAX_LINES: usize = 360;
const MAX_FUNCTION_LINES: usize = 56;

/// Every file below a folder with this ending, generated and foreign code left out.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && !["target", ".git", "vendor", "node_modules", "out"].contains(&name.as_str()) {
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

#[test]
fn every_source_file_says_what_it_is_for() {
    for path in files(Path::new(ROOT), ".rs") {
        assert!(read(&path).starts_with("//!"), "{} does not begin with //!", path.display());
    }
}

#[test]
fn files_stay_short() {
    for path in files(Path::new(ROOT), ".rs") {
        let lines = read(&path).lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines", path.display());
    }
}

#[test]
fn functions_stay_short() {
    for path in files(Path::new(ROOT), ".rs") {
        let text = read(&path);
        let mut begun: Option<(usize, usize, String)> = None;
        for (at, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
            let head =
                head.trim_start_matches("pub ").trim_start_matches("async ").trim_start_matches("const ");
            if begun.is_none() && head.starts_with("fn ") && !line.trim_end().ends_with(';') {
                begun = Some((at, indent, head.into()));
            }
            // rustfmt closes a function with a brace at the indentation of its head.
            if let Some((from, at_indent, name)) = &begun
                && indent == *at_indent
                && (line.trim() == "}"
                    || line.trim().ends_with(';')
                    || (at == *from && line.trim_end().ends_with('}')))
            {
                let lines = at - from + 1;
                assert!(lines <= MAX_FUNCTION_LINES, "{}: {name} has {lines} lines", path.display());
                begun = None;
            }
        }
    }
}

/// One module on each side of the boundary: the caller's in `transports/ffi/src`, the callee's in its library.
#[test]
fn unsafe_code_stands_in_the_ffi_boundary_alone() {
    let allowed: Vec<PathBuf> = files(Path::new(ROOT), ".rs")
        .into_iter()
        .filter(|path| read(path).contains("allow(unsafe_code)") && !path.ends_with("tidy.rs"))
        .collect();
    let sides = ["transports/ffi/src", "transports/ffi/library/src"].map(|side| Path::new(ROOT).join(side));
    assert!(allowed.iter().all(|path| sides.iter().any(|side| path.starts_with(side))), "{allowed:?}");
    for side in &sides {
        assert!(allowed.iter().filter(|path| path.starts_with(side)).count() <= 1, "{allowed:?}");
    }
}

/// Outside its own folder a transport's crate is named on one registry line, one feature line and one dependency line.
#[test]
fn a_transport_is_named_in_three_lines_outside_its_folder() {
    let transports = fs::read_dir(Path::new(ROOT).join("transports")).expect("the folder");
    let names =
        transports.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    for name in names.filter(|name| !["api", "codec", "net"].contains(&name.as_str())) {
        let in_code = format!("{name}::");
        for folder in ["src", "benches", "reports/src", "fixtures/src", "tests"] {
            for path in files(&Path::new(ROOT).join(folder), ".rs") {
                let uses = read(&path).lines().filter(|line| line.trim_start().starts_with(&in_code)).count();
                let registry = path.ends_with("src/lanes.rs");
                assert!(uses == usize::from(registry), "{name} is named {uses} times in {}", path.display());
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
