//! Roles and sets: what lanes of older records get, which lane stands for a role, and what rests on
//! that.

use crate::changes::lane_mut;
use crate::record;
use reports::judge::Judged;
use reports::record::{FFI, FUNCTION, HTTP, RPC, SOCKET, base_of_role, role_of_version_1};
use reports::say::folklore;
use serde_json::Value;

/// The lanes of the kept records by transport: every one that there was before roles were declared.
const ROLES: [(&str, &[&str]); 5] = [
    (FUNCTION, &["null", "inproc", "inproc-dyn", "inproc-thread"]),
    (FFI, &["ffi-c", "ffi-rust", "ffi-protobuf", "ctypes"]),
    (SOCKET, &["uds", "uds-tokio", "uds-json", "tcp", "tcp-tokio", "tcp-json"]),
    (
        RPC,
        &[
            "grpc",
            "grpc-lean",
            "grpc-uds",
            "grpc-stream",
            "grpc-client-stream",
            "grpc-server-stream",
            "grpc-mt",
            "grpc-tuned",
        ],
    ),
    (HTTP, &["rest", "rest-lean", "rest-uds", "rest-h2", "rest-tuned"]),
];

const KEPT: [&str; 4] = [
    include_str!("../records/first.json"),
    include_str!("../records/contrasts.json"),
    include_str!("../records/stages.json"),
    include_str!("../../sample/record.json"),
];

fn declared(transport: &str) -> &'static str {
    let role = ROLES.iter().find(|(_, lanes)| lanes.contains(&transport));
    role.map(|(role, _)| *role)
        .unwrap_or_else(|| panic!("which role has {transport}?"))
}

/// The role of a lane as a file of version 1 describes it.
fn role(lane: &Value) -> &'static str {
    let text = |key: &str| lane[key].as_str();
    role_of_version_1(
        text("transport").expect("text"),
        lane["in_process"].as_bool().expect("true or false"),
        text("class").unwrap_or("unknown"),
        text("codec"),
        u8::try_from(lane["looseness"].as_u64().expect("a number")).expect("at most 100"),
    )
}

#[test]
fn every_lane_of_the_kept_records_has_the_role_that_it_declares_today() {
    let mut seen = std::collections::BTreeSet::new();
    for kept in KEPT {
        let raw: Value = serde_json::from_str(kept).expect("JSON");
        for lane in raw["lanes"].as_array().expect("lanes") {
            let transport = lane["transport"].as_str().expect("text");
            assert_eq!(role(lane), declared(transport), "{lane}");
            seen.insert(lane["name"].to_string());
        }
    }
    assert_eq!(seen.len(), 30, "{seen:?}");
}

#[test]
fn a_lane_of_the_users_in_an_older_record_has_a_role_by_its_name_or_its_place() {
    let remote =
        |transport, looseness| role_of_version_1(transport, false, "async", None, looseness);
    assert_eq!(remote("shm-ring", 22), "shm");
    assert_eq!(remote("pipe", 24), "pipe");
    assert_eq!(remote("mine", 28), "socket");
    assert_eq!(remote("pipe", 50), "rpc");
    assert_eq!([remote("mine", 59), remote("mine", 60)], ["rpc", "http"]);
    assert_eq!([remote("mine", 79), remote("mine", 80)], ["http", "queue"]);
    let inside = |class, codec, looseness| role_of_version_1("mine", true, class, codec, looseness);
    assert_eq!(inside("direct", None, 15), "function");
    assert_eq!(inside("unknown", None, 7), "ffi");
    assert_eq!(inside("direct", Some("protobuf"), 15), "ffi");
    assert_eq!(inside("blocking", Some("protobuf"), 15), "function");
}

#[test]
fn lanes_of_the_kept_records_keep_their_sets_and_every_role_has_its_base() {
    let record = reports::record::read::from_bytes(KEPT[3].as_bytes()).expect("readable");
    let defaults = record.lanes.iter().filter(|lane| lane.is_default());
    assert_eq!(defaults.count(), 9);
    let base = |role| base_of_role(role, &record.lanes).map(|lane| lane.short.as_str());
    let bases = reports::record::ROLES.map(base);
    let [function, ffi, shm, pipe, socket, rpc, http, queue] = bases;
    assert_eq!([function, ffi, socket], [Some("inproc"), Some("ffi-c"), Some("uds")]);
    assert_eq!([rpc, http], [Some("grpc"), Some("rest")]);
    assert_eq!([shm, pipe, queue], [None; 3]);
}

#[test]
fn of_lanes_that_could_be_a_base_one_of_tollgates_own_comes_first_then_the_tightest() {
    let mut record = record();
    let base = |record: &reports::record::Record| {
        base_of_role(RPC, &record.lanes).expect("it has one").name.clone()
    };
    let mut tighter = lane_mut(&mut record, "grpc").clone();
    (tighter.name, tighter.short) = ("rust/other/rust".into(), "other".into());
    tighter.looseness -= 1;
    let mut own = tighter.clone();
    (own.name, own.short) = ("me/mine/me".into(), "me/mine/me".into());
    own.looseness = 0;
    record.lanes.extend([tighter, own]);
    assert_eq!(base(&record), "rust/other/rust");
    lane_mut(&mut record, "other").variant_of = Some("grpc".into());
    assert_eq!(base(&record), "rust/grpc/rust");
    lane_mut(&mut record, "grpc").profile = "tuned".into();
    assert_eq!(base(&record), "me/mine/me");
    lane_mut(&mut record, "me/mine/me").sets.clear();
    assert!(base_of_role(RPC, &record.lanes).is_none());
}

#[test]
fn tolls_count_from_a_function_call_and_from_no_library() {
    let mut record = record();
    record.cells.retain(|cell| cell.lane != "rust/inproc/rust");
    // A library in the caller's own language is still called through an interface.
    let library = lane_mut(&mut record, "ffi-c");
    library.callee = library.caller.clone();
    let judged = Judged::of(&record);
    let scene = judged.summary.main().expect("measured");
    assert!(scene.baseline().is_none());
    assert!(scene.rows.iter().all(|row| row.toll.is_none()));
}

#[test]
fn a_claim_is_about_the_bases_of_its_roles_wherever_they_stand_on_the_spectrum() {
    let before = folklore::of(&Judged::of(&record()));
    let mut moved = record();
    lane_mut(&mut moved, "grpc").looseness = 70;
    lane_mut(&mut moved, "rest").looseness = 30;
    let claims = folklore::of(&Judged::of(&moved)).claims;
    assert_eq!(claims[0], before.claims[0]);
    // Without a base nothing stands for the role.
    lane_mut(&mut moved, "grpc").role = SOCKET.into();
    let folklore = folklore::of(&Judged::of(&moved));
    assert_eq!(folklore.absent[0].0, before.claims[0].says);
}
