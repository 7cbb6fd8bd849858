//! The callee by itself: `tollgate serve LANE`. Answers until its stdin ends, or until it is told
//! to stop.

pub(crate) mod how_to_call;
pub(crate) mod traces;

use crate::{
    commands::serve::{
        how_to_call::how_to_call,
        traces::{Traces, make_room},
    },
    drive::workload::{Files, Workload},
    lanes::Lanes,
    machine::linux,
    protocol::Endpoint,
    shell::{failure::Failure, stderr},
};
use api::{EngineKind, Host, ServeError, ServiceTime, Spec, Topology};
use std::{
    io::{self, IsTerminal, Read, Write},
    process, thread,
    time::Duration,
};

/// What a callee is started with.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The lane, as `tollgate list` names it
    #[arg(value_name = "LANE")]
    lane: String,
    /// Where to listen: 127.0.0.1:PORT or unix:/path [default: a free port or a new socket]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// What answers
    #[arg(long, default_value = "stub", value_parser = engine)]
    engine: EngineKind,
    #[command(flatten)]
    files: Files,
    /// Sleep this long for each item before the answer
    #[arg(long, value_name = "MICROSECONDS")]
    service_time_us: Option<u64>,
    /// Compute (busy loop) this long for each item before the answer
    #[arg(long, value_name = "NANOSECONDS", conflicts_with = "service_time_us")]
    spin_ns: Option<u64>,
}

/// An engine by its name.
pub(crate) fn engine(name: &str) -> Result<EngineKind, String> {
    EngineKind::from_name(name).ok_or_else(|| "the engines are stub and catalog".into())
}

/// Answers; returns only when it cannot.
pub(crate) fn serve(lanes: &Lanes, arguments: &Arguments) -> Result<process::ExitCode, Failure> {
    let entry = lanes.named(&arguments.lane)?;
    let name = entry.spec.transport;
    let listen = listen_at(&entry.spec, arguments.listen.as_deref())?;
    let mut engine = Workload::load(&arguments.files)?.source(arguments.engine);
    engine.service_time = arguments.service_time();
    let traces = Traces::default();
    traces.leave_on_signals()?;
    let listen = match Endpoint::parse(listen) {
        // `unix:` alone stands for a socket in a fresh folder, which goes when the callee goes.
        Endpoint::Unix(path) if path.as_os_str().is_empty() => traces.fresh_socket()?,
        Endpoint::Unix(path) => {
            make_room(&path)?;
            Endpoint::Unix(path).to_string()
        }
        other => other.to_string(),
    };
    let result = entry.serve(Host {
        engine,
        listen: &listen,
        ready: &mut |endpoint| announce(&entry.spec, endpoint, &traces),
    });
    traces.take_away();
    Err(match result {
        Ok(()) => Failure::failed(format!("{name}: stopped answering")),
        Err(error) => not_serving(name, &listen, &error),
    })
}

/// Where the callee is to answer: as the user says, or as is usual for its lane.
fn listen_at<'a>(spec: &Spec, asked: Option<&'a str>) -> Result<&'a str, Failure> {
    match (spec.topology, asked) {
        (Topology::InProcess, _) => Err(Failure::usage_at(spec.transport, ServeError::InProcess)),
        (_, Some(asked)) => Ok(asked),
        (Topology::Callee { listen } | Topology::Gateway { listen, .. }, None) => Ok(listen),
        (Topology::Broker { server }, None) => Err(Failure::usage_at(
            spec.transport,
            format!(
                "its callee answers at a server: start one with `tollgate servers start {server}`, \
                and give its URL with --listen"
            ),
        )),
    }
}

impl Arguments {
    /// What the engine takes longer for each item.
    fn service_time(&self) -> Option<ServiceTime> {
        if let Some(us) = self.service_time_us {
            return Some(ServiceTime::Sleep(Duration::from_micros(us)));
        }
        self.spin_ns.map(|ns| ServiceTime::Spin(Duration::from_nanos(ns)))
    }
}

fn not_serving(name: &str, listen: &str, error: &ServeError) -> Failure {
    match error {
        ServeError::Io(error) if error.kind() == io::ErrorKind::AddrInUse => {
            Failure::failed(format!(
                "{name}: {listen} is in use; stop what listens there, or choose another \
                --listen"
            ))
        }
        ServeError::Address(_) => Failure::usage_at(name, error),
        _ => Failure::failed(format!("{name}: cannot listen on {listen}: {error}")),
    }
}

/// Says that the callee answers, and begins to watch for the end of its stdin.
fn announce(spec: &Spec, endpoint: &str, traces: &Traces) {
    traces.listens_at(endpoint);
    // A background job's /dev/null ends at once and must not stop the callee.
    if linux::stdin_is_a_pipe() {
        let traces = traces.clone();
        thread::spawn(move || {
            // An error ends it as the end does.
            drop(io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink()));
            traces.leave()
        });
    }
    let mut stdout = io::stdout();
    // A reader that has gone already closes stdin too: the watcher above sees to that.
    drop(writeln!(stdout, "ready {endpoint}").and_then(|()| stdout.flush()));
    if stdout.is_terminal() {
        stderr::say(format_args!("call it: {}", how_to_call(spec, endpoint)));
    }
}
