//! One open connection of a driver: its lane, the questions it asks, and visits of whole calls or
//! of parts of one.

use crate::{
    drive::{
        Caller, Measured, Rung, Shape, closed::questions::Target, opener::Place, stages::Timing,
    },
    protocol::{MeanStamps, Visit},
};
use api::{CallError, ErrorKind, Reply, Request, Waiting, WireBytes};
use fixtures::{Limits, generate::SplitMix64};
use quanta::Clock;
use std::sync::Arc;

/// One open number.
pub(crate) struct Opening {
    pub(crate) caller: Box<dyn Caller>,
    /// Also what computes and encodes where that is timed alone.
    pub(crate) place: Place,
    pub(crate) waiting: Waiting,
    pub(crate) golden: Arc<Vec<(Request, Reply)>>,
    pub(crate) checked: bool,
    pub(crate) callee_pid: Option<u32>,
    pub(crate) transport: String,
    pub(crate) codec: Option<&'static str>,
    /// What the last visit asked: the next burst of a contrast asks the same.
    pub(crate) target: Option<(Asked, Target)>,
}

/// First line, items, ids, and whether answers come that can be checked.
type Asked = (usize, usize, u32, bool);

impl Opening {
    /// Lays out questions and right answers, before any clock is read.
    pub(crate) fn aim_at(&mut self, order: &Visit, shape: &Shape) {
        let answers = match Rung::from_name(&order.mode) {
            // Without a codec the rung checks answers of its own.
            Some(Rung::Codec) => self.codec.is_some(),
            Some(rung) => rung.answers(),
            None => true,
        };
        let checked = self.checked && answers;
        let asked = (order.first, shape.items, order.max_results, checked);
        if self.target.as_ref().is_none_or(|(of, _)| *of != asked) {
            let target =
                Target::new(&self.golden, order.first, shape.items, order.max_results, checked);
            self.target = Some((asked, target));
        }
    }

    /// Measures a whole call, or the part of one that the order names. Asks what was last [aimed
    /// at](Self::aim_at).
    pub(crate) fn measure(
        &mut self,
        order: &Visit,
        shape: &Shape,
        (clock, read_ns): (&Clock, f64),
    ) -> Result<Gave, CallError> {
        let Some((_, target)) = &self.target else {
            return Err(CallError::new(ErrorKind::Internal, "a visit without questions"));
        };
        let timing = Timing { shape, target, clock, read_ns };
        let whole = |measured| Gave { measured, stamps: None, encoded: None };
        Ok(match Rung::from_name(&order.mode) {
            None => whole(self.caller.visit(shape, target, clock, read_ns)),
            Some(Rung::Compute) => {
                let measured = timing.compute(self.place.engine());
                let values = target.value_bytes(measured.items + measured.lead_in_items);
                Gave { encoded: Some(values), ..whole(measured) }
            }
            Some(Rung::Codec) if self.codec.is_none() => whole(timing.lent()),
            Some(Rung::Codec) => {
                let (measured, made) = timing.codec(self.codec)?;
                Gave { encoded: Some(made), ..whole(measured) }
            }
            Some(Rung::Echo) => {
                let payload = payload(size(order.payload_bytes)?);
                whole(self.caller.visit_echo(&timing, &payload, size(order.reply_bytes)?))
            }
            Some(Rung::Stamped) => {
                let (measured, means_ns) = self.caller.visit_stamped(&timing);
                Gave { stamps: means_ns.map(MeanStamps::from), ..whole(measured) }
            }
        })
    }
}

/// What one visit gave.
pub(crate) struct Gave {
    pub(crate) measured: Measured,
    /// Of stamped calls.
    pub(crate) stamps: Option<MeanStamps>,
    /// Bytes that the codec alone made, or those of the values that an engine alone took and gave.
    pub(crate) encoded: Option<WireBytes>,
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
