//! Another build of Tollgate, to be set against this one: a program, a checkout that is built
//! first, or the sources of this one with another version of a dependency.

pub(crate) mod dependency;
pub(crate) mod gate;
pub(crate) mod sources;

pub(crate) use crate::fleet::against::gate::Limit;
use crate::{
    fleet::against::dependency::Dependency,
    machine::{environment, process::Process},
    shell::failure::Failure,
};
use reports::record::Build;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// The flags of a run of two builds.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct OtherFlags {
    /// Set each lane of this build against that of another: a tollgate program, or a checkout,
    /// which is built first
    #[arg(long, value_name = "OTHER")]
    against: Option<PathBuf>,
    /// Set this build against the same sources with another version of a dependency, or one from a
    /// folder (NAME=path:FOLDER); build this program from the same checkout first
    #[arg(long, value_name = "NAME=VERSION", conflicts_with = "against")]
    against_dep: Vec<String>,
    /// The checkout whose dependency is changed [default: this folder]
    #[arg(long, value_name = "DIR", requires = "against_dep")]
    source: Option<PathBuf>,
    /// Exit with 3 if a lane of this build is slower than that of the other by more than this
    /// beyond doubt
    #[arg(long, value_name = "PERCENT", value_parser = crate::commands::compare::percent)]
    fail_if_slower: Option<f64>,
    /// Exit with 4 where the intervals leave the gate open
    #[arg(long, requires = "fail_if_slower")]
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
    /// The other build that they ask for.
    pub(crate) fn other(&self) -> Result<Option<Other>, Failure> {
        let limit = self.fail_if_slower.map(|slowdown| Limit { slowdown, strict: self.strict });
        let made_of = match (&self.against, self.against_dep.is_empty()) {
            (Some(named), _) => MadeOf::Named(named.clone()),
            (None, false) => {
                let dependencies = self.against_dep.iter().map(|text| Dependency::from_text(text));
                let source = self.source.clone().unwrap_or_else(|| PathBuf::from("."));
                MadeOf::Changed {
                    source,
                    dependencies: dependencies.collect::<Result<_, _>>()?,
                }
            }
            (None, true) if limit.is_some() => {
                let cure = "name one with --against or --against-dep; `tollgate compare` has the \
                same gate for two records";
                return Err(Failure::usage(format!(
                    "--fail-if-slower needs another build: {cure}"
                )));
            }
            (None, true) => return Ok(None),
        };
        Ok(Some(Other { made_of, limit }))
    }
}

impl Other {
    /// Its program, built where it has to be, and what it says of itself. It must be built with the
    /// profile of this one: a debug build would lose to any release build.
    pub(crate) fn program(&self) -> Result<(PathBuf, Build), Failure> {
        let (program, changed, wrong) = match &self.made_of {
            MadeOf::Named(other) => {
                let wrong =
                    |what: &str| Failure::usage(format!("--against {}: {what}", other.display()));
                let found = fs::canonicalize(other).map_err(|error| wrong(&error.to_string()))?;
                let program = if found.is_dir() { built(&found, &[], &wrong)? } else { found };
                (program, None, format!("--against {}", other.display()))
            }
            MadeOf::Changed { source, dependencies } => {
                let (program, changed) = dependency::built(source, dependencies)?;
                (program, Some(changed), "--against-dep".into())
            }
        };
        let wrong = |what: &str| Failure::usage(format!("{wrong}: {what}"));
        let build = Build { changed, ..asked(&program, &wrong)? };
        let own = environment::build().profile;
        match build.profile == own {
            true => Ok((program, build)),
            false => Err(wrong(&format!(
                "it is a {} build, and this program a {own} build",
                build.profile
            ))),
        }
    }
}

/// For the first line of its `doctor`.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a program says of itself.
fn asked(program: &Path, wrong: &impl Fn(&str) -> Failure) -> Result<Build, Failure> {
    let no_program =
        || wrong("that is no tollgate program: name one, or a folder with its sources");
    let mut process = Process::start("the other build", Command::new(program).arg("doctor"))
        .map_err(|_| no_program())?;
    process
        .hear(PATIENCE)
        .ok()
        .and_then(|line| build_of(&line))
        .ok_or_else(no_program)
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

/// Builds a checkout into its own target folder, with the profile of this program; `more` are words
/// for cargo.
fn built(
    folder: &Path,
    more: &[String],
    wrong: &impl Fn(&str) -> Failure,
) -> Result<PathBuf, Failure> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(wrong("a folder without a Cargo.toml: name a checkout, or a tollgate program"));
    }
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    eprintln!(
        "building the other checkout (profile {profile}); this can take minutes the first time"
    );
    let target = folder.join("target");
    let mut command = Command::new("cargo");
    command
        .args([
            "build",
            "--locked",
            "--profile",
            profile,
            "--bin",
            "tollgate",
            "--manifest-path",
        ])
        .arg(&manifest);
    let status = command
        .args(more)
        .arg("--target-dir")
        .arg(&target)
        .stdin(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(_) => return Err(wrong("it does not build; the compiler's words are above")),
        Err(error) => return Err(wrong(&format!("cargo cannot be run: {error}"))),
    }
    Ok(target
        .join(if cfg!(debug_assertions) { "debug" } else { "release" })
        .join("tollgate"))
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
