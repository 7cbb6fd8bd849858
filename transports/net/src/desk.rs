//! The engine behind a callee, with memory that its answers reuse.

use api::{CallError, Engine, EngineSource, Limits, Reply, Request};
use std::sync::{Mutex, PoisonError};

/// An engine, and memory for its answers. One call at a time.
pub struct Desk {
    engine: Engine,
    reply: Reply,
    replies: Vec<Reply>,
}

impl Desk {
    /// A desk with an engine of its own.
    pub fn new(source: &EngineSource) -> Self {
        Self {
            engine: source.engine(),
            reply: Reply::default(),
            replies: Vec::new(),
        }
    }

    /// The limits that its engine applies.
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

/// As many desks as calls are worked on at once: one where one thread serves.
pub struct Desks {
    source: EngineSource,
    idle: Mutex<Vec<Desk>>,
}

impl Desks {
    /// Desks with engines like this. The first is made now, so that no call waits for it.
    pub fn new(source: &EngineSource) -> Self {
        Self {
            source: source.clone(),
            idle: Mutex::new(vec![Desk::new(source)]),
        }
    }

    /// Works at a desk that nobody else works at.
    pub fn at<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let free = idle().pop();
        let mut desk = free.unwrap_or_else(|| Desk::new(&self.source));
        // A desk whose work panics is not put back.
        let done = work(&mut desk);
        idle().push(desk);
        done
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
        let mut desk = Desk::new(&EngineSource::embedded(EngineKind::Stub));
        for items in [3, 1, 5, 0] {
            let replies = desk.answer_batch(&vec![Request::new("u", 2); items]).expect("answers");
            assert!(replies.len() == items && replies.iter().all(|reply| reply.len() == 2));
        }
        let error = desk.answer_batch(&vec![Request::new("u", 2); 1_025]).expect_err("too many");
        assert_eq!(error.kind(), ErrorKind::TooLarge);
    }

    #[test]
    fn gives_each_of_two_workers_a_desk_of_their_own() {
        let desks = Desks::new(&EngineSource::embedded(EngineKind::Stub));
        let both = desks.at(|outer| {
            let inner =
                desks.at(|inner| inner.answer(&Request::new("u", 1)).expect("answers").len());
            (outer.answer(&Request::new("u", 2)).expect("answers").len(), inner)
        });
        assert_eq!(both, (2, 1));
        assert_eq!(desks.idle.lock().expect("no panic").len(), 2);
    }
}
