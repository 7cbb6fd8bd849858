//! Static and dynamic dispatch: what an in-process lane needs of an engine, and the two ways to
//! call one, directly and behind a trait object. Threads are not here.

use api::{Engine, Outcome, Reply, Request};
use std::hint::black_box;

/// Answers questions; the methods are those of [`Engine`].
pub trait Answer: Send {
    /// Answers one question.
    ///
    /// # Errors
    /// As [`Engine::answer`].
    fn answer(&mut self, request: &Request, reply: &mut Reply) -> Outcome;

    /// Answers a batch, in order.
    ///
    /// # Errors
    /// As [`Engine::answer_batch`].
    fn answer_batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome;
}

impl Answer for Engine {
    #[inline]
    fn answer(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        Engine::answer(self, request, reply)
    }

    #[inline]
    fn answer_batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        Engine::answer_batch(self, requests, replies)
    }
}

/// An engine of which the caller knows the trait alone.
pub struct Dynamic(Box<dyn Answer>);

impl From<Engine> for Dynamic {
    fn from(engine: Engine) -> Self {
        // There is one type of engine: the optimiser must not learn that, or it would call it
        // directly.
        Self(black_box(Box::new(engine)))
    }
}

impl Answer for Dynamic {
    #[inline]
    fn answer(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.0.answer(request, reply)
    }

    #[inline]
    fn answer_batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.0.answer_batch(requests, replies)
    }
}
