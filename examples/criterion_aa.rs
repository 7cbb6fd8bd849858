//! How often criterion says that a call over a lane changed, although nothing did: the experiment
//! of `tollgate selftest` with criterion in its place.
//!
//! `cargo run --release --example criterion_aa -- --server restarted`. A comparison is what a
//! person does with criterion: one process measures and saves a baseline, a second one measures
//! again and compares. Each process warms up for 3 s and measures for 6 s, 100 samples, so that a
//! comparison takes as long as one of the self-test. The callee is kept for all comparisons, or
//! restarted before every measurement. The verdicts are criterion's own, in the words that it
//! prints: significance 0.05, noise threshold 1 %, as it comes. It judges neither lane nor machine.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use api::{Connection, EngineKind, EngineSource, Lane, Open, Registrar, Reply, Request, Spec};
use clap::{Parser, ValueEnum};
use criterion::Criterion;
use reports::stats::paired_ratio::share;
use std::{
    error::Error,
    hint::black_box,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};
use tollgate::api;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is tried.
#[derive(Parser)]
struct Arguments {
    /// Comparisons of the lane with itself
    #[arg(long, default_value_t = 20)]
    comparisons: u64,
    /// Whether all measurements ask one callee, or each a fresh one
    #[arg(long, value_enum)]
    server: Server,
    /// The lane, by its short name
    #[arg(long, default_value = "grpc")]
    lane: String,
    /// Warm-up and measurement of one process, seconds
    #[arg(long, num_args = 2, default_values_t = [3.0, 6.0])]
    seconds: Vec<f64>,
    /// Measure once, in this folder, against the baseline there if there is one: what the
    /// comparisons are made of
    #[arg(long, hide = true, requires = "endpoint")]
    measure: Option<PathBuf>,
    #[arg(long, hide = true)]
    endpoint: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Server {
    Kept,
    Restarted,
}

/// What criterion prints of a comparison.
const VERDICTS: [&str; 4] = [
    "Performance has regressed.",
    "Performance has improved.",
    "Change within noise threshold.",
    "No change in performance detected.",
];
const BASELINE: &str = "before";

fn main() -> ExitCode {
    // The callee is Tollgate's own, out of this program.
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return tollgate::main(tollgate::lanes());
    }
    let arguments = Arguments::parse();
    let outcome = match (&arguments.measure, &arguments.endpoint) {
        (Some(folder), Some(endpoint)) => measure(&arguments, folder, endpoint),
        _ => compare(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("criterion_aa: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A callee that ends with this value.
struct Callee {
    child: Child,
    endpoint: String,
}

impl Callee {
    fn start(arguments: &Arguments) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &arguments.lane])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no stdout")?;
        let mut callee = Self { child, endpoint: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready = line.trim().strip_prefix("ready ");
        callee.endpoint = ready.ok_or("the callee did not come up; its words are above")?.into();
        Ok(callee)
    }
}

impl Drop for Callee {
    fn drop(&mut self) {
        // The end of its stdin ends it.
        self.child.stdin = None;
        let _ = self.child.wait();
    }
}

/// All comparisons, a line each, and the share of those that found a change.
fn compare(arguments: &Arguments) -> Outcome<()> {
    let mut counts = [0; VERDICTS.len()];
    let began = Instant::now();
    let mut callee = Callee::start(arguments)?;
    for comparison in 1..=arguments.comparisons {
        let folder = tempfile::tempdir()?;
        let saved = measured(arguments, folder.path(), &mut callee)?;
        if verdict(&saved).is_some() {
            return Err(format!("criterion saved, and printed:\n{saved}").into());
        }
        let compared = measured(arguments, folder.path(), &mut callee)?;
        let verdict = verdict(&compared)
            .ok_or_else(|| format!("criterion compared, and printed:\n{compared}"))?;
        counts[verdict] += 1;
        println!("{comparison:3}  {:38} {}", VERDICTS[verdict], change(&compared));
    }
    let each_s = began.elapsed().as_secs_f64() / arguments.comparisons.max(1) as f64;
    summarize(arguments, counts, each_s);
    Ok(())
}

/// Which of the verdicts criterion printed; none where it compared nothing.
fn verdict(printed: &str) -> Option<usize> {
    VERDICTS.iter().position(|words| printed.contains(words))
}

/// How often each verdict was given, and in which share of the comparisons a change was found.
fn summarize(arguments: &Arguments, counts: [u64; VERDICTS.len()], each_s: f64) {
    let server = if arguments.server == Server::Kept { "kept" } else { "restarted" };
    println!(
        "\n{} against itself by criterion, callee {server}, {each_s:.1} s a comparison",
        arguments.lane
    );
    for (words, count) in VERDICTS.iter().zip(counts) {
        println!("{words:38} {count:3} of {}", arguments.comparisons);
    }
    let alarms = share(counts[0] + counts[1], arguments.comparisons);
    let [low, high] = [alarms.low, alarms.high].map(|share| 100.0 * share);
    println!(
        "a change was reported in {} of {} ({low:.0} to {high:.0} %)",
        alarms.hits, alarms.tried
    );
}

/// The line with the change and its interval, as criterion prints it.
fn change(printed: &str) -> &str {
    let after = printed.split("change:").nth(1).unwrap_or_default();
    let line = after.lines().map(str::trim).find(|line| line.contains('%'));
    line.unwrap_or_default().trim_start_matches("time:").trim()
}

/// A fresh caller measures once, of a fresh callee where that is asked for; what it printed.
fn measured(arguments: &Arguments, folder: &Path, callee: &mut Callee) -> Outcome<String> {
    if arguments.server == Server::Restarted {
        *callee = Callee::start(arguments)?;
    }
    let mut caller = Command::new(std::env::current_exe()?);
    caller.args(["--server", "kept", "--lane", &arguments.lane]);
    caller.args(["--endpoint", &callee.endpoint, "--seconds"]);
    caller.args(arguments.seconds.iter().map(f64::to_string));
    let output = caller.arg("--measure").arg(folder).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the caller failed; it said:\n{said}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Criterion's part: a call, from a fresh connection.
fn measure(arguments: &Arguments, folder: &Path, endpoint: &str) -> Outcome<()> {
    let [warm_up, measurement] = arguments.seconds.as_slice() else {
        return Err("two times".into());
    };
    let criterion = Criterion::default()
        .without_plots()
        .with_output_color(false)
        .output_directory(folder)
        .warm_up_time(Duration::from_secs_f64(*warm_up))
        .measurement_time(Duration::from_secs_f64(*measurement));
    let saved = folder.join(&arguments.lane).join(BASELINE).exists();
    let criterion = if saved {
        criterion.retain_baseline(BASELINE.into(), true)
    } else {
        criterion.save_baseline(BASELINE.into())
    };
    let mut calls = Calls { criterion, lane: &arguments.lane, endpoint, outcome: None };
    tollgate::register(&mut calls);
    calls
        .outcome
        .unwrap_or_else(|| Err(format!("there is no lane `{}`", arguments.lane).into()))
}

/// Takes the one lane.
struct Calls<'a> {
    criterion: Criterion,
    lane: &'a str,
    endpoint: &'a str,
    outcome: Option<Outcome<()>>,
}

impl Registrar for Calls<'_> {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        if spec.transport == self.lane {
            self.outcome = Some(self.bench(make()));
        }
    }
}

impl Calls<'_> {
    fn bench<L: Lane>(&mut self, mut lane: L) -> Outcome<()> {
        let engine = EngineSource::embedded(EngineKind::Stub);
        let at = Open {
            endpoint: self.endpoint,
            deadline: Duration::from_secs(5),
            engine: &engine,
        };
        let mut connection = lane.open(&at).map_err(|error| error.to_string())?;
        let (request, mut reply) = (Request::new("user_123", 10), Reply::default());
        let mut failed = None;
        self.criterion.bench_function(self.lane, |bencher| {
            bencher.iter(|| {
                let called =
                    lane.block_on(connection.call(black_box(&request), black_box(&mut reply)));
                failed = called.err().or(failed.take());
            });
        });
        let right: Reply = (0..10).map(|id| format!("product_{id}")).collect();
        match failed {
            Some(error) => Err(error.to_string().into()),
            None if reply != right => Err("a wrong answer".into()),
            None => Ok(()),
        }
    }
}
