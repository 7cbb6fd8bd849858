//! The callee: the engine behind `recommendations.Recommender`, and beside it the echo, health and reflection.
//!
//! One current-thread runtime, so the engine's mutex is never waited for. Deadlines are the caller's business.

use crate::{
    probe::probe_server::{Probe, ProbeServer},
    recommender::recommender_server::{Recommender, RecommenderServer},
    stamps::{Part, Stamped, timed},
    status::status_from_error,
};
use api::{CallError, Engine, EngineSource, ErrorKind, Host, Limits, Outcome, Reply, ServeError};
use codec::{recommendations as messages, tollgate as probe_messages};
use futures_util::{StreamExt, stream::BoxStream};
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{net::TcpListener, runtime};
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Server, server::TcpIncoming},
};

/// Answers until the process ends.
pub(crate) fn serve(Host { engine, listen, ready }: Host<'_>) -> Result<(), ServeError> {
    let address = address(listen)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| named(address, &error))?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        answer_on(listener, &engine, || ready(&endpoint))
            .await
            .map_err(|error| io::Error::other(error).into())
    })
}

/// Loopback needs no name to be resolved, so an address is numbers only.
fn address(listen: &str) -> Result<SocketAddr, ServeError> {
    listen.strip_prefix("http://").unwrap_or(listen).parse().map_err(|_| {
        ServeError::Address(format!(
            "`{listen}` is no address for gRPC; wanted is 127.0.0.1:PORT or http://127.0.0.1:PORT"
        ))
    })
}

fn named(address: SocketAddr, error: &io::Error) -> ServeError {
    ServeError::Io(io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}

async fn answer_on(
    listener: TcpListener,
    engine: &EngineSource,
    ready: impl FnOnce(),
) -> Result<(), CalleeError> {
    let limits = engine.limits;
    let desk = Desk { engine: engine.engine(), reply: Reply::default(), replies: Vec::new() };
    let recommender = RecommenderServer::new(Callee(Arc::new(Mutex::new(desk))))
        .max_decoding_message_size(limits.max_message_bytes)
        .max_encoding_message_size(limits.max_message_bytes);
    let probe = ProbeServer::new(Echoing(limits))
        .max_decoding_message_size(limits.max_message_bytes)
        .max_encoding_message_size(limits.max_message_bytes);
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<RecommenderServer<Callee>>().await;
    let described = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(codec::DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let server = Server::builder()
        .add_service(Stamped(recommender))
        .add_service(probe)
        .add_service(health)
        .add_service(described().build_v1()?)
        // grpcurl and others before 2024 know this version only.
        .add_service(described().build_v1alpha()?);
    ready();
    // A listener of one's own loses tonic's TCP_NODELAY: it is set again here, on each accepted socket.
    let accepted = TcpIncoming::from(listener).with_nodelay(Some(true));
    Ok(server.serve_with_incoming(accepted).await?)
}

type CalleeError = Box<dyn std::error::Error + Send + Sync>;

/// The engine, and memory that its answers reuse.
struct Desk {
    engine: Engine,
    reply: Reply,
    replies: Vec<Reply>,
}

impl Desk {
    fn answer(
        &mut self,
        question: messages::RecommendationRequest,
    ) -> Result<messages::RecommendationResponse, Status> {
        let Self { engine, reply, .. } = self;
        let request = codec::request_from_message(question);
        timed(Part::Compute, || engine.answer(&request, reply)).map_err(|error| status_from_error(&error))?;
        Ok(timed(Part::Encode, || codec::message_from_reply(reply)))
    }

    fn answer_batch(
        &mut self,
        questions: messages::RecommendationBatchRequest,
    ) -> Result<messages::RecommendationBatchResponse, Status> {
        let requests = timed(Part::Decode, || codec::requests_from_batch(questions));
        timed(Part::Compute, || self.compute_batch(&requests)).map_err(|error| status_from_error(&error))?;
        Ok(timed(Part::Encode, || codec::batch_from_replies(&self.replies[..requests.len()])))
    }

    fn compute_batch(&mut self, requests: &[api::Request]) -> Outcome {
        // Before memory is made for as many answers.
        self.engine.limits().check_items(requests.len())?;
        if self.replies.len() < requests.len() {
            self.replies.resize_with(requests.len(), Reply::default);
        }
        self.engine.answer_batch(requests, &mut self.replies[..requests.len()])
    }
}

/// `recommendations.Recommender`.
struct Callee(Arc<Mutex<Desk>>);

#[tonic::async_trait]
impl Recommender for Callee {
    type StreamRecommendationsStream = BoxStream<'static, Result<messages::RecommendationResponse, Status>>;

    async fn get_recommendations(
        &self,
        request: Request<messages::RecommendationRequest>,
    ) -> Result<Response<messages::RecommendationResponse>, Status> {
        at_desk(&self.0, |desk| desk.answer(request.into_inner())).map(Response::new)
    }

    async fn get_recommendations_batch(
        &self,
        request: Request<messages::RecommendationBatchRequest>,
    ) -> Result<Response<messages::RecommendationBatchResponse>, Status> {
        at_desk(&self.0, |desk| desk.answer_batch(request.into_inner())).map(Response::new)
    }

    async fn stream_recommendations(
        &self,
        request: Request<Streaming<messages::RecommendationRequest>>,
    ) -> Result<Response<Self::StreamRecommendationsStream>, Status> {
        // A question is read only when there is room for its answer: nothing piles up here.
        let desk = self.0.clone();
        let answers = request.into_inner().map(move |question| at_desk(&desk, |desk| desk.answer(question?)));
        Ok(Response::new(answers.boxed()))
    }
}

fn at_desk<T>(desk: &Mutex<Desk>, work: impl FnOnce(&mut Desk) -> T) -> T {
    // Memory is cleared before it is filled, so a panic during an earlier call leaves nothing wrong behind.
    work(&mut desk.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `tollgate.Probe`.
struct Echoing(Limits);

#[tonic::async_trait]
impl Probe for Echoing {
    async fn echo(
        &self,
        request: Request<probe_messages::EchoRequest>,
    ) -> Result<Response<probe_messages::EchoResponse>, Status> {
        let probe_messages::EchoRequest { payload, reply_bytes } = request.into_inner();
        let wanted = reply_bytes as usize;
        if wanted > self.0.max_message_bytes {
            let detail = format!("{wanted} bytes back; at most {} are given", self.0.max_message_bytes);
            return Err(status_from_error(&CallError::new(ErrorKind::TooLarge, detail)));
        }
        let mut back = Vec::with_capacity(wanted);
        api::echo_bytes(&payload, wanted, &mut back);
        Ok(Response::new(probe_messages::EchoResponse { payload: back }))
    }
}
