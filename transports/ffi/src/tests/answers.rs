//! That every lane answers what the engines in this process answer, by every way in.

use super::lanes::{EncodedToRust, LANES, StructsToC, StructsToRust};
use api::{EngineKind, EngineSource, ErrorKind, Reply, Request, ServiceTime, echo_bytes};
use codec::Protobuf;
use fixtures::{Catalog, data, npy, npy::Matrix, trace};
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

fn golden(kind: EngineKind) -> Vec<(Request, Reply)> {
    let text = match kind {
        EngineKind::Catalog => data::GOLDEN_CATALOG_JSONL,
        _ => data::GOLDEN_STUB_JSONL,
    };
    trace::read_golden(text).expect("the fixtures are right")
}

/// The Rust engine's answer, which the tests of fixtures hold to the definition.
fn expected(engine: &EngineSource, request: &Request) -> Reply {
    let mut reply = Reply::default();
    engine.engine().answer(request, &mut reply).expect("within the limits");
    reply
}

fn assert_same(engine: &EngineSource, request: &Request) {
    for lane in LANES {
        let reply = lane.open(engine).ask(request).expect("within the limits");
        assert!(
            reply == expected(engine, request),
            "{lane:?} {:?} {}",
            engine.kind,
            request.max_results
        );
    }
}

#[test]
fn every_golden_answer_comes_back_by_call_and_by_batch() {
    for (lane, kind) in LANES
        .into_iter()
        .flat_map(|lane| [(lane, EngineKind::Stub), (lane, EngineKind::Catalog)])
    {
        let mut caller = lane.open_kind(kind);
        let (requests, right): (Vec<Request>, Vec<Reply>) = golden(kind).into_iter().unzip();
        assert_eq!(requests.len(), 1_024);
        let mut reply = Reply::default();
        for (request, right) in requests.iter().zip(&right) {
            caller.call(request, &mut reply).expect("answers");
            assert_eq!(&reply, right, "{lane:?} {request:?}");
        }
        let mut replies = vec![Reply::default(); requests.len()];
        for round in 0..2 {
            caller.batch(&requests, &mut replies).expect("answers");
            assert!(replies == right, "{lane:?} {kind:?}, round {round}");
        }
    }
}

#[test]
fn no_id_one_id_and_all_ids_are_as_in_rust() {
    for kind in EngineKind::ALL {
        let engine = EngineSource::embedded(kind);
        for count in [0, 1, 2, 10, 999, 1_000] {
            assert_same(&engine, &Request::new("user_3", count));
        }
    }
}

#[test]
fn any_user_id_finds_the_row_that_it_finds_in_rust() {
    let engine = EngineSource::embedded(EngineKind::Catalog);
    let long = "ü".repeat(32 << 10);
    assert_eq!(long.len(), 64 << 10);
    let huge = format!("user_{}", u64::MAX);
    let huger = format!("user_{}0", u64::MAX);
    for user in [
        "",
        "user_",
        "user_0",
        "user_00",
        "user_07",
        "user_999",
        "user_1000",
        "user_-1",
        "user_+1",
        "user_1a",
        "user_1\0",
        "\0",
        "User_1",
        "пользователь",
        "用户",
        "🛒",
        &long,
        &huge,
        &huger,
    ] {
        assert_same(&engine, &Request::new(user, 10));
    }
}

#[test]
fn ties_extreme_values_and_odd_widths_are_as_in_rust() {
    let extremes = [i8::MIN, i8::MAX, 0, -1, i8::MIN];
    for columns in [1, 3, 8, 9, 31] {
        let matrix = |rows: usize, shift: usize| {
            let values =
                (0..rows * columns).map(|at| extremes[(at * (shift + 1) + shift) % 5]).collect();
            npy::write(&Matrix { rows, columns, values })
        };
        let catalog = Catalog::from_npy(&matrix(150, 0), &matrix(2, 1)).expect("fits");
        let engine = EngineSource {
            catalog: Some(Arc::new(catalog)),
            ..EngineSource::embedded(EngineKind::Catalog)
        };
        for count in [1, 7, 149, 150, 151, 1_000] {
            for user in ["user_0", "user_1"] {
                assert_same(&engine, &Request::new(user, count));
            }
        }
    }
}

#[test]
fn the_widest_catalog_stays_exact() {
    let columns = 1 << 10;
    let lowest =
        |rows| npy::write(&Matrix { rows, columns, values: vec![i8::MIN; rows * columns] });
    let mut products = npy::read(&lowest(3)).expect("is one");
    products.values[0] = 127;
    let catalog = Catalog::from_npy(&npy::write(&products), &lowest(1)).expect("fits");
    let engine = EngineSource {
        catalog: Some(Arc::new(catalog)),
        ..EngineSource::embedded(EngineKind::Catalog)
    };
    assert_same(&engine, &Request::new("u", 3));
}

#[test]
fn a_stamped_call_answers_the_same_and_tells_the_time_of_its_parts() {
    for lane in LANES {
        let mut caller = lane.open_kind(EngineKind::Catalog);
        let request = Request::new("user_1", 10);
        let mut reply = Reply::default();
        let stamps = caller.stamped(&request, &mut reply).expect("answers");
        assert_eq!(reply, caller.ask(&request).expect("answers"));
        assert!(stamps.compute_ns > 0);
        let encodes = lane == EncodedToRust;
        assert_eq!(
            (stamps.decode_ns > 0, stamps.encode_ns > 0),
            (encodes, encodes),
            "{lane:?} {stamps:?}"
        );
    }
}

#[test]
fn service_time_is_spent_on_every_item() {
    let time = Duration::from_millis(2);
    for service_time in [ServiceTime::Sleep(time), ServiceTime::Spin(time)] {
        let engine = EngineSource {
            service_time: Some(service_time),
            ..EngineSource::embedded(EngineKind::Stub)
        };
        for lane in LANES {
            let mut caller = lane.open(&engine);
            let requests = vec![Request::new("u", 1); 5];
            let mut replies = vec![Reply::default(); 5];
            let start = Instant::now();
            caller.batch(&requests, &mut replies).expect("answers");
            assert!(start.elapsed() >= 5 * time, "{lane:?} {service_time:?}");
            let stamps = caller.stamped(&requests[0], &mut replies[0]).expect("answers");
            assert!(stamps.compute_ns >= 2_000_000, "{lane:?} {service_time:?}");
        }
    }
}

#[test]
fn an_echo_is_the_payload_repeated_and_cut() {
    let long: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
    for lane in LANES {
        let mut caller = lane.open_kind(EngineKind::Stub);
        for payload in [&b""[..], b"a", b"abc", &long] {
            for bytes in [0, 1, 3, 4, 7, 1_000, 100_000, 250_001] {
                let mut right = Vec::new();
                echo_bytes(payload, bytes, &mut right);
                let echoed = caller.echo(payload, bytes).expect("echoes");
                assert!(echoed == right, "{lane:?} {} {bytes}", payload.len());
            }
        }
    }
}

#[test]
fn engines_of_several_threads_do_not_know_of_each_other() {
    thread::scope(|scope| {
        for lane in LANES {
            for kind in [EngineKind::Stub, EngineKind::Catalog] {
                let mut caller = lane.open_kind(kind);
                scope.spawn(move || {
                    for (request, right) in &golden(kind)[..100] {
                        assert_eq!(&caller.ask(request).expect("answers"), right);
                        let error = caller.refused(&Request::new("u", -1));
                        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
                    }
                });
            }
        }
    });
}

#[test]
fn lanes_of_structs_have_no_encoded_bytes() {
    for lane in [StructsToC, StructsToRust] {
        let mut caller = lane.open_kind(EngineKind::Stub);
        assert_eq!(caller.raw(b"").expect_err("no bytes").kind(), ErrorKind::Unsupported);
        caller.ask(&Request::new("u", 1)).expect("goes on");
    }
}

#[test]
fn encoded_bytes_are_answered_by_encoded_bytes_and_no_message_is_malformed() {
    let (mut question, mut right) = (Vec::new(), Vec::new());
    codec::encode_request::<Protobuf>(&Request::new("u", 3), &mut question);
    let reply = ["product_0", "product_1", "product_2"].into_iter().collect();
    codec::encode_reply::<Protobuf>(&reply, &mut right);
    let mut caller = EncodedToRust.open_kind(EngineKind::Stub);
    assert_eq!(caller.raw(&question).expect("answers"), right);
    assert_eq!(caller.raw(b"").expect("a question for nothing"), b"");
    let error = caller.raw(b"\x0a\x7fabc").expect_err("cut off");
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(
        error.detail().starts_with("not a protobuf message of the contract: "),
        "{error}"
    );
    assert_eq!(caller.raw(&question).expect_err("ended").kind(), ErrorKind::Gone);
}
