//! Does a whole call cost what its parts cost? Each lane with bytes, n = 1 and 10 ids: the call
//! against the echo of as many opaque bytes on the same connection plus both sides of the codec, in
//! alternating bursts, with a fresh callee a round.

use crate::{engine, harness::say};
use api::{Connection, Lane, Open, Registrar, Reply, Request, Spec, Topology};
use codec::{Format, Json, Protobuf};
use quanta::Clock;
use std::{
    hint::black_box,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
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
    let (engine, clock) = (engine(), Clock::new());
    let (request, right) = (
        Request::new("user_123", 10),
        (0..10).map(|id| format!("product_{id}")).collect::<Reply>(),
    );
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    codec::encode_request::<F>(&request, &mut asked);
    codec::encode_reply::<F>(&right, &mut answered);
    let mut pairs = Vec::new();
    for _ in 0..ROUNDS {
        let (_callee, endpoint) = Callee::start(spec.transport)?;
        let mut lane = make();
        let at = Open {
            endpoint: &endpoint,
            deadline: Duration::from_secs(5),
            engine: &engine,
        };
        let mut connection = lane.open(&at).map_err(|error| error.to_string())?;
        let (mut reply, mut back) = (Reply::default(), Vec::new());
        let (mut call_ns, mut parts_ns) = (0, 0);
        for burst in 0..=BURSTS {
            let spent = lane.block_on(async {
                let start = clock.raw();
                for _ in 0..CALLS {
                    connection.call(&request, &mut reply).await?;
                }
                let called = clock.raw();
                for _ in 0..CALLS {
                    connection.echo(&asked, answered.len(), &mut back).await?;
                }
                Ok::<_, api::CallError>((
                    clock.delta_as_nanos(start, called),
                    clock.delta_as_nanos(called, clock.raw()),
                ))
            });
            let (call, echo) = spent.map_err(|error| error.to_string())?;
            let codec = codec_ns::<F>(&request, &right, &clock);
            // The first burst warms both up.
            if burst > 0 {
                call_ns += call;
                parts_ns += echo + codec;
            }
        }
        if reply != right {
            return Err("a wrong answer".into());
        }
        let calls = f64::from(CALLS) * BURSTS as f64;
        pairs.push((call_ns as f64 / calls, parts_ns as f64 / calls));
    }
    Ok(pairs)
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
