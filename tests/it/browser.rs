//! The report in a real browser: runs the suite of `reports/e2e` on pages that this build renders.
//! Where Node.js, its modules or a Chromium are missing it says so by name and looks at nothing;
//! `.ci/run` installs them.

use crate::support;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/e2e");
/// Where Debian and others put it; `reports/e2e/browser.js` looks at the same places.
const BROWSERS: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// What the suite needs and this machine does not have, with the cure.
fn missing() -> Option<&'static str> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.trim().trim_start_matches('v').split('.').next()?.parse::<u32>().ok()
    };
    let node = version("node").is_some_and(|major| major >= 20) && version("npm").is_some();
    let browser = std::env::var_os("CHROMIUM").is_some()
        || BROWSERS.iter().any(|path| Path::new(path).exists());
    let modules = ["playwright-core", "axe-core"];
    let modules = modules
        .iter()
        .all(|name| Path::new(SUITE).join("node_modules").join(name).exists());
    match (node, browser, modules) {
        (false, ..) => Some("install Node.js 20 or newer, with npm"),
        (_, false, _) => Some("apt-get install chromium, or set CHROMIUM to the path of one"),
        (.., false) => Some("run npm ci in reports/e2e"),
        (true, true, true) => None,
    }
}

#[test]
fn the_report_holds_in_a_browser() {
    if let Some(cure) = missing() {
        // Past the harness's capture: a test that looked at nothing must not pass in silence.
        let said = writeln!(std::io::stderr(), "browser tests of the report skipped: {cure}");
        return said.expect("stderr takes a line");
    }
    let folder = support::folder();
    let output = Command::new("npm")
        .args(["test", "--silent"])
        .current_dir(SUITE)
        .env("TOLLGATE", env!("CARGO_BIN_EXE_tollgate"))
        .env("TMPDIR", folder.path())
        .output()
        .expect("npm comes with Node.js");
    assert!(
        output.status.success(),
        "{}{}",
        support::stdout(&output),
        support::stderr(&output)
    );
}
