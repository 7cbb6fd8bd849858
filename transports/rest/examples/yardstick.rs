//! How near do the callers come to the least there is? Each asks the same callee for 10 ids: bytes
//! made beforehand on a blocking socket, whose answer nobody decodes (what a load generator does),
//! the lean lane, and the full one.
//!
//! `cargo run --release -p tollgate-rest --example yardstick`; best on one core: `taskset -c 0
//! ...`. Rounds alternate; names after `--` choose among them.

#![allow(
    clippy::print_stdout,
    reason = "a program of its own, which may end with its reader"
)]

use api::{Connection, EngineKind, EngineSource, Host, Lane, Open, Reply, Request};
use rest::{Bare, Plain, Rest, Variant};
use std::{
    env,
    error::Error,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

type Failure = Box<dyn Error>;
/// Asks the callee at an endpoint; gives the median call, us.
type Ask = fn(&str) -> Result<f64, Failure>;

/// Rounds with fresh connections, and calls in a round.
const ROUNDS: usize = 10;
const CALLS: usize = 10_000;
const DEADLINE: Duration = Duration::from_secs(5);

fn main() -> Result<(), Failure> {
    if env::args().nth(1).as_deref() == Some("callee") {
        let engine = EngineSource::embedded(EngineKind::Stub);
        let ready = &mut |endpoint: &str| println!("{endpoint}");
        return Ok(Rest::<Plain>::serve(Host { engine, listen: "127.0.0.1:0", ready })?);
    }
    let mut callee =
        Command::new(env::current_exe()?).arg("callee").stdout(Stdio::piped()).spawn()?;
    let compared = compare(&mut callee);
    callee.kill()?;
    callee.wait()?;
    compared
}

fn compare(callee: &mut Child) -> Result<(), Failure> {
    let mut endpoint = String::new();
    BufReader::new(callee.stdout.take().ok_or("is piped")?).read_line(&mut endpoint)?;
    let endpoint = endpoint.trim_end();
    let wanted: Vec<String> = env::args().skip(1).collect();
    let mut rows: Vec<(&str, Ask, Vec<f64>)> = [
        ("bytes", by_bytes as Ask),
        ("rest-lean", by_lane::<Bare>),
        ("rest", by_lane::<Plain>),
    ]
    .into_iter()
    .filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name))
    .map(|(name, ask)| (name, ask, Vec::new()))
    .collect();
    for _ in 0..ROUNDS {
        for (_, ask, p50s_us) in &mut rows {
            p50s_us.push(ask(endpoint)?);
        }
    }
    for (name, _, mut p50s_us) in rows {
        p50s_us.sort_by(f64::total_cmp);
        let (low, p50, high) = (p50s_us[0], p50s_us[ROUNDS / 2], p50s_us[ROUNDS - 1]);
        println!("{name:10} {p50:6.1} us a call (rounds {low:.1} to {high:.1})");
    }
    Ok(())
}

/// The median call, after as many unmeasured ones as a tenth.
async fn p50_us(mut call: impl AsyncFnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let mut took = Vec::with_capacity(CALLS);
    for count in 0..CALLS + CALLS / 10 {
        let start = Instant::now();
        call().await?;
        if count >= CALLS / 10 {
            took.push(start.elapsed());
        }
    }
    took.sort();
    Ok(took[CALLS / 2].as_nanos() as f64 / 1e3)
}

fn by_lane<V: Variant>(endpoint: &str) -> Result<f64, Failure> {
    let mut lane = Rest::<V>::default();
    let engine = EngineSource::embedded(EngineKind::Stub);
    let open = Open { endpoint, deadline: DEADLINE, engine: &engine };
    let mut connection = lane.open(&open).map_err(|error| error.to_string())?;
    let (request, mut reply) = (Request::new("user_1", 10), Reply::default());
    lane.block_on(p50_us(async || {
        let outcome = connection.call(&request, &mut reply).await;
        outcome.map_err(|error| error.to_string().into())
    }))
}

fn by_bytes(endpoint: &str) -> Result<f64, Failure> {
    let host = endpoint.trim_start_matches("http://");
    let mut socket = TcpStream::connect(host)?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(DEADLINE))?;
    let body = r#"{"userId":"user_1","maxResults":10}"#;
    let question = format!(
        "POST /recommendations HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = [0; 4_096];
    Rest::<Bare>::default().block_on(p50_us(async || {
        socket.write_all(question.as_bytes())?;
        let count = socket.read(&mut answer)?;
        // Head and body come in one piece here.
        let whole =
            answer[..count].starts_with(b"HTTP/1.1 200 ") && answer[..count].ends_with(b"]}");
        if whole { Ok(()) } else { Err("an answer that is none".into()) }
    }))
}
