//! Does the lane cost more than the library? The lane's call against the least that one writes by
//! hand with tonic: stubs as they come, one deadline for each call, one connection, current-thread
//! runtimes, fresh callees in each round.
//!
//! `cargo run --release -p tollgate-grpc --example minimal`, on one core and without wake-up
//! preemption: `taskset -c 0 chrt -b 0 ...`. Where the scheduler may choose, each process falls
//! into one of two modes (hyper's client sends headers and data in two writes, and the callee may
//! wake in between), and the ratio of two processes tells little.

#![allow(
    clippy::print_stdout,
    reason = "a program of its own, which may end with its reader"
)]

use api::{Connection, EngineKind, EngineSource, Host, Lane, Open, Reply, Request};
use codec::recommendations::{
    RecommendationBatchRequest, RecommendationBatchResponse, RecommendationRequest,
    RecommendationResponse,
};
use grpc::{Grpc, Plain};
use quanta::Clock;
use std::{
    env,
    error::Error,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};
use stubs::{recommender_client::RecommenderClient, recommender_server};
use tokio::runtime::{Builder, Runtime};
use tonic::{
    Response, Status, Streaming, async_trait,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod stubs {
    include!(concat!(env!("OUT_DIR"), "/as_they_come/recommendations.rs"));
}

type Failure = Box<dyn Error>;

/// Rounds with fresh callees, bursts in a round, calls in a burst.
const ROUNDS: usize = 15;
const BURSTS: usize = 24;
const CALLS: usize = 100;
const DEADLINE: Duration = Duration::from_secs(5);
const BAR: f64 = 1.05;

fn main() -> Result<(), Failure> {
    match env::args().nth(1).as_deref() {
        Some("lane") => serve_lane(),
        Some("minimal") => runtime()?.block_on(serve_minimal()),
        _ => compare(),
    }
}

fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

fn serve_lane() -> Result<(), Failure> {
    let engine = EngineSource::embedded(EngineKind::Stub);
    Ok(Grpc::<Plain>::serve(Host {
        engine,
        listen: "127.0.0.1:0",
        ready: &mut |endpoint| println!("{endpoint}"),
    })?)
}

struct Minimal;

#[async_trait]
impl recommender_server::Recommender for Minimal {
    async fn get_recommendations(
        &self,
        request: tonic::Request<RecommendationRequest>,
    ) -> Result<Response<RecommendationResponse>, Status> {
        let ids = 0..request.into_inner().max_results;
        Ok(Response::new(RecommendationResponse {
            product_ids: ids.map(|id| format!("product_{id}")).collect(),
        }))
    }

    async fn get_recommendations_batch(
        &self,
        _: tonic::Request<RecommendationBatchRequest>,
    ) -> Result<Response<RecommendationBatchResponse>, Status> {
        Err(Status::unimplemented("not part of the loop"))
    }

    type StreamRecommendationsStream = Streaming<RecommendationResponse>;

    async fn stream_recommendations(
        &self,
        _: tonic::Request<Streaming<RecommendationRequest>>,
    ) -> Result<Response<Self::StreamRecommendationsStream>, Status> {
        Err(Status::unimplemented("not part of the loop"))
    }

    async fn collect_recommendations(
        &self,
        _: tonic::Request<Streaming<RecommendationRequest>>,
    ) -> Result<Response<RecommendationBatchResponse>, Status> {
        Err(Status::unimplemented("not part of the loop"))
    }

    type ListRecommendationsStream = Streaming<RecommendationResponse>;

    async fn list_recommendations(
        &self,
        _: tonic::Request<RecommendationBatchRequest>,
    ) -> Result<Response<Self::ListRecommendationsStream>, Status> {
        Err(Status::unimplemented("not part of the loop"))
    }
}

async fn serve_minimal() -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let service = recommender_server::RecommenderServer::new(Minimal);
    Ok(Server::builder().add_service(service).serve_with_incoming(incoming).await?)
}

/// A callee of this program, killed with this value.
struct Callee(Child, String);

impl Callee {
    fn start(what: &str) -> Result<Self, Failure> {
        let mut child =
            Command::new(env::current_exe()?).arg(what).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        Ok(Self(child, line.trim().into()))
    }
}

impl Drop for Callee {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn minimal_call(client: &mut RecommenderClient<Channel>) -> Result<(), Failure> {
    let request = RecommendationRequest { user_id: "user_3".into(), max_results: 10 };
    let response = tokio::time::timeout(DEADLINE, client.get_recommendations(request)).await??;
    if response.get_ref().product_ids.len() != 10 {
        return Err("a wrong answer".into());
    }
    Ok(())
}

fn compare() -> Result<(), Failure> {
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let (lane, minimal) = one_round()?;
        ratios.push(lane / minimal);
        println!(
            "round {:2}: lane {lane:.2} us, minimal {minimal:.2} us, ratio {:.3}",
            round + 1,
            lane / minimal
        );
    }
    ratios.sort_by(f64::total_cmp);
    let (low, median, high) = (ratios[ROUNDS / 4], ratios[ROUNDS / 2], ratios[ROUNDS * 3 / 4]);
    println!(
        "lane : minimal, median of {ROUNDS} rounds {median:.3} (quartiles {low:.3} to {high:.3}), \
        bar {BAR:.2}"
    );
    Ok(())
}

/// Median times of a call in microseconds: the lane's, and the hand-written loop's.
fn one_round() -> Result<(f64, f64), Failure> {
    let (lane_callee, minimal_callee) = (Callee::start("lane")?, Callee::start("minimal")?);
    let engine = EngineSource::embedded(EngineKind::Stub);
    let mut lane = Grpc::<Plain>::default();
    let mut connection = lane.open(&Open {
        endpoint: &lane_callee.1,
        deadline: DEADLINE,
        engine: &engine,
    })?;
    let runtime = runtime()?;
    let channel = runtime.block_on(Endpoint::from_shared(minimal_callee.1.clone())?.connect())?;
    let mut client = RecommenderClient::new(channel);
    let (request, mut reply) = (Request::new("user_3", 10), Reply::default());
    let clock = Clock::new();
    let (mut of_lane, mut of_minimal) = (Vec::new(), Vec::new());
    for burst in 0..BURSTS {
        // ABBA: neither side is always first.
        for lane_is_next in [burst % 2 == 0, burst % 2 != 0] {
            let times = if lane_is_next { &mut of_lane } else { &mut of_minimal };
            for _ in 0..CALLS {
                let start = clock.raw();
                if lane_is_next {
                    lane.block_on(connection.call(&request, &mut reply))?;
                } else {
                    runtime.block_on(minimal_call(&mut client))?;
                }
                times.push(clock.delta_as_nanos(start, clock.raw()));
            }
        }
    }
    if reply.len() != 10 {
        return Err("a wrong answer".into());
    }
    let median_us = |times: &mut Vec<u64>| {
        times.sort_unstable();
        times[times.len() / 2] as f64 / 1_000.0
    };
    Ok((median_us(&mut of_lane), median_us(&mut of_minimal)))
}
