//! That a panic in the Rust library is an answer like any other failure: no unwinding, no abort, no
//! noise.

use super::{
    lanes::{Caller, EncodedToRust, StructsToRust, Tested, old_reply},
    panicking_library::panicking_library,
};
use api::{EngineKind, EngineSource, ErrorKind, Reply, Request};

fn panicking(lane: Tested, kind: EngineKind) -> Box<dyn Caller> {
    lane.open_at(&format!("lib:{}", panicking_library()), &EngineSource::embedded(kind))
        .expect("opens")
}

fn bad() -> Request {
    Request::new("panic", 3)
}

#[test]
fn a_panic_is_internal_with_its_words_and_closes_its_engine_alone() {
    for (lane, kind) in [StructsToRust, EncodedToRust]
        .into_iter()
        .flat_map(|lane| EngineKind::ALL.map(|kind| (lane, kind)))
    {
        let mut caller = panicking(lane, kind);
        let mut other = panicking(lane, kind);
        let good = Request::new("user_1", 3);
        let mut reply = caller.ask(&good).expect("answers");
        let error = caller.call(&bad(), &mut reply).expect_err("panics");
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(error.detail(), "the engine panicked: asked to, by panic of 3");
        assert!(reply.is_empty(), "{lane:?}: no old answer is left");
        let error = caller.refused(&good);
        assert_eq!(error.kind(), ErrorKind::Gone);
        assert_eq!(error.detail(), "the engine is closed: an earlier call made it panic");
        assert_eq!(caller.refused(&good).kind(), ErrorKind::Gone);
        assert_eq!(other.ask(&good).expect("another engine goes on").len(), 3);
    }
}

#[test]
fn a_panic_within_a_batch_or_a_stamped_call_is_internal_too() {
    for lane in [StructsToRust, EncodedToRust] {
        let requests = [Request::new("user_1", 3), bad(), Request::new("user_2", 3)];
        let mut replies = vec![old_reply(); 3];
        let outcome = panicking(lane, EngineKind::Stub).batch(&requests, &mut replies);
        assert_eq!(outcome.expect_err("panics").kind(), ErrorKind::Internal);
        assert!(replies.iter().all(Reply::is_empty));
        let outcome = panicking(lane, EngineKind::Stub).stamped(&bad(), &mut replies[0]);
        assert_eq!(outcome.expect_err("panics").kind(), ErrorKind::Internal);
    }
}
