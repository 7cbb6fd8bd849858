//! Invented loads for the synthetic record: one server and a queue, as far as textbooks go.

use super::kinds::{KINDS, Kind};
use reports::{
    record::{
        LaneLoads, Little, LoadPart, LoadPoint, LoadStart, Loads, Part, Percentiles, SearchStep,
        Verdict,
    },
    stats::estimates,
};

/// Shares of the capacity that are asked for.
const SHARES: [f64; 6] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
/// Rates asked of all lanes that can take them, in halves of the smallest capacity.
const COMMON: [f64; 3] = [1.0, 4.0, 16.0];

/// Loads in that many restarts. The slowest lane does not keep up with the last of its points.
pub(crate) fn loads(starts: u32) -> Loads {
    let asked = || KINDS.iter().filter(|kind| kind.reason.is_none() && kind.looseness > 0);
    let slowest = asked()
        .min_by(|one, other| capacity(one).total_cmp(&capacity(other)))
        .expect("lanes");
    let half = (capacity(slowest) / 2.0 / 1_000.0).floor() * 1_000.0;
    let common_per_s = COMMON.map(|halves| halves * half);
    let lane = |kind: &Kind| LaneLoads {
        lane: kind.name.into(),
        starts: (0..starts)
            .map(|start| of_start(kind, start, &common_per_s, slowest.name))
            .collect(),
        reason: short(kind).then(|| {
            "a call takes less than 20 clock reads: only common rates are asked for".into()
        }),
    };
    let mut lanes: Vec<LaneLoads> = asked().map(lane).collect();
    lanes.push(LaneLoads {
        lane: "rust/grpc/python".into(),
        starts: Vec::new(),
        reason: Some("its caller takes no load: not measured".into()),
    });
    Loads {
        engine: "stub".into(),
        workload: "recommendations".into(),
        size: 10,
        placement: "free".into(),
        arrivals: "poisson".into(),
        point_s: 1.0,
        step_s: 0.3,
        starts,
        common_per_s: common_per_s.to_vec(),
        slowest: Some(slowest.name.into()),
        lanes,
    }
}

/// What one call keeps busy, ns.
fn call_ns(kind: &Kind) -> f64 {
    kind.call_ns + kind.item_ns
}

/// True where a load at a share of the capacity would be the generator's.
fn short(kind: &Kind) -> bool {
    call_ns(kind) < 500.0
}

/// Calls per second: two at once, as on two cores.
fn capacity(kind: &Kind) -> f64 {
    2e9 / call_ns(kind)
}

/// The lane in this restart: what it can take, and how far it keeps up.
struct Server<'k> {
    kind: &'k Kind,
    capacity: f64,
    slowest: bool,
}

fn of_start(kind: &Kind, start: u32, common_per_s: &[f64], slowest: &str) -> LoadStart {
    let luck = 1.0 + 0.02 * f64::from(start % 3);
    let capacity = capacity(kind) / luck;
    let server = Server { kind, capacity, slowest: kind.name == slowest };
    let mut points = Vec::new();
    if !short(kind) {
        points.extend(SHARES.map(|share| server.point(Some(share), share * capacity)));
    }
    let borne = common_per_s.iter().filter(|rate| **rate <= 0.95 * capacity);
    points.extend(borne.map(|rate| server.point(None, *rate)));
    let search = [(1, 0.55), (2, 0.9), (4, 1.0), (8, 0.99)];
    LoadStart {
        start,
        search: search.map(|(in_flight, share)| server.step(in_flight, share)).to_vec(),
        points,
    }
}

impl Server<'_> {
    fn parts(&self) -> Vec<LoadPart> {
        let caller = LoadPart {
            part: Part::Caller,
            cpu_ns_per_call: 0.4 * call_ns(self.kind),
        };
        let callee = self.kind.codec.map(|_| LoadPart {
            part: Part::Callee,
            cpu_ns_per_call: 0.3 * call_ns(self.kind),
        });
        [caller].into_iter().chain(callee).collect()
    }

    /// A step of the search that reached this share of the capacity.
    fn step(&self, in_flight: u32, share: f64) -> SearchStep {
        let achieved_per_s = share * self.capacity;
        let service = waits(f64::from(in_flight) * 1e9 / achieved_per_s, 0.0, 9_000);
        SearchStep {
            in_flight,
            connections: in_flight,
            achieved_per_s,
            service_ns: Percentiles::of(&service),
            parts: self.parts(),
            verdict: Verdict::Stable,
            reasons: Vec::new(),
        }
    }

    /// A point at this rate, at which the slowest lane does not keep up if it is its last.
    fn point(&self, share: Option<f64>, rate_per_s: f64) -> LoadPoint {
        let sent = (0.9 * rate_per_s) as u64;
        let in_flight_mean = rate_per_s * call_ns(self.kind) / 1e9;
        let point = LoadPoint {
            share,
            rate_per_s,
            in_flight: 4,
            connections: 4,
            offered_per_s: sent as f64 / 0.9,
            achieved_per_s: sent as f64 / 0.9,
            sent,
            answered: sent,
            dropped: 0,
            errors: 0,
            wrong: 0,
            in_flight_most: 4,
            little: Little::new(in_flight_mean * 0.9e9, in_flight_mean * 0.901e9, 0.9e9),
            latency_ns: None,
            service_ns: Percentiles::of(&waits(call_ns(self.kind), 0.0, sent)),
            lateness_ns: None,
            lateness_place_ns: None,
            lateness_thread_ns: None,
            lateness_generator_ns: None,
            parts: self.parts(),
            verdict: Verdict::Stable,
            reasons: Vec::new(),
            latency: None,
        };
        if share == Some(0.95) && self.slowest {
            unstable(point)
        } else {
            self.stable(point)
        }
    }

    /// With what only a point shows that was kept up with.
    fn stable(&self, point: LoadPoint) -> LoadPoint {
        let used = point.rate_per_s / self.capacity;
        let wait_ns = call_ns(self.kind) * used / (1.0 - used);
        let latency = waits(call_ns(self.kind), wait_ns, point.sent);
        let shown = |least_ns, wait_ns| Percentiles::of(&waits(least_ns, wait_ns, point.sent));
        LoadPoint {
            latency_ns: Percentiles::of(&latency),
            lateness_ns: shown(200.0, wait_ns),
            lateness_place_ns: shown(1.0, 0.7 * wait_ns),
            lateness_thread_ns: shown(1.0, 0.3 * wait_ns),
            lateness_generator_ns: shown(200.0, 0.0),
            latency: Some(estimates::histogram_to_base64(&latency).expect("in memory")),
            ..point
        }
    }
}

fn unstable(point: LoadPoint) -> LoadPoint {
    LoadPoint {
        achieved_per_s: point.offered_per_s * 0.97,
        dropped: point.sent / 33,
        verdict: Verdict::Unstable,
        reasons: vec!["achieved 97.0 % of what was offered".into()],
        ..point
    }
}

/// So many samples that take at least `least_ns` and wait with an exponential distribution, at even
/// steps of probability; at most 10,000 different ones.
fn waits(least_ns: f64, mean_ns: f64, samples: u64) -> hdrhistogram::Histogram<u64> {
    let mut histogram = estimates::histogram();
    let steps = samples.clamp(1, 10_000);
    for step in 0..steps {
        let beyond = (step as f64 + 0.5) / steps as f64;
        let ns = least_ns * (1.0 + 0.1 * (step % 7) as f64 / 7.0) - mean_ns * beyond.ln();
        histogram.saturating_record_n((ns as u64).max(1), samples / steps);
    }
    histogram
}
