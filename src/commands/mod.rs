//! The command line: a table of commands, each in its own module.

pub(crate) mod call;
pub(crate) mod compare;
pub mod conform;
pub(crate) mod doctor;
pub(crate) mod list;
pub(crate) mod load;
pub(crate) mod rerun;
pub(crate) mod serve;

use crate::{
    drive,
    lanes::Lanes,
    machine::floors,
    measure::{run, selftest},
    plan::{self, Flags, Plan},
    shell::{
        failure::Failure,
        output::{self, print, render, write_page},
    },
};
use clap::{CommandFactory, Parser, Subcommand};
use reports::{Format, RenderOptions, record::Record};
use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

/// What each boundary between two components costs, measured on this machine.
#[derive(Parser)]
#[command(
    name = "tollgate",
    version,
    after_help = "Without a command: a first look in 20 seconds."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Lanes of your own, each made of two commands: see `[[lane]]` in peers/peers.toml
    #[arg(long, value_name = "FILE.toml", global = true)]
    lanes_file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, write record and report, print the table
    Run {
        #[command(flatten)]
        flags: Box<Flags>,
        /// Print the cells and the predicted time, and measure nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Show a record again
    Report {
        /// A record, or a report that carries one
        record: PathBuf,
        #[arg(
            long,
            default_value = "human",
            value_parser = [
                "html", "human", "markdown", "json", "csv", "contrasts-csv", "stages-csv",
                "resources-csv", "loads-csv", "model-json", "model-csv", "card",
            ]
        )]
        format: String,
        /// Say what the choice of a lane means for a callee that works this long, for example 8ms
        #[arg(long, value_name = "TIME")]
        service_time: Option<String>,
        /// Say how many cores each lane keeps busy at so many single calls per second, for example
        /// 2000
        #[arg(long, value_name = "N", allow_hyphen_values = true)]
        calls_per_s: Option<String>,
        /// Set the record against an earlier one: ratios with their intervals
        #[arg(long, value_name = "RECORD", conflicts_with_all = ["service_time", "calls_per_s"])]
        against: Option<PathBuf>,
        /// With --against: records of different machines, over different data, or of different
        /// build profiles too
        #[arg(long, requires = "against")]
        force: bool,
        /// Open the HTML report in a browser
        #[arg(long, conflicts_with = "against")]
        open: bool,
    },
    /// Repeat the plan of a record here, and show both runs side by side
    Rerun(Box<rerun::Arguments>),
    /// Say what changed between two records, and fail where a lane became too slow
    Compare(compare::Arguments),
    /// Make one call and print its answer
    Call(call::Arguments),
    /// Put a load on a lane: so many calls per second, or as many as it takes
    Load(Box<load::Arguments>),
    /// Be the callee of a lane
    Serve(serve::Arguments),
    /// Hold lanes to the conformance suite: the same answers, the same errors, nothing left behind
    Conform(conform::Arguments),
    /// Show every lane, and why one is missing
    List {
        #[arg(long, default_value = "human", value_parser = ["human", "markdown", "json"])]
        format: String,
    },
    /// Show how often a difference that this machine shows is one
    Selftest(selftest::Arguments),
    /// Show the machine and the toolchains
    Doctor,
    /// Be the caller of a lane: speaks peers/PROTOCOL.md on stdin and stdout
    #[command(hide = true)]
    Drive,
    /// Measure what this machine cannot be faster than, and print it as JSON
    #[command(hide = true)]
    Floors(floors::Arguments),
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
}

/// Runs the command line.
pub(crate) fn run(lanes: Lanes) -> Result<ExitCode, Failure> {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no failures; clap knows which stream each goes to.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return Ok(ExitCode::from(code));
        }
    };
    let lanes = &match &arguments.lanes_file {
        Some(path) => lanes.with_file(path)?,
        None => lanes,
    };
    match arguments.command {
        None => first_look(lanes),
        Some(Command::Run { flags, dry_run }) => {
            run::run(lanes, &Plan::from_flags(&flags)?, this_program()?, dry_run)
        }
        Some(Command::Report { record, format, against: Some(old), force, .. }) => {
            compare::against(&record, &old, &format, force)
        }
        Some(Command::Report { record, format, service_time, calls_per_s, open, .. }) => {
            report(&record, &format, (service_time.as_deref(), calls_per_s.as_deref()), open)
        }
        Some(Command::Rerun(arguments)) => rerun::rerun(lanes, &arguments, this_program()?),
        Some(Command::Compare(arguments)) => compare::compare(&arguments),
        Some(Command::Call(arguments)) => call::call(lanes, &arguments, this_program()?),
        Some(Command::Load(arguments)) => load::load(lanes, &arguments, this_program()?),
        Some(Command::Serve(arguments)) => serve::serve(lanes, &arguments),
        Some(Command::Conform(arguments)) => conform::conform(lanes, &arguments, this_program()?),
        Some(Command::List { format }) => show(&list::list(lanes, &format)),
        Some(Command::Doctor) => show(&doctor::doctor(lanes)),
        Some(Command::Selftest(arguments)) => {
            selftest::selftest(lanes, &arguments, this_program()?)
        }
        Some(Command::Drive) => drive::drive(lanes)
            .map(|()| ExitCode::SUCCESS)
            .map_err(|error| Failure::failed(format!("drive: {error}"))),
        Some(Command::Floors(arguments)) => floors::floors(&arguments).map(|()| ExitCode::SUCCESS),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "tollgate",
                &mut io::stdout(),
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn this_program() -> Result<PathBuf, Failure> {
    std::env::current_exe()
        .map_err(|error| Failure::failed(format!("cannot find this program's own file: {error}")))
}

/// What to type after a first look.
const NEXT: &str = "This was a first look. Next: `tollgate run` measures properly in under 4 \
minutes;\n\
    `tollgate run --batch 1,8,64` with your batch sizes; `tollgate list` shows what else there \
    is.\n";

fn first_look(lanes: &Lanes) -> Result<ExitCode, Failure> {
    let code = run::run(lanes, &Plan::first_look(), this_program()?, false)?;
    // On stderr, so that the report's path is the last line of stdout here too.
    eprint!("{NEXT}");
    Ok(code)
}

fn show(text: &str) -> Result<ExitCode, Failure> {
    print(text).map(|()| ExitCode::SUCCESS)
}

/// What the user says of a system of their own. `shows` is false for formats that hold nothing but
/// what was measured.
fn suppose(
    of: &mut reports::record::Plan,
    service_time: Option<&str>,
    calls_per_s: Option<&str>,
    shows: bool,
) -> Result<(), Failure> {
    let given = [("--service-time", service_time), ("--calls-per-s", calls_per_s)];
    if let Some((flag, _)) = given.iter().find(|(_, text)| text.is_some() && !shows) {
        return Err(Failure::usage(format!(
            "{flag} says nothing with json and csv, which hold what was measured; take human, \
            markdown, html or model-json"
        )));
    }
    if let Some(text) = service_time {
        of.service_time_ns = Some(plan::service_time(text)?.as_nanos() as u64);
    }
    if let Some(text) = calls_per_s {
        of.calls_per_s = Some(plan::calls_per_s(text)?);
    }
    Ok(())
}

fn report(
    path: &std::path::Path,
    format: &str,
    (service_time, calls_per_s): (Option<&str>, Option<&str>),
    open: bool,
) -> Result<ExitCode, Failure> {
    let mut record = output::load(path)?;
    let picture = format == "card";
    let format = if picture { "html" } else { format };
    let format: Format = format.parse().map_err(|error| Failure::usage(format!("{error}")))?;
    let shows = open || picture || !format.holds_what_was_measured();
    suppose(&mut record.plan, service_time, calls_per_s, shows)?;
    if picture && !open {
        return card(&record);
    }
    if !open {
        let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let options = RenderOptions { colour, ..RenderOptions::default() };
        let text = reports::render(&record, format, &options)
            .map_err(|error| Failure::failed(error.to_string()))?;
        return show(&text);
    }
    let page = path.with_extension("html");
    write_page(&page, render(&record, Format::Html)?.as_bytes())?;
    print(&format!("{}\n", page.display()))?;
    output::open(&page)?;
    Ok(ExitCode::SUCCESS)
}

/// A picture on stdout, unless a person would get it on a screen of text.
fn card(record: &Record) -> Result<ExitCode, Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::usage(
            "a card is a picture: write it into a file, as in --format card > card.png",
        ));
    }
    let png = reports::card(record).map_err(|error| Failure::failed(error.to_string()))?;
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(&png).and_then(|()| stdout.flush());
    written
        .map(|()| ExitCode::SUCCESS)
        .map_err(|error| Failure::failed(format!("stdout: {error}")))
}
