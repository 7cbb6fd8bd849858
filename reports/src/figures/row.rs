//! One lane in one scene: its cells, tail, CPU time and toll, and what follows from these alone. It
//! knows no other lane; `summary` compares the rows of a scene.

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures, StartFigures},
        tail::{Percentile, Tail, Unobservable},
    },
    record::{Asked, Lane},
    stats::{
        comparison::{Comparison, ranks::Rank},
        estimates::{self, Estimate},
        resolution::Resolution,
        starts::{self, StartValue, Starts},
    },
};

/// One lane in one scene.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The lane.
    pub lane: &'a Lane,
    /// A single call.
    pub single: Option<CellFigures<'a>>,
    /// The distribution of a single call, where it is observable.
    pub tail: Result<Tail, Unobservable>,
    /// All other cells, by mode and items.
    pub cells: Vec<CellFigures<'a>>,
    /// What the boundary adds to the median of a single call, ns: the mean over starts of the
    /// differences; `stub` only.
    pub toll: Option<Estimate>,
    /// CPU for a single call.
    pub cpu: Cpu,
    /// Place by the median of a single call among lanes of its profile, from pairs that were asked
    /// in turns; absent for lanes that answer nothing, and where no chain of pairs leads to others.
    pub rank: Option<Rank>,
}

/// CPU time for one call, ns. Where the run has a lane that answers nothing, its caller's CPU is
/// subtracted from that of other callers in its language; the record keeps what was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cpu {
    /// The calling process.
    pub caller: Option<Estimate>,
    /// The answering process; absent for in-process lanes.
    pub callee: Option<Estimate>,
    /// The server that stands between the two; absent where none does, or it is not ours.
    pub server: Option<Estimate>,
    /// All processes of the lane; absent when one's could not be read.
    pub both: Option<Estimate>,
}

impl<'a> Row<'a> {
    /// The place as a table shows it: `2`, `2=` where it is shared, `L1` for a lean and `T1` for a
    /// tuned lane.
    pub fn place(&self) -> Option<String> {
        let Rank { place, shared } = self.rank?;
        let apart = match self.lane.profile.as_str() {
            "lean" => "L",
            "tuned" => "T",
            _ => "",
        };
        Some(format!("{apart}{place}{}", if shared { "=" } else { "" }))
    }

    /// True for a lane that is compared with all others of the usual profile.
    pub fn is_equal(&self) -> bool {
        self.lane.profile == "equal"
    }

    /// The batched cell with the most items.
    pub fn largest_batch(&self) -> Option<&CellFigures<'a>> {
        self.cells
            .iter()
            .filter(|c| c.cell.mode == "batched")
            .max_by_key(|c| c.cell.items)
    }

    /// A percentile of a single call, closed loop.
    pub fn percentile(&self, quantile: f64) -> Percentile {
        self.tail.as_ref().map_err(|why| *why)?.percentile(quantile)
    }

    /// True where a percentile is shown without an interval, because some start has too few samples
    /// of its own.
    pub fn lacks_interval(&self, quantile: f64) -> bool {
        self.tail.as_ref().is_ok_and(|tail| tail.lacks_interval(quantile))
    }

    /// False where every start of the single call was cut short: its figures have no interval.
    pub fn whole(&self) -> bool {
        self.single.as_ref().is_none_or(|cell| cell.whole)
    }

    /// False where its figures answer another question than this: those of a lane that was measured
    /// in the first placement alone, and stands in all.
    pub(crate) fn is_of(&self, asked: Asked) -> bool {
        self.single
            .iter()
            .chain(&self.cells)
            .any(|figures| figures.cell.asked() == asked)
    }

    /// True where a whole single call can be placed among the others.
    pub(crate) fn ranked(&self) -> bool {
        self.lane.answers && self.single.is_some() && self.whole()
    }

    /// Start-level values of the single call; for a comparison, `CellFigures::comparable`.
    pub fn single_starts(&self, of: impl Fn(&StartFigures) -> Option<f64>) -> Starts {
        let starts = self.single.iter().flat_map(|cell| &cell.starts);
        let values = starts.filter_map(|s| Some((s.start, of(s)?))).collect();
        let resolution = self.single.as_ref().map_or(Resolution::EXACT, |cell| cell.resolution);
        Starts::new(values, resolution)
    }

    /// Medians of a single call in each start, to be subtracted; none where one of them is longer
    /// than histograms tell, and so no figure.
    pub(crate) fn medians_told(&self) -> Starts {
        let medians = self.single_starts(|start| Some(start.p50_ns));
        if medians.iter().any(|(_, ns)| estimates::is_at_limit(*ns)) {
            return Starts::none();
        }
        medians
    }

    /// CPU time of all processes of a call, in each start, the caller's loop included: of two lanes
    /// from one language it drops out of the difference. None of a lane that was cut short.
    pub(crate) fn cpu_starts(&self) -> Starts {
        if !self.whole() {
            return Starts::none();
        }
        let caller = self.single_starts(|s| s.cpu_caller_ns);
        Starts::new(self.with_the_others(caller.to_vec()), Resolution::EXACT)
    }

    /// The CPU time of the caller with that of all other processes of the lane.
    fn with_the_others(&self, caller: Vec<StartValue>) -> Vec<StartValue> {
        let mut all = caller;
        if !self.lane.in_process {
            let callee = self.single_starts(|s| s.cpu_callee_ns);
            all = start_by_start(&all, &callee, |caller, callee| caller + callee);
        }
        if self.lane.server.is_some() {
            let server = self.single_starts(|s| s.cpu_server_ns);
            all = start_by_start(&all, &server, |sides, server| sides + server);
        }
        all
    }

    pub(crate) fn cpu_less(&self, harness: &[StartValue], whole: bool) -> Cpu {
        let raw = self.single_starts(|s| s.cpu_caller_ns);
        let caller = if self.lane.answers { less(&raw, harness) } else { raw.to_vec() };
        let callee = self.single_starts(|s| s.cpu_callee_ns);
        let server = self.single_starts(|s| s.cpu_server_ns);
        let both = self.with_the_others(caller.clone());
        Cpu {
            caller: mean_if_whole(&caller, whole),
            callee: mean_if_whole(&callee, whole),
            server: mean_if_whole(&server, whole),
            both: mean_if_whole(&both, whole),
        }
    }
}

/// A single call over one lane against one over another, by the medians of starts.
pub(crate) fn compare_single(first: &Row, second: &Row) -> Option<Comparison> {
    Comparison::of(&single_medians(first), &single_medians(second))
}

fn single_medians(row: &Row) -> Starts {
    let single = row.single.as_ref();
    single.map_or_else(Starts::none, |cell| cell.comparable(|start| Some(start.p50_ns)))
}

/// Subtracts start by start; starts without a counterpart are kept as they are only if there is
/// none at all.
fn less(values: &[StartValue], other: &[StartValue]) -> Vec<StartValue> {
    if other.is_empty() {
        return values.to_vec();
    }
    start_by_start(values, other, |value, subtracted| value - subtracted)
}

/// Both values of each start that has both, put together, in the order of `values`; of starts that
/// were measured apart, see [`starts::put_together`].
fn start_by_start(
    values: &[StartValue],
    other: &[StartValue],
    put_together: fn(f64, f64) -> f64,
) -> Vec<StartValue> {
    let mut both = Vec::new();
    let (values, other) = &starts::put_together(values, other);
    for (start, value) in values {
        let of_other = other.iter().find(|(of_other, _)| of_other == start);
        both.extend(of_other.map(|(_, other)| (*start, put_together(*value, *other))));
    }
    both
}

/// The mean of what times are more than others; both were told no finer than the clock allows.
pub(crate) fn difference(values: &Starts, other: &Starts) -> Option<Estimate> {
    if other.is_empty() {
        return None;
    }
    mean(&less(values, other), values.finest().hypot(other.finest()))
}

fn mean(values: &[StartValue], finest: f64) -> Option<Estimate> {
    let values: Vec<f64> = values.iter().map(|(_, v)| *v).collect();
    estimates::mean_of_starts(&values, finest, CONFIDENCE)
}

/// Of CPU time, which the kernel counts over whole visits: no step of the clock is in it.
fn mean_if_whole(values: &[StartValue], whole: bool) -> Option<Estimate> {
    Some(mean(values, 0.0)?.only_if(whole).without_noise())
}

pub(crate) fn item_starts(cell: &CellFigures) -> Starts {
    cell.comparable(|s| Some(s.item_ns))
}
