//! What a call over a lane is made of, and what its parts take in one start. It takes no means over
//! starts.

use crate::record::{Ladder, LadderStart, Lane, RungStart};

/// What a call over a lane is made of.
pub(crate) struct Composition {
    pub(crate) carrier: bool,
    /// False for a lane that is its own bare carrier.
    pub(crate) framework: bool,
    /// True also where only the caller's check of lent buffers was measured.
    pub(crate) codec: bool,
    in_process: bool,
    /// True where the callee's clock tells the engine.
    by_callee: bool,
}

impl Composition {
    /// `coded` where the starts have a rung of the codec.
    pub(crate) fn of(lane: &Lane, ladder: &Ladder, coded: bool, by_callee: bool) -> Self {
        let carrier = lane.carrier.is_some();
        Self {
            carrier,
            framework: carrier && ladder.carrier.as_ref() != Some(&lane.name),
            // Lanes without a codec have its rung where their callers check what was written into
            // buffers that they lent.
            codec: lane.codec.is_some() || coded,
            in_process: lane.in_process,
            by_callee,
        }
    }

    pub(crate) fn compute(&self, start: &LadderStart, whole: f64) -> Option<f64> {
        if self.by_callee {
            by_stamps(start, whole, self.in_process)
        } else {
            ns(start.compute)
        }
    }

    /// What no stage accounts for. What a lane does not have takes no time; what it has and was not
    /// measured leaves this unknown.
    pub(crate) fn unattributed(&self, start: &LadderStart, whole: f64) -> Option<f64> {
        let carrying = if self.framework { start.framework } else { start.carrier };
        let carrying = if self.carrier { ns(carrying)? } else { 0.0 };
        let codec = if self.codec { ns(start.codec)? } else { 0.0 };
        Some(whole - carrying - codec - self.compute(start, whole)?)
    }
}

/// The engine by the callee's own clock; in process without what its reads take. A stamped call
/// reads that clock twice, and the span between the reads holds about one of them: half of what
/// stamped calls take longer than others of the same start. Across processes such a difference is
/// not told from the scatter of calls.
fn by_stamps(start: &LadderStart, whole: f64, in_process: bool) -> Option<f64> {
    let reads = match ns(start.stamped) {
        Some(stamped) if in_process => (stamped - whole).max(0.0),
        _ => 0.0,
    };
    Some((start.stamps?.compute_ns - reads / 2.0).max(0.0))
}

/// What a rung takes where it was measured, ns.
pub(crate) fn ns(rung: Option<RungStart>) -> Option<f64> {
    rung.map(|rung| rung.mean_ns)
}
