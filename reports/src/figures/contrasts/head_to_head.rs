//! Lanes that were asked in turns with each other: what people choose between, neighbours from
//! tight to loose, and lanes that differ in one thing. Two that were not asked together are
//! compared along a chain of such pairs; orders of single calls rest on these and on no visit.

use crate::{
    figures::contrasts::{compared, logs, resolution},
    record::{Asked, Contrast, Record},
    stats::{
        comparison::{self, Comparison},
        estimates,
        welch::Welch,
    },
};

/// The kind of a contrast of two lanes that differ in more than one thing.
pub const KIND: &str = "head to head";
/// The kinds of contrasts of two lanes.
const KINDS: [&str; 2] = [KIND, "variant"];

/// Two lanes that were asked in turns.
#[derive(Clone, Debug)]
pub struct HeadToHead<'r> {
    /// The lane whose calls are said in times of the other's, as shown.
    pub lane: &'r str,
    /// The other lane, as shown.
    pub other: &'r str,
    /// A single call over the lane by one over the other, by the median.
    pub comparison: Comparison,
    /// Detected among all pairs of this placement (Holm).
    pub detected: bool,
}

/// Below it a ratio is said the other way round: `350 times`, never `0.003 times`.
const SMALL: f64 = 0.1;

impl HeadToHead<'_> {
    /// The slower by the quicker where one is far quicker.
    fn readable(self) -> Self {
        if self.comparison.ratio.value >= SMALL {
            return self;
        }
        let (lane, other) = (self.other, self.lane);
        Self { lane, other, comparison: self.comparison.inverted(), ..self }
    }

    /// `rest : grpc`.
    pub fn names(&self) -> String {
        format!("{} : {}", self.lane, self.other)
    }

    /// The verdict in words; a difference only where it stays one among all pairs.
    pub fn words(&self) -> &'static str {
        self.comparison.words_in_family(self.detected)
    }
}

/// All pairs of lanes that were asked this in turns, those that differ in one thing last.
pub fn of<'r>(record: &'r Record, asked: Asked<'_>) -> Vec<HeadToHead<'r>> {
    let mut pairs = Vec::new();
    let mut contrasts: Vec<&Contrast> =
        of_lanes(record).filter(|contrast| contrast.asked() == asked).collect();
    contrasts.sort_by_key(|contrast| contrast.kind != KIND);
    for contrast in contrasts {
        pairs.extend(compared(record, contrast).map(|comparison| {
            let [first, second] =
                [&contrast.first, &contrast.second].map(|name| record.name_of(name));
            HeadToHead { lane: second, other: first, comparison, detected: false }.readable()
        }));
    }
    let detected = comparison::detected_in_family(pairs.iter().map(|pair| &pair.comparison));
    for (pair, detected) in pairs.iter_mut().zip(detected) {
        pair.detected = detected;
    }
    pairs
}

fn of_lanes(record: &Record) -> impl Iterator<Item = &Contrast> {
    let of_lanes = |contrast: &&Contrast| KINDS.contains(&contrast.kind.as_str());
    record.contrasts.iter().filter(of_lanes).filter(|contrast| !contrast.wrong)
}

/// The pairs of one question in one placement, as links from lane to lane.
#[derive(Clone, Debug, Default)]
pub struct Chains<'r> {
    links: Vec<Link<'r>>,
}

/// A pair that was asked in turns.
#[derive(Clone, Debug)]
struct Link<'r> {
    /// Full names.
    first: &'r str,
    second: &'r str,
    /// ln(second / first), one for each start.
    logs: Vec<f64>,
    /// No such logarithm is told more finely than this.
    finest: f64,
    comparison: Comparison,
}

/// A link as a chain takes it.
#[derive(Clone, Copy, Debug)]
struct Step {
    link: usize,
    /// From the first to the second.
    forward: bool,
}

/// A lane that a chain leads to.
#[derive(Clone, Debug)]
struct Reached<'r> {
    lane: &'r str,
    steps: Vec<Step>,
    /// Of the sum of logarithms.
    variance: f64,
}

impl<'r> Chains<'r> {
    /// The pairs that were asked this. Of lanes within one process those of the first placement of
    /// the plan stand in where they were asked there only: no second core takes part in their
    /// calls.
    pub fn of(record: &'r Record, asked: Asked<'_>) -> Self {
        let mut chains = Self::default();
        for contrast in of_lanes(record).filter(|contrast| contrast.asked() == asked) {
            chains.add(record, contrast);
        }
        let first = record.plan.placements.first().map_or(asked.placement, String::as_str);
        let there = Asked { placement: first, ..asked };
        for contrast in of_lanes(record).filter(|contrast| contrast.asked() == there) {
            let lanes = [contrast.first.as_str(), contrast.second.as_str()];
            let within = lanes.iter().all(|name| is_in_process(record, name));
            if within && chains.direct(lanes[0], lanes[1]).is_none() {
                chains.add(record, contrast);
            }
        }
        chains
    }

    fn add(&mut self, record: &'r Record, contrast: &'r Contrast) {
        self.links.extend(compared(record, contrast).map(|comparison| Link {
            first: &contrast.first,
            second: &contrast.second,
            logs: logs(contrast),
            finest: resolution(record, contrast).log(),
            comparison,
        }));
    }

    /// A single call over one lane by one over another, by their full names: of the pair that they
    /// are, else along the chain of fewest pairs, of several such the one of least variance. The
    /// logarithms of a chain's ratios are added, and so are their variances, since its pairs were
    /// started apart from each other. `None` where no chain leads from one to the other.
    pub fn compared(&self, lane: &str, other: &str) -> Option<Comparison> {
        if lane == other {
            return None;
        }
        let steps = self.steps(other, lane)?;
        if let [Step { link, forward: true }] = steps[..] {
            return Some(self.links[link].comparison);
        }
        let (mut finest, mut logs) = (0.0, Vec::new());
        for Step { link, forward } in steps {
            let link = &self.links[link];
            let sign = if forward { 1.0 } else { -1.0 };
            finest += link.finest;
            logs.push(link.logs.iter().map(|log| sign * log).collect());
        }
        Some(Comparison::unpaired(&Welch::of_sum(&logs, finest)?))
    }

    /// True where a chain of pairs leads from one lane to the other.
    pub fn connects(&self, lane: &str, other: &str) -> bool {
        self.steps(lane, other).is_some()
    }

    fn direct(&self, first: &str, second: &str) -> Option<&Link<'r>> {
        self.links.iter().find(|link| {
            (link.first, link.second) == (first, second)
                || (link.second, link.first) == (first, second)
        })
    }

    /// The steps from one lane to another: outwards from it, all lanes that are as many pairs away
    /// at a time.
    fn steps(&self, from: &str, to: &str) -> Option<Vec<Step>> {
        let mut seen = vec![from];
        let mut edge = vec![Reached { lane: from, steps: Vec::new(), variance: 0.0 }];
        while !edge.is_empty() {
            if let Some(reached) = edge.iter().find(|reached| reached.lane == to) {
                return Some(reached.steps.clone());
            }
            edge = self.beyond(&edge, &seen);
            seen.extend(edge.iter().map(|reached| reached.lane));
        }
        None
    }

    /// Lanes one pair beyond these that were not seen before, each by the way of least variance.
    fn beyond<'s>(&'s self, edge: &[Reached<'s>], seen: &[&str]) -> Vec<Reached<'s>> {
        let mut beyond: Vec<Reached<'s>> = Vec::new();
        for from in edge {
            for (link, pair) in self.links.iter().enumerate() {
                let Some((lane, forward)) = pair.other_end(from.lane) else { continue };
                let variance = from.variance + pair.variance();
                let known = beyond.iter().position(|reached| reached.lane == lane);
                let better = known.is_none_or(|at| variance < beyond[at].variance);
                if seen.contains(&lane) || !better {
                    continue;
                }
                let steps = [&from.steps[..], &[Step { link, forward }]].concat();
                let reached = Reached { lane, steps, variance };
                match known {
                    Some(at) => beyond[at] = reached,
                    None => beyond.push(reached),
                }
            }
        }
        beyond
    }
}

impl<'r> Link<'r> {
    /// Where it leads from this lane, and whether that is from its first to its second.
    fn other_end(&self, lane: &str) -> Option<(&'r str, bool)> {
        if self.first == lane {
            Some((self.second, true))
        } else if self.second == lane {
            Some((self.first, false))
        } else {
            None
        }
    }

    /// Of the mean of its logarithms.
    fn variance(&self) -> f64 {
        let mean = estimates::mean(&self.logs);
        estimates::standard_error(&self.logs, mean).powi(2)
    }
}

fn is_in_process(record: &Record, lane: &str) -> bool {
    let mut lanes = record.lanes.iter();
    lanes.any(|known| known.name == lane && known.in_process)
}
