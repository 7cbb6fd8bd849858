//! A lane as the generator of a load sees it: erased, so that the generator is compiled once and
//! not once for each lane. It costs an allocation for each call; the timed loop of visits, which
//! must not have one, is erased once a visit (`erased_lane.rs`).

use api::{CallError, Connection, Lane, Open, Outcome, Reply, Request};
use std::{future::Future, pin::Pin};

/// What is being waited for.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A connection, or another handle on one.
pub(crate) trait Calls {
    fn call<'a>(&'a mut self, request: &'a Request, reply: &'a mut Reply) -> Pending<'a, Outcome>;
    /// Another handle on the same connection, where it can have several calls in flight.
    fn share(&self) -> Option<Box<dyn Calls>>;
}

impl<C: Connection + 'static> Calls for C {
    fn call<'a>(&'a mut self, request: &'a Request, reply: &'a mut Reply) -> Pending<'a, Outcome> {
        Box::pin(Connection::call(self, request, reply))
    }

    fn share(&self) -> Option<Box<dyn Calls>> {
        Some(Box::new(Connection::share(self)?))
    }
}

/// Opens connections, and runs what waits for them.
pub(crate) trait Opens {
    fn open(&mut self, at: &Open<'_>) -> Result<Box<dyn Calls>, CallError>;
    fn block_on(&mut self, work: Pending<'_, ()>);
}

impl<L: Lane> Opens for L {
    fn open(&mut self, at: &Open<'_>) -> Result<Box<dyn Calls>, CallError> {
        Ok(Box::new(Lane::open(self, at)?))
    }

    fn block_on(&mut self, work: Pending<'_, ()>) {
        Lane::block_on(self, work);
    }
}

/// Makes another lane of the same kind, in any thread.
pub(crate) type Make<'a> = &'a (dyn Fn() -> Box<dyn Opens> + Sync);
