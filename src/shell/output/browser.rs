//! Opens a page in the user's browser.

use crate::shell::failure::Failure;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// The words that open a page, which is added to them.
fn opener() -> &'static [&'static str] {
    if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        &["cmd", "/C", "start", ""]
    } else {
        &["xdg-open"]
    }
}

/// Opens a page in a browser. What the opener prints is no output of ours.
pub(crate) fn open(page: &Path) -> Result<(), Failure> {
    let words = opener();
    let mut command = Command::new(words[0]);
    let opened = command.args(&words[1..]).arg(page).stdout(Stdio::null()).status();
    let why = match opened {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("`{}` failed ({status})", words[0]),
        Err(_) => format!("`{}` is not installed", words[0]),
    };
    let page = page.display();
    Err(Failure::failed(format!(
        "no browser was opened, {why}: open {page} in a browser"
    )))
}
