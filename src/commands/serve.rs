//! The callee by itself: `tollgate serve LANE`. Answers until its stdin ends, or until it is told
//! to stop.

use crate::{
    drive::workload::{Files, Workload},
    lanes::Lanes,
    machine::linux,
    shell::failure::{Code, Failure},
};
use api::{EngineKind, Host, ServeError, ServiceTime, Topology};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{
    fs,
    io::{self, Read, Write},
    path::PathBuf,
    process, thread,
    time::Duration,
};

/// What a callee is started with.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The lane, as `tollgate list` names it
    #[arg(value_name = "LANE")]
    lane: String,
    /// Where to listen: 127.0.0.1:PORT or unix:/path; a free port or a fresh socket by default
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// What answers
    #[arg(long, default_value = "stub", value_parser = engine)]
    engine: EngineKind,
    #[command(flatten)]
    files: Files,
    /// Sleep this long for each item before it is answered
    #[arg(long, value_name = "MICROSECONDS")]
    service_time_us: Option<u64>,
    /// Compute this long for each item before it is answered
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
    let Topology::Callee { listen } = entry.spec.topology else {
        return Err(Failure::usage(format!("{name}: {}", ServeError::InProcess)));
    };
    let workload = Workload::load(&arguments.files)?;
    let mut source = workload.source(arguments.engine);
    let sleep = arguments
        .service_time_us
        .map(|us| ServiceTime::Sleep(Duration::from_micros(us)));
    source.service_time =
        sleep.or(arguments.spin_ns.map(|ns| ServiceTime::Spin(Duration::from_nanos(ns))));
    let listen = arguments.listen.as_deref().unwrap_or(listen);
    let (listen, folder) = fresh_socket(listen)?;
    let result = entry.serve(Host {
        engine: source,
        listen: &listen,
        ready: &mut |endpoint| announce(endpoint, folder.clone()),
    });
    if let Some(folder) = &folder {
        // Nothing was bound in it, or what was is gone.
        let _ = fs::remove_dir(folder);
    }
    Err(match result {
        Ok(()) => Failure::failed(format!("{name}: stopped answering")),
        Err(ServeError::Io(error)) if error.kind() == io::ErrorKind::AddrInUse => {
            Failure::failed(format!(
                "{name}: {listen} is in use; stop what listens there, or choose another --listen{}",
                if listen.starts_with("unix:") {
                    " (a file left behind by a crash can be deleted)"
                } else {
                    ""
                }
            ))
        }
        Err(error @ ServeError::Address(_)) => {
            Failure::new(Code::Usage, format!("{name}: {error}"))
        }
        Err(error) => Failure::failed(format!("{name}: cannot listen on {listen}: {error}")),
    })
}

/// `unix:` alone stands for a socket in a fresh folder, which goes when the callee goes.
fn fresh_socket(listen: &str) -> Result<(String, Option<PathBuf>), Failure> {
    if listen != "unix:" {
        return Ok((listen.into(), None));
    }
    let folder = tempfile::Builder::new().prefix("tollgate-").tempdir();
    let folder = folder
        .map_err(|error| Failure::failed(format!("cannot make a folder for the socket: {error}")))?
        .keep();
    Ok((format!("unix:{}", folder.join("callee.sock").display()), Some(folder)))
}

/// Says that the callee answers, and begins to watch for the end.
fn announce(endpoint: &str, folder: Option<PathBuf>) {
    let socket = endpoint.strip_prefix("unix:").map(PathBuf::from);
    let leave = move || -> ! {
        if let Some(socket) = &socket {
            let _ = fs::remove_file(socket);
        }
        if let Some(folder) = &folder {
            let _ = fs::remove_dir(folder);
        }
        process::exit(0)
    };
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) {
        let leave = leave.clone();
        thread::spawn(move || {
            signals.forever().next();
            leave()
        });
    }
    // A background job's /dev/null ends at once and must not stop the callee.
    if linux::stdin_is_a_pipe() {
        thread::spawn(move || {
            let _ = io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink());
            leave()
        });
    }
    let mut stdout = io::stdout();
    // A reader that has gone already closes stdin too: the watcher above sees to that.
    let _ = writeln!(stdout, "ready {endpoint}").and_then(|()| stdout.flush());
}
