//! Logarithmic time across a picture.

use crate::stats::estimates::Estimate;

/// From ns to pixels.
pub(crate) struct LogScale {
    /// Ends of the domain, log10 of ns.
    domain: [f64; 2],
    /// Ends of the range, pixels.
    range: [f32; 2],
}

/// A labelled time on the axis.
pub(crate) struct Tick {
    pub(crate) ns: f64,
    /// Pixels.
    pub(crate) x: f32,
}

/// Least distance of two labels, pixels.
const APART: f32 = 70.0;

impl LogScale {
    /// Over these figures and their intervals, with room at either end. None without a positive
    /// figure.
    pub(crate) fn of(figures: &[Estimate], range: [f32; 2]) -> Option<Self> {
        let mut shown_ns = Vec::new();
        for figure in figures {
            shown_ns.push(figure.value);
            if let Some(interval) = figure.interval {
                shown_ns.extend([interval.low, interval.high]);
            }
        }
        shown_ns.retain(|ns| ns.is_finite() && *ns > 0.0);
        let logs: Vec<f64> = shown_ns.into_iter().map(f64::log10).collect();
        let low = logs.iter().copied().reduce(f64::min)?;
        let high = logs.iter().copied().reduce(f64::max)?;
        Some(Self { domain: [low - 0.15, high + 0.15], range })
    }

    /// Where a time stands; beyond the ends it stands at the end.
    pub(crate) fn at(&self, ns: f64) -> f32 {
        let [low, high] = self.domain;
        let share = ((ns.max(1e-300).log10() - low) / (high - low)).clamp(0.0, 1.0);
        self.range[0] + share as f32 * (self.range[1] - self.range[0])
    }

    /// Powers of ten, or 1, 2 and 5 times such where the domain is short; as many as have room.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let [low, high] = self.domain;
        let steps: &[f64] = if high - low < 1.8 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let mut ticks: Vec<Tick> = Vec::new();
        for power in low.floor() as i32..=high.ceil() as i32 {
            for step in steps {
                let ns = step * 10_f64.powi(power);
                let x = self.at(ns);
                let has_room = ticks.last().is_none_or(|before| x - before.x >= APART);
                if (low..=high).contains(&ns.log10()) && has_room {
                    ticks.push(Tick { ns, x });
                }
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64) -> Estimate {
        Estimate { value, starts: 5, ..Estimate::default() }
    }

    #[test]
    fn equal_ratios_are_equal_distances() {
        let scale =
            LogScale::of(&[figure(10.0), figure(100_000.0)], [0.0, 1_000.0]).expect("figures");
        let [a, b, c] = [100.0, 1_000.0, 10_000.0].map(|ns| scale.at(ns));
        assert!(((c - b) - (b - a)).abs() < 1e-2 && b > a, "{a} {b} {c}");
        assert_eq!(
            scale.ticks().iter().map(|tick| tick.ns).collect::<Vec<_>>(),
            [1e1, 1e2, 1e3, 1e4, 1e5]
        );
    }

    #[test]
    fn figures_that_are_none_take_no_room() {
        assert!(LogScale::of(&[figure(f64::NAN), figure(0.0), figure(-3.0)], [0.0, 1.0]).is_none());
        let scale = LogScale::of(&[figure(5.0)], [0.0, 10.0]).expect("one figure");
        assert_eq!((scale.at(0.0), scale.at(1e300)), (0.0, 10.0));
    }
}
