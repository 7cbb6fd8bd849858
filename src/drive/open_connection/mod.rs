//! One open connection of a driver: its lane, the questions it asks, and visits of whole calls or
//! of stages of one.

pub(crate) mod first_call;

use crate::{
    drive::{
        closed::{Measured, Shape, questions::Questions, timed_loop::Timing},
        erased_lane::Caller,
        open_options::OpenOptions,
        stages::{self, EchoShape, Payloads, Stage},
    },
    protocol::{MeanStamps, Visit},
};
use api::{CallError, ErrorKind, Reply, Request, Waiting, WireBytes};
use fixtures::WorkloadKind;
use quanta::Clock;
use std::sync::Arc;

/// One open number.
pub(crate) struct OpenConnection {
    pub(crate) caller: Box<dyn Caller>,
    /// Also what computes and encodes where that is timed alone.
    pub(crate) options: OpenOptions,
    pub(crate) waiting: Waiting,
    pub(crate) golden: Arc<Vec<(Request, Reply)>>,
    pub(crate) checked: bool,
    pub(crate) callee_pid: Option<u32>,
    pub(crate) transport: String,
    pub(crate) codec: Option<&'static str>,
    /// What the last visit asked: the next burst of a contrast asks the same.
    pub(crate) laid_out: Option<LaidOut>,
}

/// What a visit asks, made before any clock is read.
pub(crate) struct LaidOut {
    asked: Asked,
    questions: Questions,
    /// Of echoes, whose questions are no more than places.
    payloads: Option<Payloads>,
}

/// What a visit asks.
#[derive(PartialEq, Eq)]
enum Asked {
    Recommendations {
        /// The golden line to begin with.
        first: usize,
        items: usize,
        size: u32,
        /// Whether answers come that can be checked.
        checked: bool,
    },
    Echoes {
        /// Items of an action.
        items: usize,
        echo: EchoShape,
    },
}

impl OpenConnection {
    /// Lays out questions and right answers, or the payloads of echoes, before any clock is read.
    pub(crate) fn lay_out(&mut self, order: &Visit, shape: &Shape, echo: Option<EchoShape>) {
        let wanted = match echo {
            Some(echo) => Asked::Echoes { items: shape.items, echo },
            None => Asked::Recommendations {
                first: order.first,
                items: shape.items,
                size: order.size,
                checked: self.checked && self.is_answered(order),
            },
        };
        if self.laid_out.as_ref().is_none_or(|laid_out| laid_out.asked != wanted) {
            // What was laid out before goes first: both may be large.
            self.laid_out = None;
            self.laid_out = Some(LaidOut::new(wanted, &self.golden));
        }
    }

    /// True where what comes back is the golden answer. Without a codec that stage checks answers
    /// of its own.
    fn is_answered(&self, order: &Visit) -> bool {
        Stage::from_name(&order.mode) != Some(Stage::Codec) || self.codec.is_some()
    }

    /// Measures a whole call, or the stage of one that the order names. Asks what was last [laid
    /// out](Self::lay_out).
    pub(crate) fn measure(
        &mut self,
        order: &Visit,
        shape: &Shape,
        clock: &Clock,
        least_sample_ns: f64,
    ) -> Result<VisitOutcome, CallError> {
        let Some(LaidOut { questions, payloads, .. }) = &mut self.laid_out else {
            return Err(CallError::new(ErrorKind::Internal, "a visit without questions"));
        };
        let questions = &*questions;
        let never_waits = self.waiting == Waiting::Never;
        let timing = Timing { shape, questions, clock, least_sample_ns, never_waits };
        if let Some(payloads) = payloads {
            return Ok(VisitOutcome::new(self.caller.visit_echoes(&timing, payloads)));
        }
        Ok(match Stage::from_name(&order.mode) {
            None | Some(Stage::Echo) => VisitOutcome::new(self.caller.visit(&timing)),
            Some(Stage::Compute) => {
                let measured = stages::visit_compute(self.options.engine(), &timing);
                let values = questions.value_bytes(measured.items + measured.lead_in_items);
                VisitOutcome { encoded: Some(values), ..VisitOutcome::new(measured) }
            }
            Some(Stage::Codec) if self.codec.is_none() => {
                VisitOutcome::new(stages::visit_borrowed_answers(&timing))
            }
            Some(Stage::Codec) => {
                let (measured, made) = stages::visit_codec(self.codec, &timing)?;
                VisitOutcome { encoded: Some(made), ..VisitOutcome::new(measured) }
            }
            Some(Stage::Stamped) => {
                let (measured, means_ns) = self.caller.visit_stamped(&timing);
                let stamps = means_ns.map(MeanStamps::from);
                VisitOutcome { stamps, ..VisitOutcome::new(measured) }
            }
        })
    }
}

impl LaidOut {
    fn new(asked: Asked, golden: &[(Request, Reply)]) -> Self {
        let (questions, payloads) = match asked {
            Asked::Recommendations { first, items, size, checked } => {
                (Questions::new(golden, first, items, size, checked), None)
            }
            Asked::Echoes { items, echo } => {
                // All that comes back in one sample is in memory at once.
                let item_bytes = echo.reply_bytes.div_ceil(echo.items).max(1);
                let most = WorkloadKind::MOST_BYTES / item_bytes;
                (Questions::elsewhere(items, most), Some(Payloads::new(echo)))
            }
        };
        Self { asked, questions, payloads }
    }
}

/// What one visit gave.
pub(crate) struct VisitOutcome {
    pub(crate) measured: Measured,
    /// Of stamped calls.
    pub(crate) stamps: Option<MeanStamps>,
    /// Bytes that the codec alone made, or those of the values that an engine alone took and gave.
    pub(crate) encoded: Option<WireBytes>,
}

impl VisitOutcome {
    /// Of a visit that tells no more than its times.
    fn new(measured: Measured) -> Self {
        Self { measured, stamps: None, encoded: None }
    }
}
