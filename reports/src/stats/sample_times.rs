//! Times out of histograms in words: medians, percentiles and the longest. One at the limit of a
//! histogram is no figure: it stands for all longer ones, and is said so.

use crate::stats::{
    estimates::{Estimate, SHORTEST_NS, is_at_limit},
    units,
};

/// What is said of a time that is longer than histograms tell.
pub const LONGER: &str = "longer than 60 s";
/// The same for narrow columns.
const LONGER_SHORT: &str = "> 60 s";

/// A time given in ns, as `85.2 µs`.
pub fn time(ns: f64) -> String {
    if is_at_limit(ns) { LONGER.to_owned() } else { units::time(ns) }
}

/// With two digits, as `85 µs`; for narrow columns.
pub fn short_time(ns: f64) -> String {
    if is_at_limit(ns) {
        LONGER_SHORT.to_owned()
    } else {
        units::short::time(ns)
    }
}

/// With its interval, as `85.2 µs (84.1 to 86.3)`.
pub fn time_with_interval(ns: &Estimate) -> String {
    match interval(ns) {
        Some(interval) => format!("{} ({interval})", time(ns.value)),
        None => time(ns.value),
    }
}

/// The interval alone; none where the time itself is not told.
pub fn interval(ns: &Estimate) -> Option<String> {
    if is_at_limit(ns.value) {
        return None;
    }
    match ns.interval.filter(|interval| is_at_limit(interval.high)) {
        Some(open) => Some(format!("{} to {LONGER}", units::time(open.low))),
        None => units::interval_of_time(ns),
    }
}

/// With its relative error, as `85.2 µs ±1.2%`; for narrow columns.
pub fn time_with_error(ns: &Estimate) -> String {
    if is_at_limit(ns.value) {
        LONGER_SHORT.to_owned()
    } else {
        units::time_with_error(ns)
    }
}

/// A time that a call waited, given in ns. Histograms hold none shorter than 1 ns, so that a wait
/// of 1 ns stands for none.
pub fn wait(ns: f64) -> String {
    time(if ns <= SHORTEST_NS as f64 { 0.0 } else { ns })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates::{Interval, LONGEST_NS};

    fn estimate(value: f64, low: f64, high: f64) -> Estimate {
        Estimate {
            value,
            interval: Some(Interval { low, high }),
            starts: 3,
            too_noisy: false,
        }
    }

    #[test]
    fn a_time_at_the_limit_is_said_to_be_longer_and_has_no_interval() {
        let at = estimate(LONGEST_NS as f64, 50e9, 60.1e9);
        assert_eq!(time_with_interval(&at), "longer than 60 s");
        assert_eq!(time_with_error(&at), "> 60 s");
        assert_eq!(interval(&at), None);
    }

    #[test]
    fn an_interval_that_ends_at_the_limit_is_open_there() {
        let near = estimate(55e9, 50e9, 60.02e9);
        assert_eq!(time_with_interval(&near), "55.0 s (50.0 s to longer than 60 s)");
        let below = estimate(85_200.0, 84_100.0, 86_300.0);
        assert_eq!(time_with_interval(&below), units::time_with_interval(&below));
        assert_eq!(time_with_error(&below), units::time_with_error(&below));
    }
}
