//! The last section: method, machine, fairness cards, cold path, notes, and how to repeat the run.

use crate::{
    figures::summary::Summary,
    record::{
        BYTES, Cold, Environment, Lane, Limits, NO_ENGINE, Part, Plan, PlannedWorkload, Setting,
        amount, of_part,
    },
    render::html::page::payload_sizes,
    say::header,
    stats::{
        estimates,
        resolution::Resolution,
        units::{ABSENT, bytes, count, number, time, time_with_interval},
    },
    view::table::Table,
};

/// What the last section shows.
pub(crate) struct Method {
    pub(crate) machine: Vec<(&'static str, String)>,
    pub(crate) plan: Vec<(&'static str, String)>,
    pub(crate) cards: Vec<Card>,
    /// What the first call of the cold path asks for.
    pub(crate) first_call: String,
    pub(crate) cold: Table,
    /// What was measured and has no chart.
    pub(crate) undrawn: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) command: String,
}

/// The fairness card of a lane.
pub(crate) struct Card {
    pub(crate) name: String,
    pub(crate) implementation: String,
    pub(crate) summary: String,
    pub(crate) settings: Vec<Setting>,
}

impl Method {
    pub(crate) fn of(summary: &Summary) -> Self {
        let record = summary.record;
        let planned = summary.lanes.iter().filter(|lane| lane.planned);
        Self {
            machine: machine(&record.environment),
            plan: plan(summary),
            cards: planned.map(|lane| card(lane)).collect(),
            first_call: first_call(&record.plan),
            cold: cold(summary),
            undrawn: payload_sizes::undrawn(summary),
            notes: record.notes.iter().map(|n| note(n.start, n.lane.as_deref(), &n.text)).collect(),
            command: record.command.clone(),
        }
    }
}

fn known<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "not known".to_owned(), |v| v.to_string())
}

fn machine(e: &Environment) -> Vec<(&'static str, String)> {
    vec![
        ("processor", known(e.cpu_model.as_ref())),
        ("logical cores", header::cores(e)),
        ("architecture", e.arch.clone()),
        ("memory", known(e.memory_bytes.map(|b| bytes(b as f64)))),
        ("system", format!("{} {}", e.os, known(e.kernel.as_ref()))),
        (
            "virtualization",
            e.virtualization.clone().unwrap_or_else(|| "none visible".to_owned()),
        ),
        (
            "clock",
            format!("{}, {} a read", known(e.clock_source.as_ref()), time(e.clock_read_ns)),
        ),
        (
            "step of the clock",
            e.clock_step().ns().map_or_else(|| "unknown".to_owned(), time),
        ),
        (
            "cores kept busy by others",
            e.others_cores
                .map_or_else(|| "not measured".to_owned(), |c| format!("{c:.2} during the visits")),
        ),
        ("CPU quota", quota(&e.limits)),
        ("governor", known(e.governor.as_ref())),
        ("load at the beginning", known(e.load_average_1m)),
        ("CPU time stolen", known(e.steal_share.map(|s| format!("{:.2} %", s * 100.0)))),
        ("fingerprint", e.fingerprint.clone()),
    ]
}

fn quota(limits: &Limits) -> String {
    let Some(cores) = limits.quota_cores else { return "none visible".to_owned() };
    let periods = limits.throttled_periods.map_or_else(String::new, |periods| {
        format!(", all threads stopped in {} periods", count(periods))
    });
    format!("{} cores{periods}", number(cores))
}

fn plan(summary: &Summary) -> Vec<(&'static str, String)> {
    let (plan, record) = (&summary.record.plan, summary.record);
    let mut rows = vec![
        ("plan", plan.name.clone()),
        ("workload", workloads(&plan.workloads)),
        ("data", record.data.text()),
        ("engines", engines(summary)),
        ("modes", plan.modes.join(", ")),
        ("batched n", numbers(&plan.batch)),
        ("n of other modes", numbers(&plan.spread)),
        ("placement", plan.placement()),
        ("restarts", format!("{} done of {}", record.progress.starts_done, plan.starts)),
        ("blocks in a restart", plan.blocks.to_string()),
        ("deadline of a call", format!("{} ms", plan.deadline_ms)),
        (
            "tollgate",
            format!("{}, {} build", record.tollgate.version, record.tollgate.profile),
        ),
        ("compiler", record.tollgate.compiler.clone()),
        ("seed", record.seed.to_string()),
    ];
    let alive = crate::say::interleaving::lane_groups::alive_at_once(record);
    rows.extend(alive.map(|lanes| ("lanes alive at once", lanes)));
    rows
}

/// Those that answered; a workload may have none.
fn engines(summary: &Summary) -> String {
    let main = summary.main();
    if main.is_some_and(|scene| scene.asked.engine == NO_ENGINE) {
        "no engine answers".to_owned()
    } else {
        summary.record.plan.engines.join(", ")
    }
}

/// Each with its sizes, as `recommendations: 10, 100 ids`, `bytes: 1 KiB, 1 MiB`.
fn workloads(planned: &[PlannedWorkload]) -> String {
    let one = |workload: &PlannedWorkload| {
        if workload.name == BYTES {
            let sizes = workload.sizes.iter().map(|size| amount(BYTES, *size));
            return format!("{}: {}", workload.name, sizes.collect::<Vec<_>>().join(", "));
        }
        format!("{}: {} {}", workload.name, numbers(&workload.sizes), workload.unit)
    };
    planned.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn numbers(list: &[u32]) -> String {
    let numbers: Vec<String> =
        list.iter().map(|n| crate::stats::units::count((*n).into())).collect();
    numbers.join(", ")
}

fn card(lane: &Lane) -> Card {
    Card {
        name: lane.short.clone(),
        implementation: lane.implementation.clone(),
        summary: lane.summary.clone(),
        settings: lane.fairness.clone(),
    }
}

fn first_call(plan: &Plan) -> String {
    let size = plan.main_size().map(|size| amount(plan.main_workload(), size));
    let asked = size.map_or_else(String::new, |size| format!(" ({size})"));
    format!("The first call is a single call of the plan's first size{asked}.")
}

fn callee_ready_ns(cold: &Cold) -> Option<u64> {
    of_part(&cold.ready, Part::Callee).map(|callee| callee.ready_ns)
}

fn cold(summary: &Summary) -> Table {
    let mut rows = Vec::new();
    for lane in &summary.lanes {
        let starts: Vec<&Cold> =
            summary.record.cold.iter().filter(|c| c.lane == lane.name).collect();
        if !starts.is_empty() {
            rows.push(vec![
                lane.short.clone(),
                mean_of_cold(&starts, callee_ready_ns),
                mean_of_cold(&starts, |cold| Some(cold.open_ns)),
                mean_of_cold(&starts, |cold| Some(cold.first_call_ns)),
            ]);
        }
    }
    Table::new(&["lane", "callee ready", "open", "first call"], rows)
}

fn mean_of_cold(starts: &[&Cold], of_ns: fn(&Cold) -> Option<u64>) -> String {
    let values: Vec<f64> =
        starts.iter().filter_map(|cold| of_ns(cold)).map(|ns| ns as f64).collect();
    let estimate = estimates::log_mean_of_starts(
        &values,
        Resolution::of_long_time(),
        crate::figures::cells::CONFIDENCE,
    );
    estimate.map_or_else(|| ABSENT.to_owned(), |estimate| time_with_interval(&estimate))
}

fn note(start: Option<u32>, lane: Option<&str>, text: &str) -> String {
    let start = start.map(|s| format!("restart {}", u64::from(s) + 1));
    let about: Vec<String> = start.into_iter().chain(lane.map(str::to_owned)).collect();
    if about.is_empty() {
        text.to_owned()
    } else {
        format!("{}: {text}", about.join(", "))
    }
}
