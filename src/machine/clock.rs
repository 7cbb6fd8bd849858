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

/// The smallest step of the clock that is seen between two reads, ns; none where it does not move
/// within a million reads. A clock that ticks faster than it can be read shows the time of a read.
pub(crate) fn step_ns(clock: &Clock) -> Option<f64> {
    const READS: u32 = 1_000_000;
    const STEPS: usize = 1_000;
    let mut last = clock.raw();
    let mut steps = Vec::with_capacity(STEPS);
    for _ in 0..READS {
        let now = clock.raw();
        if now > last {
            steps.push(now - last);
            if steps.len() == STEPS {
                break;
            }
        }
        last = now;
    }
    // A thousand of the smallest, because one counter step may be less than a whole nanosecond.
    steps
        .into_iter()
        .min()
        .map(|step| clock.delta_as_nanos(0, step * STEPS as u64) as f64 / STEPS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_positive_and_no_longer_than_a_burst_of_reads() {
        let clock = Clock::new();
        let step = step_ns(&clock).expect("the clock moves");
        assert!(step > 0.0 && step <= 64.0 * median_read_ns(&clock).max(1.0), "{step}");
    }
}
