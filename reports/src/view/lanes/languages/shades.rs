//! How dark the ground of a time is among others.

use crate::view::table::MOST_SHADE;

/// A scale by factors: from the shortest time to the longest.
pub(super) struct Shades {
    shortest_ns: f64,
    longest_ns: f64,
}

impl Shades {
    pub(super) fn from_all(times_ns: impl Iterator<Item = f64>) -> Self {
        let none = Self { shortest_ns: f64::INFINITY, longest_ns: 0.0 };
        times_ns.fold(none, |scale, ns| Self {
            shortest_ns: scale.shortest_ns.min(ns),
            longest_ns: scale.longest_ns.max(ns),
        })
    }

    /// From 1, the shortest, to [`MOST_SHADE`], the longest.
    pub(super) fn of(&self, ns: f64) -> usize {
        let range = (self.longest_ns / self.shortest_ns).ln();
        if !(range.is_finite() && range > 0.0) {
            return 1;
        }
        let place = (ns / self.shortest_ns).ln() / range;
        1 + (place.clamp(0.0, 1.0) * (MOST_SHADE - 1) as f64).round() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_factors_are_equal_steps() {
        let scale = Shades::from_all([10.0, 160.0, 40.0].into_iter());
        let shades = [10.0, 20.0, 40.0, 80.0, 160.0].map(|ns| scale.of(ns));
        assert_eq!(shades, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn one_time_alone_is_light() {
        assert_eq!(Shades::from_all([7.0].into_iter()).of(7.0), 1);
    }
}
