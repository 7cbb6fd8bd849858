//! Tests of the roster: words that stand for lanes, roles and their bases.

use super::*;
use crate::lanes::{
    peers::known_peer::{Built, KnownPeer},
    roster::from_listed::known,
};
use reports::record::{DEFAULT_SET, ROLES, role_of_version_1};
use std::fs;

fn roster() -> Roster {
    Roster::new(&crate::lanes())
}

/// The short names of the lanes that these words stand for.
fn chosen(roster: &Roster, words: &[&str]) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let lanes = roster.select(&words).unwrap_or_else(|failure| panic!("{failure}"));
    lanes.iter().map(|lane| lane.about.short.clone()).collect()
}

fn refused(word: &str) -> String {
    match roster().select(&[word.to_owned()]) {
        Ok(lanes) => panic!("{word} stands for {} lanes", lanes.len()),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn roles_and_sets_are_called_alike_in_lanes_and_in_records() {
    assert_eq!(Role::ALL.map(Role::name), ROLES);
    assert_eq!(Set::Default.name(), DEFAULT_SET);
    let mut words: Vec<&str> = reserved_words().collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Role::ALL.len() + Set::ALL.len() + 1, "{words:?}");
}

#[test]
fn every_role_with_a_default_lane_has_exactly_one_base_and_no_other_role_has_one() {
    let roster = roster();
    for role in Role::ALL {
        let of_role = || roster.known.iter().filter(|lane| lane.about.role == role.name());
        let defaults = of_role().filter(|lane| lane.about.is_default()).count();
        let plain = of_role().filter(|lane| lane.about.is_plain()).count();
        assert_eq!(plain, usize::from(defaults > 0), "{}", role.name());
        assert_eq!(of_role().filter(|lane| roster.is_base(&lane.about)).count(), plain);
    }
}

#[test]
fn the_set_for_pull_requests_holds_the_base_of_each_role_that_leaves_the_process() {
    let roster = roster();
    for lane in &roster.known {
        let base_outside = roster.is_base(&lane.about) && !lane.about.in_process;
        assert_eq!(lane.about.is_in("ci"), base_outside, "{}", lane.about.name);
    }
}

#[test]
fn no_lane_is_called_as_a_role_or_a_set() {
    let roster = roster();
    for word in reserved_words() {
        assert!(roster.find(word).is_none(), "{word}");
    }
}

#[test]
fn a_lane_has_the_role_of_the_one_it_differs_from_and_that_of_older_records() {
    let roster = roster();
    for lane in &roster.known {
        let about = &lane.about;
        let codec = about.codec.as_deref();
        let (transport, class) = (&*about.transport, &*about.class);
        let older = role_of_version_1(transport, about.in_process, class, codec, about.looseness);
        assert_eq!(about.role, older, "{}", about.name);
        for other in &roster.known {
            // A server that translates stands between its sides: that is what such a lane has more.
            let is_base = about.variant_of.as_ref() == Some(&other.about.transport);
            if is_base && !lane.is_translated {
                assert_eq!(about.role, other.about.role, "{}", about.name);
            }
        }
    }
}

#[test]
fn peers_say_the_role_of_their_lanes() {
    for lane in crate::lanes().listed() {
        assert!(lane.role.is_some(), "{} has no role in its file", lane.name());
    }
}

#[test]
fn words_for_lanes_are_names_roles_sets_groups_and_all() {
    let roster = roster();
    let of_role = |role: &str| -> Vec<String> {
        let here = roster.known.iter().filter(|lane| lane.about.available);
        let mut lanes: Vec<&Known> = here.filter(|lane| lane.about.role == role).collect();
        in_order(&mut lanes);
        lanes.iter().map(|lane| lane.about.short.clone()).collect()
    };
    assert_eq!(chosen(&roster, &["http"]), of_role("http"));
    let both = [of_role("rpc"), of_role("http")].concat();
    assert_eq!(chosen(&roster, &["http", "rpc"]), both, "tight to loose");
    let ci = chosen(&roster, &["ci"]);
    assert_eq!(chosen(&roster, &["ci", &ci[0]]), ci, "a lane that is named twice is one");
    assert_eq!(chosen(&roster, &[]), chosen(&roster, &["default"]));
    let all = roster.known.iter().filter(|lane| lane.about.available).count();
    assert_eq!(chosen(&roster, &["all"]).len(), all);
}

#[test]
fn a_word_that_stands_for_no_lane_is_refused_with_the_nearest_that_does() {
    assert!(refused("htpp").contains("no lane, role or set `htpp`. Did you mean http?"));
    assert!(refused("defualt").contains("Did you mean default?"));
    assert!(refused("alll").contains("Did you mean all?"));
    let none = refused("pipe");
    assert!(none.starts_with("no lane has the role pipe here."), "{none}");
}

#[test]
fn a_lane_that_is_named_by_its_role_is_refused_with_the_lanes_of_that_role() {
    let roster = roster();
    let refused = |name: &str| roster.named(name).expect_err(name).to_string();
    for role in [Role::Function, Role::Ffi, Role::Socket, Role::Rpc, Role::Http] {
        let said = refused(role.name());
        let base = roster.base_of(role).expect("it has one");
        assert!(said.contains("is a role, not a lane. Did you mean"), "{said}");
        assert!(said.contains(&base.about.short), "{said}");
    }
    assert!(refused("http").ends_with("Did you mean rest? `tollgate list` shows them all."));
    assert!(refused("pipe").starts_with("there is no lane `pipe`."));
}

#[test]
fn a_lane_that_is_called_as_a_role_is_meant_by_its_name() {
    let mut roster = roster();
    let base = roster.base_of(Role::Socket).expect("it has one").clone();
    let mut named = base.about.clone();
    named.short = Role::Rpc.name().into();
    roster.known.push(Known { about: named, ..base });
    assert_eq!(chosen(&roster, &["rpc"]), ["rpc"]);
}

/// Two lanes that lack the same, and one that lacks something else.
fn with_unavailable_lanes() -> Roster {
    let mut roster = roster();
    for lane in &mut roster.known {
        (lane.about.available, lane.about.reason) = (true, None);
    }
    let missing = [(Role::Socket, "no snake"), (Role::Http, "no snake"), (Role::Rpc, "no gopher")];
    for (role, reason) in missing {
        let base = roster.base_of(role).expect("it has one").about.name.clone();
        let lane = roster.known.iter_mut().find(|lane| lane.about.name == base).expect("there");
        (lane.about.available, lane.about.reason) = (false, Some(reason.into()));
    }
    roster
}

#[test]
fn lanes_that_cannot_run_are_said_once_for_each_reason() {
    let roster = with_unavailable_lanes();
    let said = |words: &[&str]| -> Vec<String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        roster.cannot_run(&words).iter().map(Unavailable::text).collect()
    };
    let snake = "2 lanes cannot run here (uds, rest): no snake";
    let gopher = "1 lane cannot run here (grpc): no gopher";
    assert_eq!(said(&["all"]), [snake, gopher]);
    assert_eq!(said(&[]), [snake, gopher], "all three are default lanes");
    assert_eq!(said(&["grpc*"]), [gopher]);
    assert_eq!(said(&["http", "ffi"]), ["1 lane cannot run here (rest): no snake"]);
    assert_eq!(said(&["function"]), Vec::<String>::new());
    assert_eq!(said(&["grpc"]), Vec::<String>::new(), "a lane that is named is refused");
}

#[test]
fn a_lane_whose_library_this_program_or_the_build_lacks_says_what_to_install() {
    let lanes = crate::lanes();
    let listed = lanes.listed();
    let named = |name: &str| listed.iter().find(|lane| lane.name() == name).expect(name);
    let folder = tempfile::tempdir().expect("a folder");
    let peers = || lanes.peers().entries().iter().map(KnownPeer::ask);
    let built = |mut peer: KnownPeer| {
        peer.version = Ok("1.0".into());
        peer.built = Built::Here(folder.path().into());
        (peer.peer.language.clone(), peer)
    };
    let around = Surroundings { lanes: &lanes, peers: peers().map(built).collect() };
    let reason = |name: &str| known(named(name), &around).about.reason;
    for name in ["go/cgo/c", "python/cffi/c", "rust/libpython/python"] {
        let said = reason(name).expect(name);
        assert!(said.contains("was left out when the peer was built: install gcc"), "{said}");
    }
    fs::create_dir(folder.path().join("bin")).expect("made");
    fs::write(folder.path().join("bin/peer-cgo"), "").expect("written");
    assert_eq!(reason("go/cgo/c"), None);
    let said = reason("python/pyo3/rust");
    let has_it = lanes.library("pyo3").is_some();
    assert_eq!(said.is_none(), has_it, "{said:?}");
    assert!(has_it || said.is_some_and(|said| said.contains("--features pyo3")));
}
