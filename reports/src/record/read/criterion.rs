//! What benches by criterion left in its folder: criterion's own files, one folder for each
//! benchmark, and for each bench a stamp of ours that says which build made them and what each
//! benchmark measured. All of it is input from outside: names, sizes and numbers have bounds, and
//! what does not fit is left out with a reason.

use crate::record::{CODEC_CALL, CriterionEstimate, LANE_CALL, read::limits};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// The benches that leave a stamp.
pub const BENCHES: [&str; 2] = ["calls", "codecs"];
/// Bytes of one file: far above what criterion and a stamp of every benchmark need.
const MOST_BYTES: u64 = 4 << 20;
/// Bytes of a name: beyond it criterion shortens the folder that it makes of it.
const MOST_NAME: usize = 64;
/// The confidence of every interval in a report, and criterion's default.
const CONFIDENCE: f64 = 0.95;

/// What a bench measured, and by which build: a file beside criterion's own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Tells one build's program from another's.
    pub build: String,
    /// Benchmarks that this bench made.
    pub benchmarks: Vec<Benchmark>,
}

/// One benchmark, by its three names in criterion, and which call it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// Criterion's group: the question.
    pub group: String,
    /// Criterion's function: the lane or the format.
    pub function: String,
    /// Criterion's value: ids or items, the x axis of its line charts.
    pub value: u32,
    /// [`LANE_CALL`] or [`CODEC_CALL`]; none for a benchmark that is no call of a run.
    pub what: Option<String>,
    /// Full name of the lane.
    pub lane: Option<String>,
    /// Name of the codec.
    pub codec: Option<String>,
    /// Ids in each reply.
    pub size: u32,
    /// Items in a call.
    pub items: u32,
}

/// What of the files can stand in a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// In the order of the stamps.
    pub estimates: Vec<CriterionEstimate>,
    /// Why others do not, for a person.
    pub left_out: Vec<String>,
}

/// Where the stamp of a bench is.
pub fn stamp_path(folder: &Path, bench: &str) -> PathBuf {
    folder.join(format!("tollgate-{bench}.json"))
}

/// Where criterion keeps the newest figures of a benchmark; none for names that are no folders.
pub fn newest_figures(folder: &Path, benchmark: &Benchmark) -> Option<PathBuf> {
    let Benchmark { group, function, value, .. } = benchmark;
    let plain = is_plain(group) && is_plain(function);
    plain.then(|| folder.join(group).join(function).join(value.to_string()).join("new"))
}

/// Letters, digits and a few signs: such a name is its folder, and leads nowhere else.
fn is_plain(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MOST_NAME).contains(&name.len()) && name.chars().all(fits)
}

/// The estimates in this folder that benches of this build made. A folder without stamps has none,
/// and that is no fault.
pub fn of_build(folder: &Path, build: &str) -> Found {
    let mut found = Found::default();
    for bench in BENCHES {
        match read::<Stamp>(&stamp_path(folder, bench)) {
            Ok(stamp) if stamp.build == build => found.add(folder, bench, &stamp),
            Ok(_) => found.left_out.push(format!(
                "criterion's estimates by `{bench}` are of another build and are not shown: \
                `cargo bench --bench {bench}` makes new ones"
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => found.left_out.push(format!(
                "criterion's estimates by `{bench}` cannot be read ({error}): `cargo bench \
                --bench {bench}` makes new ones"
            )),
        }
    }
    found
}

impl Found {
    fn add(&mut self, folder: &Path, bench: &str, stamp: &Stamp) {
        let room = limits::MOST_ESTIMATES.saturating_sub(self.estimates.len());
        let calls = stamp.benchmarks.iter().filter(|one| one.what.is_some());
        let mut refused = Vec::new();
        for benchmark in calls.take(room) {
            match estimate(folder, benchmark) {
                Ok(estimate) => self.estimates.push(estimate),
                Err(why) => refused.push(why),
            }
        }
        if let Some(first) = refused.first() {
            self.left_out.push(format!(
                "{} of criterion's estimates by `{bench}` cannot be used and are not shown, the \
                first because {first}: `cargo bench --bench {bench}` makes new ones",
                refused.len()
            ));
        }
    }
}

/// `benchmark.json`, of which more is there.
#[derive(Deserialize)]
struct BenchmarkFile {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
}

/// `estimates.json`, of which more is there.
#[derive(Deserialize)]
struct EstimatesFile {
    mean: MeanEstimate,
}

/// The mean time of an iteration, ns.
#[derive(Deserialize)]
struct MeanEstimate {
    point_estimate: f64,
    confidence_interval: ConfidenceInterval,
}

#[derive(Deserialize)]
struct ConfidenceInterval {
    confidence_level: f64,
    lower_bound: f64,
    upper_bound: f64,
}

/// The mean of a benchmark, as a record holds it.
///
/// # Errors
/// What is wrong with it.
pub fn estimate(folder: &Path, benchmark: &Benchmark) -> Result<CriterionEstimate, String> {
    let what = benchmark.what.as_deref().unwrap_or("none");
    let known = match what {
        LANE_CALL => benchmark.lane.as_deref().is_some_and(is_text),
        CODEC_CALL => benchmark.codec.as_deref().is_some_and(is_text),
        _ => false,
    };
    if !known || benchmark.items == 0 {
        return Err("it is of no call that this program knows".into());
    }
    let mean = mean(folder, benchmark)?;
    Ok(CriterionEstimate {
        what: what.into(),
        lane: benchmark.lane.clone(),
        codec: benchmark.codec.clone(),
        size: benchmark.size,
        items: benchmark.items,
        mean_ns: mean.point_estimate,
        low_ns: mean.confidence_interval.lower_bound,
        high_ns: mean.confidence_interval.upper_bound,
    })
}

/// The mean time of a benchmark that is no call of a run, ns.
///
/// # Errors
/// What is wrong with it.
pub fn mean_ns(folder: &Path, benchmark: &Benchmark) -> Result<f64, String> {
    mean(folder, benchmark).map(|mean| mean.point_estimate)
}

fn mean(folder: &Path, benchmark: &Benchmark) -> Result<MeanEstimate, String> {
    let figures = newest_figures(folder, benchmark).ok_or("its name is no name of a folder")?;
    let named: BenchmarkFile =
        read(&figures.join("benchmark.json")).map_err(|error| unreadable(&error))?;
    let is_it = named.group_id == benchmark.group
        && named.function_id.as_ref() == Some(&benchmark.function)
        && named.value_str == Some(benchmark.value.to_string());
    if !is_it {
        return Err("its file is of another benchmark".into());
    }
    let EstimatesFile { mean } =
        read(&figures.join("estimates.json")).map_err(|error| unreadable(&error))?;
    let (least, most) = limits::of_number("criterion", "mean_ns");
    let interval = &mean.confidence_interval;
    let times = [interval.lower_bound, mean.point_estimate, interval.upper_bound];
    if !times.iter().all(|ns| *ns > least && *ns <= most) {
        return Err("a time in it is none that a run can have".into());
    }
    if interval.lower_bound > interval.upper_bound {
        return Err("the ends of its interval are exchanged".into());
    }
    if (interval.confidence_level - CONFIDENCE).abs() > 1e-9 {
        return Err(format!("its interval is one of {}", interval.confidence_level));
    }
    Ok(mean)
}

/// A short text of one line.
fn is_text(text: &str) -> bool {
    (1..=4 * MOST_NAME).contains(&text.len()) && !text.contains(char::is_control)
}

/// Without the path, which is this machine's.
fn unreadable(error: &io::Error) -> String {
    format!("a file of it cannot be read ({error})")
}

/// Reads a file of JSON that is no longer than it can be.
fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    let mut text = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it is larger than {MOST_BYTES} bytes")));
    }
    serde_json::from_slice(&text).map_err(|error| {
        // serde_json's words may hold words of the file.
        io::Error::other(format!("it is not JSON of criterion, line {}", error.line()))
    })
}
