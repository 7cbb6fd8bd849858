//! Does a whole call cost what its parts cost? Each lane with bytes, n = 1 and 10 ids: the call
//! against the echo of as many opaque bytes on the same connection plus both sides of the codec, in
//! alternating bursts, with a fresh callee a round.

use crate::{engine, harness::say, opened_at};
use api::{CallError, Connection, Lane, Registrar, Reply, Request, Spec, Topology};
use codec::{Format, Json, Protobuf};
use quanta::Clock;
use std::{
    hint::black_box,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Fresh callees; bursts of each kind with each; calls in a burst.
const ROUNDS: usize = 6;
const BURSTS: usize = 20;
const CALLS: u32 = 25;
/// What a lane is held to that is its own bare carrier: nothing but frames and a codec stand in its
/// way.
const BAR: f64 = 1.15;

/// Takes the lanes whose callee is another process.
pub(crate) struct Ladder;

impl Registrar for Ladder {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        if spec.topology == Topology::InProcess {
            return;
        }
        let pairs = match spec.codec {
            Some(Protobuf::NAME) => rounds::<L, Protobuf>(&spec, make),
            Some(Json::NAME) => rounds::<L, Json>(&spec, make),
            _ => return,
        };
        let own_carrier = spec.carrier == Some(spec.transport);
        match pairs {
            Ok(pairs) => say(
                &format!("{} call : its echo + its codec", spec.transport),
                &pairs,
                own_carrier.then_some(BAR),
            ),
            Err(error) => eprintln!("{}: skipped: {error}", spec.transport),
        }
    }
}

/// A callee that ends with this value.
struct Callee(Child);

impl Callee {
    fn start(transport: &str) -> Result<(Self, String), String> {
        let program = env!("CARGO_BIN_EXE_tollgate");
        let child = Command::new(program)
            .args(["serve", transport])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut callee = Self(child.map_err(|error| error.to_string())?);
        let stdout = callee.0.stdout.take().ok_or("no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).map_err(|error| error.to_string())?;
        let endpoint = line
            .trim()
            .strip_prefix("ready ")
            .ok_or_else(|| format!("the callee said {line:?}"))?;
        Ok((callee, endpoint.into()))
    }
}

impl Drop for Callee {
    fn drop(&mut self) {
        // The end of its stdin ends it.
        self.0.stdin = None;
        let _ = self.0.wait();
    }
}

/// For each round: ns of a call, and ns of its parts.
fn rounds<L: Lane, F: Format>(spec: &Spec, make: fn() -> L) -> Result<Vec<(f64, f64)>, String> {
    let question = Question::of::<F>();
    let mut pairs = Vec::new();
    for _ in 0..ROUNDS {
        pairs.push(round::<L, F>(spec, make, &question)?);
    }
    Ok(pairs)
}

/// What is asked, what is right, and the bytes of both.
struct Question {
    request: Request,
    right: Reply,
    asked: Vec<u8>,
    answered: Vec<u8>,
}

impl Question {
    fn of<F: Format>() -> Self {
        let request = Request::new("user_123", 10);
        let right: Reply = (0..10).map(|id| format!("product_{id}")).collect();
        let (mut asked, mut answered) = (Vec::new(), Vec::new());
        codec::encode_request::<F>(&request, &mut asked);
        codec::encode_reply::<F>(&right, &mut answered);
        Self { request, right, asked, answered }
    }
}

/// The same with one fresh callee.
fn round<L: Lane, F: Format>(
    spec: &Spec,
    make: fn() -> L,
    question: &Question,
) -> Result<(f64, f64), String> {
    let (engine, clock) = (engine(), Clock::new());
    let (_callee, endpoint) = Callee::start(spec.transport)?;
    let mut lane = make();
    let mut connection =
        lane.open(&opened_at(&endpoint, &engine)).map_err(|error| error.to_string())?;
    let mut answers = Answers::default();
    let (mut call_ns, mut parts_ns) = (0, 0);
    for number in 0..=BURSTS {
        let spent = lane.block_on(burst(&mut connection, question, &mut answers, &clock));
        let spent = spent.map_err(|error| error.to_string())?;
        let codec_ns = codec_ns::<F>(&question.request, &question.right, &clock);
        // The first burst warms both up.
        if number > 0 {
            call_ns += spent.calls_ns;
            parts_ns += spent.echoes_ns + codec_ns;
        }
    }
    if answers.reply != question.right {
        return Err("a wrong answer".into());
    }
    let calls = f64::from(CALLS) * BURSTS as f64;
    Ok((call_ns as f64 / calls, parts_ns as f64 / calls))
}

/// Where answers are put, burst after burst.
#[derive(Default)]
struct Answers {
    reply: Reply,
    back: Vec<u8>,
}

/// What one burst of each kind took.
struct Burst {
    calls_ns: u64,
    echoes_ns: u64,
}

async fn burst(
    connection: &mut impl Connection,
    question: &Question,
    answers: &mut Answers,
    clock: &Clock,
) -> Result<Burst, CallError> {
    let start = clock.raw();
    for _ in 0..CALLS {
        connection.call(&question.request, &mut answers.reply).await?;
    }
    let called = clock.raw();
    for _ in 0..CALLS {
        connection
            .echo(&question.asked, question.answered.len(), &mut answers.back)
            .await?;
    }
    Ok(Burst {
        calls_ns: clock.delta_as_nanos(start, called),
        echoes_ns: clock.delta_as_nanos(called, clock.raw()),
    })
}

/// Both sides of the codec for as many calls as a burst has, ns.
fn codec_ns<F: Format>(request: &Request, right: &Reply, clock: &Clock) -> u64 {
    let (mut bytes, mut reply) = (Vec::new(), Reply::default());
    let start = clock.raw();
    for _ in 0..CALLS {
        bytes.clear();
        codec::encode_request::<F>(black_box(request), &mut bytes);
        let _ = black_box(codec::decode_request::<F>(&bytes));
        bytes.clear();
        codec::encode_reply::<F>(black_box(right), &mut bytes);
        let _ = black_box(codec::decode_reply::<F>(&bytes, &mut reply));
    }
    clock.delta_as_nanos(start, clock.raw())
}
