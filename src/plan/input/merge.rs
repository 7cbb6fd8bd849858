//! A plan from what the user wrote: flags over the plan file over the defaults.

use crate::{
    drive::workload::Files,
    machine::placement::Placement,
    plan::{
        input::{
            file::{self, PlanFile},
            flags::Flags,
            load,
            parse::{self, duration, each_once, engine, mode, numbers, order, pick, sizes},
        },
        run_plan::Plan,
    },
    shell::{baselines, failure::Failure},
};
use api::Limits;

impl Plan {
    /// Flags over the plan file over the defaults.
    pub(crate) fn from_flags(flags: &Flags) -> Result<Self, Failure> {
        Self::merged(flags, file::read(flags.plan.as_deref())?)
    }

    /// Flags over what a plan file says over the defaults.
    pub(crate) fn merged(flags: &Flags, file: PlanFile) -> Result<Self, Failure> {
        let mut plan = Self::standard();
        if let Some(preset) = flags.preset() {
            plan.take_preset(preset);
        }
        let named = plan.clone();
        plan.take_grid(flags, &file)?;
        plan.take_times(flags, &file)?;
        plan.take_places(flags, file)?;
        let Files { products, users, trace } = &plan.files;
        let own_files = products.is_some() || users.is_some() || trace.is_some();
        if own_files || plan.as_command() != (Self { seed: plan.seed, ..named }).as_command() {
            plan.name = "custom";
        }
        plan.command = plan.as_command();
        Ok(plan)
    }

    /// Which cells.
    fn take_grid(&mut self, flags: &Flags, file: &PlanFile) -> Result<(), Failure> {
        self.lanes = pick(&flags.lanes, &file.lanes);
        let batch = pick(&numbers("--batch", &flags.batch)?, &file.batch);
        if !batch.is_empty() {
            self.batch = sizes("batch", &batch, Limits::DEFAULT.max_items as i64)?;
            self.spread = spread_of(&self.batch);
        }
        let max_results = pick(&numbers("--max-results", &flags.max_results)?, &file.max_results);
        if !max_results.is_empty() {
            self.sizes =
                sizes("max_results", &max_results, i64::from(Limits::DEFAULT.max_results))?;
        }
        let modes = pick(&flags.modes, &file.modes);
        if !modes.is_empty() {
            self.modes = each_once(modes.iter().map(|name| mode(name)))?;
        }
        let engines = pick(&flags.engine, &file.engine);
        if !engines.is_empty() {
            self.engines = each_once(engines.iter().map(|name| engine(name)))?;
        }
        Ok(())
    }

    /// How often and how long.
    fn take_times(&mut self, flags: &Flags, file: &PlanFile) -> Result<(), Failure> {
        self.take_effort(flags, file)?;
        if let Some(name) = flags.order.as_ref().or(file.order.as_ref()) {
            self.order = order(name)?;
        }
        if let Some(name) = flags.placement.as_ref().or(file.placement.as_ref()) {
            self.placement = Placement::from_name(name).map_err(|names| {
                Failure::usage(format!("there is no placement `{name}`; {names}"))
            })?;
        }
        if let Some(text) = flags.deadline.as_ref().or(file.deadline.as_ref()) {
            self.deadline = duration("deadline", text)?;
        }
        let service_time = flags.service_time.as_ref().or(file.service_time.as_ref());
        self.service_time = service_time.map(|text| parse::service_time(text)).transpose()?;
        let calls_per_s =
            flags.calls_per_s.clone().or(file.calls_per_s.map(|rate| rate.to_string()));
        self.calls_per_s = calls_per_s.map(|text| parse::calls_per_s(&text)).transpose()?;
        self.load = load::point(&flags.load, file.load.as_ref())?;
        self.seed = flags.seed.or(file.seed).unwrap_or(self.seed);
        Ok(())
    }

    /// Files, folders and endpoints.
    fn take_places(&mut self, flags: &Flags, mut file: PlanFile) -> Result<(), Failure> {
        let out = match &flags.out {
            Some(out) => Some(out.clone()),
            None => file.take_out()?,
        };
        self.out = out.unwrap_or(std::mem::take(&mut self.out));
        let label = flags.label.as_ref().or(file.label.as_ref());
        self.label = label.map(|text| parse::label(text)).transpose()?;
        self.save.clone_from(&flags.save);
        self.against = flags.other.other()?;
        if let Some(name) = &self.save {
            baselines::check_name(name)?;
        }
        self.files = Files {
            products: flags.files.products.clone().or(file.products),
            users: flags.files.users.clone().or(file.users),
            trace: flags.files.trace.clone().or(file.trace),
        };
        self.endpoints = file.endpoint;
        for pair in &flags.endpoint {
            let Some((lane, endpoint)) = pair.split_once('=') else {
                return Err(Failure::usage(format!(
                    "--endpoint {pair}: write LANE=ENDPOINT, as in LANE=unix:/path"
                )));
            };
            self.endpoints.insert(lane.into(), endpoint.into());
        }
        Ok(())
    }
}

/// Sizes of the chatty, pipelined and streamed cells for these batch sizes: those up to 64, or 64
/// where all are larger. Beyond that a chatty action is its single calls, one after another.
fn spread_of(batch: &[u32]) -> Vec<u32> {
    let small: Vec<u32> = batch.iter().copied().filter(|items| (2..=64).contains(items)).collect();
    let all_larger = small.is_empty() && batch.iter().any(|items| *items > 64);
    if all_larger { vec![64] } else { small }
}
