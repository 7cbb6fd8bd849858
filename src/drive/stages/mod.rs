//! Rungs of the ladder of stages (METHOD.md): a part of a call, measured by the same loop as the
//! whole call. Each rung is a connection whose single call is that part; it knows no lane.

pub(crate) mod borrowed_answers;

use crate::drive::{
    Shape,
    closed::{Loop, Measured, questions::Target, walk::Walk},
    stages::borrowed_answers::Lent,
};
use api::{
    CallError, Connection, Engine, EngineSource, ErrorKind, Outcome, Reply, Request, Stamps,
    WireBytes, echo_bytes,
};
use codec::{Format, Json, Protobuf};
use quanta::Clock;
use std::{
    future::Future,
    hint::black_box,
    marker::PhantomData,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// A part of a call, by the name of its mode in `peers/PROTOCOL.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rung {
    /// The engine alone, in this process.
    Compute,
    /// Both sides of the codec: request and reply, domain value to bytes and back.
    Codec,
    /// Opaque bytes there and back.
    Echo,
    /// A whole call whose callee reports its durations.
    Stamped,
}

impl Rung {
    /// Every rung.
    pub(crate) const ALL: [Self; 4] = [Self::Compute, Self::Codec, Self::Echo, Self::Stamped];

    /// The mode of its visits.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Codec => "codec",
            Self::Echo => "echo",
            Self::Stamped => "stamped",
        }
    }

    /// The rung whose visits have this mode.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rung| rung.name() == name)
    }

    /// True where what comes back is the golden answer.
    pub(crate) fn answers(self) -> bool {
        self != Self::Echo
    }
}

/// What a visit of a part is measured with.
pub(crate) struct Timing<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) target: &'a Target,
    pub(crate) clock: &'a Clock,
    pub(crate) read_ns: f64,
}

impl Timing<'_> {
    /// Measures single calls of this connection. Modes are not chosen here: each of them would be
    /// compiled once more for every lane.
    pub(crate) async fn visit<C: Connection>(&self, connection: &mut C) -> Measured {
        let walk = Walk::new(self.target, self.shape);
        let begin = self.clock.raw();
        let mut loop_of = Loop {
            shape: self.shape,
            clock: self.clock,
            read_ns: self.read_ns,
            walk,
            begin,
        };
        let single = async |c: &mut C, requests: &[Request], replies: &mut [Reply]| {
            for (request, reply) in requests.iter().zip(replies) {
                c.call(black_box(request), black_box(reply)).await?;
            }
            Ok(())
        };
        loop_of.run(connection, usize::MAX, single).await
    }

    /// The engine alone.
    pub(crate) fn compute(&self, source: &EngineSource) -> Measured {
        at_once(self.visit(&mut Compute { engine: source.engine() }))
    }

    /// Both sides of the codec of this name, and the bytes that it made.
    pub(crate) fn codec(&self, name: Option<&str>) -> Result<(Measured, WireBytes), CallError> {
        match name {
            Some(Protobuf::NAME) => Ok(self.format::<Protobuf>()),
            Some(Json::NAME) => Ok(self.format::<Json>()),
            Some(other) => {
                let detail = format!("this program cannot time the codec `{other}` alone");
                Err(CallError::new(ErrorKind::Unsupported, detail))
            }
            None => Err(CallError::new(ErrorKind::Unsupported, "this lane has no codec")),
        }
    }

    /// What stands for a codec where an answer is written into buffers that the caller lends.
    pub(crate) fn lent(&self) -> Measured {
        let mut lent = Lent::new(self.target);
        let measured = at_once(self.visit(&mut lent));
        lent.checked(measured)
    }

    fn format<F: Format>(&self) -> (Measured, WireBytes) {
        let mut codec = Codec::<F> {
            target: self.target,
            at: 0,
            bytes: Vec::new(),
            made: WireBytes::default(),
            format: PhantomData,
        };
        (at_once(self.visit(&mut codec)), codec.made)
    }
}

/// What the future of a part that waits for nobody gives.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("computing and encoding wait for nobody"),
    }
}

struct Compute {
    engine: Engine,
}

impl Connection for Compute {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.engine.answer(request, reply)
    }
}

struct Codec<'a, F> {
    target: &'a Target,
    /// The place in the pool of the next request.
    at: usize,
    bytes: Vec<u8>,
    /// All that was encoded.
    made: WireBytes,
    format: PhantomData<F>,
}

impl<'a, F> Codec<'a, F> {
    /// The right answer to a request of the pool. The loop walks the pool in order: only where it
    /// begins again is there anything to look for.
    fn right(&mut self, request: &Request) -> Result<&'a Reply, CallError> {
        let pool = &self.target.requests;
        if !pool.get(self.at).is_some_and(|next| std::ptr::eq(next, request)) {
            let place = pool.iter().position(|other| std::ptr::eq(other, request));
            let elsewhere =
                || CallError::new(ErrorKind::Internal, "a request that is not of the pool");
            self.at = place.ok_or_else(elsewhere)?;
        }
        self.at += 1;
        Ok(self.target.right(self.at - 1))
    }
}

impl<F: Format> Connection for Codec<'_, F> {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let right = self.right(request)?;
        self.bytes.clear();
        codec::encode_request::<F>(request, &mut self.bytes);
        self.made.out += self.bytes.len() as u64;
        black_box(codec::decode_request::<F>(black_box(&self.bytes))?);
        self.bytes.clear();
        codec::encode_reply::<F>(right, &mut self.bytes);
        self.made.back += self.bytes.len() as u64;
        codec::decode_reply::<F>(black_box(&self.bytes), reply)
    }
}

/// Bytes there and back over a connection. Their number is checked with each, all of them with the
/// last.
pub(crate) struct Echo<'a, C> {
    connection: &'a mut C,
    payload: &'a [u8],
    reply_bytes: usize,
    back: Vec<u8>,
}

impl<'a, C> Echo<'a, C> {
    pub(crate) fn new(connection: &'a mut C, payload: &'a [u8], reply_bytes: usize) -> Self {
        Self { connection, payload, reply_bytes, back: Vec::new() }
    }

    /// The visit, with a wrong answer if the last bytes are not those that were to come.
    pub(crate) fn checked(&self, mut measured: Measured) -> Measured {
        let mut right = Vec::new();
        echo_bytes(self.payload, self.reply_bytes, &mut right);
        measured.wrong += u64::from(measured.error.is_none() && self.back != right);
        measured
    }
}

impl<C: Connection> Connection for Echo<'_, C> {
    #[inline]
    async fn call(&mut self, _request: &Request, _reply: &mut Reply) -> Outcome {
        self.connection.echo(self.payload, self.reply_bytes, &mut self.back).await?;
        if self.back.len() == self.reply_bytes {
            return Ok(());
        }
        let detail =
            format!("an echo of {} bytes came back as {}", self.reply_bytes, self.back.len());
        Err(CallError::new(ErrorKind::Internal, detail))
    }
}

/// Whole calls, and the sum of what the callee says of them, lead-in included.
pub(crate) struct Stamped<'a, C> {
    connection: &'a mut C,
    sum: Stamps,
    calls: u64,
}

impl<'a, C> Stamped<'a, C> {
    pub(crate) fn new(connection: &'a mut C) -> Self {
        Self { connection, sum: Stamps::default(), calls: 0 }
    }

    /// Means of decode, compute and encode, ns; none without a call.
    pub(crate) fn means_ns(&self) -> Option<[f64; 3]> {
        let Stamps { decode_ns, compute_ns, encode_ns } = self.sum;
        let mean = |sum_ns: u64| sum_ns as f64 / self.calls as f64;
        (self.calls > 0).then(|| [decode_ns, compute_ns, encode_ns].map(mean))
    }
}

impl<C: Connection> Connection for Stamped<'_, C> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let stamps = self.connection.call_stamped(request, reply).await?;
        self.sum.decode_ns += stamps.decode_ns;
        self.sum.compute_ns += stamps.compute_ns;
        self.sum.encode_ns += stamps.encode_ns;
        self.calls += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{EngineKind, Mode};
    use std::time::Duration;

    fn golden() -> Vec<(Request, Reply)> {
        let mut engine = EngineSource::embedded(EngineKind::Catalog).engine();
        let answered = |user: u32| {
            let (request, mut reply) = (Request::new(format!("user_{user}"), 5), Reply::default());
            engine.answer(&request, &mut reply).expect("it fits");
            (request, reply)
        };
        (0..30).map(answered).collect()
    }

    fn timed<T>(checked: bool, measure: impl FnOnce(&Timing<'_>) -> T) -> T {
        let (clock, target) = (Clock::new(), Target::new(&golden(), 3, 1, 5, checked));
        let shape = Shape {
            mode: Mode::Chatty,
            items: 1,
            group: None,
            lead_in_calls: 3,
            lead_in: Duration::from_millis(1),
            limit: Duration::from_millis(5),
            samples: None,
            handicap: None,
        };
        measure(&Timing { shape: &shape, target: &target, clock: &clock, read_ns: 20.0 })
    }

    #[test]
    fn every_answer_of_engine_and_codec_is_the_golden_one() {
        let catalog = EngineSource::embedded(EngineKind::Catalog);
        let engine = timed(true, |timing| timing.compute(&catalog));
        let codecs = [Protobuf::NAME, Json::NAME]
            .map(|name| timed(true, |timing| timing.codec(Some(name)).expect(name).0));
        for measured in [engine].into_iter().chain(codecs) {
            assert!(measured.items > 0 && measured.error.is_none(), "{measured:?}");
            assert_eq!(measured.wrong, 0);
        }
        let stub = EngineSource::embedded(EngineKind::Stub);
        assert!(
            timed(true, |timing| timing.compute(&stub)).wrong > 0,
            "another engine's answers are noticed"
        );
    }

    #[test]
    fn an_answer_in_lent_buffers_is_checked_and_still_what_it_was() {
        let measured = timed(false, |timing| timing.lent());
        assert!(measured.items > 0 && measured.error.is_none(), "{measured:?}");
        assert_eq!(measured.wrong, 0);
    }

    #[test]
    fn a_codec_that_this_program_lacks_is_unsupported() {
        for name in [None, Some("smoke-signals")] {
            let error = timed(true, |timing| timing.codec(name)).expect_err("no such codec");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }

    /// Echoes with one byte changed, or as many fewer as it says; and stamps each call with the
    /// same durations.
    struct Garbling(usize);

    impl Connection for Garbling {
        async fn call(&mut self, _request: &Request, _reply: &mut Reply) -> Outcome {
            Ok(())
        }

        async fn echo(
            &mut self,
            payload: &[u8],
            reply_bytes: usize,
            back: &mut Vec<u8>,
        ) -> Outcome {
            echo_bytes(payload, reply_bytes - self.0, back);
            back[0] ^= 1;
            Ok(())
        }

        async fn call_stamped(&mut self, _: &Request, _: &mut Reply) -> Result<Stamps, CallError> {
            Ok(Stamps { decode_ns: 3, compute_ns: 4, encode_ns: 5 })
        }
    }

    #[test]
    fn an_echo_that_comes_back_changed_is_a_wrong_answer_and_a_short_one_an_error() {
        let echo = |fewer| {
            let mut connection = Garbling(fewer);
            timed(false, |timing| {
                let mut echo = Echo::new(&mut connection, b"abc", 7);
                let measured = at_once(timing.visit(&mut echo));
                echo.checked(measured)
            })
        };
        assert_eq!(echo(0).wrong, 1);
        assert_eq!(echo(2).error.map(|error| error.kind()), Some(ErrorKind::Internal));
    }

    #[test]
    fn stamps_are_means_of_a_call() {
        let mut connection = Garbling(0);
        let means_ns = timed(false, |timing| {
            let mut stamped = Stamped::new(&mut connection);
            assert_eq!(stamped.means_ns(), None, "no call, no stamps");
            at_once(timing.visit(&mut stamped));
            stamped.means_ns()
        });
        assert_eq!(means_ns, Some([3.0, 4.0, 5.0]));
    }
}
