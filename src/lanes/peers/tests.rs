//! Peers as they are written, and the lanes that follow from what they speak.

use super::*;
use crate::lanes::{described::RUST, peers::files::EMBEDDED, peers::known_peer::Built};
use api::Set;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[test]
fn the_embedded_manifest_is_whole() {
    let peers = Peers::embedded();
    assert!(!peers.lanes.is_empty() && !peers.entries.is_empty(), "nothing is in it");
    let lanes = crate::lanes();
    let square = square::Square::of(lanes.specs(), &peers.entries);
    for peer in &peers.entries {
        let checked = peer.check_names().and_then(|()| square.check(peer));
        assert_eq!(checked, Ok(()), "{}", peer.language);
    }
    let square = square.lanes();
    for lane in peers.lanes.iter().chain(&square) {
        let known = |language: &str| {
            [RUST, "c"].contains(&language)
                || peers.entries.iter().any(|peer| peer.language == language)
        };
        assert!(known(&lane.caller) && known(&lane.callee), "{}", lane.name());
        assert_eq!(lane.check_names(), Ok(()), "{}", lane.name());
    }
    let names: BTreeSet<String> = peers.lanes.iter().chain(&square).map(ListedLane::name).collect();
    for (set, lanes) in &peers.sets {
        assert!(Set::from_name(set).is_some(), "there is no set {set}");
        assert!(lanes.iter().all(|lane| names.contains(lane)), "{set}: {lanes:?}");
    }
    assert_eq!(names.len(), peers.lanes.len() + square.len(), "each is there once");
    let listed = peers.entries.iter().flat_map(|peer| {
        let names = peer.file_names().expect("they are inside the binary");
        names.into_iter().map(|name| format!("{}/{name}", peer.folder))
    });
    let embedded: Vec<String> = EMBEDDED.iter().map(|(name, _)| (*name).to_string()).collect();
    assert_eq!(listed.collect::<Vec<_>>(), embedded);
}

#[test]
fn a_folder_among_the_files_stands_for_all_below_it_but_tests_and_what_tools_leave() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("snake");
    for file in [
        "main",
        "src/b/deep.py",
        "src/a.py",
        "src/test_a.py",
        "src/a_test.go",
        "src/.hidden",
        "src/__pycache__/a.pyc",
        "elsewhere/c.py",
    ] {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        fs::write(path, file).expect("a file");
    }
    let peer = Peer {
        files: vec!["main".into(), "src/".into()],
        ..peer("snake", Some(home.path()), "")
    };
    let names = ["main", "src/a.py", "src/b/deep.py"].map(str::to_owned);
    assert_eq!(peer.file_names(), Ok(names.into()));
    let contents = peer.contents().expect("they are there");
    assert!(contents.iter().all(|file| *file.bytes == *file.name.as_bytes()));
}

#[test]
fn peers_embed_their_sources_and_no_tests() {
    for (language, there, away) in [
        ("python", "python/tollgate_peer/engine.py", "python/tests/test_parts.py"),
        ("go", "go/internal/engine/engine.go", "go/internal/engine/engine_test.go"),
    ] {
        let is_embedded = |wanted: &str| EMBEDDED.iter().any(|(name, _)| *name == wanted);
        assert!(is_embedded(there) && !is_embedded(away), "{language}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(away);
        assert!(path.is_file(), "{away} is a test that is there");
    }
}

/// A peer of this language, in a folder of its own below `home`, with more lines of its entry.
fn peer(language: &str, home: Option<&Path>, more: &str) -> Peer {
    let quoted = toml::Value::from(language);
    let text = format!(
        "language = {quoted}\nfolder = {quoted}\nfiles = [\"main\"]\n\
        version_command = [\"sh\", \"-c\", \"echo Snake 3.11.7\"]\nminimum_version = \"3.9\"\n\
        install = \"install what is missing\"\ndrive = [\"{{folder}}/main\", \"drive\"]\n\
        serve = [\"{{folder}}/main\", \"serve\"]\n{more}"
    );
    let peer: Peer = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    Peer { home: home.map(PathBuf::from), ..peer }
}

#[test]
fn a_language_that_is_there_and_lacks_something_says_what() {
    let that_says = |script: &str| Peer {
        version_command: ["sh", "-c", script].map(Into::into).into(),
        ..peer("snake", None, "")
    };
    assert_eq!(that_says("echo Snake 3.11.7").version(), Ok("Snake 3.11.7".into()));
    let lacks = that_says("echo 'No module named _ctypes' >&2; exit 1").version();
    let said = lacks.expect_err("it fails");
    assert!(said.contains("No module named _ctypes; install what is missing"), "{said}");
    assert!(!said.contains('\n'), "{said}");
    let old = that_says("echo Snake 3.8.1").version().expect_err("too old");
    assert_eq!(old, "Snake 3.8.1 is here, 3.9 is needed; install what is missing");
}

/// The names of all lanes that follow from these peers and Rust.
fn square_of(peers: &[Peer]) -> Vec<ListedLane> {
    let lanes = crate::lanes();
    square::Square::of(lanes.specs(), peers).lanes()
}

fn names_of(lanes: &[ListedLane]) -> Vec<String> {
    lanes.iter().map(ListedLane::name).collect()
}

/// That a peer speaks a transport on these sides.
fn speaks(transport: &str, sides: &str, more: &str) -> String {
    format!("[[speaks]]\ntransport = {transport:?}\nsides = [{sides}]\n{more}\n")
}

const BOTH: &str = "\"caller\", \"callee\"";

#[test]
fn nine_lanes_follow_from_three_languages_that_speak_a_transport_of_which_one_is_rusts_own() {
    let entry = speaks("uds-json", BOTH, "modes = [\"batched\"]");
    let peers = [peer("a", None, &entry), peer("b", None, &entry)];
    let lanes = square_of(&peers);
    let mut names: Vec<String> = ["rust", "a", "b"]
        .into_iter()
        .flat_map(|caller| ["rust", "a", "b"].map(|callee| format!("{caller}/uds-json/{callee}")))
        .collect();
    assert_eq!(names.remove(0), "rust/uds-json/rust", "which the registry has");
    assert_eq!(names_of(&lanes), names);
    for lane in &lanes {
        let base = (lane.callee != RUST).then_some("uds-json");
        assert_eq!(lane.variant_of.as_deref(), base, "{}", lane.name());
        assert_eq!(lane.modes, ["batched"], "what both sides have: {}", lane.name());
        assert_eq!((lane.role(), lane.codec.as_deref()), ("socket", Some("json")));
    }
    let summaries: Vec<&str> = lanes.iter().map(|lane| lane.summary.as_str()).collect();
    assert!(summaries[0].ends_with(", Rust calls A") && summaries[4].ends_with(", A calls B"));
    assert!(summaries[3].ends_with(", A on both sides"), "{summaries:?}");
}

#[test]
fn a_language_that_only_answers_calls_nobody() {
    let peers = [
        peer("a", None, &speaks("uds-json", "\"callee\"", "")),
        peer("b", None, &speaks("uds-json", "\"caller\"", "")),
    ];
    let names = names_of(&square_of(&peers));
    assert_eq!(names, ["rust/uds-json/a", "b/uds-json/rust", "b/uds-json/a"]);
}

#[test]
fn a_variant_meets_the_other_sides_base_and_within_its_language_itself() {
    let both = [speaks("rest", BOTH, ""), speaks("rest-other", BOTH, "variant_of = \"rest\"")];
    let caller = speaks("rest-bare", "\"caller\"", "variant_of = \"rest\"\nprofile = \"lean\"");
    let peers = [
        peer("a", None, &[both.concat(), caller].concat()),
        peer("b", None, &speaks("rest", BOTH, "")),
    ];
    let lanes = square_of(&peers);
    let asked_for = |name: &str| {
        let lane = lanes.iter().find(|lane| lane.name() == name);
        let lane = lane.unwrap_or_else(|| panic!("{name}: {:?}", names_of(&lanes)));
        assert_eq!(lane.variant_of.as_deref(), Some("rest"), "{name}");
        [&lane.caller_side, &lane.callee_side].map(|side| side.transport_in(lane))
    };
    assert_eq!(asked_for("rust/rest-other/a"), ["rest", "rest-other"]);
    assert_eq!(asked_for("a/rest-other/rust"), ["rest-other", "rest"]);
    assert_eq!(asked_for("a/rest-other/b"), ["rest-other", "rest"]);
    assert_eq!(asked_for("b/rest-other/a"), ["rest", "rest-other"]);
    assert_eq!(asked_for("a/rest-other/a"), ["rest-other", "rest-other"]);
    assert_eq!(asked_for("a/rest-bare/a"), ["rest-bare", "rest"]);
    let names = names_of(&lanes);
    assert!(!names.iter().any(|name| name == "b/rest-bare/a" || name == "b/rest-other/b"));
    let bare = lanes.iter().find(|lane| lane.name() == "a/rest-bare/rust").expect("it follows");
    assert_eq!(bare.profile.as_deref(), Some("lean"));
}

#[test]
fn a_transport_that_rust_does_not_speak_needs_all_that_is_to_be_known_of_it() {
    let lanes = crate::lanes();
    let peers = [peer("a", None, &speaks("pigeons", BOTH, "role = \"queue\""))];
    let square = square::Square::of(lanes.specs(), &peers);
    assert!(square.lanes().is_empty(), "{:?}", names_of(&square.lanes()));
    let refused = square.check(&peers[0]).expect_err("too little");
    assert_eq!(
        refused,
        "transport pigeons: Rust does not speak it, so that its `summary` is needed"
    );
    let more = "role = \"queue\"\nsummary = \"pigeons\"\nlooseness = 99\n[speaks.properties]\n\
        typed_contract = false\ndeadline = false\nmultiplexing = true\n\
        survives_callee_crash = true\nreadable_with_curl = false\n";
    let peers = [peer("a", None, &speaks("pigeons", BOTH, more))];
    let lanes = square_of(&peers);
    assert_eq!(names_of(&lanes), ["a/pigeons/a"]);
    assert_eq!(lanes[0].variant_of, None, "there is no lane to Rust");
}

#[test]
fn names_that_stand_for_nothing_are_refused() {
    let refused = |language: &str, more: &str| {
        peer(language, None, more).check_names().expect_err("it is refused")
    };
    assert!(refused("rust", "").contains("Tollgate's own"));
    for strange in ["", "..", "a/b", "--help", "a\nb", &"a".repeat(41)] {
        let said = refused(strange, "");
        assert!(said.contains("letters, digits"), "{strange:?}: {said}");
    }
    for outside in ["../main", "/main", "a/../../b", "."] {
        let peer = Peer { files: vec![outside.into()], ..peer("a", None, "") };
        let said = peer.check_names().expect_err(outside);
        assert!(said.contains("a path inside of the file's folder"), "{said}");
    }
    let twice = [speaks("rest", BOTH, ""), speaks("rest", BOTH, "")].concat();
    assert!(refused("a", &twice).contains("transport rest is there twice"));
    assert!(refused("a", &speaks("rest", "", "")).contains("transport rest: sides is empty"));
    let said = refused("a", &speaks("rest", BOTH, "modes = [\"fast\"]"));
    assert!(said.contains("there is no mode \"fast\""), "{said}");
    let lanes = crate::lanes();
    let lost = [peer(
        "a",
        None,
        &speaks("rest-a", BOTH, "variant_of = \"resd\"\nsummary = \"x\""),
    )];
    let square = square::Square::of(lanes.specs(), &lost);
    assert!(square.check(&lost[0]).is_err(), "nobody speaks resd");
    let mut peers = Peers::embedded();
    let said = peers.add(peer("python", None, "")).expect_err("there is one");
    assert!(said.contains("as in python-mine"), "{said}");
    let said = peers.named(&["pyhton".into()]).expect_err("no such language").to_string();
    assert!(said.contains("did you mean python?"), "{said}");
}

#[test]
fn a_peer_is_another_when_a_file_a_command_or_its_language_changes() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("a").join("main");
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(&file, "one").expect("written");
    let of = |build: &str| peer("a", Some(home.path()), build);
    let built = of("build = [[\"make\"]]");
    let folder = |peer: &Peer, version: &str| peer.build_folder(version).expect("a cache folder");
    assert_eq!(folder(&of(""), "1.0"), None, "nothing is to be built");
    let first = folder(&built, "1.0");
    assert!(first.is_some() && first == folder(&built, "1.0"));
    assert!(first != folder(&built, "1.1"));
    assert!(first != folder(&of("build = [[\"make\", \"all\"]]"), "1.0"));
    fs::write(&file, "two").expect("written");
    assert!(first != folder(&built, "1.0"));
    fs::remove_file(&file).expect("removed");
    let said = built.build_folder("1.0").expect_err("a file is missing");
    assert!(said.starts_with("cannot read main of the a peer"), "{said}");
}

#[test]
fn only_what_needs_no_building_runs_before_a_peer_is_built() {
    let known = |built: Built| KnownPeer {
        peer: peer("a", None, ""),
        version: Ok("Snake 3.11.7".into()),
        built,
    };
    let missing = known(Built::Missing);
    assert_eq!(
        missing.missing(false).as_deref(),
        Some("Snake 3.11.7 is here, and its peer is not built: tollgate peers build a")
    );
    assert_eq!(missing.missing(true), None);
    assert_eq!(known(Built::Here("there".into())).missing(false), None);
    assert_eq!(known(Built::NotNeeded).missing(false), None);
    let no_language = KnownPeer { version: Err("install it".into()), ..missing };
    assert_eq!(no_language.missing(true).as_deref(), Some("install it"));
}
