//! Tests of the stages: every answer is checked, and what goes wrong is told.

use super::*;
use crate::drive::closed::{Shape, questions::Questions};
use api::{EngineKind, Mode, Outcome, Reply, Request, Stamps, echo_bytes};
use quanta::Clock;
use std::time::Duration;

fn golden() -> Vec<(Request, Reply)> {
    let mut engine = EngineSource::embedded(EngineKind::Catalog).engine();
    let answered = |user: u32| {
        let (request, mut reply) = (Request::new(format!("user_{user}"), 5), Reply::default());
        engine.answer(&request, &mut reply).expect("it fits");
        (request, reply)
    };
    (0..30).map(answered).collect()
}

fn timed<T>(checked: bool, measure: impl FnOnce(&Timing<'_>) -> T) -> T {
    timed_of(&Questions::new(&golden(), 3, 1, 5, checked), 1, measure)
}

fn timed_of<T>(questions: &Questions, items: usize, measure: impl FnOnce(&Timing<'_>) -> T) -> T {
    let clock = Clock::new();
    let shape = Shape {
        mode: Mode::Chatty,
        items,
        group: None,
        lead_in_calls: 3,
        lead_in: Duration::from_millis(1),
        limit: Duration::from_millis(5),
        samples: None,
        handicap: None,
    };
    measure(&Timing {
        shape: &shape,
        questions,
        clock: &clock,
        least_sample_ns: 400.0,
        never_waits: true,
    })
}

#[test]
fn every_answer_of_engine_and_codec_is_the_golden_one() {
    let catalog = EngineSource::embedded(EngineKind::Catalog);
    let engine = timed(true, |timing| visit_compute(&catalog, timing));
    let codecs = [Protobuf::NAME, Json::NAME]
        .map(|name| timed(true, |timing| visit_codec(Some(name), timing).expect(name).0));
    for measured in [engine].into_iter().chain(codecs) {
        assert!(measured.items > 0 && measured.error.is_none(), "{measured:?}");
        assert_eq!(measured.wrong, 0);
    }
    let stub = EngineSource::embedded(EngineKind::Stub);
    assert!(
        timed(true, |timing| visit_compute(&stub, timing)).wrong > 0,
        "another engine's answers are noticed"
    );
}

#[test]
fn an_answer_in_lent_buffers_is_checked_and_still_what_it_was() {
    let measured = timed(false, visit_borrowed_answers);
    assert!(measured.items > 0 && measured.error.is_none(), "{measured:?}");
    assert_eq!(measured.wrong, 0);
}

#[test]
fn a_codec_that_this_program_lacks_is_unsupported() {
    for name in [None, Some("smoke-signals")] {
        let error = timed(true, |timing| visit_codec(name, timing)).expect_err("no such codec");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}

/// Echoes with one byte changed, or as many fewer as it says; and stamps each call with the
/// same durations.
struct Garbling(usize);

impl Connection for Garbling {
    async fn call(&mut self, _request: &Request, _reply: &mut Reply) -> Outcome {
        Ok(())
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        echo_bytes(payload, reply_bytes - self.0, back);
        back[0] ^= 1;
        Ok(())
    }

    async fn call_stamped(&mut self, _: &Request, _: &mut Reply) -> Result<Stamps, CallError> {
        Ok(Stamps { decode_ns: 3, compute_ns: 4, encode_ns: 5 })
    }
}

/// A visit of these echoes over a connection, whose actions have `items` items.
fn echoed<C: Connection>(connection: &mut C, shape: EchoShape, items: usize) -> Measured {
    let mut payloads = Payloads::new(shape);
    timed_of(&Questions::elsewhere(items, 64), items, |timing| {
        at_once(visit_echoes(&mut Echo::new(connection, &mut payloads), timing))
    })
}

fn one(payload_bytes: usize, reply_bytes: usize) -> EchoShape {
    EchoShape { items: 1, payload_bytes, reply_bytes }
}

#[test]
fn every_echo_that_comes_back_changed_is_a_wrong_answer_and_a_short_one_an_error() {
    let measured = echoed(&mut Garbling(0), one(3, 7), 1);
    assert!(measured.items > 0 && measured.lead_in_items > 0, "{measured:?}");
    assert_eq!(measured.wrong, measured.items + measured.lead_in_items);
    let measured = echoed(&mut Garbling(2), one(3, 7), 1);
    assert_eq!(measured.error.map(|error| error.kind()), Some(ErrorKind::Internal));
}

/// Echoes what is sent; or what was sent before it, which is as long.
struct Late {
    late: bool,
    before: Vec<u8>,
}

impl Connection for Late {
    async fn call(&mut self, _request: &Request, _reply: &mut Reply) -> Outcome {
        Ok(())
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let now = payload.to_vec();
        let sent = if self.late { &self.before } else { &now };
        echo_bytes(sent, reply_bytes, back);
        self.before = now;
        Ok(())
    }
}

#[test]
fn an_answer_that_is_late_by_one_echo_is_wrong_and_one_in_time_is_not() {
    let sizes = [one(64, 64), one(64, 100), one(1 << 20, 1 << 20), one(0, 0)];
    let batch = EchoShape { items: 8, payload_bytes: 512, reply_bytes: 512 };
    for shape in sizes.into_iter().chain([batch]) {
        for late in [false, true] {
            let measured = echoed(&mut Late { late, before: Vec::new() }, shape, shape.items);
            let all = measured.items + measured.lead_in_items;
            assert!(all > 1 && measured.error.is_none(), "{measured:?}");
            // Of no bytes, none is late.
            let wrong = if late && shape.payload_bytes > 0 { all } else { 0 };
            assert_eq!(measured.wrong, wrong, "{shape:?}, late: {late}");
        }
    }
}

#[test]
fn the_items_of_one_echo_are_told_apart() {
    let batch = EchoShape { items: 8, payload_bytes: 512, reply_bytes: 512 };
    // The first byte of each echo is changed: one item of eight.
    let measured = echoed(&mut Garbling(0), batch, 8);
    assert_eq!(measured.wrong * 8, measured.items + measured.lead_in_items);
}

#[test]
fn stamps_are_means_of_a_call() {
    let mut connection = Garbling(0);
    let means_ns = timed(false, |timing| {
        let mut stamped = Stamped::new(&mut connection);
        assert_eq!(stamped.means_ns(), None, "no call, no stamps");
        at_once(visit(&mut stamped, timing));
        stamped.means_ns()
    });
    assert_eq!(means_ns, Some([3.0, 4.0, 5.0]));
}
