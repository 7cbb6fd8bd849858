//! What is to be measured: flags over the plan file over the defaults.

pub(crate) mod from_record;
pub(crate) mod grid;
pub(crate) mod load;
pub(crate) mod parse;
pub(crate) mod precision;
pub(crate) mod repeat_command;
pub(crate) mod schedule;
#[cfg(test)]
mod tests;

pub(crate) use crate::plan::{
    from_record::Anew,
    parse::{calls_per_s, duration, from_toml, service_time},
    precision::Wanted,
};
use crate::{
    commands::compare::check_name,
    drive::workload::Files,
    fleet::against,
    lanes::roster::Known,
    machine::placement::Placement,
    plan::{
        parse::{each_once, engine, mode, numbers, order, pick, read_file, sizes},
        precision::Pair,
        schedule::Order,
    },
    shell::failure::Failure,
};

use api::{EngineKind, Limits, Mode};
use serde::Deserialize;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// The flags of `tollgate run`. Each has the same name in the plan file.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// Lanes, by short or full name; groups as `grpc*`; all; default [default: the default lanes of
    /// `tollgate list`]
    #[arg(long, value_name = "LANE,..", value_delimiter = ',')]
    pub(crate) lanes: Vec<String>,
    /// Items per action [default: 1,4,16,64,256,1024]
    #[arg(long, value_name = "N,..", value_delimiter = ',', allow_hyphen_values = true)]
    batch: Vec<String>,
    /// Ids asked for per item; the first is the main one [default: 10,100]
    #[arg(long, value_name = "N,..", value_delimiter = ',', allow_hyphen_values = true)]
    max_results: Vec<String>,
    /// How items travel: chatty, batched, pipelined, streamed [default: all]
    #[arg(long, value_name = "MODE,..", value_delimiter = ',')]
    modes: Vec<String>,
    /// What answers: stub, catalog; the first is the main one [default: stub,catalog]
    #[arg(long, value_name = "ENGINE,..", value_delimiter = ',')]
    engine: Vec<String>,
    /// Fresh restarts of every caller and callee; the unit of every interval [default: 5]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    starts: Option<String>,
    /// Choose restarts and their length so that the 95 % interval of each lane's single call (p50,
    /// first engine and max-results) is at most this much of the value to either side, for example
    /// 3%; in the place of --starts
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    precision: Option<String>,
    /// Time to measure, for example 90s or 5m; of the whole run with --precision [default: 200s, or
    /// 5m]
    #[arg(long, value_name = "TIME")]
    budget: Option<String>,
    /// On which cores both sides of a lane run: free, same, cross [default: free]
    #[arg(long, value_name = "PLACEMENT")]
    placement: Option<String>,
    /// The longest a call may take [default: 5s]
    #[arg(long, value_name = "TIME")]
    deadline: Option<String>,
    /// How long your own callee works for an item, for example 8ms: says what the choice of a lane
    /// means then
    #[arg(long, value_name = "TIME")]
    service_time: Option<String>,
    /// Single calls per second that your own system makes, for example 2000: says how many cores
    /// each lane keeps busy then
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    calls_per_s: Option<String>,
    /// Seed of the order of visits [default: from the clock; it is in the record]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Folder of record and report [default: reports/out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What the record and the report call this machine, for example "build server" [default:
    /// nothing]
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    #[command(flatten)]
    load: load::LoadFlag,
    #[command(flatten)]
    other: against::OtherFlags,
    /// Keep the record under this name, for `tollgate compare --baseline NAME`
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Plan file [default: tollgate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// A rough picture in about a minute: --precision 10% --budget 60s
    #[arg(long, conflicts_with = "thorough")]
    quick: bool,
    /// Ten restarts or more: --precision 2% --budget 20m
    #[arg(long)]
    thorough: bool,
    /// Order of visits: interleaved, or fixed as a control, each lane's cells one after another
    /// [default: interleaved]
    #[arg(long, value_name = "ORDER")]
    order: Option<String>,
    /// Use this endpoint for a lane in the place of a callee of its own, for example
    /// LANE=lib:/path.so
    #[arg(long, value_name = "LANE=ENDPOINT")]
    endpoint: Vec<String>,
    #[command(flatten)]
    pub(crate) files: Files,
}

/// `tollgate.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) struct PlanFile {
    lanes: Option<Vec<String>>,
    batch: Option<Vec<i64>>,
    max_results: Option<Vec<i64>>,
    modes: Option<Vec<String>>,
    engine: Option<Vec<String>>,
    starts: Option<i64>,
    precision: Option<String>,
    budget: Option<String>,
    order: Option<String>,
    placement: Option<String>,
    deadline: Option<String>,
    service_time: Option<String>,
    calls_per_s: Option<f64>,
    load: Option<load::LoadKey>,
    seed: Option<u64>,
    out: Option<PathBuf>,
    label: Option<String>,
    #[serde(alias = "catalog")]
    products: Option<PathBuf>,
    users: Option<PathBuf>,
    trace: Option<PathBuf>,
    #[serde(default)]
    endpoint: BTreeMap<String, String>,
}

/// What is to be measured.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// `default`, `quick`, `thorough`, `first look`, `custom`.
    pub(crate) name: &'static str,
    /// As the user named them; none stands for the default lanes.
    pub(crate) lanes: Vec<String>,
    pub(crate) batch: Vec<u32>,
    /// Items per action of the chatty, pipelined and streamed cells.
    pub(crate) spread: Vec<u32>,
    pub(crate) max_results: Vec<u32>,
    pub(crate) modes: Vec<Mode>,
    pub(crate) engines: Vec<EngineKind>,
    /// Restarts; where a precision is wanted, the pilot decides.
    pub(crate) starts: u32,
    pub(crate) precision: Option<Wanted>,
    /// Time to measure; time of the whole run where a precision is wanted.
    pub(crate) budget: Duration,
    pub(crate) order: Order,
    pub(crate) placement: Placement,
    pub(crate) deadline: Duration,
    /// How long the user's own callee works for an item.
    pub(crate) service_time: Option<Duration>,
    /// Single calls per second that the user's own system makes.
    pub(crate) calls_per_s: Option<f64>,
    /// How long a load lasts at each point; none where there are no loads.
    pub(crate) load: Option<Duration>,
    pub(crate) seed: u64,
    pub(crate) out: PathBuf,
    /// What the user calls this machine. Not part of the command: whoever repeats the run has a
    /// machine of their own.
    pub(crate) label: Option<String>,
    /// Another build, to be set against this one.
    pub(crate) against: Option<against::Other>,
    /// The name under which the record is kept.
    pub(crate) save: Option<String>,
    pub(crate) files: Files,
    pub(crate) endpoints: BTreeMap<String, String>,
    /// The command that repeats it.
    pub(crate) command: String,
}

impl Plan {
    /// The default run: at most four minutes of measuring, processes' starts included.
    fn standard() -> Self {
        Self {
            name: "default",
            lanes: Vec::new(),
            batch: vec![1, 4, 16, 64, 256, 1_024],
            spread: vec![8, 64],
            max_results: vec![10, 100],
            modes: Mode::ALL.to_vec(),
            engines: vec![EngineKind::Stub, EngineKind::Catalog],
            starts: 5,
            precision: None,
            budget: Duration::from_secs(200),
            order: Order::Interleaved,
            placement: Placement::Free,
            deadline: Duration::from_secs(5),
            service_time: None,
            calls_per_s: None,
            load: None,
            seed: seed_from_clock(),
            out: PathBuf::from("reports/out"),
            label: None,
            against: None,
            save: None,
            files: Files::default(),
            endpoints: BTreeMap::new(),
            command: "tollgate run".into(),
        }
    }

    /// What `tollgate` without arguments measures: one batch size, two restarts, 20 seconds.
    pub(crate) fn first_look() -> Self {
        Self {
            name: "first look",
            batch: vec![1, 64],
            spread: vec![64],
            max_results: vec![10],
            modes: vec![Mode::Chatty, Mode::Batched],
            engines: vec![EngineKind::Stub],
            starts: 2,
            budget: Duration::from_secs(15),
            command: "tollgate".into(),
            ..Self::standard()
        }
    }

    /// Flags over the plan file over the defaults.
    pub(crate) fn from_flags(flags: &Flags) -> Result<Self, Failure> {
        Self::merged(flags, read_file(flags.plan.as_deref())?)
    }

    /// Flags over what a plan file says over the defaults.
    fn merged(flags: &Flags, file: PlanFile) -> Result<Self, Failure> {
        let mut plan = Self::standard();
        if let Some(pair) = Pair::named(flags) {
            plan.take_pair(pair);
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
            self.max_results =
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
            let wrong = |names| Failure::usage(format!("there is no placement `{name}`; {names}"));
            self.placement = Placement::from_name(name).map_err(wrong)?;
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
    fn take_places(&mut self, flags: &Flags, file: PlanFile) -> Result<(), Failure> {
        self.out = flags.out.clone().or(file.out).unwrap_or(std::mem::take(&mut self.out));
        self.label = flags
            .label
            .as_ref()
            .or(file.label.as_ref())
            .map(|text| parse::label(text))
            .transpose()?;
        self.save.clone_from(&flags.save);
        self.against = flags.other.other()?;
        self.save.as_deref().map_or(Ok(()), check_name)?;
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

    /// The endpoint that the user named for a lane.
    pub(crate) fn endpoint_of(&self, lane: &Known) -> Option<&String> {
        self.endpoints
            .get(&lane.about.name)
            .or_else(|| self.endpoints.get(&lane.about.short))
    }
}

/// Sizes of the chatty, pipelined and streamed cells for these batch sizes: those up to 64, or 64
/// where all are larger. Beyond that a chatty action is its single calls, one after another.
fn spread_of(batch: &[u32]) -> Vec<u32> {
    let small: Vec<u32> = batch.iter().copied().filter(|items| (2..=64).contains(items)).collect();
    let all_larger = small.is_empty() && batch.iter().any(|items| *items > 64);
    if all_larger { vec![64] } else { small }
}

fn seed_from_clock() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |since| since.as_nanos() as u64 % 1_000_000_007)
}
