//! The process that measures: how it is started, how far it is, and how it ended.

use crate::shared::{Bench, HOME, Run, shown_path};
use criterion::{Criterion, PlottingBackend};
use std::{
    env,
    fs::{self, File},
    io::{self, IsTerminal, Write},
    process::{Command, ExitCode, ExitStatus},
    thread,
    time::{Duration, Instant},
};
use tollgate::bench::{Grid, Words};

/// Has the grid for the process that measures, as JSON.
const GRID: &str = "TOLLGATE_BENCH_GRID";
/// How often it is looked how far the other process is: seldom, since it measures.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a line says so where it is no terminal. The first line says how long it takes.
const SAID_EVERY: Duration = Duration::from_secs(90);
/// Lines of the log that are shown where something failed.
const LAST_LINES: usize = 12;
/// Of the time of a benchmark, what criterion spends on warm-up and on its samples.
const WARM_UP_SHARE: f64 = 0.25;
const SAMPLES_SHARE: f64 = 0.75;
/// With its analysis and its charts a benchmark takes so many times as long.
const WITH_ANALYSIS: f64 = 1.3;
/// The time of one benchmark, however many there are.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(1);

/// The grid, where this is the process that measures.
pub(super) fn given_grid() -> Option<Grid> {
    env::var(GRID).ok().and_then(|text| serde_json::from_str(&text).ok())
}

/// The time of one benchmark where all together have so much.
fn of_each(time: Duration, benchmarks: usize) -> Duration {
    (time / benchmarks.max(1) as u32).clamp(SHORTEST, LONGEST)
}

/// What criterion takes for so many benchmarks, its analysis and its charts included.
pub(super) fn expected(time: Duration, benchmarks: usize) -> Duration {
    of_each(time, benchmarks).mul_f64(benchmarks as f64 * WITH_ANALYSIS)
}

/// Criterion with so much time for all benchmarks. 20 samples, and intervals from 10,000 resamples:
/// with criterion's own 100 and 100,000 a benchmark would be analysed longer than it is measured.
fn criterion(time: Duration, benchmarks: usize) -> Criterion {
    let each = of_each(time, benchmarks);
    Criterion::default()
        .warm_up_time(each.mul_f64(WARM_UP_SHARE))
        .measurement_time(each.mul_f64(SAMPLES_SHARE))
        .sample_size(20)
        .nresamples(10_000)
        // The same charts everywhere, whether or not gnuplot is installed.
        .plotting_backend(PlottingBackend::Plotters)
        .configure_from_args()
}

/// Measures, and prints as criterion does.
pub(super) fn measure(bench: &Bench, grid: &Grid, words: &Words) {
    let mut criterion = criterion(bench.time, (bench.plan)(grid).len());
    (bench.measure)(&mut criterion, grid);
    criterion.final_summary();
    if !words.only_shows() && !words.names_benchmarks() {
        (bench.besides)();
    }
}

impl Run<'_> {
    /// This bench once more, as the process that measures.
    pub(super) fn child(&self, grid: &Grid, words: &Words) -> io::Result<Command> {
        let mut command = Command::new(env::current_exe()?);
        command
            .args(words.for_criterion())
            .env(GRID, serde_json::to_string(grid)?)
            .env(HOME, &self.folder);
        Ok(command)
    }
}

/// Runs it with all that it prints shown.
pub(super) fn aloud(mut command: Command) -> io::Result<ExitCode> {
    command.status().map(code)
}

/// Runs it with all that it prints in the log; the exit code where it failed.
pub(super) fn into_log(mut command: Command, run: &Run<'_>) -> io::Result<Option<ExitCode>> {
    let path = run.log();
    let log = File::create(&path)?;
    let mut child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
    let (began, mut said) = (Instant::now(), Duration::ZERO);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        said = say_progress(run, began.elapsed(), said);
        thread::sleep(LOOK_EVERY);
    };
    if io::stderr().is_terminal() {
        // The line of progress goes.
        eprint!("\r\x1b[2K");
    }
    if status.success() {
        return Ok(None);
    }
    eprintln!("{}", why(&fs::read_to_string(&path).unwrap_or_default()));
    eprintln!("{}: failed ({status}); all it said: {}", run.bench.name, shown_path(&path));
    Ok(Some(code(status)))
}

/// The lines of a log that say what went wrong: those from a panic on, or else the last.
fn why(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let panicked = lines.iter().position(|line| line.contains(" panicked at "));
    let from = panicked.unwrap_or(lines.len().saturating_sub(LAST_LINES));
    let shown = lines[from..].iter().take_while(|line| !line.starts_with("stack backtrace"));
    shown.take(LAST_LINES).copied().collect::<Vec<_>>().join("\n")
}

/// On a terminal one line that changes; elsewhere a line in a while, the last after this time. When
/// a line was said last.
fn say_progress(run: &Run<'_>, spent: Duration, said: Duration) -> Duration {
    let is_terminal = io::stderr().is_terminal();
    if !is_terminal && spent < said + SAID_EVERY {
        return said;
    }
    let (done, all) = (run.made().count(), run.planned.len());
    let rest = if done == all { ", now the rest" } else { "" };
    let line = format!("{}: {done} of {all}, {} s{rest}", run.bench.name, spent.as_secs());
    if is_terminal {
        eprint!("\r\x1b[2K{line}");
        drop(io::stderr().flush());
    } else {
        eprintln!("{line}");
    }
    spent
}

fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
