//! What the benches by criterion share. Criterion writes a page of text for each benchmark, so the
//! bench starts itself once more: that process measures, and what it prints goes into a log. This
//! one shows how far it is, then a table of a few lines, and leaves a stamp that says which build
//! measured what.

mod child;
mod table;

use criterion::{AxisScale, BenchmarkGroup, Criterion, PlotConfiguration, measurement::WallTime};
use reports::record::read::criterion::{Benchmark, Stamp, newest_figures, stamp_path};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, SystemTime},
};
pub(crate) use table::Column;
use tollgate::bench::{Grid, Words, build_stamp};

/// Where criterion keeps all that it writes, where the user says so.
const HOME: &str = "CRITERION_HOME";

/// A bench by criterion.
pub(crate) struct Bench {
    /// As cargo has it.
    pub(crate) name: &'static str,
    /// What it measures, in order.
    pub(crate) plan: fn(&Grid) -> Vec<Benchmark>,
    /// Measures it.
    pub(crate) measure: fn(&mut Criterion, &Grid),
    /// What is measured besides, without criterion, where no benchmark was named.
    pub(crate) besides: fn(),
    /// What `besides` writes, in words behind criterion's text; nothing where there is none.
    pub(crate) besides_is: Option<&'static str>,
    /// For criterion's samples of all benchmarks together, unless there are very many or few.
    pub(crate) time: Duration,
    /// What `besides` takes.
    pub(crate) besides_time: Duration,
    /// The columns of its table.
    pub(crate) columns: fn(&Grid) -> Vec<Column>,
}

impl Bench {
    /// The whole bench, in either of its processes.
    pub(crate) fn main(&self) -> ExitCode {
        let words = Words::of_this_process();
        if let Some(grid) = child::given_grid() {
            child::measure(self, &grid, &words);
            return ExitCode::SUCCESS;
        }
        let grid = match Grid::of(&words) {
            Ok(grid) => grid,
            Err(code) => return code,
        };
        match self.shown(&grid, &words) {
            Ok(code) => code,
            Err(error) => {
                eprintln!("{}: {error}", self.name);
                ExitCode::FAILURE
            }
        }
    }

    /// So many benchmarks, and how long they take, to five seconds.
    fn expected(&self, many: usize) -> String {
        let seconds = (child::expected(self.time, many) + self.besides_time).as_secs();
        let seconds = seconds.next_multiple_of(5);
        format!("{many} benchmarks by criterion, about {seconds} s")
    }

    fn shown(&self, grid: &Grid, words: &Words) -> io::Result<ExitCode> {
        let planned = (self.plan)(grid);
        let (name, many) = (self.name, planned.len());
        if grid.dry_run {
            println!("{name}: {}", self.expected(many));
            return Ok(ExitCode::SUCCESS);
        }
        let run = Run {
            folder: folder(),
            began: SystemTime::now(),
            bench: self,
            planned: &planned,
        };
        fs::create_dir_all(&run.folder)?;
        if words.only_shows() {
            return run.child(grid, words).map(child::aloud)?;
        }
        let (page, log) = (run.folder.join("report/index.html"), run.log());
        let what = if words.names_benchmarks() {
            format!("benchmarks of this name, of {many}, by criterion")
        } else {
            self.expected(many)
        };
        let (page, log) = (shown_path(&page), shown_path(&log));
        let besides = self.besides_is.filter(|_| !words.names_benchmarks()).unwrap_or_default();
        eprintln!("{name}: {what}; its report: {page}, its text{besides}: {log}");
        if let Some(code) = child::into_log(run.child(grid, words)?, &run)? {
            return Ok(code);
        }
        run.stamp()?;
        let made: Vec<Benchmark> = run.made().cloned().collect();
        if made.is_empty() {
            println!("{name}: no benchmark has this name");
        } else {
            table::print(&run.folder, &made, &(self.columns)(grid));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A group whose line charts have logarithmic axes: sizes grow by factors.
pub(crate) fn group_by_size<'c>(
    criterion: &'c mut Criterion,
    name: &str,
) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.plot_config(PlotConfiguration::default().summary_scale(AxisScale::Logarithmic));
    group
}

/// One measurement by a bench.
struct Run<'a> {
    bench: &'a Bench,
    planned: &'a [Benchmark],
    /// Criterion's.
    folder: PathBuf,
    began: SystemTime,
}

impl Run<'_> {
    fn log(&self) -> PathBuf {
        self.folder.join(format!("tollgate-{}.log", self.bench.name))
    }

    /// Benchmarks whose figures were written by this run.
    fn made(&self) -> impl Iterator<Item = &Benchmark> {
        self.planned.iter().filter(|benchmark| {
            let written = newest_figures(&self.folder, benchmark)
                .and_then(|figures| fs::metadata(figures.join("estimates.json")).ok())
                .and_then(|file| file.modified().ok());
            written.is_some_and(|written| written >= self.began)
        })
    }

    /// Says which build made what. What the same build made before, of other sizes, stays said.
    fn stamp(&self) -> io::Result<()> {
        let build = build_stamp(Path::new(env!("CARGO_BIN_EXE_tollgate")));
        let build = build.ok_or_else(|| io::Error::other("the program tollgate is gone"))?;
        let path = stamp_path(&self.folder, self.bench.name);
        let mut benchmarks: Vec<Benchmark> = self.made().cloned().collect();
        if benchmarks.is_empty() {
            return Ok(());
        }
        // One that cannot be read is replaced.
        let before = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let before = before.filter(|before: &Stamp| before.build == build).unwrap_or_default();
        let others = before.benchmarks.into_iter().filter(|one| !benchmarks.contains(one));
        let others: Vec<Benchmark> = others.collect();
        benchmarks.extend(others);
        fs::write(path, serde_json::to_string(&Stamp { build, benchmarks })?)
    }
}

/// Criterion's folder, as criterion itself chooses it for a bench that cargo runs.
fn folder() -> PathBuf {
    // Cargo's folder for temporary files of benches lies in its target folder.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap_or(Path::new("target"));
    env::var_os(HOME).map_or_else(|| target.join("criterion"), PathBuf::from)
}

/// From the current folder where it lies below it.
fn shown_path(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
