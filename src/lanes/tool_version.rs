//! The version that an installed program says of itself, or why it will not do: asked of the
//! languages of peers, and of servers.

use crate::machine::process::Process;
use std::{process::Command, time::Duration};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the program of these words says, at least of this version; `install` is what to do where it
/// is not there.
///
/// # Errors
/// It is not installed, fails, or is too old; with the cure.
pub(crate) fn at_least(minimum: &str, words: &[String], install: &str) -> Result<String, String> {
    let version = told(words).map_err(|what| format!("{what}; {install}"))?;
    if dotted(&version).is_empty() {
        let said = words.join(" ");
        return Err(format!(
            "the first line of `{said}` holds no version such as {minimum}; {install}"
        ));
    }
    if numbers_in(&version) < numbers_in(minimum) {
        return Err(format!("{version} is here, {minimum} is needed; {install}"));
    }
    Ok(version)
}

/// What a program says of itself, or what is wrong with it.
fn told(words: &[String]) -> Result<String, String> {
    let Some((program, arguments)) = words.split_first() else {
        return Err("its version_command is empty".into());
    };
    let mut process = Process::start(program.clone(), Command::new(program).args(arguments))
        .map_err(|_| format!("{program} is not installed"))?;
    let line = process.hear(PATIENCE).map_err(|error| error.to_string())?;
    if process.stop().is_some_and(|status| status.success()) {
        Ok(line.trim().to_string())
    } else {
        Err(format!("`{program}` fails"))
    }
}

/// The first run of numbers with dots: `3.11.7` in `Python 3.11.7`; nothing where there is none.
pub(crate) fn dotted(text: &str) -> &str {
    let parts = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    let found = parts.map(|part| part.trim_matches('.')).find(|part| part.contains('.'));
    found.unwrap_or_default()
}

/// The same as numbers, which are compared one by one.
fn numbers_in(text: &str) -> Vec<u32> {
    dotted(text).split('.').filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_versions_number_by_number() {
        assert_eq!(numbers_in("Python 3.11.7"), [3, 11, 7]);
        assert!(numbers_in("Python 3.11.7") > numbers_in("3.9"));
        assert!(numbers_in("go version go1.9 linux/amd64") < numbers_in("1.22"));
        assert_eq!(dotted("Redis server v=7.0.15 sha=00000000:0"), "7.0.15");
        assert_eq!(dotted("nothing of the kind."), "");
    }
}
