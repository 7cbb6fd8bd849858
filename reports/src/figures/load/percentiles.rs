//! Figures that are made of one load: percentiles of its histograms, and two counts of calls in
//! flight.

use crate::{
    figures::load::MOST_LITTLE_ERROR,
    record::{Little, Percentiles},
    stats::estimates::{self, LONGEST_NS},
};
use hdrhistogram::Histogram;

impl Percentiles {
    /// None without samples.
    pub fn of(histogram: &Histogram<u64>) -> Option<Self> {
        Self::with_dropped(histogram, 0)
    }

    /// Of a histogram and of so many more calls that took longer than all in it, nobody knows how
    /// long: a quantile that lies among these is absent. None without samples.
    pub fn with_dropped(histogram: &Histogram<u64>, dropped: u64) -> Option<Self> {
        let samples = histogram.len();
        if samples == 0 {
            return None;
        }
        Some(Self {
            samples,
            mean: histogram.mean().min(LONGEST_NS as f64),
            p50: supported(histogram, 0.5, dropped),
            p90: supported(histogram, 0.9, dropped),
            p99: supported(histogram, 0.99, dropped),
            p999: supported(histogram, 0.999, dropped),
            max: histogram.max().min(LONGEST_NS),
            clipped: estimates::clipped(histogram),
        })
    }
}

fn supported(histogram: &Histogram<u64>, quantile: f64, dropped: u64) -> Option<u64> {
    if !estimates::supports(histogram.len() + dropped, quantile) {
        return None;
    }
    let quantile = estimates::quantile_below(quantile, histogram.len(), dropped)?;
    Some(histogram.value_at_quantile(quantile).min(LONGEST_NS))
}

impl Little {
    /// From the integral of calls in flight, the sum of service times and the time that both cover,
    /// all in ns. None where nothing was in flight. (J. D. C. Little, "A Proof for the Queuing
    /// Formula: L = lambda W", 1961.)
    pub fn new(in_flight_call_ns: f64, service_sum_ns: f64, time_ns: f64) -> Option<Self> {
        if in_flight_call_ns > 0.0 && time_ns > 0.0 {
            Some(Self {
                in_flight_mean: in_flight_call_ns / time_ns,
                rate_times_time: service_sum_ns / time_ns,
                relative_error: (in_flight_call_ns - service_sum_ns).abs() / in_flight_call_ns,
                not_judged: false,
            })
        } else {
            None
        }
    }

    /// True where the two must agree, and do not: then the accounting of the load is not believed.
    pub fn is_missed(&self) -> bool {
        !self.not_judged && self.relative_error > MOST_LITTLE_ERROR
    }
}
