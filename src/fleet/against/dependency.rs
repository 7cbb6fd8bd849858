//! The same sources with another version of a dependency: `tonic=0.14.5`, or
//! `tonic=path:/some/checkout`. A copy of the checkout gets the version by `cargo update
//! --precise`, and its own target folder, which stays for the next time.

use crate::{
    fleet::against::{built as build, sources},
    shell::failure::Failure,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The package whose sources are taken.
const PACKAGE: &str = env!("CARGO_PKG_NAME");
/// What this program was built with.
const OWN_LOCK: &str = include_str!("../../../Cargo.lock");

/// A dependency, and what it is changed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    name: String,
    to: To,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum To {
    Version(String),
    Folder(PathBuf),
}

impl Dependency {
    /// `NAME=VERSION` or `NAME=path:FOLDER`.
    pub(crate) fn from_text(text: &str) -> Result<Self, Failure> {
        let wrong = || {
            let cure = "write NAME=VERSION, as in tonic=0.14.5, or NAME=path:FOLDER";
            Failure::usage(format!("--against-dep {text}: {cure}"))
        };
        let (name, to) = text.split_once('=').ok_or_else(wrong)?;
        let to = match to.strip_prefix("path:") {
            Some(folder) => To::Folder(folder.into()),
            None => To::Version(to.into()),
        };
        let empty =
            matches!(&to, To::Version(text) if text.is_empty()) || to == To::Folder(PathBuf::new());
        if name.is_empty() || empty {
            Err(wrong())
        } else {
            Ok(Self { name: name.into(), to })
        }
    }

    /// Without the version that tells it from others of its name, as in `tonic@0.14.9`.
    fn package(&self) -> &str {
        self.name.split('@').next().unwrap_or_default()
    }

    /// For the name of a folder: no path in it.
    fn label(&self) -> String {
        let to = if let To::Version(version) = &self.to {
            version.as_str()
        } else {
            "folder"
        };
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
        format!("{}-{to}", self.name).chars().map(plain).collect()
    }

    fn wrong(&self, what: &str) -> Failure {
        let to = match &self.to {
            To::Version(version) => version.clone(),
            To::Folder(folder) => format!("path:{}", folder.display()),
        };
        Failure::usage(format!("--against-dep {}={to}: {what}", self.name))
    }
}

/// A version that cargo is to take, and the words that tell it where from.
struct Wish<'a> {
    dependency: &'a Dependency,
    version: String,
    patch: Vec<String>,
}

/// Builds the sources with these dependencies; its program, and what differs from this one.
pub(crate) fn built(
    source: &Path,
    dependencies: &[Dependency],
) -> Result<(PathBuf, String), Failure> {
    let wrong = |what: &str| Failure::usage(format!("--source {}: {what}", source.display()));
    let source = fs::canonicalize(source).map_err(|error| wrong(&error.to_string()))?;
    if !is_checkout(&source) {
        return Err(wrong("no checkout of Tollgate: go to one, or name it with --source DIR"));
    }
    let labels: Vec<String> = dependencies.iter().map(Dependency::label).collect();
    let copy = source.join("target").join("against").join(labels.join("+"));
    sources::copy(&source, &copy).map_err(|error| wrong(&format!("cannot be copied: {error}")))?;
    let lock = || fs::read_to_string(copy.join("Cargo.lock"));
    let before = lock().map_err(|error| wrong(&format!("without a Cargo.lock: {error}")))?;
    if locked(&before) != locked(OWN_LOCK) {
        eprintln!(
            "tollgate: the checkout's Cargo.lock is not that of this program: other versions \
            differ too; build this program from the same checkout"
        );
    }
    let unknown = |one: &&Dependency| !locked(&before).contains_key(one.package());
    if let Some(unknown) = dependencies.iter().find(unknown) {
        return Err(unknown.wrong("no such dependency: `cargo tree` shows those that there are"));
    }
    let wishes = dependencies.iter().map(Wish::of).collect::<Result<Vec<_>, _>>()?;
    let patches: Vec<String> = wishes.iter().flat_map(|wish| wish.patch.clone()).collect();
    settle(&copy, &wishes, &patches)?;
    let after = lock().map_err(|error| wrong(&error.to_string()))?;
    for one in dependencies {
        let name = one.package();
        if locked(&after).get(name) == locked(OWN_LOCK).get(name) {
            return Err(one.wrong("that is what this program was built with: name another version"));
        }
    }
    let changed = difference(&locked(OWN_LOCK), &locked(&after), dependencies);
    let not_built = |what: &str| Failure::usage(format!("--against-dep ({changed}): {what}"));
    Ok((build(&copy, &patches, &not_built)?, changed.clone()))
}

/// True for a folder whose package is Tollgate's.
fn is_checkout(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let name = manifest.get("package").and_then(|package| package.get("name"));
    name.and_then(toml::Value::as_str) == Some(PACKAGE)
}

/// Gives each dependency its version. One may hold another back until it has been changed itself,
/// so that those which cargo refused are tried again as long as others could be changed.
fn settle(copy: &Path, wishes: &[Wish<'_>], patches: &[String]) -> Result<(), Failure> {
    let mut open: Vec<&Wish> = wishes.iter().collect();
    while !open.is_empty() {
        let mut refused = Vec::new();
        for wish in &open {
            let mut command = Command::new("cargo");
            command.args(["update", "-p", &wish.dependency.name, "--precise", &wish.version]);
            command.args(patches).arg("--manifest-path").arg(copy.join("Cargo.toml"));
            let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
            let failed = |error| wish.dependency.wrong(&format!("cargo cannot be run: {error}"));
            if !status.map_err(failed)?.success() {
                refused.push(*wish);
            }
        }
        if refused.len() == open.len() {
            let cure = "cargo does not take it, its words are above: name a version that fits the \
            requirements, change what holds it back with another --against-dep, or go online";
            return Err(refused[0].dependency.wrong(cure));
        }
        open = refused;
    }
    Ok(())
}

impl<'a> Wish<'a> {
    fn of(dependency: &'a Dependency) -> Result<Self, Failure> {
        let folder = match &dependency.to {
            To::Version(version) => {
                return Ok(Self { dependency, version: version.clone(), patch: Vec::new() });
            }
            To::Folder(folder) => folder,
        };
        let no_package = || dependency.wrong("no package of that name is in the folder");
        let output = Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .stderr(Stdio::inherit())
            .output();
        let output =
            output.map_err(|error| dependency.wrong(&format!("cargo cannot be run: {error}")))?;
        let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| no_package())?;
        let mut packages = metadata["packages"].as_array().into_iter().flatten();
        let package = packages
            .find(|one| one["name"] == dependency.package())
            .ok_or_else(no_package)?;
        let (version, manifest) = (package["version"].as_str(), package["manifest_path"].as_str());
        let (version, manifest) = version.zip(manifest).ok_or_else(no_package)?;
        let path = Path::new(manifest).parent().ok_or_else(no_package)?;
        // A string of JSON is one of TOML too.
        let path = Value::from(path.display().to_string());
        let patch = format!("patch.crates-io.{}.path={path}", dependency.package());
        Ok(Self {
            dependency,
            version: version.into(),
            patch: vec!["--config".into(), patch],
        })
    }
}

/// Versions by package; one without a registry is said to be from a folder.
type Locked = BTreeMap<String, BTreeSet<String>>;

fn locked(lock: &str) -> Locked {
    let lock: toml::Table = lock.parse().unwrap_or_default();
    let mut locked = Locked::new();
    for package in lock.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let text = |key| package.get(key).and_then(toml::Value::as_str).map(ToString::to_string);
        let (Some(name), Some(mut version)) = (text("name"), text("version")) else {
            continue;
        };
        if text("source").is_none() {
            version.push_str(" from a folder");
        }
        locked.entry(name).or_default().insert(version);
    }
    locked
}

/// `tonic 0.14.9 -> 0.14.5`: those that were asked for, and how many others differ.
fn difference(before: &Locked, after: &Locked, dependencies: &[Dependency]) -> String {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    let named = |name: &&String| dependencies.iter().any(|one| one.package() == name.as_str());
    let (asked, others): (Vec<&String>, Vec<&String>) = differs.partition(named);
    let only = |one: &Locked, other: &Locked, name: &str| {
        let (none, of) = (BTreeSet::new(), |locked: &Locked| locked.get(name).cloned());
        let (one, other) = (of(one).unwrap_or_default(), of(other).unwrap_or(none));
        let only: Vec<String> = one.difference(&other).cloned().collect();
        if only.is_empty() { "none".to_string() } else { only.join(" and ") }
    };
    let shown = |name: &&String| {
        format!("{name} {} -> {}", only(before, after, name), only(after, before, name))
    };
    let shown = asked.iter().map(shown).collect::<Vec<_>>().join(", ");
    match others.len() {
        0 => shown,
        1 => format!("{shown}, and one other package"),
        more => format!("{shown}, and {more} other packages"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_version_or_a_folder_and_refuses_anything_else() {
        let read = |text| Dependency::from_text(text).expect(text);
        assert_eq!(read("tonic=0.14.5").to, To::Version("0.14.5".into()));
        assert_eq!(read("tonic=path:/a/b").to, To::Folder("/a/b".into()));
        assert_eq!(read("tonic=path:/a/b").label(), "tonic-folder");
        for text in ["tonic", "=0.14.5", "tonic=", "tonic=path:"] {
            let said = Dependency::from_text(text).expect_err(text).to_string();
            assert!(said.contains("NAME=VERSION"), "{said}");
        }
    }

    #[test]
    fn says_what_differs_between_two_lock_files() {
        let lock = |a: &str, b: &str, source: &str| {
            locked(&format!(
                "[[package]]\nname = \"a\"\nversion = \"{a}\"\n{source}\n[[package]]\nname = \
                \"b\"\nversion = \"{b}\"\nsource = \"registry\"\n"
            ))
        };
        let registry = "source = \"registry\"";
        let asked = [Dependency::from_text("a=1.0.0").expect("fits")];
        let before = lock("1.2.0", "3.0.0", registry);
        let said = |after: &Locked| difference(&before, after, &asked);
        assert_eq!(said(&lock("1.0.0", "3.0.0", registry)), "a 1.2.0 -> 1.0.0");
        assert_eq!(
            said(&lock("1.0.0", "2.0.0", registry)),
            "a 1.2.0 -> 1.0.0, and one other package"
        );
        assert_eq!(said(&lock("1.2.0", "3.0.0", "")), "a 1.2.0 -> 1.2.0 from a folder");
    }
}
