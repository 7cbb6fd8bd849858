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
    let (clock, questions) = (Clock::new(), Questions::new(&golden(), 3, 1, 5, checked));
    let shape = Shape {
        mode: Mode::Chatty,
        items: 1,
        group: None,
        lead_in_calls: 3,
        lead_in: Duration::from_millis(1),
        limit: Duration::from_millis(5),
        samples: None,
        handicap: None,
    };
    measure(&Timing {
        shape: &shape,
        questions: &questions,
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

#[test]
fn an_echo_that_comes_back_changed_is_a_wrong_answer_and_a_short_one_an_error() {
    let echo = |fewer| {
        let mut connection = Garbling(fewer);
        timed(false, |timing| {
            let mut echo = Echo::new(&mut connection, b"abc", 7);
            let measured = at_once(visit(&mut echo, timing));
            echo.checked(measured)
        })
    };
    assert_eq!(echo(0).wrong, 1);
    assert_eq!(echo(2).error.map(|error| error.kind()), Some(ErrorKind::Internal));
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
