//! How the sides of a case end: by themselves, and nothing of them is left.

use crate::{commands::conform::subject::Running, protocol::Endpoint};
use std::{fs, net::TcpStream, path::Path, process::ExitStatus, sync::Arc};

/// Ends the driver, then the callee.
///
/// # Errors
/// A sentence that says who did not end by itself, or what was left behind.
pub(crate) fn end(mut sides: Running) -> Result<(), String> {
    let callee = sides.callee.as_ref().map(|callee| callee.process.pid());
    let pids = [Some(sides.driver.process.pid()), callee];
    ended_well("driver", sides.driver.process.stop())?;
    if let Some(mut callee) = sides.callee.take() {
        ended_well("callee", callee.process.stop())?;
        // A server that others still go through is not over.
        let is_over = sides.server.take().is_none_or(|server| Arc::into_inner(server).is_some());
        if is_over {
            left_at(&sides.endpoint)?;
        }
        left_in(callee.folder())?;
    }
    let is_there = |pid: &u32| Path::new(&format!("/proc/{pid}")).exists();
    match pids.into_iter().flatten().find(is_there) {
        Some(pid) => Err(format!("process {pid} is still there")),
        None => Ok(()),
    }
}

fn ended_well(who: &str, status: Option<ExitStatus>) -> Result<(), String> {
    if status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    let ended = match status {
        Some(status) => format!("but with {status}"),
        None => "and had to be killed after some seconds".to_owned(),
    };
    Err(format!("the {who} did not end by itself with 0 when its stdin ended, {ended}"))
}

/// Looks for temporary files of a callee that has gone.
fn left_in(folder: &Path) -> Result<(), String> {
    let mut entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    match entries.next() {
        Some(Ok(entry)) => Err(format!("{} is still there", entry.path().display())),
        Some(Err(error)) => Err(error.to_string()),
        None => Ok(()),
    }
}

/// Looks for what a callee that has gone may have left at its endpoint.
fn left_at(endpoint: &Endpoint) -> Result<(), String> {
    if let Endpoint::Unix(path) = endpoint
        && fs::symlink_metadata(path).is_ok()
    {
        return Err(format!("{} is still there", path.display()));
    }
    let address = endpoint.host_and_port();
    if address.is_some_and(|address| TcpStream::connect(address).is_ok()) {
        return Err(format!("somebody still listens on {endpoint}"));
    }
    Ok(())
}
