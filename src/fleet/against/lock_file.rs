//! Which versions a Cargo.lock holds, and what differs between two of them.

use std::collections::{BTreeMap, BTreeSet};

/// Versions by package; one without a registry is said to be from a folder.
pub(crate) type Locked = BTreeMap<String, BTreeSet<String>>;

/// What this text of a Cargo.lock says.
pub(crate) fn locked(lock: &str) -> Locked {
    let lock: toml::Table = lock.parse().unwrap_or_default();
    let mut locked = Locked::new();
    for package in lock.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let text = |key| package.get(key).and_then(toml::Value::as_str).map(ToString::to_string);
        let (Some(name), Some(mut version)) = (text("name"), text("version")) else {
            continue;
        };
        if text("source").is_none() {
            version.push_str(" from a folder");
        }
        locked.entry(name).or_default().insert(version);
    }
    locked
}

/// `tonic 0.14.9 -> 0.14.5`: the packages that were asked for, and how many others differ.
pub(crate) fn difference(before: &Locked, after: &Locked, asked: &[&str]) -> String {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut shown = Vec::new();
    let mut others = 0;
    for name in names {
        if before.get(name) == after.get(name) {
            continue;
        }
        if asked.contains(&name.as_str()) {
            let (old, new) =
                (versions_only_in(before, after, name), versions_only_in(after, before, name));
            shown.push(format!("{name} {old} -> {new}"));
        } else {
            others += 1;
        }
    }
    let shown = shown.join(", ");
    match others {
        0 => shown,
        1 => format!("{shown}, and one other package"),
        more => format!("{shown}, and {more} other packages"),
    }
}

/// Versions of a package that the one has and the other has not.
fn versions_only_in(one: &Locked, other: &Locked, name: &str) -> String {
    let none = BTreeSet::new();
    let (one, other) = (one.get(name).unwrap_or(&none), other.get(name).unwrap_or(&none));
    let only: Vec<&str> = one.difference(other).map(String::as_str).collect();
    if only.is_empty() { "none".into() } else { only.join(" and ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_differs_between_two_lock_files() {
        let lock = |a: &str, b: &str, source: &str| {
            locked(&format!(
                "[[package]]\nname = \"a\"\nversion = \"{a}\"\n{source}\n[[package]]\nname = \
                \"b\"\nversion = \"{b}\"\nsource = \"registry\"\n"
            ))
        };
        let registry = "source = \"registry\"";
        let before = lock("1.2.0", "3.0.0", registry);
        let said = |after: &Locked| difference(&before, after, &["a"]);
        assert_eq!(said(&lock("1.0.0", "3.0.0", registry)), "a 1.2.0 -> 1.0.0");
        assert_eq!(
            said(&lock("1.0.0", "2.0.0", registry)),
            "a 1.2.0 -> 1.0.0, and one other package"
        );
        assert_eq!(said(&lock("1.2.0", "3.0.0", "")), "a 1.2.0 -> 1.2.0 from a folder");
    }
}
