//! Floors between two threads of this process: a cache line that changes cores, and a futex.

use crate::machine::{floors::mean::mean_ns, linux, topology};
use std::{
    io,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

/// A number by itself on its cache lines: the neighbour of a line is fetched along with it.
#[repr(align(128))]
struct Line(AtomicU32);

const MINE: u32 = 0;
const YOURS: u32 = 1;
const OVER: u32 = 2;

/// Two cores that hand a cache line to each other, without the kernel.
pub(crate) fn cache_line(time: Duration, cores: &[usize]) -> io::Result<f64> {
    let Some([one, other]) = topology::apart(cores) else {
        let why = if cores.is_empty() {
            "it needs Linux"
        } else {
            "it needs two physical cores"
        };
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    };
    let line = Line(AtomicU32::new(MINE));
    let line = &line.0;
    thread::scope(|scope| {
        let partner = || {
            scope.spawn(|| {
                loop {
                    match line.load(Ordering::Acquire) {
                        YOURS => line.store(MINE, Ordering::Release),
                        OVER => return,
                        _ => std::hint::spin_loop(),
                    }
                }
            })
        };
        let begun = linux::on_core(Some(other), partner);
        let hand_over = || {
            line.store(YOURS, Ordering::Release);
            while line.load(Ordering::Acquire) != MINE {
                std::hint::spin_loop();
            }
            Ok(())
        };
        let measured = begun.and_then(|_| linux::on_core(Some(one), || mean_ns(time, hand_over))?);
        line.store(OVER, Ordering::Release);
        measured
    })
}

/// Two threads that sleep in the kernel and wake each other.
pub(crate) fn futex(time: Duration, callee: Option<usize>) -> io::Result<f64> {
    let turn = Line(AtomicU32::new(MINE));
    let turn = &turn.0;
    let give = |to| {
        turn.store(to, Ordering::Release);
        linux::futex_wake(turn)
    };
    thread::scope(|scope| {
        let partner = || {
            scope.spawn(move || {
                loop {
                    match turn.load(Ordering::Acquire) {
                        MINE => linux::futex_wait(turn, MINE)?,
                        YOURS => give(MINE)?,
                        _ => return io::Result::Ok(()),
                    }
                }
            })
        };
        let begun = linux::on_core(callee, partner);
        let hand_over = || {
            give(YOURS)?;
            while turn.load(Ordering::Acquire) == YOURS {
                linux::futex_wait(turn, YOURS)?;
            }
            Ok(())
        };
        let measured = begun.and_then(|_| mean_ns(time, hand_over));
        give(OVER)?;
        measured
    })
}
