//! Throughput against calls in flight by the universal scalability law. It knows no lanes and makes
//! no intervals.
//!
//! X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)): lambda is the rate of one call in
//! flight, sigma the share of the work that waits its turn (contention), kappa what it takes to
//! keep N calls apart or in agreement (crosstalk), which is what makes throughput fall again. N. J.
//! Gunther, "Guerrilla Capacity Planning", 2007, chapter 4; "A General Theory of Computational
//! Scalability Based on Rational Functions", 2008.

use crate::model::fit;

/// Different numbers of calls in flight, at least: one more than there are terms.
pub const FEWEST: usize = 4;

/// The law with its three numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usl {
    /// lambda: calls per second with one in flight.
    pub rate_per_s: f64,
    /// sigma, not below 0.
    pub contention: f64,
    /// kappa, not below 0.
    pub crosstalk: f64,
    /// How far the law misses the points: root mean square of the relative errors.
    pub missed: f64,
}

impl Usl {
    /// Through points of (calls in flight, calls per second), each with the same relative error.
    /// `None` for fewer than [`FEWEST`] different numbers in flight, for what is not above 0, and
    /// where no positive rate fits.
    ///
    /// N / X = a + b (N - 1) + c N (N - 1) is linear in a = 1 / lambda, b = sigma / lambda and c =
    /// kappa / lambda. Divided by N / X, every point has the same relative error. A term that comes
    /// out below 0 is left out and the rest fitted again.
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        if !points.iter().all(is_throughput) || different_sizes(points) < FEWEST {
            return None;
        }
        let [a, b, c] = coefficients(points)?;
        if a <= 0.0 || a.is_nan() {
            return None;
        }
        let law = Self {
            rate_per_s: 1.0 / a,
            contention: b / a,
            crosstalk: c / a,
            missed: 0.0,
        };
        let squares = points.iter().map(|(n, x)| (law.at(*n) / x - 1.0).powi(2)).sum::<f64>();
        Some(Self { missed: (squares / points.len() as f64).sqrt(), ..law })
    }

    /// Calls per second with so many in flight.
    pub fn at(&self, in_flight: f64) -> f64 {
        let n = in_flight;
        self.rate_per_s * n / (1.0 + self.contention * (n - 1.0) + self.crosstalk * n * (n - 1.0))
    }

    /// Calls in flight from which on more of them lower the throughput: sqrt((1 - sigma) / kappa).
    /// `None` where it does not fall.
    pub fn peak(&self) -> Option<f64> {
        let peak = ((1.0 - self.contention).max(0.0) / self.crosstalk).sqrt();
        peak.is_finite().then_some(peak.max(1.0))
    }
}

fn is_throughput((in_flight, per_s): &(f64, f64)) -> bool {
    *in_flight >= 1.0 && in_flight.is_finite() && *per_s > 0.0 && per_s.is_finite()
}

fn different_sizes(points: &[(f64, f64)]) -> usize {
    let mut sizes: Vec<f64> = points.iter().map(|(in_flight, _)| *in_flight).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    sizes.len()
}

/// a, b and c of [`Usl::fit`]; b and c not below 0.
fn coefficients(points: &[(f64, f64)]) -> Option<[f64; 3]> {
    let mut kept = vec![0, 1, 2];
    loop {
        let columns: Vec<Vec<f64>> = kept.iter().map(|term| column(points, *term)).collect();
        let found = fit::least_squares(&columns)?;
        let below = (1..kept.len()).filter(|at| found[*at] < 0.0);
        let Some(worst) = below.min_by(|a, b| found[*a].total_cmp(&found[*b])) else {
            return Some(spread(&kept, &found));
        };
        kept.remove(worst);
    }
}

/// What multiplies a coefficient at each point, divided by N / X.
fn column(points: &[(f64, f64)], term: usize) -> Vec<f64> {
    const TERMS: [fn(f64) -> f64; 3] = [|_| 1.0, |n| n - 1.0, |n| n * (n - 1.0)];
    points.iter().map(|(n, x)| TERMS[term](*n) * x / n).collect()
}

/// The found values in their places, 0 for terms that were left out.
fn spread(kept: &[usize], found: &[f64]) -> [f64; 3] {
    let mut all = [0.0; 3];
    for (term, value) in kept.iter().zip(found) {
        all[*term] = *value;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(contention: f64, crosstalk: f64) -> Usl {
        Usl { rate_per_s: 9_000.0, contention, crosstalk, missed: 0.0 }
    }

    fn points(law: Usl, sizes: &[f64]) -> Vec<(f64, f64)> {
        sizes.iter().map(|n| (*n, law.at(*n))).collect()
    }

    #[test]
    fn finds_the_law_that_made_the_points() {
        for (contention, crosstalk) in
            [(0.05, 0.001), (0.4, 0.02), (0.0, 0.01), (0.3, 0.0), (0.0, 0.0)]
        {
            let truth = law(contention, crosstalk);
            let found = Usl::fit(&points(truth, &[1.0, 2.0, 4.0, 8.0, 16.0])).expect("five sizes");
            assert!((found.rate_per_s / truth.rate_per_s - 1.0).abs() < 1e-9, "{found:?}");
            assert!((found.contention - contention).abs() < 1e-9, "{found:?}");
            assert!((found.crosstalk - crosstalk).abs() < 1e-9, "{found:?}");
            assert!(found.missed < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn throughput_is_highest_at_its_peak() {
        let law = law(0.1, 0.004);
        let peak = law.peak().expect("it falls again");
        assert!((peak - (0.9_f64 / 0.004).sqrt()).abs() < 1e-9);
        assert!(law.at(peak) > law.at(peak * 1.05) && law.at(peak) > law.at(peak / 1.05));
        assert_eq!(Usl { crosstalk: 0.0, ..law }.peak(), None);
    }

    /// A point in front of which throughput grows faster than the calls in flight: no contention
    /// can say that.
    #[test]
    fn keeps_both_terms_from_falling_below_0_and_says_how_far_it_misses() {
        let found =
            Usl::fit(&[(1.0, 100.0), (2.0, 260.0), (4.0, 520.0), (8.0, 1_000.0)]).expect("fits");
        assert!(found.contention >= 0.0 && found.crosstalk >= 0.0, "{found:?}");
        assert!(found.missed > 0.02, "{found:?}");
    }

    #[test]
    fn is_silent_on_too_few_sizes_and_on_what_is_no_throughput() {
        assert_eq!(Usl::fit(&points(law(0.1, 0.01), &[1.0, 2.0, 4.0])), None);
        let twice = points(law(0.1, 0.01), &[1.0, 2.0, 4.0, 4.0]);
        assert_eq!(Usl::fit(&twice), None, "four points, three sizes");
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Usl::fit(&[(1.0, bad), (2.0, 1.0), (4.0, 1.0), (8.0, 1.0)]), None, "{bad}");
        }
    }
}
