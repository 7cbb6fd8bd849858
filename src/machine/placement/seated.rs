//! Where the processes of a lane sit, and how they get from one column to another: every thread of
//! both sides is moved, and nothing is started anew.

use crate::machine::{
    placement::{Placement, Seats, StartSeats},
    surroundings::Surroundings,
    topology::ProcessSeat,
};
use std::io;

/// Where the two sides of a running lane sit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seated {
    seats: StartSeats,
    /// The column that they sit in; none where they have to be moved in any case.
    now: Option<Placement>,
    /// Both sides are threads of one process: the one that calls is its main thread.
    threads: bool,
    last: Seats,
}

impl Seated {
    /// Sides that were started in the first column of these seats. `threads` where both are of one
    /// process.
    pub(crate) fn started(seats: StartSeats, first: Placement, threads: bool) -> Self {
        let last = seats.of(first);
        // What starts on one core is on one core with all of its threads.
        let in_place = !threads || last.driver == last.callee;
        Self { seats, now: in_place.then_some(first), threads, last }
    }

    /// Threads of the driver have been started since: they sit where it does.
    pub(crate) fn has_new_threads(&mut self) {
        if self.threads && self.last.driver != self.last.callee {
            self.now = None;
        }
    }

    /// The cores that they sit on.
    pub(crate) fn seats(&self) -> Seats {
        self.last
    }

    /// Moves them into this column, unless they sit there: what has another core there.
    ///
    /// # Errors
    /// A process could not be moved.
    pub(crate) fn move_to(
        &mut self,
        column: Placement,
        around: &dyn Surroundings,
        driver: u32,
        callees: &[u32],
    ) -> io::Result<()> {
        if self.now == Some(column) {
            return Ok(());
        }
        let seats = self.seats.of(column);
        if let (Some(driver_core), Some(callee_core)) = (seats.driver, seats.callee) {
            // Until all are there, they are nowhere.
            self.now = None;
            // The columns of a start have one core for the thread that calls.
            if self.threads || self.last.driver != seats.driver {
                let others = if self.threads { callee_core } else { driver_core };
                let seat = ProcessSeat { main_thread: driver_core, other_threads: others };
                around.move_process(driver, seat)?;
            }
            for callee in callees {
                let seat = ProcessSeat { main_thread: callee_core, other_threads: callee_core };
                around.move_process(*callee, seat)?;
            }
        }
        (self.now, self.last) = (Some(column), seats);
        Ok(())
    }
}
