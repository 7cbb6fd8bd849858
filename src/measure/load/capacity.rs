//! How many calls per second a lane takes: the search by closed loops, and the rates that follow
//! from it. It asks nobody.

/// Calls in flight, at most.
const MOST_IN_FLIGHT: u32 = 64;
/// More calls in flight help where they bring so much more; after as many steps in a row that do
/// not, the search is over.
const GROWTH: f64 = 1.05;
const FLAT_STEPS: u32 = 2;
/// Steps of a search, at most: 1, 2, 4, .. calls in flight.
pub(crate) const MOST_STEPS: u32 = MOST_IN_FLIGHT.ilog2() + 1;

/// Shares of a lane's own capacity that it is asked for.
pub(crate) const SHARES: [f64; 6] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
/// Common rates, in halves of the smallest capacity, and the largest share of its own capacity that
/// a lane is asked for by them.
pub(crate) const COMMON: [f64; 3] = [1.0, 4.0, 16.0];
const MOST_SHARE: f64 = 0.95;

/// What a lane takes, and with how many calls in flight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Capacity {
    pub(crate) per_s: f64,
    pub(crate) in_flight: u32,
}

/// The search for one lane's capacity in one restart.
#[derive(Debug, Default)]
pub(crate) struct Search {
    best: Option<Capacity>,
    /// Calls in flight of the last step.
    last: u32,
    flat: u32,
    failed: bool,
}

impl Search {
    /// Calls in flight of the next step; none where the search is over.
    pub(crate) fn next(&self) -> Option<u32> {
        let next = if self.last == 0 { 1 } else { self.last * 2 };
        (!self.failed && self.flat < FLAT_STEPS && next <= MOST_IN_FLIGHT).then_some(next)
    }

    /// The step with so many calls in flight brought so many answers per second.
    pub(crate) fn saw(&mut self, in_flight: u32, per_s: f64) {
        self.last = in_flight;
        let before = self.best.map_or(0.0, |best| best.per_s);
        self.flat = if per_s > GROWTH * before { 0 } else { self.flat + 1 };
        if per_s > before {
            self.best = Some(Capacity { per_s, in_flight });
        }
    }

    /// A step failed: what was seen before it stands.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    pub(crate) fn capacity(&self) -> Option<Capacity> {
        self.best
    }
}

/// The rates that all lanes of these capacities are asked for that can take them: from half of the
/// smallest one, and only as high as at least two lanes go.
pub(crate) fn common_rates(capacities: &[f64]) -> Vec<f64> {
    let Some(least) = capacities.iter().copied().min_by(f64::total_cmp) else {
        return Vec::new();
    };
    let half = two_digits_down(least / 2.0);
    let shared =
        |rate: &f64| capacities.iter().filter(|capacity| takes(**capacity, *rate)).count() > 1;
    let rates = COMMON.map(|halves| halves * half);
    rates
        .into_iter()
        .enumerate()
        .filter(|(at, rate)| *at == 0 || shared(rate))
        .map(|(_, rate)| rate)
        .collect()
}

/// True where a lane of this capacity is asked for this rate.
pub(crate) fn takes(capacity: f64, rate_per_s: f64) -> bool {
    rate_per_s <= MOST_SHARE * capacity
}

/// A rate that is easily said: 12,345 becomes 12,000.
fn two_digits_down(per_s: f64) -> f64 {
    let unit = 10f64.powf((per_s.log10() - 1.0).floor());
    let rounded = (per_s / unit).floor() * unit;
    if rounded.is_finite() && rounded > 0.0 { rounded } else { per_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of a search on a lane that answers this many, and what was found.
    fn search(answers: impl Fn(u32) -> f64) -> (Vec<u32>, Option<Capacity>) {
        let (mut search, mut steps) = (Search::default(), Vec::new());
        while let Some(in_flight) = search.next() {
            search.saw(in_flight, answers(in_flight));
            steps.push(in_flight);
        }
        (steps, search.capacity())
    }

    #[test]
    fn a_search_goes_on_while_more_in_flight_helps_and_keeps_the_best() {
        let (steps, best) = search(|in_flight| f64::from(in_flight.min(4)) * 1_000.0);
        assert_eq!(
            (steps, best),
            (vec![1, 2, 4, 8, 16], Some(Capacity { per_s: 4_000.0, in_flight: 4 }))
        );
        let (steps, _) = search(|in_flight| f64::from(in_flight) * 1_000.0);
        assert_eq!(steps.len() as u32, MOST_STEPS);
        // One step that brings nothing does not end it.
        let (steps, best) =
            search(|in_flight| [1.0, 1.0, 1.6, 1.6, 1.5][in_flight.ilog2() as usize]);
        assert_eq!((steps.len(), best.map(|best| best.in_flight)), (5, Some(4)));
    }

    #[test]
    fn a_step_that_fails_ends_the_search_and_what_was_seen_stands() {
        let mut search = Search::default();
        search.saw(1, 500.0);
        search.fail();
        assert_eq!((search.next(), search.capacity().map(|best| best.in_flight)), (None, Some(1)));
    }

    #[test]
    fn common_rates_begin_at_half_of_the_slowest_and_end_where_one_lane_is_left() {
        assert_eq!(common_rates(&[12_345.0, 30_000.0, 5e6]), [6_100.0, 24_400.0]);
        assert_eq!(common_rates(&[12_345.0, 200_000.0, 5e6]), [6_100.0, 24_400.0, 97_600.0]);
        assert_eq!(
            common_rates(&[900.0]),
            [450.0],
            "a lane alone has the rate, and nobody to share it"
        );
        assert_eq!(common_rates(&[]), [0.0; 0]);
        assert!(takes(100.0, 95.0) && !takes(100.0, 96.0));
    }

    #[test]
    fn rates_are_rounded_down_to_two_digits_whatever_their_size() {
        for (per_s, rounded) in
            [(6_172.5, 6_100.0), (99.9, 99.0), (10.0, 10.0), (1.26, 1.2), (0.0, 0.0)]
        {
            assert!((two_digits_down(per_s) - rounded).abs() < 1e-9, "{per_s}");
        }
    }
}
