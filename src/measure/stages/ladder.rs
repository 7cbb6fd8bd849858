//! The ladder of one lane: which rungs it has, how many bytes its echoes carry, one visit of one
//! rung at a time.

use crate::{
    drive::Stage,
    fleet::Trouble,
    lanes::roster::Known,
    machine::noise::Before,
    measure::{
        run::running_lane::{Down, Running, SLACK, ask, number},
        stages::sums::Sum,
    },
    plan::{
        Plan,
        schedule::{LEAD_IN_CALLS, lead_in_ms},
    },
    protocol::{Order, Visit, Visited},
    recorder::Bytes,
};
use api::ErrorKind;
use reports::record::LadderStart;
use std::time::Duration;

/// A visit that only counts bytes.
const COUNTING: Duration = Duration::from_millis(5);
/// Such visits, of which the least counts: what crosses beside the calls, a date that changed in a
/// header or a window update, only adds, and weighs much where a visit has few calls.
const COUNTS: usize = 3;
/// The number of the connection to the bare carrier: no engine has it.
pub(crate) const CARRIER: u32 = 1_000;

/// A rung as the record names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// R0.
    Compute,
    /// R1.
    Codec,
    /// R2.
    Carrier,
    /// R3.
    Framework,
    /// Not a rung of the ladder: its cross-check.
    Stamped,
}

impl Step {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Codec => "codec",
            Self::Carrier => "carrier",
            Self::Framework => "framework",
            Self::Stamped => "stamped",
        }
    }

    fn rung(self) -> Stage {
        match self {
            Self::Compute => Stage::Compute,
            Self::Codec => Stage::Codec,
            Self::Carrier | Self::Framework => Stage::Echo,
            Self::Stamped => Stage::Stamped,
        }
    }
}

/// What it means that a rung gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The lane has no such rung, or this program cannot measure it.
    Unable,
    /// Something that should work did not.
    Failed,
    /// An answer was wrong.
    Wrong,
}

/// Why a rung gives nothing.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) step: Step,
    pub(crate) reason: String,
    pub(crate) fault: Fault,
}

/// Payload and reply of an echo, bytes.
type Sizes = (usize, usize);

/// The ladder of one lane.
pub(crate) struct Climb<'a> {
    pub(crate) steps: Vec<Step>,
    /// The lane whose echo is the bare carrier, where that is another one.
    pub(crate) carrier: Option<&'a Known>,
    /// Bytes of a whole call.
    wire: Option<(f64, f64)>,
    /// Of the bare carrier's echo and of the framework's.
    sizes: [Option<Sizes>; 2],
    /// Of the start that is under way, by step.
    sums: [Sum; 5],
}

impl<'a> Climb<'a> {
    /// The rungs of a lane, and those that this program cannot measure of it.
    pub(crate) fn new(known: &Known, bare: Option<&'a Known>) -> (Self, Vec<Missing>) {
        let about = &known.about;
        let carrier = bare.filter(|bare| bare.about.name != about.name);
        // What a callee in another language computes and encodes is not what this program does.
        let alike = known.is_own() && about.caller == about.callee;
        let carried = about.carrier.is_some();
        // A caller that lends its buffers checks by itself what was written into them.
        let lends = carried && about.in_process && about.codec.is_none();
        let wanted = [
            (Step::Compute, true),
            (Step::Codec, about.codec.is_some() || lends),
            (Step::Carrier, carried),
            (Step::Framework, carrier.is_some() || (carried && bare.is_none())),
            (Step::Stamped, true),
        ];
        let wanted = wanted.into_iter().filter(|(_, wanted)| *wanted).map(|(step, _)| step);
        let (steps, foreign): (Vec<Step>, Vec<Step>) = wanted.partition(|step| match step {
            Step::Compute => alike,
            Step::Codec => alike || lends,
            // The lane's own echo has its framework in it, and must not pass for the carrier's.
            Step::Carrier => bare.is_some(),
            Step::Framework | Step::Stamped => true,
        });
        let missing = |step| {
            let reason = match step {
                Step::Carrier => "the lane whose echo is the bare carrier is not in this program",
                _ => "this program runs parts alone only where it is both sides",
            };
            Missing { step, reason: reason.into(), fault: Fault::Unable }
        };
        let climb = Self {
            steps,
            carrier,
            wire: None,
            sizes: [None; 2],
            sums: Default::default(),
        };
        (climb, foreign.into_iter().map(missing).collect())
    }

    /// Gives up a step.
    pub(crate) fn without(&mut self, step: Step) {
        self.steps.retain(|other| *other != step);
        self.sums[step as usize] = Sum::default();
    }

    /// Finds out, once a run, how many bytes a call takes on the carrier, and with which payloads
    /// the echoes take as many.
    pub(crate) fn size_up(
        &mut self,
        up: &mut Running,
        known: &Known,
        plan: &Plan,
    ) -> Result<Vec<Missing>, Down> {
        let mut missing = Vec::new();
        for (at, step) in [Step::Carrier, Step::Framework].into_iter().enumerate() {
            if !self.steps.contains(&step) || self.sizes[at].is_some() {
                continue;
            }
            match self.sizes_of(step, up, known, plan) {
                Ok(sizes) => self.sizes[at] = Some(sizes),
                Err(Stop::Down(down)) => return Err(down),
                Err(Stop::Missing { reason, fault }) => {
                    self.without(step);
                    missing.push(Missing { step, reason, fault });
                }
            }
        }
        Ok(missing)
    }

    fn sizes_of(
        &mut self,
        step: Step,
        up: &mut Running,
        known: &Known,
        plan: &Plan,
    ) -> Result<Sizes, Stop> {
        let (out, back) = match self.wire {
            Some(wire) => wire,
            None => {
                // Nothing lies between the two sides of an in-process lane but what is encoded, or
                // the values themselves.
                let mode = match (known.about.in_process, known.about.codec.is_some()) {
                    (true, true) => Stage::Codec.name(),
                    (true, false) => Stage::Compute.name(),
                    (false, _) => "chatty",
                };
                let order = order(plan, mode, number(plan.engines[0]), COUNTING, None);
                *self.wire.insert(bytes_of(up, &order, plan)?)
            }
        };
        if known.about.in_process {
            return Ok((out.round() as usize, back.round() as usize));
        }
        // An echo of this many bytes says what its frames and headers add.
        let guess = (out.round() as usize, back.round() as usize);
        let order =
            order(plan, step.rung().name(), self.connection(step, plan), COUNTING, Some(guess));
        let (echo_out, echo_back) = bytes_of(up, &order, plan)?;
        let less = |wanted: f64, guess: usize, counted: f64| {
            (wanted + guess as f64 - counted).round().max(0.0) as usize
        };
        Ok((less(out, guess.0, echo_out), less(back, guess.1, echo_back)))
    }

    /// The connection on which a step is made.
    fn connection(&self, step: Step, plan: &Plan) -> u32 {
        match step {
            Step::Carrier if self.carrier.is_some() => CARRIER,
            _ => number(plan.engines[0]),
        }
    }

    /// One visit of a step. A step that cannot be made is given up, and its reason is answered.
    ///
    /// A disturbed visit is held back until it is visited `again`.
    pub(crate) fn visit(
        &mut self,
        (step, again): (Step, bool),
        up: &mut Running,
        plan: &Plan,
        (first, limit): (usize, Duration),
    ) -> Result<Option<Missing>, Down> {
        if !self.steps.contains(&step) {
            return Ok(None);
        }
        let sizes = match step {
            Step::Carrier => self.sizes[0],
            Step::Framework => self.sizes[1],
            _ => None,
        };
        let id = self.connection(step, plan);
        let order = Visit { first, ..order(plan, step.rung().name(), id, limit, sizes) };
        let before = Before::look(&up.pids(), up.own_known);
        match told(up, &order, plan) {
            Ok((visited, bytes)) => {
                let disturbed = !before.after().flags.is_empty();
                // An engine alone moves nothing: there is nothing to count.
                let bytes = bytes.filter(|_| step != Step::Compute);
                self.sums[step as usize].take(visited, bytes, disturbed, again);
                Ok(None)
            }
            Err(Stop::Down(down)) => Err(down),
            Err(Stop::Missing { reason, fault }) => {
                self.without(step);
                Ok(Some(Missing { step, reason, fault }))
            }
        }
    }

    /// Steps with a visit that waits for its repeat, each as often as it has some.
    pub(crate) fn to_repeat(&self) -> impl Iterator<Item = Step> {
        let of_step =
            move |step: &Step| std::iter::repeat_n(*step, self.sums[*step as usize].held());
        self.steps.iter().flat_map(of_step)
    }

    /// What the start gave; the next one begins with nothing.
    pub(crate) fn take(&mut self, start: u32) -> LadderStart {
        let mut sums = std::mem::take(&mut self.sums);
        sums.iter_mut().for_each(Sum::release);
        let of = |step: Step| sums[step as usize].rung();
        LadderStart {
            start,
            compute: of(Step::Compute),
            codec: of(Step::Codec),
            carrier: of(Step::Carrier),
            framework: of(Step::Framework),
            stamped: of(Step::Stamped),
            stamps: sums[Step::Stamped as usize].stamps(),
        }
    }
}

/// Why a visit gave nothing.
enum Stop {
    /// The lane is gone.
    Down(Down),
    /// This step is not to be had.
    Missing { reason: String, fault: Fault },
}

/// Bytes of one call or echo, as the carrier counts them.
fn bytes_of(up: &mut Running, order: &Visit, plan: &Plan) -> Result<(f64, f64), Stop> {
    // The first of its kind on a connection may be longer: HTTP/2 sends a header in full once, then
    // its number.
    told(up, order, plan)?;
    let mut least: Option<(f64, f64)> = None;
    for _ in 0..COUNTS {
        let (visited, bytes) = told(up, order, plan)?;
        let crossed = (visited.items + visited.lead_in_items) as f64;
        let uncounted = || Stop::Missing {
            reason: "the bytes of a call are not counted here".into(),
            fault: Fault::Unable,
        };
        let (out, back) = bytes.ok_or_else(uncounted)?;
        let one = (out as f64 / crossed, back as f64 / crossed);
        least = Some(least.map_or(one, |least| (least.0.min(one.0), least.1.min(one.1))));
    }
    least.ok_or_else(|| Stop::Missing {
        reason: "the bytes of a call were not counted".into(),
        fault: Fault::Failed,
    })
}

type Told = (Visited, Bytes);

/// A visit and the bytes that it moved. After an error the lane's connection is opened again, since
/// whole calls share it.
fn told(up: &mut Running, order: &Visit, plan: &Plan) -> Result<Told, Stop> {
    let patience = Duration::from_millis(order.limit_ms) + plan.deadline * 2 + SLACK;
    let endpoint = match &up.carrier {
        Some((endpoint, _)) if order.id == CARRIER => endpoint.clone(),
        _ => up.endpoint(plan.engines[0]),
    };
    let (visited, bytes) =
        match ask(&mut up.driver, &Order::Visit(order.clone()), &endpoint, patience) {
            Ok(told) => told,
            Err(Trouble::Refused(error)) => {
                let unknown =
                    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidArgument);
                let reason =
                    format!("the driver does not measure `{}`: {}", order.mode, error.detail());
                let fault = if unknown { Fault::Unable } else { Fault::Failed };
                return Err(Stop::Missing { reason, fault });
            }
            Err(trouble) => return Err(Stop::Down(trouble.into())),
        };
    if visited.errors > 0 {
        if let Some(open) = up.orders.get(&plan.engines[0]).cloned() {
            up.driver
                .open(&open, plan.deadline * 2 + SLACK)
                .map_err(|trouble| Stop::Down(trouble.into()))?;
        }
        let kind = visited.kind.unwrap_or_default();
        let unable = kind == ErrorKind::Unsupported.name();
        let fault = if unable { Fault::Unable } else { Fault::Failed };
        let reason = format!("{kind}: {}", visited.detail.unwrap_or_default());
        return Err(Stop::Missing { reason, fault });
    }
    if visited.wrong > 0 {
        let reason = format!("{} wrong answers in one visit", visited.wrong);
        return Err(Stop::Missing { reason, fault: Fault::Wrong });
    }
    Ok((visited, bytes))
}

fn order(plan: &Plan, mode: &str, id: u32, limit: Duration, sizes: Option<Sizes>) -> Visit {
    Visit {
        id,
        mode: mode.into(),
        items: 1,
        max_results: plan.max_results[0],
        first: 0,
        lead_in_calls: LEAD_IN_CALLS,
        lead_in_ms: lead_in_ms(limit),
        limit_ms: limit.as_millis().max(1) as u64,
        group: None,
        samples: None,
        handicap_ns: None,
        payload_bytes: sizes.map(|sizes| sizes.0),
        reply_bytes: sizes.map(|sizes| sizes.1),
    }
}
