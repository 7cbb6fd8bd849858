//! A prediction as the cells of a table, the same in Rust and in the page's script.

use crate::{
    model::prediction::{Basis, Budget, Gap, Prediction, action::Settings},
    stats::{
        estimates::Estimate,
        units::{ABSENT, count, interval_behind, interval_of_time, number, time},
    },
};

/// The heading of [`cells`], the lane left out.
pub const HEAD: [&str; 5] = ["one action", "95 % interval", "budget", "cores", "what to know"];

/// Time, interval, budget, cores, what limits the prediction.
pub fn cells(basis: &Basis, settings: &Settings, cores: u32) -> [String; 5] {
    let prediction = basis.predict(settings, cores);
    let least = if prediction.at_least { "≥ " } else { "" };
    let took = prediction.time.ok();
    let interval = took.and_then(|ns| interval_of_time(&ns));
    [
        took.map_or_else(absent, |ns| format!("{least}{}", time(ns.value))),
        interval.unwrap_or_else(absent),
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

fn limits(basis: &Basis, cores: u32, prediction: &Prediction) -> String {
    let most = count(basis.most_items().into());
    match prediction.time {
        Err(Gap::Beyond) => format!("more than twice the largest measured call, n = {most}"),
        Err(Gap::NoModel) => format!("no linear model: nothing is known beyond n = {most}"),
        Err(Gap::Overloaded) => {
            format!("not reachable: needs more than the {cores} cores of this machine")
        }
        Ok(_) => {
            let mut limits = Vec::new();
            if prediction.outside {
                limits.push(format!("outside the measured sizes, n = {most} at most"));
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
