//! What a record may say of an error: a child's own words, paths and endpoints stay out of it.

use crate::{lanes::roster::Roster, plan::Plan};

/// Takes out of a text what a record must not hold.
#[derive(Default)]
pub(crate) struct PublicText {
    /// Names of lanes look like paths, and stay.
    lanes: Vec<String>,
    /// Parts of the endpoints that the user named.
    private: Vec<String>,
}

impl PublicText {
    /// For the lanes of a run, and the endpoints that the user named: of callees, and of servers.
    pub(crate) fn of_run(plan: &Plan, roster: &Roster) -> Self {
        let names = roster.known.iter().map(|lane| lane.about.name.clone()).collect();
        let servers = roster.known.iter().filter_map(|lane| lane.server.as_ref()?.given.as_ref());
        let servers = servers.map(ToString::to_string);
        Self::new(names, plan.endpoints.values().cloned().chain(servers))
    }

    /// For these lanes and the user's endpoints.
    fn new(lanes: Vec<String>, endpoints: impl Iterator<Item = String>) -> Self {
        let private = endpoints.flat_map(|endpoint| private_parts(&endpoint)).collect();
        Self { lanes, private }
    }

    /// An error's words without what a record may not hold.
    pub(crate) fn of(&self, text: &str) -> String {
        let own = text.split("; it said:").next().unwrap_or_default();
        let shown = own.split(' ').map(|word| if self.hides(word) { "(…)" } else { word });
        shown.collect::<Vec<_>>().join(" ")
    }

    fn hides(&self, word: &str) -> bool {
        let named =
            word.contains(['/', '@']) || self.private.iter().any(|part| word.contains(part));
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        named && !self.lanes.iter().any(|lane| lane == bare)
    }
}

/// Hosts, users, passwords, paths and queries in an endpoint; its scheme, numbers and the loopback
/// are none of these.
fn private_parts(endpoint: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for (at, part) in endpoint.split([':', '/', '@', '?', '&', '=']).enumerate() {
        let scheme = at == 0 && part.len() <= 5 && part.chars().all(char::is_alphabetic);
        let common = part.parse::<u64>().is_ok() || ["localhost", "127.0.0.1"].contains(&part);
        if part.len() > 2 && !scheme && !common {
            parts.push(part.to_owned());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lanes_stay_and_paths_words_of_children_and_private_hosts_go() {
        let endpoints = ["http://build.internal:50051", "redis://queue.internal:6379"];
        let endpoints = endpoints.into_iter().map(String::from);
        let public = PublicText::new(vec!["rust/tcp/rust".into()], endpoints);
        assert_eq!(public.of("queue.internal:6379 is away"), "(…) is away");
        let said = public.of("rust/tcp/rust: no /tmp/x at build.internal:1; it said: secret");
        assert_eq!(said, "rust/tcp/rust: no (…) at (…)");
        assert_eq!(public.of("http://127.0.0.1:50051 is 127.0.0.1"), "(…) is 127.0.0.1");
    }
}
