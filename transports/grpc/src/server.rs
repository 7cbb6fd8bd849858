//! The callee: the engine behind `recommendations.Recommender`, and beside it the echo, health and
//! reflection. One for all lanes.
//!
//! An engine works on the thread that its call runs on. Deadlines are the caller's business.

use crate::{
    contract::{
        probe::probe_server::{Probe, ProbeServer},
        recommender::recommender_server::{Recommender, RecommenderServer},
    },
    stamps::{Part, Stamped, timed},
    status::status_from_error,
};
use api::{CallError, EngineSource, ErrorKind, Host, Limits, ServeError};
use codec::{recommendations as messages, tollgate as probe_messages};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use net::{Bound, BufferedEngine, Carrier, EnginePool, Flavour};
use std::{io, sync::Arc};
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Server, server::Connected},
};

type CalleeError = Box<dyn std::error::Error + Send + Sync>;
/// What a handler answers: one message, or a stream of them.
type Answered<T> = Result<Response<T>, Status>;
type Answers<T> = BoxStream<'static, Result<T, Status>>;

/// Answers until the process ends. `settings` are those of the lane on tonic's server.
pub(crate) fn serve<C: Carrier<Stream: Connected>>(
    Host { engine, listen, ready }: Host<'_>,
    flavour: Flavour,
    scheme: &str,
    settings: impl FnOnce(Server) -> Server,
) -> Result<(), ServeError> {
    flavour.runtime()?.block_on(async {
        let Bound { listener, endpoint } = C::bind(listen, scheme).await?;
        let server = settings(Server::builder());
        let answering = answer_on::<C>(listener, server, &engine, || ready(&endpoint));
        answering.await.map_err(|error| io::Error::other(error).into())
    })
}

async fn answer_on<C: Carrier<Stream: Connected>>(
    listener: C::Listener,
    mut server: Server,
    engine: &EngineSource,
    ready: impl FnOnce(),
) -> Result<(), CalleeError> {
    let limits = engine.limits;
    let recommender = RecommenderServer::new(Callee(Arc::new(EnginePool::new(engine))))
        .max_decoding_message_size(limits.max_message_bytes)
        .max_encoding_message_size(limits.max_message_bytes);
    let probe = ProbeServer::new(Echoing(limits))
        .max_decoding_message_size(limits.max_message_bytes)
        .max_encoding_message_size(limits.max_message_bytes);
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<RecommenderServer<Callee>>().await;
    let services = server
        .add_service(Stamped(recommender))
        .add_service(probe)
        .add_service(health)
        .add_service(reflection().build_v1()?)
        // grpcurl and others before 2024 know this version only.
        .add_service(reflection().build_v1alpha()?);
    ready();
    // A listener of one's own loses tonic's TCP_NODELAY: the carrier sets it on each accepted
    // socket.
    let accepted = stream::unfold(listener, async |listener| {
        let socket = C::accept(&listener).await;
        Some((socket, listener))
    });
    Ok(services.serve_with_incoming(accepted).await?)
}

/// What a client can ask the callee about its services, without files of its own.
fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(codec::DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

/// `recommendations.Recommender`.
struct Callee(Arc<EnginePool>);

#[tonic::async_trait]
impl Recommender for Callee {
    type StreamRecommendationsStream = Answers<messages::RecommendationResponse>;
    type ListRecommendationsStream = Answers<messages::RecommendationResponse>;

    async fn get_recommendations(
        &self,
        request: Request<messages::RecommendationRequest>,
    ) -> Answered<messages::RecommendationResponse> {
        self.0.with(|engine| answer(engine, request.into_inner())).map(Response::new)
    }

    async fn get_recommendations_batch(
        &self,
        request: Request<messages::RecommendationBatchRequest>,
    ) -> Answered<messages::RecommendationBatchResponse> {
        self.0
            .with(|engine| answer_batch(engine, request.into_inner()))
            .map(Response::new)
    }

    async fn stream_recommendations(
        &self,
        request: Request<Streaming<messages::RecommendationRequest>>,
    ) -> Answered<Self::StreamRecommendationsStream> {
        // A question is read only when there is room for its answer: nothing piles up here.
        let engines = self.0.clone();
        let answers = request
            .into_inner()
            .map(move |question| engines.with(|engine| answer(engine, question?)));
        Ok(Response::new(answers.boxed()))
    }

    async fn collect_recommendations(
        &self,
        request: Request<Streaming<messages::RecommendationRequest>>,
    ) -> Answered<messages::RecommendationBatchResponse> {
        let mut questions = request.into_inner();
        let mut responses = Vec::new();
        while let Some(question) = questions.message().await? {
            // Answers wait for the last question: there must be an end to them.
            within_limit(self.0.limits(), responses.len() + 1)?;
            responses.push(self.0.with(|engine| answer(engine, question))?);
        }
        Ok(Response::new(messages::RecommendationBatchResponse { responses }))
    }

    async fn list_recommendations(
        &self,
        request: Request<messages::RecommendationBatchRequest>,
    ) -> Answered<Self::ListRecommendationsStream> {
        let questions = request.into_inner().requests;
        within_limit(self.0.limits(), questions.len())?;
        // A question is answered only when there is room for its answer.
        let engines = self.0.clone();
        let answers = stream::iter(questions)
            .map(move |question| engines.with(|engine| answer(engine, question)));
        Ok(Response::new(answers.boxed()))
    }
}

fn within_limit(limits: Limits, items: usize) -> Result<(), Status> {
    limits.check_items(items).map_err(|error| status_from_error(&error))
}

fn answer(
    engine: &mut BufferedEngine,
    question: messages::RecommendationRequest,
) -> Result<messages::RecommendationResponse, Status> {
    let request = codec::request_from_message(question);
    let reply = timed(Part::Compute, || engine.answer(&request))
        .map_err(|error| status_from_error(&error))?;
    Ok(timed(Part::Encode, || codec::message_from_reply(reply)))
}

fn answer_batch(
    engine: &mut BufferedEngine,
    questions: messages::RecommendationBatchRequest,
) -> Result<messages::RecommendationBatchResponse, Status> {
    let requests = timed(Part::Decode, || codec::requests_from_batch(questions));
    let replies = timed(Part::Compute, || engine.answer_batch(&requests))
        .map_err(|error| status_from_error(&error))?;
    Ok(timed(Part::Encode, || codec::batch_from_replies(replies)))
}

/// `tollgate.Probe`.
#[derive(Clone, Copy)]
struct Echoing(Limits);

#[tonic::async_trait]
impl Probe for Echoing {
    type EchoStreamStream = Answers<probe_messages::EchoResponse>;

    async fn echo(
        &self,
        request: Request<probe_messages::EchoRequest>,
    ) -> Answered<probe_messages::EchoResponse> {
        self.back(request.into_inner()).map(Response::new)
    }

    async fn echo_stream(
        &self,
        request: Request<Streaming<probe_messages::EchoRequest>>,
    ) -> Answered<Self::EchoStreamStream> {
        let echoing = *self;
        Ok(Response::new(
            request.into_inner().map(move |question| echoing.back(question?)).boxed(),
        ))
    }
}

impl Echoing {
    fn back(
        self,
        question: probe_messages::EchoRequest,
    ) -> Result<probe_messages::EchoResponse, Status> {
        let probe_messages::EchoRequest { payload, reply_bytes } = question;
        let wanted = reply_bytes as usize;
        if wanted > self.0.max_message_bytes {
            let detail =
                format!("{wanted} bytes back; at most {} are given", self.0.max_message_bytes);
            return Err(status_from_error(&CallError::new(ErrorKind::TooLarge, detail)));
        }
        let mut back = Vec::with_capacity(wanted);
        api::echo_bytes(&payload, wanted, &mut back);
        Ok(probe_messages::EchoResponse { payload: back })
    }
}
