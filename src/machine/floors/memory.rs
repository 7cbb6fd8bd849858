//! How fast memory is copied.

use std::{
    hint::black_box,
    io,
    time::{Duration, Instant},
};

/// Bytes that are copied in a second, between two places larger than most caches.
pub(crate) fn memcpy(time: Duration) -> io::Result<f64> {
    const BYTES: usize = 64 << 20;
    let (from, mut to) = (vec![1_u8; BYTES], vec![2_u8; BYTES]);
    let mut copy = || black_box(&mut to).copy_from_slice(black_box(&from));
    copy();
    let (begin, mut copies) = (Instant::now(), 0_u32);
    while copies == 0 || begin.elapsed() < time {
        copy();
        copies += 1;
    }
    Ok(BYTES as f64 * f64::from(copies) / begin.elapsed().as_secs_f64())
}
