//! What the processes of a lane do while nobody asks them: their CPU time between visits, by the
//! time of that.

use std::time::{Duration, Instant};

/// Of less time nothing is said: one wake-up would weigh too much.
const LEAST: Duration = Duration::from_millis(500);

/// The time in which a lane was not asked, so far.
#[derive(Debug, Default)]
pub(crate) struct IdleMeter {
    /// Since when it is not asked, and its CPU time then, ns.
    since: Option<(Instant, u64)>,
    time: Duration,
    cpu_ns: u64,
}

impl IdleMeter {
    /// From now on nobody asks it.
    pub(crate) fn begins(&mut self, now: Instant, cpu_ns: Option<u64>) {
        self.since = cpu_ns.map(|cpu_ns| (now, cpu_ns));
    }

    /// It is asked.
    pub(crate) fn ends(&mut self, now: Instant, cpu_ns: Option<u64>) {
        if let Some(((began, before), cpu_ns)) = self.since.take().zip(cpu_ns) {
            self.time += now.saturating_duration_since(began);
            self.cpu_ns += cpu_ns.saturating_sub(before);
        }
    }

    /// Cores that it kept busy meanwhile, on average; none where the time was too short, or CPU
    /// time is not told here.
    pub(crate) fn cores(&self) -> Option<f64> {
        (self.time >= LEAST).then(|| self.cpu_ns as f64 / self.time.as_nanos() as f64)
    }
}
