//! What the clock itself costs, so that short actions can be grouped.

use quanta::Clock;

/// An action shorter than this many clock reads is timed in groups.
pub(crate) const READS_PER_SAMPLE: f64 = 20.0;

/// Cost of one clock read, ns: the median of 64 bursts of 64 reads.
pub fn median_read_ns(clock: &Clock) -> f64 {
    const READS: u32 = 64;
    let mut bursts: Vec<u64> = (0..64)
        .map(|_| {
            let start = clock.raw();
            for _ in 1..READS {
                std::hint::black_box(clock.raw());
            }
            clock.delta_as_nanos(start, clock.raw())
        })
        .collect();
    bursts.sort_unstable();
    bursts[bursts.len() / 2] as f64 / f64::from(READS)
}
