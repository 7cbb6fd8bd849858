//! That the three lanes answer alike, and that a thread keeps its promises about time, death and
//! memory.

use crate::{
    client::Inproc,
    dispatch::{Answer, Dynamic},
    thread::{InprocThread, ThreadConnection},
};
use api::{
    Connection, Engine, EngineKind, EngineSource, ErrorKind, Lane, Open, Outcome, Reply, Request,
    ServiceTime,
};
use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

/// Long enough for anything that should happen at all.
const PATIENCE: Duration = Duration::from_secs(30);

fn opened<L: Lane>(lane: &mut L, engine: &EngineSource) -> L::Conn {
    lane.open(&Open { endpoint: "", deadline: PATIENCE, engine }).expect("opens")
}

fn answers_as_the_engine_does<L: Lane>(mut lane: L) {
    for kind in EngineKind::ALL {
        let source = EngineSource::embedded(kind);
        let mut engine = source.engine();
        let mut connection = opened(&mut lane, &source);
        let requests: Vec<Request> =
            (0..150).map(|at| Request::new(format!("user_{at}"), at % 12)).collect();
        let mut right = vec![Reply::default(); requests.len()];
        engine.answer_batch(&requests, &mut right).expect("within the limits");
        let mut replies = vec![Reply::default(); requests.len()];
        for (request, reply) in requests.iter().zip(&mut replies) {
            lane.block_on(connection.call(request, reply)).expect("answers");
        }
        assert!(replies == right, "{kind:?} by call");
        replies.reverse();
        lane.block_on(connection.batch(&requests, &mut replies)).expect("answers");
        assert!(replies == right, "{kind:?} by batch");
        let stamps = lane
            .block_on(connection.call_stamped(&requests[7], &mut replies[0]))
            .expect("answers");
        assert!(replies[0] == right[7] && stamps.compute_ns > 0 && stamps.decode_ns == 0);
        let mut wrong = requests[..3].to_vec();
        wrong[1].max_results = -1;
        let right = engine
            .answer_batch(&wrong, &mut vec![Reply::default(); 3])
            .expect_err("negative");
        let error = lane.block_on(connection.batch(&wrong, &mut vec![Reply::default(); 3]));
        assert_eq!(error.expect_err("negative").to_string(), right.to_string());
        lane.block_on(connection.batch(&requests, &mut [])).expect_err("no replies");
        lane.block_on(connection.batch(&requests, &mut replies))
            .expect("a refusal ends nothing");
    }
}

#[test]
fn a_direct_call_answers_as_the_engine_does() {
    answers_as_the_engine_does(Inproc::<Engine>::default());
}

#[test]
fn a_dynamic_call_answers_as_the_engine_does() {
    answers_as_the_engine_does(Inproc::<Dynamic>::default());
}

#[test]
fn a_thread_answers_as_the_engine_does() {
    answers_as_the_engine_does(InprocThread);
}

#[test]
fn a_pipeline_longer_than_a_window_keeps_its_order_and_goes_on_after_a_refusal() {
    let source = EngineSource::embedded(EngineKind::Stub);
    let mut connection = opened(&mut InprocThread, &source);
    let mut requests: Vec<Request> = (0..1_000).map(|at| Request::new("u", at)).collect();
    let mut replies = vec![Reply::default(); 1_000];
    requests[100].max_results = -1;
    let error = InprocThread
        .block_on(connection.pipeline(&requests, &mut replies))
        .expect_err("negative");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    requests[100].max_results = 100;
    InprocThread
        .block_on(connection.pipeline(&requests, &mut replies))
        .expect("goes on");
    assert!(replies.iter().enumerate().all(|(at, reply)| reply.len() == at));
}

#[test]
fn a_warm_reply_is_moved_and_not_copied() {
    let source = EngineSource::embedded(EngineKind::Stub);
    let mut connection = opened(&mut InprocThread, &source);
    let mut reply = Reply::default();
    InprocThread
        .block_on(connection.call(&Request::new("u", 1_000), &mut reply))
        .expect("answers");
    let before = reply.parts().0.as_ptr();
    InprocThread
        .block_on(connection.call(&Request::new("u", 999), &mut reply))
        .expect("answers");
    assert_eq!(reply.parts().0.as_ptr(), before);
}

#[test]
fn a_late_answer_ends_the_connection() {
    let slow = Some(ServiceTime::Sleep(Duration::from_millis(300)));
    let source = EngineSource {
        service_time: slow,
        ..EngineSource::embedded(EngineKind::Stub)
    };
    let at = Open {
        endpoint: "",
        deadline: Duration::from_millis(20),
        engine: &source,
    };
    let mut connection = InprocThread.open(&at).expect("opens");
    let mut ask = |count| {
        let mut reply = Reply::default();
        let outcome = InprocThread.block_on(connection.call(&Request::new("u", count), &mut reply));
        outcome.expect_err("no answer in time").kind()
    };
    assert_eq!(
        (ask(1), ask(0), ask(0)),
        (ErrorKind::Deadline, ErrorKind::Gone, ErrorKind::Gone)
    );
}

/// An engine that says when it is gone, and panics on a question for nothing.
struct Mortal(Sender<()>);

impl Drop for Mortal {
    fn drop(&mut self) {
        // Whoever does not listen does not mind.
        let _ = self.0.send(());
    }
}

impl Answer for Mortal {
    fn answer(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        assert!(request.max_results > 0, "on purpose");
        reply.clear();
        Ok(())
    }

    fn answer_batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        requests
            .iter()
            .zip(replies)
            .try_for_each(|(request, reply)| self.answer(request, reply))
    }
}

fn mortal() -> (ThreadConnection, Receiver<()>) {
    let (tell, told) = channel();
    (ThreadConnection::new(Mortal(tell), PATIENCE).expect("a thread"), told)
}

#[test]
fn the_thread_ends_with_its_connection() {
    let (mut connection, end) = mortal();
    let outcome =
        InprocThread.block_on(connection.call(&Request::new("u", 1), &mut Reply::default()));
    outcome.expect("answers");
    assert!(end.try_recv().is_err(), "the engine is there as long as its connection");
    drop(connection);
    end.recv_timeout(PATIENCE).expect("the engine goes");
}

#[test]
fn an_engine_that_panics_is_gone_and_its_caller_lives() {
    for items in [1, 100] {
        let (mut connection, end) = mortal();
        let requests = vec![Request::new("u", 0); items];
        let mut replies = vec![Reply::default(); items];
        for _ in 0..2 {
            let outcome = InprocThread.block_on(connection.pipeline(&requests, &mut replies));
            assert_eq!(outcome.expect_err("nobody answers").kind(), ErrorKind::Gone);
        }
        end.recv_timeout(PATIENCE).expect("the engine goes");
    }
}
