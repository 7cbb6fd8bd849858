//! The engines behind a callee, with memory that their answers reuse. It knows no protocol: what
//! arrives here is a request, and what leaves is a reply.

use api::{CallError, Engine, EngineSource, Limits, Reply, Request};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An engine, and memory for its answers. One call at a time.
pub struct BufferedEngine {
    engine: Engine,
    reply: Reply,
    replies: Vec<Reply>,
}

impl BufferedEngine {
    /// An engine from this source, with memory of its own.
    pub fn new(source: &EngineSource) -> Self {
        Self {
            engine: source.engine(),
            reply: Reply::default(),
            replies: Vec::new(),
        }
    }

    /// The limits that it applies.
    pub fn limits(&self) -> Limits {
        self.engine.limits()
    }

    /// Answers one question.
    ///
    /// # Errors
    /// As [`Engine::answer`].
    pub fn answer(&mut self, request: &Request) -> Result<&Reply, CallError> {
        self.engine.answer(request, &mut self.reply)?;
        Ok(&self.reply)
    }

    /// Answers a batch, in order.
    ///
    /// # Errors
    /// As [`Engine::answer_batch`].
    pub fn answer_batch(&mut self, requests: &[Request]) -> Result<&[Reply], CallError> {
        // Before memory is made for as many answers.
        self.engine.limits().check_items(requests.len())?;
        if self.replies.len() < requests.len() {
            self.replies.resize_with(requests.len(), Reply::default);
        }
        let replies = &mut self.replies[..requests.len()];
        self.engine.answer_batch(requests, replies)?;
        Ok(replies)
    }
}

/// As many engines as calls are worked on at once: one where one thread serves.
pub struct EnginePool {
    source: EngineSource,
    idle: Mutex<Vec<BufferedEngine>>,
}

impl EnginePool {
    /// A pool of engines like this. The first is made now, so that no call waits for it.
    pub fn new(source: &EngineSource) -> Self {
        Self {
            source: source.clone(),
            idle: Mutex::new(vec![BufferedEngine::new(source)]),
        }
    }

    /// Works with an engine that nobody else works with meanwhile.
    pub fn with<T>(&self, work: impl FnOnce(&mut BufferedEngine) -> T) -> T {
        let free = self.idle().pop();
        let mut engine = free.unwrap_or_else(|| BufferedEngine::new(&self.source));
        // An engine whose work panics is not put back.
        let done = work(&mut engine);
        self.idle().push(engine);
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<BufferedEngine>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The limits that the engines apply.
    pub fn limits(&self) -> Limits {
        self.source.limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{EngineKind, ErrorKind};

    #[test]
    fn answers_batches_of_any_order_of_sizes() {
        let mut engine = BufferedEngine::new(&EngineSource::embedded(EngineKind::Stub));
        for items in [3, 1, 5, 0] {
            let replies = engine.answer_batch(&vec![Request::new("u", 2); items]).expect("answers");
            assert!(replies.len() == items && replies.iter().all(|reply| reply.len() == 2));
        }
        let error = engine.answer_batch(&vec![Request::new("u", 2); 1_025]).expect_err("too many");
        assert_eq!(error.kind(), ErrorKind::TooLarge);
    }

    #[test]
    fn gives_each_of_two_workers_an_engine_of_their_own() {
        let pool = EnginePool::new(&EngineSource::embedded(EngineKind::Stub));
        let both = pool.with(|outer| {
            let inner =
                pool.with(|inner| inner.answer(&Request::new("u", 1)).expect("answers").len());
            (outer.answer(&Request::new("u", 2)).expect("answers").len(), inner)
        });
        assert_eq!(both, (2, 1));
        assert_eq!(pool.idle.lock().expect("no panic").len(), 2);
    }
}
