//! What each field of a record may hold at most: the one table of it. Each bound lies far above
//! what a run can write (a thousand restarts, a day), and low enough that sums do not overflow,
//! that nothing loops for long, and that a record of the largest size takes a bounded memory.

/// Bytes of a record as JSON, whether in a file of its own or unpacked out of a report.
pub const MOST_BYTES: u64 = 256 << 20;
/// Bytes of an HTML report: more than a page with the largest record that one carries.
pub const MOST_PAGE_BYTES: u64 = 64 << 20;
/// Lists and objects inside each other. A record needs 8.
pub(crate) const MOST_DEPTH: usize = 16;
/// Bytes of a name of a field.
pub(crate) const MOST_NAME: usize = 64;
/// Bytes of all histograms of a record as they are unpacked: they are what takes time.
pub(crate) const MOST_UNPACKED: usize = 512 << 20;
/// Steps of all distributions that are held at once: each cell's restarts together, 24 bytes each.
pub(crate) const MOST_STEPS: usize = 32 << 20;
/// Pairs of an engine and a reply size: a table each.
pub(crate) const MOST_SCENES: usize = 64;

/// Restarts: what a plan may ask for.
const RESTARTS: f64 = 1_000.0;
/// Items of one action, cores: above what the contract allows.
const SIZE: f64 = 1e6;
/// Ids, or bytes, of one item: above what a message may have.
const BYTES_OF_ITEM: f64 = 1e9;
/// Visits of a run, and places among them.
const VISITS: usize = 1_000_000;
/// 2^53, beyond which a page would show another whole number than the record has.
const COUNT: f64 = 9_007_199_254_740_992.0;
/// ns: three years, of all cores together.
const NS: f64 = 1e17;
/// A step and a read of the slowest clock, ns: a second.
const CLOCK_NS: f64 = 1e9;
/// s: eleven days.
const SECONDS: f64 = 1e6;
/// By second, cores, shares: what is a quotient of two figures of a record.
const QUOTIENT: f64 = 1e15;
/// |ln| of the ratio of two times: from a millionth of a ns to two days.
const LOG_RATIO: f64 = 50.0;

/// Estimates of criterion: lanes by batch sizes and ids.
pub(crate) const MOST_ESTIMATES: usize = 5_000;

/// The least and the most of a number, by the name of its field and of what holds it.
pub(crate) fn of_number(holder: &str, name: &str) -> (f64, f64) {
    let most = match name {
        "seed" => return (0.0, u64::MAX as f64),
        "log_ratio" => return (-LOG_RATIO, LOG_RATIO),
        "looseness" => 100.0,
        "steal_share" => 1.0,
        "start" | "first_start" | "starts" | "starts_done" | "pilot_starts" | "needed_starts" => {
            RESTARTS
        }
        "order" | "repeats" | "visits" | "visits_done" | "visits_planned" | "disturbed"
        | "block" | "blocks" | "cell" => VISITS as f64,
        "items" if ["cells", "criterion"].contains(&holder) => SIZE,
        "size" | "sizes" => BYTES_OF_ITEM,
        "seats" => SIZE,
        "batch" | "spread" | "from" | "to" | "in_flight" | "connections" => SIZE,
        "logical_cores" => SIZE,
        _ if name.ends_with("_s") && !name.ends_with("_per_s") => SECONDS,
        _ if name.ends_with("_ms") => NS / 1e6,
        "clock_step_ns" | "clock_read_ns" => CLOCK_NS,
        _ if name.ends_with("_ns") => NS,
        "p50" | "p90" | "p99" | "p999" | "max" | "mean" => NS,
        _ if name.ends_with("_per_s") || name.ends_with("_share") => QUOTIENT,
        _ => COUNT,
    };
    (0.0, most)
}

/// The most entries of a list, by its name.
pub(crate) fn of_list(name: &str) -> usize {
    match name {
        "lanes" | "ladders" | "resources" | "allocations" | "missing" | "fairness" => 500,
        "cells" => 20_000,
        "criterion" => MOST_ESTIMATES,
        "starts" => RESTARTS as usize,
        "contrasts" => 2_000,
        // In each restart at most one for each lane.
        "groups" => 100_000,
        "idle" | "additions" => 500,
        "anchors" => 20_000,
        "visits" | "cold" | "notes" | "settling" | "uninterrupted" => VISITS,
        "batch" | "spread" | "sizes" | "pilot" => 2_000,
        _ => 200,
    }
}

/// The most bytes of a text, by its name.
pub(crate) fn of_text(name: &str) -> usize {
    match name {
        "histogram" | "latency" => 1 << 20,
        _ => 64 << 10,
    }
}
