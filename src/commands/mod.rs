//! The command line: a table of commands, each in its own module.

pub mod bench;
pub(crate) mod call;
pub(crate) mod compare;
pub(crate) mod completions;
pub mod conform;
pub(crate) mod doctor;
pub(crate) mod list;
pub(crate) mod load;
pub(crate) mod peers;
pub(crate) mod report;
pub(crate) mod rerun;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod servers;

use crate::{
    drive,
    lanes::Lanes,
    machine::floors,
    measure::selftest,
    shell::{
        failure::{Code, Failure},
        output::{self, print, print_bytes},
        program::this_program,
    },
};
use clap::{
    CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

/// What each boundary between two components costs, measured on this machine.
#[derive(Parser)]
#[command(
    name = "tollgate",
    version,
    after_help = "Without a command: a first look in at most 20 seconds."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// A file with lanes of your own, or a language; the form: peers/peers.toml
    #[arg(long, value_name = "FILE.toml", global = true)]
    lanes_file: Option<PathBuf>,
    /// A server that runs already, for lanes that go through one, as
    /// redis=redis://127.0.0.1:6379; user and password: `tollgate servers --help`
    #[arg(long = "server", value_name = "NAME=URL", global = true)]
    servers: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, write a record and a report, print a table
    Run(Box<run::Arguments>),
    /// Show a record again: first screen, whole report, HTML, Markdown, CSV
    Report(report::Arguments),
    /// Repeat the run of a record on this machine, and show both side by side
    Rerun(Box<rerun::Arguments>),
    /// Show what changed between two records; as a gate, fail if a lane became slower
    Compare(compare::Arguments),
    /// Call a lane: print one answer, and the latency
    Call(call::Arguments),
    /// Measure one lane under load: latency at a rate of calls, or the highest rate
    Load(Box<load::Arguments>),
    /// Run the callee of a lane alone, for other clients to call
    Serve(serve::Arguments),
    /// Servers that lanes go through: which are here, start, stop or build one
    Servers(servers::Arguments),
    /// Build, check or remove the programs in other languages, or show them
    Peers(peers::Arguments),
    /// Check lanes with the conformance suite: same answers, same errors, nothing left behind
    Conform(conform::Arguments),
    /// Show every lane, and why one is missing
    List {
        #[arg(long, default_value = "human", value_parser = ["human", "markdown", "json"])]
        format: String,
    },
    /// Count false alarms and missed differences, in about half an hour
    Selftest(selftest::Arguments),
    /// Show the machine and the toolchains
    Doctor,
    /// Be the bench `lanes`: `run` with the words behind `cargo bench --`
    #[command(hide = true)]
    Bench(bench::Arguments),
    /// Be the caller of a lane: speaks peers/PROTOCOL.md on stdin and stdout
    #[command(hide = true)]
    Drive,
    /// Measure what this machine cannot be faster than, and print it as JSON
    #[command(hide = true)]
    Floors(floors::Arguments),
    /// Attend a server: start it, say where it answers, and end it when stdin ends
    #[command(hide = true)]
    Attend(servers::attend::Arguments),
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
}

/// Runs the command line.
pub(crate) fn run(lanes: Lanes) -> Result<ExitCode, Failure> {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(mut error) => {
            suggest_no_hidden_command(&mut error);
            // clap knows which stream each goes to, and in which colours.
            let written = error.print().and_then(|()| io::stdout().flush());
            if error.use_stderr() {
                // Nobody can be told, which makes the words no less wrong.
                return Ok(Code::Usage.into());
            }
            // Help and version are no failures.
            return done(output::printed(written));
        }
    };
    let lanes = match &arguments.lanes_file {
        Some(path) => lanes.with_file(path)?,
        None => lanes,
    };
    let lanes = arguments.servers.iter().try_fold(lanes, |lanes, one| lanes.with_server(one))?;
    match arguments.command {
        Some(command) => command.run(&lanes),
        None => run::first_look(&lanes),
    }
}

/// Only commands that `--help` shows are worth a suggestion.
fn suggest_no_hidden_command(error: &mut clap::Error) {
    let Some(ContextValue::Strings(suggested)) = error.get(ContextKind::SuggestedSubcommand) else {
        return;
    };
    let table = Arguments::command();
    let shown = |name: &String| {
        let command = table.find_subcommand(name);
        command.is_some_and(|command| !command.is_hide_set())
    };
    let shown: Vec<String> = suggested.iter().filter(|name| shown(name)).cloned().collect();
    error.remove(ContextKind::SuggestedSubcommand);
    if shown.is_empty() {
        error.remove(ContextKind::Suggested);
    } else {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(shown));
    }
}

impl Command {
    fn run(self, lanes: &Lanes) -> Result<ExitCode, Failure> {
        match self {
            Self::Run(arguments) => run::run(lanes, &arguments),
            Self::Bench(arguments) => bench::bench(lanes, arguments),
            Self::Report(arguments) => report::report(&arguments),
            Self::Rerun(arguments) => rerun::rerun(lanes, &arguments, this_program()?),
            Self::Compare(arguments) => compare::compare(&arguments),
            Self::Call(arguments) => call::call(lanes, &arguments, this_program()?),
            Self::Load(arguments) => load::load(lanes, &arguments, this_program()?),
            Self::Serve(arguments) => serve::serve(lanes, &arguments),
            Self::Conform(arguments) => conform::conform(lanes, &arguments, this_program()?),
            Self::Servers(arguments) => servers::servers(lanes, &arguments),
            Self::Peers(arguments) => peers::peers(lanes, &arguments),
            Self::Attend(arguments) => done(servers::attend::attend(&arguments)),
            Self::List { format } => done(print(&list::list(lanes, &format))),
            Self::Selftest(arguments) => selftest::selftest(lanes, &arguments, this_program()?),
            Self::Doctor => done(print(&doctor::doctor(lanes))),
            Self::Drive => done(
                drive::drive(lanes).map_err(|error| Failure::failed(format!("drive: {error}"))),
            ),
            Self::Floors(arguments) => done(floors::floors(&arguments)),
            Self::Completions { shell } => {
                let text = completions::completions(Arguments::command(), lanes, shell);
                done(print_bytes(&text))
            }
        }
    }
}

fn done(outcome: Result<(), Failure>) -> Result<ExitCode, Failure> {
    outcome.map(|()| ExitCode::SUCCESS)
}
