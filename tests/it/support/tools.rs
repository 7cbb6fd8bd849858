//! Programs that a test needs and a machine may not have. It looks for them and says aloud what was
//! left out; it installs nothing.

use std::{
    env,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

/// Says which test looks at nothing here, and the cure. Written past the capture of test output: a
/// test that looked at nothing must not pass in silence.
pub(crate) fn skip(cure: &str) {
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    writeln!(std::io::stderr(), "skipped: {test}: {cure}").expect("stderr takes a line");
}

/// The oldest Python that a peer runs on, as `peers/peers.toml` has it, in the words of Python.
const NEW_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 9))";

/// Python, where one is on the PATH that starts and is new enough.
pub(crate) fn python() -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&paths).map(|place| place.join("python3")).find(is_python)
}

fn is_python(program: &PathBuf) -> bool {
    let mut command = Command::new(program);
    command.args(["-c", NEW_ENOUGH]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg_attr(not(feature = "queue-redis"), allow(dead_code))]
/// True where this program is on the PATH and tells its version.
pub(crate) fn has(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
