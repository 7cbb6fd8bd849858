//! That the C engines answer what the Rust engines answer, by every way in.

use super::*;
use api::{ServiceTime, echo_bytes};
use fixtures::{Catalog, data, npy, npy::Matrix, trace};
use std::{sync::Arc, thread, time::Instant};

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
    let reply = open(engine).ask(request).expect("within the limits");
    assert!(reply == expected(engine, request), "{:?} {}", engine.kind, request.max_results);
}

#[test]
fn every_golden_answer_comes_back_by_call_and_by_batch() {
    for kind in [EngineKind::Stub, EngineKind::Catalog] {
        let mut caller = open_kind(kind);
        let (requests, right): (Vec<Request>, Vec<Reply>) = golden(kind).into_iter().unzip();
        assert_eq!(requests.len(), 1_024);
        let mut reply = Reply::default();
        for (request, right) in requests.iter().zip(&right) {
            caller.call(request, &mut reply).expect("answers");
            assert_eq!(&reply, right, "{request:?}");
        }
        let mut replies = vec![Reply::default(); requests.len()];
        for round in 0..2 {
            caller.batch(&requests, &mut replies).expect("answers");
            assert!(replies == right, "{kind:?}, round {round}");
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
            let values = (0..rows * columns).map(|at| extremes[(at * (shift + 1) + shift) % 5]).collect();
            npy::write(&Matrix { rows, columns, values })
        };
        let catalog = Catalog::from_npy(&matrix(150, 0), &matrix(2, 1)).expect("fits");
        let engine =
            EngineSource { catalog: Some(Arc::new(catalog)), ..EngineSource::embedded(EngineKind::Catalog) };
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
    let lowest = |rows| npy::write(&Matrix { rows, columns, values: vec![i8::MIN; rows * columns] });
    let mut products = npy::read(&lowest(3)).expect("is one");
    products.values[0] = 127;
    let catalog = Catalog::from_npy(&npy::write(&products), &lowest(1)).expect("fits");
    let engine =
        EngineSource { catalog: Some(Arc::new(catalog)), ..EngineSource::embedded(EngineKind::Catalog) };
    assert_same(&engine, &Request::new("u", 3));
}

#[test]
fn a_stamped_call_answers_the_same_and_tells_its_compute_time() {
    let mut caller = open_kind(EngineKind::Catalog);
    let request = Request::new("user_1", 10);
    let mut reply = Reply::default();
    let stamps = caller.stamped(&request, &mut reply).expect("answers");
    assert_eq!(reply, caller.ask(&request).expect("answers"));
    assert!(stamps.compute_ns > 0);
    assert_eq!((stamps.decode_ns, stamps.encode_ns), (0, 0));
}

#[test]
fn service_time_is_spent_on_every_item() {
    let time = Duration::from_millis(2);
    for service_time in [ServiceTime::Sleep(time), ServiceTime::Spin(time)] {
        let engine =
            EngineSource { service_time: Some(service_time), ..EngineSource::embedded(EngineKind::Stub) };
        let mut caller = open(&engine);
        let requests = vec![Request::new("u", 1); 5];
        let mut replies = vec![Reply::default(); 5];
        let start = Instant::now();
        caller.batch(&requests, &mut replies).expect("answers");
        assert!(start.elapsed() >= 5 * time, "{service_time:?}");
        let stamps = caller.stamped(&requests[0], &mut replies[0]).expect("answers");
        assert!(stamps.compute_ns >= 2_000_000, "{service_time:?}");
    }
}

#[test]
fn an_echo_is_the_payload_repeated_and_cut() {
    let mut caller = open_kind(EngineKind::Stub);
    let long: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
    for payload in [&b""[..], b"a", b"abc", &long] {
        for bytes in [0, 1, 3, 4, 7, 1_000, 100_000, 250_001] {
            let mut right = Vec::new();
            echo_bytes(payload, bytes, &mut right);
            assert!(caller.echo(payload, bytes).expect("echoes") == right, "{} {bytes}", payload.len());
        }
    }
}

#[test]
fn engines_of_several_threads_do_not_know_of_each_other() {
    thread::scope(|scope| {
        for kind in [EngineKind::Stub, EngineKind::Catalog, EngineKind::Stub, EngineKind::Catalog] {
            let mut caller = open_kind(kind);
            scope.spawn(move || {
                for (request, right) in &golden(kind)[..100] {
                    assert_eq!(&caller.ask(request).expect("answers"), right);
                    let error = caller.refused(&Request::new("u", -1));
                    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
                }
            });
        }
    });
}

#[test]
fn a_lane_has_no_encoded_bytes() {
    let mut caller = open_kind(EngineKind::Stub);
    let outcome = FfiC.block_on(caller.0.raw(b"", &mut Vec::new()));
    assert_eq!(outcome.expect_err("no bytes").kind(), ErrorKind::Unsupported);
    assert_eq!(caller.0.wire_bytes(), None);
}
