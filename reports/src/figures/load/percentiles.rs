//! Figures that are made of one load: percentiles of its histograms, and two counts of calls in
//! flight.

use crate::{
    record::{Little, Percentiles},
    stats::estimates,
};
use hdrhistogram::Histogram;

impl Percentiles {
    /// None without samples.
    pub fn of(histogram: &Histogram<u64>) -> Option<Self> {
        let samples = histogram.len();
        let at = |quantile| {
            estimates::supports(samples, quantile).then(|| histogram.value_at_quantile(quantile))
        };
        (samples > 0).then(|| Self {
            samples,
            mean: histogram.mean(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: histogram.max(),
        })
    }
}

impl Little {
    /// From the integral of calls in flight, the sum of service times and the time that both cover,
    /// all in ns. None where nothing was in flight. (J. D. C. Little, A Proof for the Queuing
    /// Formula L = lambda W, 1961.)
    pub fn new(in_flight_call_ns: f64, service_sum_ns: f64, time_ns: f64) -> Option<Self> {
        (in_flight_call_ns > 0.0 && time_ns > 0.0).then(|| Self {
            in_flight_mean: in_flight_call_ns / time_ns,
            rate_times_time: service_sum_ns / time_ns,
            relative_error: (in_flight_call_ns - service_sum_ns).abs() / in_flight_call_ns,
        })
    }
}
