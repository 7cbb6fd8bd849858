//! A prediction as the cells of a table, the same in Rust and in the page's script.

use crate::{
    model::prediction::{Axis, Basis, Budget, Gap, Prediction, action::Settings},
    record::{BYTES, amount},
    stats::{
        estimates::Estimate,
        units::{ABSENT, count, interval_behind, interval_of_time, number, short, time},
    },
};

/// The heading of [`cells`], the lane left out.
pub fn head(axis: Axis) -> [&'static str; 6] {
    let [what, share] = match axis {
        Axis::Items => ["one action", "share of your action"],
        Axis::Bytes => ["one call", "share of your call"],
    };
    [what, "95 % interval", share, "budget", "cores", "what to know"]
}

/// Time, interval, share, budget, cores, what limits the prediction.
pub fn cells(basis: &Basis, settings: &Settings, cores: u32) -> [String; 6] {
    let prediction = basis.predict(settings, cores);
    let least = if prediction.at_least { "≥ " } else { "" };
    let took = prediction.time.ok();
    let interval = took.and_then(|ns| interval_of_time(&ns));
    [
        took.map_or_else(absent, |ns| format!("{least}{}", time(ns.value))),
        interval.unwrap_or_else(absent),
        prediction.share.map_or_else(absent, short::percent),
        prediction.budget.map_or_else(absent, |kept| budget(kept).to_owned()),
        prediction.cores.map_or_else(absent, |cores| with_interval(&cores)),
        limits(basis, cores, &prediction),
    ]
}

fn absent() -> String {
    ABSENT.to_owned()
}

fn budget(kept: Budget) -> &'static str {
    match kept {
        Budget::Within => "within",
        Budget::AtBest => "within at best",
        Budget::Over => "over",
        Budget::CannotTell => "cannot tell",
    }
}

/// The smallest number of cores that is written.
const LEAST_CORES: f64 = 0.001;

fn with_interval(cores: &Estimate) -> String {
    if cores.interval.map_or(cores.value, |i| i.high) < LEAST_CORES {
        return format!("< {LEAST_CORES}");
    }
    format!("{}{}", number(cores.value), interval_behind(cores, number))
}

/// Where a call may not be larger, nor smaller, than what was measured.
struct Measured {
    /// The largest call, as `n = 64` or `1 MiB`.
    largest: String,
    /// Behind "outside the measured sizes, ".
    ends: String,
    /// Behind "nothing is known ".
    unknown: String,
}

impl Measured {
    fn of(basis: &Basis) -> Self {
        match basis.bytes_measured() {
            None => {
                let largest = format!("n = {}", count(basis.most_items().into()));
                let (ends, unknown) = (format!("{largest} at most"), format!("beyond {largest}"));
                Self { largest, ends, unknown }
            }
            Some(ends) => {
                let [least, largest] = ends.map(|bytes| amount(BYTES, bytes));
                let ends = format!("{least} to {largest}");
                Self { largest, unknown: format!("outside of {ends}"), ends }
            }
        }
    }
}

fn limits(basis: &Basis, cores: u32, prediction: &Prediction) -> String {
    let Measured { largest, ends, unknown } = Measured::of(basis);
    match prediction.time {
        Err(Gap::Beyond) => format!("more than twice the largest measured call, {largest}"),
        Err(Gap::NoModel) => format!("no linear model: nothing is known {unknown}"),
        Err(Gap::Overloaded) => {
            format!("not reachable: needs more than the {cores} cores of this machine")
        }
        Ok(_) => {
            let mut limits = Vec::new();
            if prediction.outside {
                limits.push(format!("outside the measured sizes, {ends}"));
            }
            if prediction.between {
                limits.push("no linear model: between measured calls".to_owned());
            }
            if prediction.at_least {
                limits.push("a lower bound".to_owned());
            }
            limits.join(", ")
        }
    }
}
