//! Lanes under load as curves: latency over the rate, and throughput over calls in flight. What is
//! said of them in figures is in `loads`, what one load may show in `load`. It writes no text.

use crate::{
    figures::{
        cells::CONFIDENCE,
        load::sweep::{self, UnderLoad},
        tail::Tail,
    },
    model::usl::Usl,
    record::{Lane, LoadPoint, Record, SearchStep, Verdict},
    stats::{
        estimates::{self, Estimate},
        resolution::{ClockStep, Resolution},
    },
};

/// The curves of one lane.
#[derive(Clone, Debug)]
pub struct Curves<'a> {
    /// The lane.
    pub lane: &'a Lane,
    /// Its loads.
    pub load: UnderLoad<'a>,
    /// Calls in flight, ascending, and answers per second, closed loop.
    pub steps: Vec<(u32, Estimate)>,
    /// The law through all steps of all restarts; `None` with too few of them.
    pub law: Option<Usl>,
    /// Open loops, by their rates.
    pub points: Vec<Point<'a>>,
}

/// An open loop at one rate, over restarts.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    /// The rate as a share of the lane's capacity; none for a rate that all lanes are asked for.
    pub share: Option<f64>,
    /// The rate that was asked for, calls per second; of a share the geometric mean over restarts.
    pub rate_per_s: f64,
    /// Calls due per second: geometric mean over restarts.
    pub offered_per_s: f64,
    /// Calls answered per second, likewise.
    pub achieved_per_s: f64,
    /// Latency from the intended start where the lane kept up in every restart, else why it did
    /// not.
    pub latency: Result<Tail, &'a str>,
}

/// Every lane of these with loads, in their order.
pub fn of<'a>(record: &'a Record, lanes: &[&'a Lane]) -> Vec<Curves<'a>> {
    let mut curves = Vec::new();
    for lane in lanes {
        let load = sweep::of(record, &lane.name);
        if let Some(load) = load.filter(|load| !load.lane.starts.is_empty()) {
            curves.push(Curves::of(lane, load));
        }
    }
    curves
}

impl<'a> Curves<'a> {
    fn of(lane: &'a Lane, load: UnderLoad<'a>) -> Self {
        let steps = load.lane.starts.iter().flat_map(|start| &start.search);
        let stable: Vec<&SearchStep> =
            steps.filter(|step| step.verdict == Verdict::Stable).collect();
        let throughput: Vec<(f64, f64)> = stable
            .iter()
            .map(|step| (f64::from(step.in_flight), step.achieved_per_s))
            .collect();
        let points: Vec<&LoadPoint> = load.points().collect();
        Self {
            lane,
            load,
            steps: by_calls_in_flight(&stable),
            law: Usl::fit(&throughput),
            points: by_rate(&points, load.loads.starts as usize, load.step),
        }
    }

    /// The distribution of latency at the lowest rate that all lanes are asked for.
    pub fn common_tail(&self) -> Option<Tail> {
        self.load.tail(*self.load.loads.common_per_s.first()?).ok()
    }
}

fn by_calls_in_flight(steps: &[&SearchStep]) -> Vec<(u32, Estimate)> {
    let mut sizes: Vec<u32> = steps.iter().map(|step| step.in_flight).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut means = Vec::new();
    for size in sizes {
        let same = steps.iter().filter(|step| step.in_flight == size);
        let rates: Vec<f64> = same.map(|step| step.achieved_per_s).collect();
        if let Some(mean) =
            estimates::log_mean_of_starts(&rates, Resolution::of_long_time(), CONFIDENCE)
        {
            means.push((size, mean));
        }
    }
    means
}

/// The same share, or the same common rate, in every restart.
fn by_rate<'a>(points: &[&'a LoadPoint], planned: usize, step: ClockStep) -> Vec<Point<'a>> {
    let mut groups: Vec<Vec<&LoadPoint>> = Vec::new();
    for &point in points {
        match groups.iter_mut().find(|group| is_same_rate(group[0], point)) {
            Some(group) => group.push(point),
            None => groups.push(vec![point]),
        }
    }
    let mut rates: Vec<Point> = groups
        .iter()
        .filter_map(|restarts| Point::of(restarts, planned, step))
        .collect();
    rates.sort_by(|a, b| a.offered_per_s.total_cmp(&b.offered_per_s));
    rates
}

fn is_same_rate(a: &LoadPoint, b: &LoadPoint) -> bool {
    if a.share.is_none() && b.share.is_none() {
        a.rate_per_s == b.rate_per_s
    } else {
        a.share == b.share
    }
}

impl<'a> Point<'a> {
    /// `None` where one of them may not be believed.
    fn of(restarts: &[&'a LoadPoint], planned: usize, step: ClockStep) -> Option<Self> {
        if restarts.iter().any(|point| point.verdict == Verdict::Untrustworthy) {
            return None;
        }
        Some(Self {
            share: restarts.first()?.share,
            rate_per_s: geometric_mean(restarts, |point| point.rate_per_s)?,
            offered_per_s: geometric_mean(restarts, |point| point.offered_per_s)?,
            achieved_per_s: geometric_mean(restarts, |point| point.achieved_per_s)?,
            latency: latency(restarts, planned, step),
        })
    }
}

fn geometric_mean(restarts: &[&LoadPoint], of: fn(&LoadPoint) -> f64) -> Option<f64> {
    let values: Vec<f64> = restarts.iter().map(|point| of(point)).collect();
    let mean = estimates::log_mean_of_starts(&values, Resolution::of_long_time(), CONFIDENCE)?;
    Some(mean.value)
}

/// Histograms of all restarts, with an interval where all planned ones are there; why there is
/// none, where one of them did not keep up or holds none.
fn latency<'a>(
    restarts: &[&'a LoadPoint],
    planned: usize,
    step: ClockStep,
) -> Result<Tail, &'a str> {
    if let Some(fell) = restarts.iter().find(|point| point.verdict == Verdict::Unstable) {
        return Err(fell.reasons.first().map_or("it did not keep up", String::as_str));
    }
    let texts: Option<Vec<&str>> = restarts.iter().map(|point| point.latency.as_deref()).collect();
    let whole = restarts.len() == planned;
    let tail = texts.and_then(|texts| Tail::of_texts(texts, whole, step).ok());
    tail.ok_or("its latency was not recorded")
}
