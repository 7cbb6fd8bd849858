//! The user's folder for what can be made again: what is built stays there from one run to the
//! next.

use fixtures::fnv1a_64;
use std::{env, path::PathBuf};

/// Names the folder, in the place of the usual one.
const VARIABLE: &str = "TOLLGATE_CACHE";

/// Where something of this kind and name is kept, made as the text says: another text has another
/// folder.
///
/// # Errors
/// The user has no such folder; with the cure.
pub(crate) fn folder_of(kind: &str, name: &str, made_as: &str) -> Result<PathBuf, String> {
    let folder = root()
        .ok_or_else(|| format!("there is no folder to keep it in: name one with {VARIABLE}"))?;
    Ok(folder.join(kind).join(format!("{name}-{:016x}", fnv1a_64(made_as.as_bytes()))))
}

/// The folder of all of it, as the XDG base directory specification has it; none where the user has
/// no home.
pub(crate) fn root() -> Option<PathBuf> {
    let of = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
    if let Some(own) = of(VARIABLE) {
        return Some(own.into());
    }
    let cache = match of("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(of("HOME")?).join(".cache"),
    };
    Some(cache.join("tollgate"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_what_it_was_made_as() {
        let of = |text| folder_of("servers", "kept", text).expect("tests have a HOME");
        assert!(of("a") != of("b") && of("a") == of("a"), "{:?}", of("a"));
    }
}
