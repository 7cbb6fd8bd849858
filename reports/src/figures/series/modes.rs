//! The two modes of a single call with free placement. Where the scheduler has both sides on one
//! core a call is quick, where it splits them it is slow, and either lasts for a while: a mean is
//! neither, and a median depends on how long visits last. So the modes are told, each with its
//! share of the *time*: of calls the quick mode has far more, since it makes more of them.

use crate::{
    figures::series::visits::{counted, median},
    record::{Cell, FREE, Record},
    stats::{sample_times, units::percent},
};

/// The class of a lane whose calls never leave their thread.
const DIRECT: &str = "direct";
/// The slow mode takes at least so many times as long as the quick one.
const APART: f64 = 1.25;
/// The least share of the time that makes a mode.
const LEAST_SHARE: f64 = 0.1;
/// The most of the time that may lie in the middle third between two modes. One normal
/// distribution, cut in two, has 18 % there, an even one 17 %.
const MOST_BETWEEN: f64 = 0.05;
/// Fewest medians that tell two modes: fewer have as little between them by chance.
const ENOUGH: usize = 30;
/// Time of one slice, ms.
const SLICE_MS: f64 = 10.0;

/// A mode of a single call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// Median of its medians, ns.
    pub p50_ns: f64,
    /// Share of the time of visits, 0 to 1.
    pub share_of_time: f64,
}

impl Mode {
    fn text(&self) -> String {
        let share = percent((self.share_of_time * 100.0).round() / 100.0);
        format!("{} {share}", sample_times::time(self.p50_ns))
    }
}

/// Two modes of a single call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Modes {
    /// The quick one.
    pub quick: Mode,
    /// The slow one.
    pub slow: Mode,
}

impl Modes {
    /// `12 µs 25 % of the time, 39 µs 75 %`: what stands in the place of a median.
    pub fn text(&self) -> String {
        format!("{} of the time, {}", self.quick.text(), self.slow.text())
    }

    /// The same where there is little room: `12 µs 25 %, 39 µs 75 %`.
    pub fn short_text(&self) -> String {
        format!("{}, {}", self.quick.text(), self.slow.text())
    }
}

/// A median, and the time that it stands for.
#[derive(Clone, Copy, Debug)]
struct Piece {
    log_ns: f64,
    ms: f64,
}

/// The modes of a cell of single calls with free placement; `None` where it has one, where too
/// little is known, and with any other placement, which has no scheduler to choose. A call that
/// never leaves its thread has no second side.
pub fn of(record: &Record, cell: &Cell) -> Option<Modes> {
    if cell.placement != FREE || cell.items != 1 || stays_in_its_thread(record, cell) {
        return None;
    }
    let at = record.cells.iter().position(|other| std::ptr::eq(other, cell))?;
    let mut pieces = Vec::new();
    for visit in counted(record).into_iter().filter(|visit| visit.cell as usize == at) {
        if visit.slices_p50_ns.is_empty() {
            let ms = visit.limit_ms.map_or(1.0, |ms| ms as f64);
            pieces.extend(visit.p50_ns.and_then(|ns| Piece::of(ns, ms)));
        } else {
            let slices = visit.slices_p50_ns.iter();
            pieces.extend(slices.filter_map(|ns| Piece::of(*ns, SLICE_MS)));
        }
    }
    two_modes(pieces)
}

fn stays_in_its_thread(record: &Record, cell: &Cell) -> bool {
    let lane = record.lanes.iter().find(|lane| lane.name == cell.lane);
    lane.is_some_and(|lane| lane.in_process && lane.class == DIRECT)
}

/// Every cell of single calls that has two modes, with its lane's short name, in the order of the
/// cells.
pub fn all(record: &Record) -> Vec<(&str, &Cell, Modes)> {
    let mut found = Vec::new();
    for cell in &record.cells {
        if let Some(modes) = of(record, cell) {
            found.push((record.name_of(&cell.lane), cell, modes));
        }
    }
    found
}

impl Piece {
    fn of(ns: f64, ms: f64) -> Option<Self> {
        (ns.is_finite() && ns > 0.0).then(|| Self { log_ns: ns.ln(), ms })
    }
}

/// Cuts the pieces where the squares of the distances from both means, on logarithms and weighed by
/// time, are least, and asks whether what lies on either side is a mode.
fn two_modes(mut pieces: Vec<Piece>) -> Option<Modes> {
    if pieces.len() < ENOUGH {
        return None;
    }
    pieces.sort_by(|a, b| a.log_ns.total_cmp(&b.log_ns));
    let (quick, slow) = pieces.split_at(best_cut(&pieces));
    let (low, high) = (middle(quick)?, middle(slow)?);
    let all_ms = time_ms(&pieces);
    let third = (high - low) / 3.0;
    let between = pieces
        .iter()
        .filter(|piece| (piece.log_ns - low - 1.5 * third).abs() < third / 2.0);
    let between_ms: f64 = between.map(|piece| piece.ms).sum();
    let mode = |log_ns: f64, part: &[Piece]| Mode {
        p50_ns: log_ns.exp(),
        share_of_time: time_ms(part) / all_ms,
    };
    let modes = Modes { quick: mode(low, quick), slow: mode(high, slow) };
    let least = modes.quick.share_of_time.min(modes.slow.share_of_time);
    let apart = high - low > APART.ln() && between_ms <= MOST_BETWEEN * all_ms;
    (apart && least >= LEAST_SHARE).then_some(modes)
}

/// The number of pieces in the lower part, at least one and not all.
fn best_cut(sorted: &[Piece]) -> usize {
    let all_ms = time_ms(sorted);
    let all: f64 = sorted.iter().map(|piece| piece.ms * piece.log_ns).sum();
    let (mut ms, mut sum) = (0.0, 0.0);
    let mut best = (1, f64::NEG_INFINITY);
    for (at, piece) in sorted.iter().enumerate().take(sorted.len() - 1) {
        ms += piece.ms;
        sum += piece.ms * piece.log_ns;
        // The squares within both parts are least where those between them are most.
        let between = sum * sum / ms + (all - sum) * (all - sum) / (all_ms - ms);
        if between > best.1 {
            best = (at + 1, between);
        }
    }
    best.0
}

fn time_ms(pieces: &[Piece]) -> f64 {
    pieces.iter().map(|piece| piece.ms).sum()
}

fn middle(pieces: &[Piece]) -> Option<f64> {
    median(&pieces.iter().map(|piece| piece.log_ns).collect::<Vec<_>>())
}
