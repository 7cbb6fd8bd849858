//! Ctrl-C and its kin: a request to stop that long waits look at. Signals are the process's, so
//! this is too.

use crate::shell::failure::Failure;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on, a signal asks the program to stop, and does not end it.
pub(crate) fn watch() -> Result<(), Failure> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, REQUESTED.clone())
            .map_err(|error| Failure::failed(format!("cannot watch for Ctrl-C: {error}")))?;
    }
    Ok(())
}

/// A file that grows beyond `ulimit -f` is from now on an error of whoever writes it, as a full
/// disk is, and not the end of the program. Programs that this one starts are not concerned.
pub(crate) fn outlive_file_limits() -> Result<(), Failure> {
    signal_hook::flag::register(SIGXFSZ, Arc::default())
        .map(drop)
        .map_err(|error| Failure::failed(format!("cannot outlive limits of files: {error}")))
}

/// True once the program was asked to stop.
pub(crate) fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
