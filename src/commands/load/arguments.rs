//! What a load is asked for, checked before anything is started.

use crate::{
    commands::serve::engine,
    drive::{LONGEST, MOST_CONNECTIONS, MOST_DUE, MOST_IN_FLIGHT, workload::Files},
    lanes::roster::Known,
    machine::{
        linux,
        placement::Placement,
        surroundings::{Surroundings, ThisMachine},
    },
    measure::load::request::{self, LoadRequest, USUAL_IN_FLIGHT},
    protocol,
    shell::failure::Failure,
};
use api::EngineKind;
use fixtures::WorkloadKind;
use std::time::Duration;

/// The load.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The lane, as `tollgate list` names it
    pub(crate) lane: String,
    /// Calls per second, sent whether or not earlier ones are answered (open loop); or `max`: each
    /// call is sent when another is answered (closed loop)
    #[arg(long, value_name = "N|max")]
    rate: String,
    /// How long calls are sent, at most 10m. The first tenth (at most 1 s) is warm-up
    #[arg(long, default_value = "10s")]
    duration: String,
    /// Gaps between calls: poisson (random, as from many independent callers) or constant
    #[arg(long, default_value = "poisson", value_parser = ["poisson", "constant"])]
    arrivals: String,
    /// Most calls in flight. Further calls wait, and their wait is part of the latency [default:
    /// --connections, or 16]
    #[arg(long, value_name = "N")]
    in_flight: Option<u32>,
    /// Connections [default: 1 if a connection of the lane carries several calls at once, else
    /// --in-flight]
    #[arg(long, value_name = "N")]
    connections: Option<u32>,
    /// Ids wanted
    #[arg(long, default_value_t = 10)]
    max_results: u32,
    /// What answers: stub (does no work), catalog (searches product vectors)
    #[arg(long, default_value = "stub", value_parser = engine)]
    engine: EngineKind,
    /// A callee that runs already, for example http://127.0.0.1:8080 or unix:/path [default: a new
    /// one is started]
    #[arg(long)]
    pub(crate) endpoint: Option<String>,
    /// Process id of the service behind --endpoint, to measure its CPU time
    #[arg(long, value_name = "PID", requires = "endpoint")]
    pub(crate) callee_pid: Option<u32>,
    /// Cores for caller and callee: one, two, far, free. A callee of your own stays where it is
    /// [default: one; free with --endpoint]
    #[arg(long, value_name = "PLACEMENT", value_parser = Placement::from_name)]
    placement: Option<Placement>,
    /// A call that takes longer than this has failed
    #[arg(long, default_value = "5s")]
    deadline: String,
    /// Seed of the schedule
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value = "human", value_parser = ["human", "json"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) files: Files,
}

impl Arguments {
    /// On which cores both sides run.
    pub(crate) fn placement(&self) -> Placement {
        let usual = || match self.endpoint {
            Some(_) => Placement::Free,
            None => Placement::on_one_core(ThisMachine.topology()),
        };
        self.placement.unwrap_or_else(usual)
    }

    /// The load on this lane, if it makes sense.
    pub(crate) fn request<'a>(&self, known: &'a Known) -> Result<LoadRequest<'a>, Failure> {
        let duration = crate::plan::duration("duration", &self.duration)?;
        if duration > LONGEST {
            let most = LONGEST.as_secs() / 60;
            return Err(Failure::usage(format!("duration {}: at most {most}m", self.duration)));
        }
        let lead_in = request::lead_in(duration);
        let Places { connections, in_flight } = Places::new(self, known)?;
        let most = fixtures::Limits::DEFAULT.max_results;
        if self.max_results as usize > most as usize {
            let line = format!("max-results {}: at most {most}", self.max_results);
            return Err(Failure::usage(line));
        }
        let order = protocol::Load {
            id: 0,
            workload: WorkloadKind::Recommendations.name().into(),
            size: self.max_results,
            kind: protocol::call(),
            rate_per_s: rate(&self.rate, duration - lead_in)?,
            arrivals: self.arrivals.clone(),
            seed: self.seed,
            connections,
            in_flight,
            lead_in_ms: lead_in.as_millis() as u64,
            duration_ms: duration.as_millis() as u64,
        };
        Ok(LoadRequest {
            known,
            order,
            engine: self.engine,
            deadline: crate::plan::duration("deadline", &self.deadline)?,
            given_endpoint: self.endpoint.is_some(),
            placement: self.placement(),
        })
    }
}

impl Arguments {
    /// What the user says of a callee of theirs must be so.
    pub(crate) fn check_given(&self, known: &Known) -> Result<(), Failure> {
        known.check_endpoint(self.endpoint.as_deref())?;
        match self.callee_pid.filter(|pid| linux::cpu_ns(*pid).is_none()) {
            Some(pid) => Err(Failure::usage(format!(
                "--callee-pid {pid}: there is no such process, or its CPU time cannot be read \
                (only on Linux); give the process that answers at --endpoint, as `ss -lxtp` \
                shows it, or leave it out"
            ))),
            None => Ok(()),
        }
    }
}

/// Where calls in flight have their place.
#[derive(Clone, Copy, Debug)]
struct Places {
    connections: u32,
    in_flight: u32,
}

impl Places {
    /// As they are asked for, or as they are usual for the lane.
    fn new(arguments: &Arguments, known: &Known) -> Result<Self, Failure> {
        let shares = known.about.properties.multiplexing;
        let usual = if shares { USUAL_IN_FLIGHT } else { 0 };
        let in_flight = match (arguments.in_flight, arguments.connections) {
            (Some(in_flight), _) => in_flight,
            (None, Some(connections)) => connections.max(usual),
            (None, None) => USUAL_IN_FLIGHT,
        };
        let connections = arguments.connections.unwrap_or(request::connections(known, in_flight));
        let places = Self { connections, in_flight };
        match places.wrong(shares, &known.about.name) {
            Some(line) => Err(Failure::usage(line)),
            None => Ok(places),
        }
    }

    /// What is wrong with them on a lane of this name; `shares` is true where it can have several
    /// calls in flight on one connection.
    fn wrong(self, shares: bool, name: &str) -> Option<String> {
        let Self { connections, in_flight } = self;
        if !(1..=MOST_IN_FLIGHT).contains(&in_flight) {
            Some(format!("in-flight {in_flight}: 1 to {MOST_IN_FLIGHT} calls"))
        } else if !(1..=MOST_CONNECTIONS).contains(&connections) {
            Some(format!(
                "{connections} connections for {in_flight} calls in flight: 1 to \
                {MOST_CONNECTIONS} connections"
            ))
        } else if connections > in_flight {
            Some(format!(
                "{connections} connections for {in_flight} calls in flight: some would never be \
                used; give --in-flight {connections}"
            ))
        } else if connections < in_flight && !shares {
            Some(format!(
                "a connection of {name} has one call in flight: give --connections {in_flight} for \
                --in-flight {in_flight}"
            ))
        } else {
            None
        }
    }
}

/// Calls per second; none for the closed loop.
fn rate(text: &str, window: Duration) -> Result<Option<f64>, Failure> {
    if text == "max" {
        return Ok(None);
    }
    let Some(per_s) = text.parse().ok().filter(|per_s: &f64| per_s.is_finite() && *per_s > 0.0)
    else {
        return Err(Failure::usage(format!(
            "rate {text}: a number of calls per second is needed, as in 5000 or 0.5; or max"
        )));
    };
    let calls = per_s * window.as_secs_f64();
    if calls < 1.0 {
        return Err(Failure::usage(format!(
            "rate {text}: not one call in the {:.1} s that are recorded; a longer --duration or a \
            higher rate is needed",
            window.as_secs_f64()
        )));
    }
    if calls > MOST_DUE {
        return Err(Failure::usage(format!(
            "rate {text}: more than {MOST_DUE:e} calls in this time; a lower rate or `max`"
        )));
    }
    Ok(Some(per_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<f64>, String> {
        rate(text, Duration::from_secs(9)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_rate_is_taken_as_it_is_written_or_refused_and_never_without_limit() {
        assert_eq!(read("max"), Ok(None));
        for (text, per_s) in [("3", 3.0), ("0.5", 0.5), ("1e6", 1e6), ("4999.5", 4999.5)] {
            assert_eq!(read(text), Ok(Some(per_s)));
        }
        for text in ["0", "-1", "NaN", "inf", "fast", "", "0.1", "1e-300", "1e9"] {
            assert!(
                read(text).is_err_and(|line| line.starts_with(&format!("rate {text}:"))),
                "{text}"
            );
        }
    }
}
