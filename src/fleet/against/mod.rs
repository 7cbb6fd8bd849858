//! Another build of Tollgate, to be set against this one: a program, a checkout that is built
//! first, or the sources of this one with another version of a dependency.

pub(crate) mod checkout;
pub(crate) mod dependency;
pub(crate) mod lock_file;
pub(crate) mod slowdown_limit;
pub(crate) mod sources;

pub(crate) use crate::fleet::against::slowdown_limit::Limit;
use crate::{
    fleet::against::dependency::Dependency,
    machine::{environment, process::Process},
    shell::{failure::Failure, percent},
};
use reports::record::Build;
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The flags of a run of two builds.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct OtherFlags {
    /// Compare each lane of this build with the same lane of another: a tollgate program, or a
    /// checkout, which is built first
    #[arg(long, value_name = "OTHER")]
    against: Option<PathBuf>,
    /// Compare this build with the same sources and another version of a dependency, or one from a
    /// folder (NAME=path:FOLDER). This program must be built from the checkout of --source
    #[arg(long, value_name = "NAME=VERSION", conflicts_with = "against")]
    against_dep: Vec<String>,
    /// The checkout whose dependency is changed [default: this folder]
    #[arg(long, value_name = "DIR", requires = "against_dep")]
    source: Option<PathBuf>,
    /// Exit with 3 if a lane of this build is shown to be slower than in the other by more than
    /// this, with 4 if intervals are too wide to decide
    #[arg(long, value_name = "PERCENT", value_parser = percent::share)]
    fail_if_slower: Option<f64>,
    /// Exit with 0 if intervals are too wide to decide
    #[arg(long, requires = "fail_if_slower")]
    lenient: bool,
    /// The default, from when it was none
    #[arg(long, requires = "fail_if_slower", hide = true)]
    strict: bool,
}

/// The other build of a run.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    made_of: MadeOf,
    /// How much slower this build may be.
    pub(crate) limit: Option<Limit>,
}

#[derive(Clone, Debug)]
enum MadeOf {
    /// A program, or a checkout.
    Named(PathBuf),
    /// These sources with other dependencies.
    Changed { source: PathBuf, dependencies: Vec<Dependency> },
}

impl OtherFlags {
    /// True where one of them was given.
    pub(crate) fn is_given(&self) -> bool {
        self.against.is_some() || !self.against_dep.is_empty()
    }

    /// The other build that they ask for.
    pub(crate) fn other(&self) -> Result<Option<Other>, Failure> {
        let lenient = self.lenient && !self.strict;
        let limit = self.fail_if_slower.map(|slowdown| Limit { slowdown, lenient });
        let made_of = if let Some(named) = &self.against {
            MadeOf::Named(named.clone())
        } else if !self.against_dep.is_empty() {
            MadeOf::Changed {
                source: self.source.clone().unwrap_or_else(|| PathBuf::from(".")),
                dependencies: self.dependencies()?,
            }
        } else if limit.is_some() {
            return Err(Failure::usage(
                "--fail-if-slower needs another build: name one with --against or --against-dep; \
                `tollgate compare` has the same gate for two records",
            ));
        } else {
            return Ok(None);
        };
        Ok(Some(Other { made_of, limit }))
    }

    fn dependencies(&self) -> Result<Vec<Dependency>, Failure> {
        self.against_dep.iter().map(|text| Dependency::from_text(text)).collect()
    }
}

impl Other {
    /// That what was named is there; nothing is built or asked. For runs that measure nothing.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let (named, asked_by) = match &self.made_of {
            MadeOf::Named(other) => (other, format!("--against {}", other.display())),
            MadeOf::Changed { source, .. } => (source, format!("--source {}", source.display())),
        };
        fs::metadata(named).map(|_| ()).map_err(|error| no_build(asked_by, &error))
    }

    /// Its program, built where it has to be, and what it says of itself. It must be built with the
    /// profile of this one: a debug build would lose to any release build.
    pub(crate) fn program(&self) -> Result<(PathBuf, Build), Failure> {
        let (path, changed, asked_by) = match &self.made_of {
            MadeOf::Named(other) => {
                let asked_by = format!("--against {}", other.display());
                (named_program(other, &asked_by)?, None, asked_by)
            }
            MadeOf::Changed { source, dependencies } => {
                let built = dependency::build(source, dependencies)?;
                (built.program, Some(built.changed), "--against-dep".into())
            }
        };
        let build = Build { changed, ..ask_program(&path, &asked_by)? };
        let own = environment::build().profile;
        if build.profile == own {
            return Ok((path, build));
        }
        let what = format!("it is a {} build, and this program a {own} build", build.profile);
        Err(Failure::usage_at(asked_by, what))
    }
}

/// The program that the user named, or that of the checkout which they named.
fn named_program(named: &Path, asked_by: &str) -> Result<PathBuf, Failure> {
    let found = fs::canonicalize(named).map_err(|error| no_build(asked_by, &error))?;
    if found.is_dir() {
        checkout::build(&found, &[], asked_by)
    } else {
        Ok(found)
    }
}

/// Nothing is where another build was said to be.
fn no_build(asked_by: impl fmt::Display, error: &io::Error) -> Failure {
    let what = format!("a tollgate program or a folder with its sources is needed ({error})");
    Failure::usage_at(asked_by, what)
}

/// For the first line of its `doctor`.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a program says of itself.
fn ask_program(program: &Path, asked_by: &str) -> Result<Build, Failure> {
    let mut doctor = Command::new(program);
    doctor.arg("doctor");
    let line = Process::start("the other build", &mut doctor)
        .and_then(|mut process| process.hear(PATIENCE));
    line.ok().and_then(|line| build_of(&line)).ok_or_else(|| {
        let what = "that is no tollgate program: name one, or a folder with its sources";
        Failure::usage_at(asked_by, what)
    })
}

/// The first line of `tollgate doctor`: `tollgate  0.1.0 (release build, rustc 1.95.0)`, perhaps
/// with a handicap behind it.
fn build_of(line: &str) -> Option<Build> {
    let (version, rest) = line.strip_prefix("tollgate ")?.trim().split_once(" (")?;
    let (profile, rest) = rest.strip_suffix(')')?.split_once(" build, ")?;
    let (compiler, handicap) = match rest.split_once(", handicap ") {
        Some((compiler, handicap)) => (compiler, Some(handicap.into())),
        None => (rest, None),
    };
    let [version, profile, compiler] = [version, profile, compiler].map(Into::into);
    Some(Build { version, profile, compiler, changed: None, handicap })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_doctor_says_first() {
        let own = environment::build();
        let line =
            format!("{:14} {} ({} build, {})", "tollgate", own.version, own.profile, own.compiler);
        let read = build_of(&line).expect("a line of doctor");
        assert_eq!(
            (read.version, read.profile, read.compiler),
            (own.version, own.profile, own.compiler)
        );
        assert!(build_of("yes").is_none() && build_of("tollgate what").is_none());
    }

    #[test]
    fn a_build_with_a_handicap_is_known_as_one() {
        let line = "tollgate       0.1.0 (release build, rustc 1.95.0, handicap a=200,b=900)";
        let read = build_of(line).expect("a line of doctor");
        assert_eq!(
            (read.compiler.as_str(), read.handicap.as_deref()),
            ("rustc 1.95.0", Some("a=200,b=900"))
        );
        assert!(
            read.text().contains("with a handicap compiled in (a=200,b=900 ns)"),
            "{}",
            read.text()
        );
    }

    #[test]
    fn a_gate_without_another_build_names_the_cure() {
        let flags = OtherFlags { fail_if_slower: Some(0.05), ..OtherFlags::default() };
        let said = flags.other().expect_err("nothing to compare with").to_string();
        assert!(said.contains("--against-dep") && said.contains("tollgate compare"), "{said}");
        assert!(OtherFlags::default().other().expect("nothing asked").is_none());
    }
}
