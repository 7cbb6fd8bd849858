//! One open connection of a driver: its lane, the questions it asks, and visits of whole calls or
//! of stages of one.

use crate::{
    drive::{
        closed::{Measured, Shape, questions::Questions, timed_loop::Timing},
        erased_lane::Caller,
        open_options::OpenOptions,
        stages::{self, Stage},
    },
    protocol::{MeanStamps, Visit},
};
use api::{CallError, ErrorKind, Reply, Request, Waiting, WireBytes};
use fixtures::{Limits, generate::SplitMix64};
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
    pub(crate) asked: Option<(Asked, Questions)>,
}

/// What questions are laid out by.
#[derive(PartialEq, Eq)]
pub(crate) struct Asked {
    /// The golden line to begin with.
    first: usize,
    items: usize,
    max_results: u32,
    /// Whether answers come that can be checked.
    checked: bool,
}

impl OpenConnection {
    /// Lays out questions and right answers, before any clock is read.
    pub(crate) fn lay_out(&mut self, order: &Visit, shape: &Shape) {
        let answers = match Stage::from_name(&order.mode) {
            // Without a codec the stage checks answers of its own.
            Some(Stage::Codec) => self.codec.is_some(),
            Some(stage) => stage.answers(),
            None => true,
        };
        let wanted = Asked {
            first: order.first,
            items: shape.items,
            max_results: order.size,
            checked: self.checked && answers,
        };
        if self.asked.as_ref().is_none_or(|(asked, _)| *asked != wanted) {
            let Asked { first, items, max_results, checked } = wanted;
            let questions = Questions::new(&self.golden, first, items, max_results, checked);
            self.asked = Some((wanted, questions));
        }
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
        let Some((_, questions)) = &self.asked else {
            return Err(CallError::new(ErrorKind::Internal, "a visit without questions"));
        };
        let never_waits = self.waiting == Waiting::Never;
        let timing = Timing { shape, questions, clock, least_sample_ns, never_waits };
        Ok(match Stage::from_name(&order.mode) {
            None => VisitOutcome::new(self.caller.visit(&timing)),
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
            Some(Stage::Echo) => {
                let payload = payload(size(order.payload_bytes)?);
                let reply_bytes = size(order.reply_bytes)?;
                VisitOutcome::new(self.caller.visit_echo(&timing, &payload, reply_bytes))
            }
            Some(Stage::Stamped) => {
                let (measured, means_ns) = self.caller.visit_stamped(&timing);
                let stamps = means_ns.map(MeanStamps::from);
                VisitOutcome { stamps, ..VisitOutcome::new(measured) }
            }
        })
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

/// A size in an order, within the limits of a message.
fn size(bytes: Option<usize>) -> Result<usize, CallError> {
    let most = Limits::DEFAULT.max_message_bytes;
    bytes.filter(|bytes| *bytes <= most).ok_or_else(|| {
        let detail = format!("an echo takes payload_bytes and reply_bytes, each at most {most}");
        CallError::new(ErrorKind::InvalidArgument, detail)
    })
}

/// Bytes without order, always the same: nothing on the way could make them fewer.
fn payload(bytes: usize) -> Vec<u8> {
    let mut random = SplitMix64(1);
    (0..bytes).map(|_| random.below(256) as u8).collect()
}
