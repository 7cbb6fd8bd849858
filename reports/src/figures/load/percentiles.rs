//! Figures that are made of one load: percentiles of its histograms, and two counts of calls in
//! flight.

use crate::stats::estimates;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Percentiles of one histogram, ns. One that the sample does not support is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// Samples.
    pub samples: u64,
    /// Mean, ns.
    pub mean: f64,
    /// Median, ns.
    pub p50: Option<u64>,
    /// ns.
    pub p90: Option<u64>,
    /// ns.
    pub p99: Option<u64>,
    /// ns.
    pub p999: Option<u64>,
    /// The longest, ns.
    pub max: u64,
}

impl Percentiles {
    /// None without samples.
    pub fn of(histogram: &Histogram<u64>) -> Option<Self> {
        let samples = histogram.len();
        if samples == 0 {
            return None;
        }
        Some(Self {
            samples,
            mean: histogram.mean(),
            p50: supported(histogram, 0.5),
            p90: supported(histogram, 0.9),
            p99: supported(histogram, 0.99),
            p999: supported(histogram, 0.999),
            max: histogram.max(),
        })
    }
}

fn supported(histogram: &Histogram<u64>, quantile: f64) -> Option<u64> {
    if estimates::supports(histogram.len(), quantile) {
        Some(histogram.value_at_quantile(quantile))
    } else {
        None
    }
}

/// Little's law, L = lambda W: two ways of saying how many calls were in flight, which must agree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Little {
    /// L: the mean number in flight, integrated at each change.
    pub in_flight_mean: f64,
    /// lambda W: answers per second times mean service time, from the histogram.
    pub rate_times_time: f64,
    /// |L - lambda W| / L.
    pub relative_error: f64,
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
            })
        } else {
            None
        }
    }
}
