//! The stages of one lane: which it has, how many bytes its echoes carry, one visit of one stage at
//! a time.

use crate::{
    fleet::lane_failure::{FailureKind, LaneFailure},
    lanes::roster::Known,
    measure::{
        running_lane::RunningLane,
        stages::{
            carrier::CARRIER,
            stage::{Lost, MissingStage, Stage},
            stage_sum::StageSum,
            visit::{self, BytesPerCall, bytes_per_call},
        },
        visit::{connection_of, order},
    },
    plan::Plan,
    protocol::Visit,
};
use reports::record::LadderStart;
use std::time::Duration;

/// A visit that only counts bytes.
const COUNTING: Duration = Duration::from_millis(5);

/// Bytes of an echo.
#[derive(Clone, Copy, Debug)]
struct EchoSizes {
    payload: usize,
    reply: usize,
}

/// The stages of one lane.
pub(crate) struct LaneStages<'a> {
    pub(crate) stages: Vec<Stage>,
    /// The lane whose echo is the bare carrier, where that is another one.
    pub(crate) carrier: Option<&'a Known>,
    /// Bytes of a whole call.
    call: Option<BytesPerCall>,
    /// Of the bare carrier's echo and of the framework's.
    carrier_echo: Option<EchoSizes>,
    framework_echo: Option<EchoSizes>,
    /// Of the start that is under way, by stage.
    sums: [StageSum; 5],
}

/// One visit of a stage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StageVisit {
    pub(crate) stage: Stage,
    /// It repeats the oldest disturbed visit of its stage.
    pub(crate) again: bool,
    /// The golden line to begin with.
    pub(crate) first: usize,
    pub(crate) limit: Duration,
}

impl<'a> LaneStages<'a> {
    /// The stages of a lane, and those that this program cannot measure of it. `bare` is the lane
    /// whose echo is its bare carrier.
    pub(crate) fn new(known: &Known, bare: Option<&'a Known>) -> (Self, Vec<MissingStage>) {
        let (mut stages, mut missing) = (Vec::new(), Vec::new());
        for stage in wanted(known, bare) {
            match hindrance(stage, known, bare) {
                None => stages.push(stage),
                Some(reason) => missing.push(MissingStage {
                    stage,
                    failure: LaneFailure::new(FailureKind::Unsupported, reason),
                }),
            }
        }
        let lane_stages = Self {
            stages,
            carrier: bare.filter(|bare| bare.about.name != known.about.name),
            call: None,
            carrier_echo: None,
            framework_echo: None,
            sums: Default::default(),
        };
        (lane_stages, missing)
    }

    /// Gives up a stage.
    pub(crate) fn without(&mut self, stage: Stage) {
        self.stages.retain(|other| *other != stage);
        self.sums[stage as usize] = StageSum::default();
    }

    /// Finds out, once a run, how many bytes a call takes on the carrier, and with which payloads
    /// the echoes take as many.
    pub(crate) fn find_sizes(
        &mut self,
        up: &mut RunningLane,
        known: &Known,
        plan: &Plan,
    ) -> Result<Vec<MissingStage>, LaneFailure> {
        let mut missing = Vec::new();
        for stage in [Stage::Carrier, Stage::Framework] {
            if !self.stages.contains(&stage) || self.sizes(stage).is_some() {
                continue;
            }
            match self.sizes_of(stage, up, known, plan) {
                Ok(sizes) if stage == Stage::Carrier => self.carrier_echo = Some(sizes),
                Ok(sizes) => self.framework_echo = Some(sizes),
                Err(Lost::Lane(failure)) => return Err(failure),
                Err(Lost::Stage(failure)) => {
                    self.without(stage);
                    missing.push(MissingStage { stage, failure });
                }
            }
        }
        Ok(missing)
    }

    /// What an echo of this stage carries, where that is known and the stage is an echo.
    fn sizes(&self, stage: Stage) -> Option<EchoSizes> {
        match stage {
            Stage::Carrier => self.carrier_echo,
            Stage::Framework => self.framework_echo,
            _ => None,
        }
    }

    fn sizes_of(
        &mut self,
        stage: Stage,
        up: &mut RunningLane,
        known: &Known,
        plan: &Plan,
    ) -> Result<EchoSizes, Lost> {
        let call = match self.call {
            Some(call) => call,
            None => *self.call.insert(bytes_of_call(up, known, plan)?),
        };
        let as_call = EchoSizes {
            payload: call.out.round() as usize,
            reply: call.back.round() as usize,
        };
        if known.about.in_process {
            return Ok(as_call);
        }
        // An echo of this many bytes says what its frames and headers add.
        let order = self.order(stage, plan, COUNTING, Some(as_call));
        let echo = bytes_per_call(up, &order, plan)?;
        Ok(EchoSizes {
            payload: corrected(as_call.payload, call.out, echo.out),
            reply: corrected(as_call.reply, call.back, echo.back),
        })
    }

    /// A visit of a stage, of the first golden line.
    fn order(&self, stage: Stage, plan: &Plan, limit: Duration, sizes: Option<EchoSizes>) -> Visit {
        let id = match stage {
            Stage::Carrier if self.carrier.is_some() => CARRIER,
            _ => connection_of(plan.engines[0]),
        };
        Visit {
            payload_bytes: sizes.map(|sizes| sizes.payload),
            reply_bytes: sizes.map(|sizes| sizes.reply),
            ..order(id, stage.mode(), plan.main_question(), limit)
        }
    }

    /// One visit of a stage. A stage that cannot be visited is given up, and its reason is
    /// answered.
    pub(crate) fn visit(
        &mut self,
        what: StageVisit,
        up: &mut RunningLane,
        plan: &Plan,
    ) -> Result<Option<MissingStage>, LaneFailure> {
        let StageVisit { stage, again, first, limit } = what;
        if !self.stages.contains(&stage) {
            return Ok(None);
        }
        let order = Visit { first, ..self.order(stage, plan, limit, self.sizes(stage)) };
        up.sit_in(plan.main_placement())?;
        let before = up.driver.around.look(&up.pids(), up.own_known);
        match visit::visit(up, &order, plan) {
            Ok(mut answer) => {
                let disturbed = !before.after().flags.is_empty();
                // An engine alone moves nothing: there is nothing to count.
                if stage == Stage::Compute {
                    answer.bytes = None;
                }
                self.sums[stage as usize].take(answer, disturbed, again);
                Ok(None)
            }
            Err(Lost::Lane(failure)) => Err(failure),
            Err(Lost::Stage(failure)) => {
                self.without(stage);
                Ok(Some(MissingStage { stage, failure }))
            }
        }
    }

    /// Stages with a visit that waits for its repeat, each as often as it has some.
    pub(crate) fn to_repeat(&self) -> impl Iterator<Item = Stage> {
        let of_stage =
            |stage: &Stage| std::iter::repeat_n(*stage, self.sums[*stage as usize].waiting());
        self.stages.iter().flat_map(of_stage)
    }

    /// What the start gave in visits of this length; the next one begins with nothing.
    pub(crate) fn take(&mut self, start: u32, length: Duration) -> LadderStart {
        let mut sums = std::mem::take(&mut self.sums);
        sums.iter_mut().for_each(StageSum::release);
        let of = |stage: Stage| sums[stage as usize].recorded();
        LadderStart {
            start,
            limit_ms: Some(length.as_millis() as u64),
            compute: of(Stage::Compute),
            codec: of(Stage::Codec),
            carrier: of(Stage::Carrier),
            framework: of(Stage::Framework),
            stamped: of(Stage::Stamped),
            stamps: sums[Stage::Stamped as usize].stamps(),
        }
    }
}

/// The stages that a lane has.
fn wanted(known: &Known, bare: Option<&Known>) -> Vec<Stage> {
    let about = &known.about;
    let carried = about.carrier.is_some();
    let other_carrier = bare.is_some_and(|bare| bare.about.name != about.name);
    let mut stages = vec![Stage::Compute];
    if about.codec.is_some() || lends(known) {
        stages.push(Stage::Codec);
    }
    if carried {
        stages.push(Stage::Carrier);
    }
    if other_carrier || (carried && bare.is_none()) {
        stages.push(Stage::Framework);
    }
    stages.push(Stage::Stamped);
    stages
}

/// A caller that lends its buffers checks by itself what was written into them.
fn lends(known: &Known) -> bool {
    let about = &known.about;
    about.carrier.is_some() && about.in_process && about.codec.is_none()
}

/// Why this program cannot measure a stage of this lane.
fn hindrance(stage: Stage, known: &Known, bare: Option<&Known>) -> Option<&'static str> {
    // What a callee in another language computes and encodes is not what this program does.
    let alike = known.is_own() && known.about.caller == known.about.callee;
    let measured = match stage {
        Stage::Compute => alike,
        Stage::Codec => alike || lends(known),
        // The lane's own echo has its framework in it, and must not pass for the carrier's.
        Stage::Carrier => bare.is_some(),
        Stage::Framework | Stage::Stamped => true,
    };
    if measured {
        None
    } else if stage == Stage::Carrier {
        Some("the lane whose echo is the bare carrier is not in this program")
    } else {
        Some("this program runs parts alone only where it is both sides")
    }
}

/// Bytes of a whole call.
fn bytes_of_call(up: &mut RunningLane, known: &Known, plan: &Plan) -> Result<BytesPerCall, Lost> {
    // Nothing lies between the two sides of an in-process lane but what is encoded, or the values
    // themselves.
    let mode = match (known.about.in_process, known.about.codec.is_some()) {
        (true, true) => Stage::Codec.mode(),
        (true, false) => Stage::Compute.mode(),
        (false, _) => "chatty",
    };
    let id = connection_of(plan.engines[0]);
    bytes_per_call(up, &order(id, mode, plan.main_question(), COUNTING), plan)
}

/// How many bytes to ask for, where an echo of `asked` bytes counted so many and as many as those
/// of a call are wanted.
fn corrected(asked: usize, wanted: f64, counted: f64) -> usize {
    (wanted + asked as f64 - counted).round().max(0.0) as usize
}
