//! One load on one lane: asks its driver and judges what came of it, for `tollgate load` and for
//! the loads of a run.

use crate::{
    fleet::driver::{Driver, DriverError},
    lanes::roster::Known,
    machine::placement::Placement,
    protocol::{self, Loaded, Order},
};
use api::EngineKind;
use hdrhistogram::Histogram;
use reports::{
    figures::load::{
        Load,
        counted::{Asked, Counted, Loop},
    },
    stats::estimates,
};
use std::time::Duration;

/// For the processes around a load.
const PATIENCE: Duration = Duration::from_secs(10);
/// Progress is shown, and Ctrl-C looked for, this often.
const GLANCE: Duration = Duration::from_millis(200);
/// Calls in flight, at most, where nothing is said.
pub(crate) const USUAL_IN_FLIGHT: u32 = 16;
/// The lead-in: this share of a load, but no longer than this.
const LEAD_IN_SHARE: f64 = 0.1;
const LONGEST_LEAD_IN: Duration = Duration::from_secs(1);

/// The part of a load that is checked and not recorded.
pub(crate) fn lead_in(duration: Duration) -> Duration {
    duration.mul_f64(LEAD_IN_SHARE).min(LONGEST_LEAD_IN)
}

/// Connections for so many calls in flight: one where the lane can have them all on it.
pub(crate) fn connections(known: &Known, in_flight: u32) -> u32 {
    if known.about.properties.multiplexing { 1 } else { in_flight }
}

/// How long a process may take beside its calls: opening connections, and the last answers.
pub(crate) fn patience(deadline: Duration) -> Duration {
    deadline * 2 + PATIENCE
}

/// One load on one lane.
#[derive(Debug)]
pub(crate) struct LoadRequest<'a> {
    pub(crate) known: &'a Known,
    pub(crate) order: protocol::Load,
    pub(crate) engine: EngineKind,
    /// The longest a call may take.
    pub(crate) deadline: Duration,
    /// True where the callee was there already, at an endpoint that the user named.
    pub(crate) given_endpoint: bool,
    /// On which cores both sides are.
    pub(crate) placement: Placement,
}

/// What came of it.
pub(crate) struct LoadAnswer {
    pub(crate) load: Load,
    /// The histogram of latency as the driver encoded it; none in a closed loop.
    pub(crate) latency: Option<String>,
}

impl LoadRequest<'_> {
    /// Gives the order, waits for the answer and judges it. `server` is the process that stands
    /// between, where one of ours does. `waiting` hears of the time that goes by. Ctrl-C ends the
    /// load, not the wait for what was measured.
    pub(crate) fn ask(
        &self,
        driver: &mut Driver,
        server: Option<u32>,
        waiting: impl FnMut(Duration),
    ) -> Result<LoadAnswer, DriverError> {
        let cpu_ns = |driver: &Driver| server.and_then(|pid| driver.around.cpu_ns(pid));
        let before = cpu_ns(driver);
        let mut loaded = self.put_on(driver, waiting)?;
        let server_cpu_ns = before.zip(cpu_ns(driver));
        let latency = loaded.latency.take();
        let interrupted = driver.around.stop_requested();
        let counted = counted(&loaded, latency.as_ref(), interrupted).map_err(|error| {
            DriverError::Process(
                driver.process.died(&format!("answered a load that cannot be read ({error})")),
            )
        })?;
        let counted = Counted {
            cpu_server_ns: server_cpu_ns.map(|(before, now)| now.saturating_sub(before)),
            ..counted
        };
        Ok(LoadAnswer { load: Load::new(self.asked(), &counted), latency })
    }

    fn put_on(
        &self,
        driver: &mut Driver,
        mut waiting: impl FnMut(Duration),
    ) -> Result<Loaded, DriverError> {
        let patience = patience(self.deadline);
        let around = driver.around.clone();
        driver.say(&Order::Load(self.order.clone()))?;
        let asked = around.now();
        let mut until = asked + Duration::from_millis(self.order.duration_ms) + patience;
        let mut told = false;
        loop {
            let left = until.saturating_duration_since(around.now());
            let began = around.now();
            let heard = driver.hear_within(left.min(GLANCE))?;
            waiting(around.since(began));
            if let Some(loaded) = heard {
                return Ok(loaded);
            }
            if left.is_zero() {
                return Err(driver.hung(around.since(asked)));
            }
            if around.stop_requested() && !std::mem::replace(&mut told, true) {
                driver.say(&Order::Stop)?;
                until = around.now() + patience;
            }
        }
    }

    fn asked(&self) -> Asked {
        let order = &self.order;
        let open = order.rate_per_s.is_some();
        Asked {
            lane: self.known.about.name.clone(),
            implementation: self.known.about.implementation.clone(),
            given_endpoint: self.given_endpoint,
            placement: self.placement.name().into(),
            engine: self.engine.name().into(),
            max_results: order.size,
            discipline: if open { Loop::Open } else { Loop::Closed },
            arrivals: open.then(|| order.arrivals.clone()),
            rate_per_s: order.rate_per_s,
            duration_s: order.duration_ms as f64 / 1e3,
            connections: order.connections,
            in_flight: order.in_flight,
            seed: order.seed,
        }
    }
}

/// What a driver counted; `interrupted` where it was told to stop.
pub(crate) fn counted(
    loaded: &Loaded,
    latency: Option<&String>,
    interrupted: bool,
) -> Result<Counted, estimates::HistogramError> {
    let words = |kind: &String| format!("{kind}: {}", loaded.detail.as_deref().unwrap_or_default());
    Ok(Counted {
        window_ns: loaded.window_ns,
        elapsed_ns: loaded.elapsed_ns,
        sent: loaded.sent,
        dropped: loaded.dropped,
        answered_in_window: loaded.answered_in_window,
        calls: loaded.calls,
        wrong: loaded.wrong,
        errors: loaded.errors,
        error: loaded.kind.as_ref().map(words),
        in_flight_most: loaded.in_flight_most,
        in_flight_call_ns: loaded.in_flight_call_ns,
        parts: loaded.parts.clone(),
        cpu_caller_ns: loaded.cpu_caller_ns,
        cpu_callee_ns: loaded.cpu_callee_ns,
        cpu_server_ns: None,
        latency: histogram(latency)?,
        service: histogram(Some(&loaded.service))?,
        lateness: histogram(loaded.lateness.as_ref())?,
        late_place: histogram(loaded.late_place.as_ref())?,
        late_thread: histogram(loaded.late_thread.as_ref())?,
        late_generator: histogram(loaded.late_generator.as_ref())?,
        interrupted,
    })
}

/// As a driver encoded it; empty where it sent none.
fn histogram(text: Option<&String>) -> Result<Histogram<u64>, estimates::HistogramError> {
    match text {
        Some(text) => estimates::histogram_from_base64(text),
        None => Ok(estimates::histogram()),
    }
}
