//! The servers that lanes go through, each asked once whether it can run here.

use crate::lanes::{
    roster::known::{Known, declared},
    servers::{KnownServer, Servers},
};
use reports::record::{self, Lane};
use std::collections::HashMap;

/// Servers, and what is known of them so far.
pub(crate) struct KnownServers<'a> {
    servers: &'a Servers,
    known: HashMap<String, Option<KnownServer>>,
}

impl<'a> KnownServers<'a> {
    /// Nothing is known yet.
    pub(crate) fn of(servers: &'a Servers) -> Self {
        Self { servers, known: HashMap::new() }
    }

    /// What stands between the sides of a lane that names a server; without it the lane cannot run
    /// here.
    pub(super) fn add_to(&mut self, lane: &mut Known) {
        let Some(name) = &lane.about.server else { return };
        let known = self.known.entry(name.clone()).or_insert_with(|| self.servers.known(name));
        let missing = match known {
            Some(server) => server.missing().map(|missing| format!("server {name}: {missing}")),
            None => Some(format!("this build knows no server `{name}`")),
        };
        if let Some(server) = known {
            lane.about.fairness.extend(card(server));
        }
        lane.server = known.clone();
        require(&mut lane.about, missing);
    }
}

/// What is missing anyway is said first.
fn require(about: &mut Lane, missing: Option<String>) {
    about.available &= missing.is_none();
    about.reason = about.reason.take().or(missing);
}

/// The lines of a lane's card that say what stands between caller and callee.
fn card(server: &KnownServer) -> Vec<record::Setting> {
    let line = |what: &str, value: &str| record::Setting {
        side: record::SERVER_SIDE.into(),
        ..declared(what, value)
    };
    let mut lines = vec![line("server", &server.in_words())];
    if server.given.is_none() {
        let settings = server.entry.settings.iter();
        lines.extend(settings.map(|(what, value)| line(what, value)));
    }
    lines
}
