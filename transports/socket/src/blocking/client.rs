//! The caller's socket, which blocks, and the deadline on it. The socket's own timeouts bound each
//! wait, so that the common call needs two system calls and no more.

use crate::{
    carrier::Carrier,
    round_trip::{Io, RoundTrip, Wire, failure},
};
use api::{CallError, Open, Outcome};
use socket2::SockRef;
use std::{
    io::{self, Read, Write},
    mem,
    os::fd::AsFd,
    time::{Duration, Instant},
};

/// A socket that is waited for until a deadline.
pub struct Patient<S> {
    socket: S,
    deadline: Duration,
    /// When the round under way has to be done.
    until: Instant,
    /// The socket's read timeout as it is set now: the deadline, or less after time was spent.
    patience: Duration,
    /// What was sent went out by one write and nothing has been read since: no time worth counting
    /// was spent.
    fresh: bool,
}

/// What a deadline may be overrun by, as a part of it: as long as less than this is spent, no read
/// needs a timeout of its own, and the common call no further system call.
const SLACK: u32 = 8;

/// The most that one write takes. On a Unix socket the kernel waits for room anew for each buffer
/// of some 36 KiB, so such a write waits four times at most: with a write timeout of a 32nd of the
/// deadline, an eighth of the deadline. On TCP all waits of one write share the timeout.
const PIECE_BYTES: usize = 128 << 10;
const WRITE_WAITS: u32 = 4 * SLACK;

impl<S: Read + Write + AsFd> Patient<S> {
    pub(super) fn connect<C: Carrier<Socket = S>>(at: &Open<'_>) -> Result<Self, CallError> {
        let socket = C::dial(at.endpoint, at.deadline)?;
        let wait = (at.deadline / WRITE_WAITS).max(Duration::from_millis(1));
        let options = SockRef::from(&socket);
        let set = options
            .set_read_timeout(Some(at.deadline))
            .and_then(|()| options.set_write_timeout(Some(wait)));
        set.map_err(|error| failure(&error))?;
        Ok(Self {
            socket,
            deadline: at.deadline,
            until: Instant::now(),
            patience: at.deadline,
            fresh: false,
        })
    }

    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        SockRef::from(&self.socket).set_read_timeout(Some(patience))?;
        self.patience = patience;
        Ok(())
    }

    /// A new deadline, for one round.
    fn start(&mut self) -> io::Result<()> {
        if self.patience != self.deadline {
            self.set_patience(self.deadline)?;
        }
        self.until = Instant::now() + self.deadline;
        Ok(())
    }

    /// Asked before each read.
    fn bound_wait(&mut self) -> io::Result<()> {
        if mem::take(&mut self.fresh) {
            return Ok(());
        }
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if self.patience > left + self.deadline / SLACK {
            self.set_patience(left)?;
        }
        Ok(())
    }
}

impl<S: Read + Write + AsFd + Send> Io for Patient<S> {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        self.fresh = true;
        while !rest.is_empty() {
            match self.socket.write(&rest[..rest.len().min(PIECE_BYTES)]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = &rest[count..],
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
                    ) => {}
                Err(error) => {
                    self.fresh = false;
                    return Err(error);
                }
            }
            if !rest.is_empty() {
                self.fresh = false;
                if Instant::now() >= self.until {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
        }
        Ok(())
    }

    async fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bound_wait()?;
        self.socket.read(into)
    }
}

impl<S: Read + Write + AsFd + Send> Wire for Patient<S> {
    async fn carry<T: FnMut(usize, &[u8]) -> Outcome>(
        &mut self,
        round: RoundTrip<'_, T>,
    ) -> Result<Outcome, CallError> {
        self.start().map_err(|error| failure(&error))?;
        round.run(self).await
    }
}
