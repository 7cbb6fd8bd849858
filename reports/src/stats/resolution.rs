//! What the instruments can tell: no interval is narrower than the step of the clock and the
//! buckets of the histogram leave open, however alike restarts are. It measures neither.

use crate::stats::histograms::DIGITS;

/// A step below this is none, ns: no counter that `quanta` reads moves in finer steps, and two
/// reads within one step differ by less. A record that says so had its step taken wrongly.
const FINEST_STEP_NS: f64 = 1.0;

/// The step of the clock, where it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockStep(Option<f64>);

impl ClockStep {
    /// As a record has it, ns.
    pub fn recorded(step_ns: Option<f64>) -> Self {
        Self(step_ns.filter(|ns| ns.is_finite() && *ns >= FINEST_STEP_NS))
    }

    /// ns; `None` where it is not known.
    pub fn ns(self) -> Option<f64> {
        self.0
    }
}

/// The least half width of an interval, as a share of its value.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Resolution(f64);

impl Resolution {
    /// Of what no clock and no histogram limits: counts, shares of counts.
    pub const EXACT: Self = Self(0.0);

    /// Of a time that was taken `group` times in one sample: both of its clock reads may be off by
    /// a step, so that a sample is told to one step either way, and each of the group to step /
    /// group. Samples are whole nanoseconds in buckets of [`DIGITS`] digits: where the step is not
    /// known, these limit it alone.
    pub fn of_time(ns: f64, group: u32, step: ClockStep) -> Self {
        let sample_ns = ns * f64::from(group.max(1));
        let finest_ns = step.ns().unwrap_or(FINEST_STEP_NS);
        Self((finest_ns / sample_ns).max(bucket_share())).or_exact()
    }

    /// Of a time that was measured over so many steps that none of them matters, ns.
    pub fn of_long_time() -> Self {
        Self(bucket_share())
    }

    /// This half width, as a share of the value.
    pub fn of_share(share: f64) -> Self {
        Self(share).or_exact()
    }

    /// This half width, in the unit of a value.
    pub fn of_finest(finest: f64, value: f64) -> Self {
        Self((finest / value).abs()).or_exact()
    }

    /// Half a width, as a share of the value.
    pub fn share(self) -> f64 {
        self.0
    }

    /// The same on a logarithmic scale.
    pub fn log(self) -> f64 {
        self.0.ln_1p()
    }

    /// Of a ratio of both: their errors of rounding have nothing in common, so that their squares
    /// add (JCGM 100:2008, "Guide to the expression of uncertainty in measurement", 5.1.2).
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.hypot(other.0)).or_exact()
    }

    /// The coarser of both.
    #[must_use]
    pub fn coarser(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    fn or_exact(self) -> Self {
        if self.0.is_finite() { self } else { Self::EXACT }
    }
}

/// The width of a histogram's bucket, as a share of what lies in it.
fn bucket_share() -> f64 {
    0.1_f64.powi(i32::from(DIGITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_below_a_nanosecond_is_not_known() {
        assert_eq!(ClockStep::recorded(Some(0.385)).ns(), None);
        assert_eq!(ClockStep::recorded(Some(f64::NAN)).ns(), None);
        assert_eq!(ClockStep::recorded(Some(10.0)).ns(), Some(10.0));
    }

    #[test]
    fn a_step_is_shared_by_the_group_and_a_bucket_is_the_least() {
        let step = ClockStep::recorded(Some(10.0));
        let share = |ns, group, step| Resolution::of_time(ns, group, step).share();
        // 10 ns of 64 * 2.5 ns.
        assert!((share(2.5, 64, step) - 0.0625).abs() < 1e-12);
        assert!((share(33_900.0, 1, step) - 0.001).abs() < 1e-12);
        // A whole nanosecond of 160 ns, where the step is not known.
        assert!((share(2.5, 64, ClockStep::default()) - 0.00625).abs() < 1e-12);
        let both = Resolution(0.03).and(Resolution(0.04)).share();
        assert!((both - 0.05).abs() < 1e-12);
    }
}
