//! The report in a real browser: runs the suite of `reports/e2e` on pages that this build renders.
//! Where Node.js, its modules or a Chromium are missing it says so by name and looks at nothing;
//! `.ci/run` installs them.

use crate::support::{folder, skip, stderr, stdout};
use std::path::Path;
use std::process::Command;

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/e2e");
/// Where Debian and others put it; `reports/e2e/browser.js` looks at the same places.
const BROWSERS: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const MODULES: [&str; 2] = ["playwright-core", "axe-core"];

/// The first number of what a program says its version is.
fn major_version(program: &str) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn is_installed(module: &str) -> bool {
    Path::new(SUITE).join("node_modules").join(module).exists()
}

/// What the suite needs and this machine does not have, as the cure.
fn missing() -> Option<&'static str> {
    if major_version("node").is_none_or(|major| major < 20) || major_version("npm").is_none() {
        return Some("install Node.js 20 or newer, with npm");
    }
    let named = std::env::var_os("CHROMIUM").is_some();
    if !named && !BROWSERS.iter().any(|path| Path::new(path).exists()) {
        return Some("apt-get install chromium, or set CHROMIUM to the path of one");
    }
    if !MODULES.into_iter().all(is_installed) {
        return Some("run npm ci in reports/e2e");
    }
    None
}

#[test]
fn the_report_holds_in_a_browser() {
    if let Some(cure) = missing() {
        return skip(cure);
    }
    let folder = folder();
    let output = Command::new("npm")
        .args(["test", "--silent"])
        .current_dir(SUITE)
        .env("TOLLGATE", env!("CARGO_BIN_EXE_tollgate"))
        .env("TMPDIR", folder.path())
        .output()
        .expect("npm comes with Node.js");
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
}
