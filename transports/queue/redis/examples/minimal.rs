//! Does the lane cost more than the library? The lane's call against the least that one writes by
//! hand with the same client: two lists, LPUSH and BRPOP, a connection that sends and one that
//! waits on each side, one deadline for each call, current-thread runtimes, fresh callees in each
//! round, one Redis server for both.
//!
//! `cargo run --release -p tollgate-queue-redis --example minimal`, with `redis-server` on the
//! PATH; on one core: `taskset -c 0 ...`.

#![allow(
    clippy::print_stdout,
    reason = "a program of its own, which may end with its reader"
)]

use api::{Connection, EngineKind, EngineSource, Host, Lane, Open, Reply, Request};
use codec::{
    Protobuf,
    recommendations::{RecommendationRequest, RecommendationResponse},
};
use prost::Message;
use queue_redis::Redis;
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, aio::MultiplexedConnection};
use shape::ThroughQueue;
use std::{
    env,
    error::Error,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

type Failure = Box<dyn Error>;
type Queue = ThroughQueue<Redis, Protobuf>;

/// Rounds with fresh callees, bursts in a round, calls in a burst.
const ROUNDS: usize = 15;
const BURSTS: usize = 24;
const CALLS: usize = 100;
const IDS: i32 = 10;
const DEADLINE: Duration = Duration::from_secs(5);
const BAR: f64 = 1.2;

/// The list of the minimal callee, and that of its caller.
const REQUESTS: &str = "minimal.requests";
const REPLIES: &str = "minimal.replies";

fn main() -> Result<(), Failure> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["lane", url] => serve_lane(url),
        ["minimal", url] => runtime()?.block_on(serve_minimal(url)),
        _ => compare(),
    }
}

fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

fn serve_lane(url: &str) -> Result<(), Failure> {
    let engine = EngineSource::embedded(EngineKind::Stub);
    Ok(Queue::serve(Host {
        engine,
        listen: url,
        ready: &mut |endpoint| println!("{endpoint}"),
    })?)
}

/// As the client connects, but without the timeout that would cut a blocking pop, and with
/// TCP_NODELAY as the lane has it.
async fn connection(url: &str) -> Result<MultiplexedConnection, Failure> {
    let info = url.into_connection_info()?;
    let tcp = info.tcp_settings().clone().set_nodelay(true);
    let client = Client::open(info.set_tcp_settings(tcp))?;
    let config = AsyncConnectionConfig::new().set_response_timeout(None);
    Ok(client.get_multiplexed_async_connection_with_config(&config).await?)
}

async fn push(to: &mut MultiplexedConnection, list: &str, bytes: Vec<u8>) -> Result<(), Failure> {
    Ok(redis::cmd("LPUSH").arg(list).arg(bytes).exec_async(to).await?)
}

async fn pop(from: &mut MultiplexedConnection, list: &str) -> Result<Vec<u8>, Failure> {
    let (_, bytes): (String, Vec<u8>) =
        redis::cmd("BRPOP").arg(list).arg(0).query_async(from).await?;
    Ok(bytes)
}

async fn serve_minimal(url: &str) -> Result<(), Failure> {
    let (mut send, mut wait) = (connection(url).await?, connection(url).await?);
    println!("{url}");
    loop {
        let request = RecommendationRequest::decode(&*pop(&mut wait, REQUESTS).await?)?;
        let ids = 0..request.max_results;
        let product_ids = ids.map(|id| format!("product_{id}")).collect();
        let reply = RecommendationResponse { product_ids };
        push(&mut send, REPLIES, reply.encode_to_vec()).await?;
    }
}

/// A caller by hand.
struct Minimal {
    send: MultiplexedConnection,
    wait: MultiplexedConnection,
}

impl Minimal {
    async fn call(&mut self) -> Result<usize, Failure> {
        let request = RecommendationRequest { user_id: "user_1".into(), max_results: IDS };
        let exchange = async {
            push(&mut self.send, REQUESTS, request.encode_to_vec()).await?;
            pop(&mut self.wait, REPLIES).await
        };
        let reply = timeout(DEADLINE, exchange).await??;
        Ok(RecommendationResponse::decode(&*reply)?.product_ids.len())
    }
}

/// A process that is killed with this value.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_redis() -> Result<(Killed, String), Failure> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    command.args(["--dir", &env::temp_dir().display().to_string(), "--loglevel", "warning"]);
    let server = Killed(command.stdout(Stdio::null()).spawn()?);
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if began.elapsed() > DEADLINE {
            return Err("redis-server does not answer".into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok((server, format!("redis://127.0.0.1:{port}")))
}

/// A callee of this program, and what it says of where it answers.
fn start_callee(kind: &str, url: &str) -> Result<(Killed, String), Failure> {
    let mut command = Command::new(env::current_exe()?);
    let mut child = command.args([kind, url]).stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("no stdout")?;
    let callee = Killed(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    Ok((callee, line.trim().into()))
}

/// The median call of each in one round, ns: bursts in turns.
fn round(url: &str) -> Result<[f64; 2], Failure> {
    let (_lane_callee, endpoint) = start_callee("lane", url)?;
    let (_minimal_callee, _) = start_callee("minimal", url)?;
    let engine = EngineSource::embedded(EngineKind::Stub);
    let mut lane = Queue::default();
    let mut open = lane.open(&Open { endpoint: &endpoint, deadline: DEADLINE, engine: &engine })?;
    let runtime = runtime()?;
    let mut minimal = runtime.block_on(async {
        let (send, wait) = (connection(url).await?, connection(url).await?);
        Ok::<_, Failure>(Minimal { send, wait })
    })?;
    let (request, mut reply) = (Request::new("user_1", IDS), Reply::default());
    let mut times = [Vec::new(), Vec::new()];
    for burst in 0..BURSTS {
        for turn in [burst % 2, 1 - burst % 2] {
            for _ in 0..CALLS {
                let began = Instant::now();
                let ids = if turn == 0 {
                    lane.block_on(open.call(&request, &mut reply))?;
                    reply.len()
                } else {
                    runtime.block_on(minimal.call())?
                };
                let ns = began.elapsed().as_nanos() as f64;
                if ids != IDS as usize {
                    return Err(format!("{ids} ids in the place of {IDS}").into());
                }
                // The first bursts warm both up.
                if burst > 1 {
                    times[turn].push(ns);
                }
            }
        }
    }
    Ok(times.map(|mut times| median(&mut times)))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn compare() -> Result<(), Failure> {
    let (_server, url) = start_redis()?;
    let mut ratios = Vec::new();
    let mut medians = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let [lane, minimal] = round(&url)?;
        ratios.push(lane / minimal);
        medians[0].push(lane);
        medians[1].push(minimal);
    }
    let [lane, minimal] = medians.map(|mut medians| median(&mut medians) / 1e3);
    let ratio = median(&mut ratios);
    let (least, most) = (ratios[0], ratios[ROUNDS - 1]);
    println!(
        "lane {lane:.1} us, minimal {minimal:.1} us, ratio {ratio:.3} ({least:.3} to {most:.3}, \
        {ROUNDS} rounds); the bar is {BAR}"
    );
    if ratio > BAR { Err("above the bar".into()) } else { Ok(()) }
}
