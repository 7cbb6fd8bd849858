//! Entries as they are written, and servers as they are given.

use super::*;

/// An entry that needs only this.
fn entry(more: &str) -> Result<ServerEntry, toml::de::Error> {
    toml::from_str(&format!(
        "name = \"broker\"\nversion_command = [\"sh\", \"-c\", \"echo Broker v=7.0.15 sha=0\"]\n\
        minimum_version = \"6.2\"\ninstall = \"install it\"\nstart = [\"broker\"]\n\
        url = \"broker://127.0.0.1:{{port}}\"\nready = {{ send = \"a\", awaited = \"b\" }}\n{more}"
    ))
}

fn servers() -> Servers {
    let mut servers = Servers::default();
    servers.add(entry("").expect("an entry")).expect("a new one");
    servers
}

#[test]
fn the_embedded_manifest_is_whole() {
    for entry in Servers::embedded().entries() {
        let words = [&entry.version_command, &entry.start];
        assert!(words.iter().all(|words| !words.is_empty()), "{entry:?}");
        assert!(entry.url.contains("{port}") && !entry.install.is_empty(), "{entry:?}");
        assert!(entry.minimum_version.contains('.') && !entry.notes.is_empty(), "{entry:?}");
    }
}

#[test]
fn every_server_that_a_lane_names_has_an_entry_of_its_order() {
    use api::Topology;
    let servers = Servers::embedded();
    for spec in crate::lanes().specs() {
        let Some(name) = spec.topology.server() else { continue };
        let entry = servers.named(name).expect(spec.transport);
        let before_callee = matches!(spec.topology, Topology::Broker { .. });
        assert_eq!(before_callee, !entry.is_told_callee(), "{}", spec.transport);
    }
}

#[test]
fn an_entry_says_in_which_order_it_is_started_and_how_it_ends() {
    let plain = entry("").expect("an entry");
    assert!(!plain.is_told_callee() && plain.stop == Default::default());
    for more in ["files = { a = \"to {callee}\" }", "env = { TO = \"{callee}\" }"] {
        assert!(entry(more).expect(more).is_told_callee(), "{more}");
    }
    let http =
        entry("").map(|entry| ServerEntry { ready: Readiness::Http { get: "/".into() }, ..entry });
    let text = serde_json::to_string(&http.expect("an entry")).expect("texts");
    let back: ServerEntry = serde_json::from_str(&text).expect("what an attendant reads");
    assert_eq!(back.ready, Readiness::Http { get: "/".into() });
    assert!(entry("unknown = 1").is_err() && entry("stop = \"HUP\"").is_err());
}

#[test]
fn a_server_that_is_missing_or_too_old_is_told_with_the_cure() {
    let plain = entry("").expect("an entry");
    assert_eq!(plain.version(), Ok("7.0.15".into()));
    let of = |minimum: &str, program: &str| {
        let mut entry = ServerEntry { minimum_version: minimum.into(), ..plain.clone() };
        entry.version_command[0] = program.into();
        entry.version().expect_err("it will not do")
    };
    assert_eq!(of("8.0", "sh"), "Broker v=7.0.15 sha=0 is here, 8.0 is needed; install it");
    assert_eq!(of("6.0", "no-such-broker"), "no-such-broker is not installed; install it");
    let built = entry("build = [[\"make\"]]")
        .expect("an entry")
        .version()
        .expect_err("not built");
    assert_eq!(built, "not built yet; tollgate servers build broker");
}

#[test]
fn a_server_of_the_users_is_given_by_a_url_without_secrets() {
    let mut servers = servers();
    servers.give("broker=broker://queue.internal:7/").expect("a URL");
    let known = servers.known("broker").expect("an entry");
    let at = known.given.as_ref().expect("it was given").to_string();
    assert_eq!((at.as_str(), known.missing()), ("broker://queue.internal:7", None));
    for (text, cure) in [
        ("broker", "write NAME=URL"),
        ("other=broker://h:1", "there are broker"),
        ("broker=h:1", "broker://127.0.0.1:PORT"),
        ("broker=other://h:1", "broker://127.0.0.1:PORT"),
        ("broker=broker://h:1/queue", "broker://127.0.0.1:PORT"),
    ] {
        let said = servers.give(text).expect_err(text).to_string();
        assert!(said.contains(cure), "{said}");
    }
    let said = servers.give("broker=broker://me:secret@h:1").expect_err("secrets").to_string();
    assert!(said.contains("TOLLGATE_SERVER_BROKER_PASSWORD"), "{said}");
    assert!(!said.contains("secret") && !said.contains("me:"), "{said}");
}
