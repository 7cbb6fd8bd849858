//! The command line that repeats a plan.

use crate::plan::{precision::Wanted, run_plan::Plan};
use std::{fmt::Display, time::Duration};

/// Words of a command line, in the order in which they were added.
struct CommandLine(Vec<String>);

impl CommandLine {
    /// Adds a flag that has no value.
    fn flag(&mut self, name: &str) {
        self.0.push(format!("--{name}"));
    }

    /// Adds a flag and its value.
    fn value(&mut self, name: &str, value: impl Display) {
        self.0.push(format!("--{name} {value}"));
    }

    /// Adds a flag and its values.
    fn list<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.value(name, values.join(","));
    }

    /// Adds a flag and a time.
    fn seconds(&mut self, name: &str, time: Duration) {
        self.value(name, format_args!("{}s", time.as_secs_f64()));
    }
}

impl Plan {
    /// The command line that repeats this plan, without files: a record holds no paths.
    pub(crate) fn as_command(&self) -> String {
        let standard = Self::standard();
        let mut line = CommandLine(vec!["tollgate run".into()]);
        self.add_cells(&mut line, &standard);
        self.add_effort(&mut line, &standard);
        self.add_circumstances(&mut line, &standard);
        line.value("seed", self.seed);
        line.0.join(" ")
    }

    /// Which cells, where they are not those of the standard plan.
    fn add_cells(&self, line: &mut CommandLine, standard: &Self) {
        if !self.lanes.is_empty() {
            line.list("lanes", &self.lanes);
        }
        if self.batch != standard.batch || self.spread != standard.spread {
            line.list("batch", &self.batch);
        }
        if self.sizes != standard.sizes {
            line.list("max-results", &self.sizes);
        }
        if self.modes != standard.modes {
            line.list("modes", self.modes.iter().map(|mode| mode.name()));
        }
        if self.engines != standard.engines {
            line.list("engine", self.engines.iter().map(|engine| engine.name()));
        }
    }

    /// How often and how long.
    fn add_effort(&self, line: &mut CommandLine, standard: &Self) {
        if self.starts != standard.starts {
            line.value("starts", self.starts);
        }
        if let Some(preset) = self.precision.and_then(|wanted| wanted.preset) {
            line.flag(preset.name);
        }
        if let Some(wanted) = self.precision.filter(Wanted::is_own) {
            line.value("precision", format_args!("{}%", wanted.percent));
        }
        let usual = self.precision.map_or(standard.budget, |wanted| wanted.usual_budget());
        if self.budget != usual {
            line.seconds("budget", self.budget);
        }
    }

    /// Under which circumstances, and what is said of the user's own system.
    fn add_circumstances(&self, line: &mut CommandLine, standard: &Self) {
        if self.order != standard.order {
            line.value("order", self.order.name());
        }
        if self.placement != standard.placement {
            line.value("placement", self.placement.name());
        }
        if self.deadline != standard.deadline {
            line.seconds("deadline", self.deadline);
        }
        if let Some(time) = self.service_time {
            line.value("service-time", format_args!("{}us", time.as_secs_f64() * 1e6));
        }
        if let Some(rate) = self.calls_per_s {
            line.value("calls-per-s", rate);
        }
        if let Some(point) = self.load {
            line.seconds("load", point);
        }
        if self.against.is_some() {
            // A record holds no path: whoever repeats the run names the other build again.
            line.value("against", "OTHER");
        }
    }
}
