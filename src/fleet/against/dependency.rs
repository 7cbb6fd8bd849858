//! The same sources with another version of a dependency: `tonic=0.14.5`, or
//! `tonic=path:/some/checkout`. A copy of the checkout gets the version by `cargo update
//! --precise`, and its own target folder, which stays for the next time.

use crate::{
    fleet::against::{
        checkout,
        lock_file::{Locked, difference, locked},
        sources,
    },
    shell::{failure::Failure, stderr},
};
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The package whose sources are taken.
const PACKAGE: &str = env!("CARGO_PKG_NAME");
/// What this program was built with.
const OWN_LOCK: &str = include_str!("../../../Cargo.lock");

/// What a version from a folder begins with.
const FOLDER: &str = "path:";

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
        match text.split_once('=') {
            Some((name, to)) if !name.is_empty() && !["", FOLDER].contains(&to) => {
                let to = match to.strip_prefix(FOLDER) {
                    Some(folder) => To::Folder(folder.into()),
                    None => To::Version(to.into()),
                };
                Ok(Self { name: name.into(), to })
            }
            _ => Err(Failure::usage_at(
                format_args!("--against-dep {text}"),
                "write NAME=VERSION, as in tonic=0.14.5, or NAME=path:FOLDER",
            )),
        }
    }

    /// Without the version that tells it from others of its name, as in `tonic@0.14.9`.
    fn package(&self) -> &str {
        self.name.split('@').next().unwrap_or_default()
    }

    /// For the name of a folder: no path in it.
    fn label(&self) -> String {
        let to = match &self.to {
            To::Version(version) => version,
            To::Folder(_) => "folder",
        };
        let label = format!("{}-{to}", self.name);
        label.replace(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c), "_")
    }

    fn wrong(&self, what: &str) -> Failure {
        let to = match &self.to {
            To::Version(version) => version.clone(),
            To::Folder(folder) => format!("{FOLDER}{}", folder.display()),
        };
        Failure::usage_at(format_args!("--against-dep {}={to}", self.name), what)
    }
}

/// A version that cargo is to take, and the words that tell it where from.
struct Wish<'a> {
    dependency: &'a Dependency,
    version: String,
    patch: Vec<String>,
}

/// What was built, and what differs from this program, in words.
pub(crate) struct Built {
    pub(crate) program: PathBuf,
    pub(crate) changed: String,
}

/// Builds the sources with these dependencies.
pub(crate) fn build(source: &Path, dependencies: &[Dependency]) -> Result<Built, Failure> {
    let copy = copied(source, dependencies)?;
    let asked_by = format!("--source {}", source.display());
    let before = read_lock(&copy)
        .map_err(|error| Failure::usage_at(&asked_by, format!("without a Cargo.lock: {error}")))?;
    check_known(dependencies, &before)?;
    let wishes = dependencies.iter().map(Wish::of).collect::<Result<Vec<_>, _>>()?;
    let patches: Vec<String> = wishes.iter().flat_map(|wish| wish.patch.clone()).collect();
    settle(&copy, &wishes, &patches)?;
    let after = read_lock(&copy).map_err(|error| Failure::usage_at(&asked_by, error))?;
    let own = locked(OWN_LOCK);
    for one in dependencies {
        let name = one.package();
        if after.get(name) == own.get(name) {
            return Err(one.wrong("that is what this program was built with: name another version"));
        }
    }
    let asked: Vec<&str> = dependencies.iter().map(Dependency::package).collect();
    let changed = difference(&own, &after, &asked);
    let program = checkout::build(&copy, &patches, &format!("--against-dep ({changed})"))?;
    Ok(Built { program, changed })
}

/// A copy of the checkout, in which its dependencies can be changed.
fn copied(source: &Path, dependencies: &[Dependency]) -> Result<PathBuf, Failure> {
    let asked_by = format!("--source {}", source.display());
    let source = fs::canonicalize(source).map_err(|error| Failure::usage_at(&asked_by, error))?;
    if !is_checkout(&source) {
        return Err(Failure::usage_at(
            asked_by,
            "no checkout of Tollgate: go to one, or name it with --source DIR",
        ));
    }
    let labels: Vec<String> = dependencies.iter().map(Dependency::label).collect();
    let copy = source.join("target").join("against").join(labels.join("+"));
    sources::copy(&source, &copy)
        .map_err(|error| Failure::usage_at(asked_by, format!("cannot be copied: {error}")))?;
    Ok(copy)
}

/// What the checkout in this folder is locked to.
fn read_lock(folder: &Path) -> io::Result<Locked> {
    fs::read_to_string(folder.join("Cargo.lock")).map(|lock| locked(&lock))
}

/// Refuses a dependency that the checkout does not have; says so where the checkout is not that of
/// this program.
fn check_known(dependencies: &[Dependency], before: &Locked) -> Result<(), Failure> {
    if *before != locked(OWN_LOCK) {
        stderr::say(
            "tollgate: the checkout's Cargo.lock is not that of this program: other versions \
            differ too; build this program from the same checkout",
        );
    }
    match dependencies.iter().find(|one| !before.contains_key(one.package())) {
        Some(unknown) => {
            Err(unknown.wrong("no such dependency: `cargo tree` shows those that there are"))
        }
        None => Ok(()),
    }
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
            if !wish.is_taken_in(copy, patches)? {
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
        match &dependency.to {
            To::Version(version) => {
                Ok(Self { dependency, version: version.clone(), patch: Vec::new() })
            }
            To::Folder(folder) => Self::from_folder(dependency, folder),
        }
    }

    fn from_folder(dependency: &'a Dependency, folder: &Path) -> Result<Self, Failure> {
        let output = Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .stderr(Stdio::inherit())
            .output();
        let output =
            output.map_err(|error| dependency.wrong(&format!("cargo cannot be run: {error}")))?;
        Self::from_metadata(dependency, &output.stdout)
            .ok_or_else(|| dependency.wrong("no package of that name is in the folder"))
    }

    /// From what `cargo metadata` prints of a folder; none where the package is not in it.
    fn from_metadata(dependency: &'a Dependency, metadata: &[u8]) -> Option<Self> {
        let metadata: Value = serde_json::from_slice(metadata).ok()?;
        let mut packages = metadata["packages"].as_array()?.iter();
        let package = packages.find(|one| one["name"] == dependency.package())?;
        let folder = Path::new(package["manifest_path"].as_str()?).parent()?;
        // A string of JSON is one of TOML too.
        let path = Value::from(folder.display().to_string());
        let patch = format!("patch.crates-io.{}.path={path}", dependency.package());
        Some(Self {
            dependency,
            version: package["version"].as_str()?.into(),
            patch: vec!["--config".into(), patch],
        })
    }

    /// Asks cargo to take it; false where cargo refuses.
    fn is_taken_in(&self, copy: &Path, patches: &[String]) -> Result<bool, Failure> {
        let mut command = Command::new("cargo");
        command.args(["update", "-p", &self.dependency.name, "--precise", &self.version]);
        command.args(patches).arg("--manifest-path").arg(copy.join("Cargo.toml"));
        match command.stdin(Stdio::null()).stdout(Stdio::null()).status() {
            Ok(status) => Ok(status.success()),
            Err(error) => Err(self.dependency.wrong(&format!("cargo cannot be run: {error}"))),
        }
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
}
