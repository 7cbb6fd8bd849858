//! The command line that repeats a plan.

use crate::plan::{Plan, precision::Wanted};

impl Plan {
    /// The command line that repeats this plan, without files: a record holds no paths.
    pub(crate) fn as_command(&self) -> String {
        let list = |values: &[u32]| values.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let standard = Self::standard();
        let mut words = vec!["tollgate run".to_string()];
        let mut add = |differs: bool, flag: &str, value: String| {
            if differs {
                words.push(format!("--{flag} {value}").trim_end().into());
            }
        };
        add(!self.lanes.is_empty(), "lanes", self.lanes.join(","));
        add(
            self.batch != standard.batch || self.spread != standard.spread,
            "batch",
            list(&self.batch),
        );
        add(self.max_results != standard.max_results, "max-results", list(&self.max_results));
        let modes: Vec<&str> = self.modes.iter().map(|mode| mode.name()).collect();
        add(self.modes != standard.modes, "modes", modes.join(","));
        let engines: Vec<&str> = self.engines.iter().map(|engine| engine.name()).collect();
        add(self.engines != standard.engines, "engine", engines.join(","));
        add(self.starts != standard.starts, "starts", self.starts.to_string());
        let pair = self.precision.and_then(|wanted| wanted.pair);
        let usual = self.precision.map_or(standard.budget, |wanted| wanted.usual_budget());
        add(pair.is_some(), pair.map_or("", |pair| pair.name), String::new());
        let percent = self
            .precision
            .filter(Wanted::is_own)
            .map(|wanted| format!("{}%", wanted.percent));
        add(percent.is_some(), "precision", percent.unwrap_or_default());
        add(self.budget != usual, "budget", format!("{}s", self.budget.as_secs_f64()));
        add(self.order != standard.order, "order", self.order.name().into());
        add(self.placement != standard.placement, "placement", self.placement.name().into());
        add(
            self.deadline != standard.deadline,
            "deadline",
            format!("{}s", self.deadline.as_secs_f64()),
        );
        let service_time = self
            .service_time
            .map_or_else(String::new, |time| format!("{}us", time.as_secs_f64() * 1e6));
        add(self.service_time.is_some(), "service-time", service_time);
        let calls_per_s = self.calls_per_s.map_or_else(String::new, |rate| rate.to_string());
        add(self.calls_per_s.is_some(), "calls-per-s", calls_per_s);
        let load = self.load.map_or_else(String::new, |point| format!("{}s", point.as_secs_f64()));
        add(self.load.is_some(), "load", load);
        // A record holds no path: whoever repeats the run names the other build again.
        add(self.against.is_some(), "against", "OTHER".into());
        add(true, "seed", self.seed.to_string());
        words.join(" ")
    }
}
