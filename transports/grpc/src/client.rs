//! The caller: one channel, which is one HTTP/2 connection, and every mode on it.
//!
//! It validates nothing: a question is refused by the engine. It repeats no question: a connection that breaks during a
//! call is reported.

use crate::{
    life::Life,
    message_codec::Encoded,
    probe::probe_client::ProbeClient,
    recommender::recommender_client::RecommenderClient,
    server, stamps,
    status::{error_from_status, speaks_no_http2},
};
use api::{CallError, Connection, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError, Stamps};
use codec::{batch_from_requests, fill_replies, fill_reply, message_from_request, tollgate::EchoRequest};
use futures_util::{future::join_all, stream};
use std::future::Future;
use tokio::runtime::{self, Runtime};
use tonic::{
    Code, Status,
    codegen::http::uri::PathAndQuery,
    metadata::MetadataValue,
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

const SERVICE: &str = "recommendations.Recommender";
const METHOD: &str = "/recommendations.Recommender/GetRecommendations";

/// The lane: the caller's runtime.
pub struct Grpc {
    runtime: Runtime,
}

impl Default for Grpc {
    fn default() -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        Self { runtime: runtime.expect("the operating system gives every process an event queue") }
    }
}

impl Lane for Grpc {
    type Conn = Client;

    fn open(&mut self, at: &Open<'_>) -> Result<Client, CallError> {
        self.runtime.block_on(Client::open(at))
    }

    fn block_on<F: Future>(&mut self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve(host)
    }
}

/// One channel to a callee, or a second handle on it.
pub struct Client {
    recommender: RecommenderClient<Channel>,
    probe: ProbeClient<Channel>,
    encoded: tonic::client::Grpc<Channel>,
    life: Life,
}

impl Client {
    async fn open(at: &Open<'_>) -> Result<Self, CallError> {
        let wrong = || {
            let detail = format!("endpoint `{}`; wanted is http://127.0.0.1:PORT", at.endpoint);
            CallError::new(ErrorKind::Unsupported, detail)
        };
        // tonic also takes socket files, which are another carrier.
        if !at.endpoint.starts_with("http://") {
            return Err(wrong());
        }
        let endpoint = Endpoint::from_shared(at.endpoint.to_owned()).map_err(|_| wrong())?.tcp_nodelay(true);
        let life = Life::new(at.deadline);
        let channel = life.within(connect(&endpoint)).await?;
        // What is sent has no limit here: tonic would reset the stream without a word that says why, while the callee
        // refuses with its reason as soon as it has read a message's length.
        let max_bytes = at.engine.limits.max_message_bytes;
        Ok(Self {
            recommender: RecommenderClient::new(channel.clone()).max_decoding_message_size(max_bytes),
            probe: ProbeClient::new(channel.clone()).max_decoding_message_size(max_bytes),
            encoded: tonic::client::Grpc::new(channel).max_decoding_message_size(max_bytes),
            life,
        })
    }
}

/// Connects, and makes sure that what answers is a callee.
async fn connect(endpoint: &Endpoint) -> Result<Channel, CallError> {
    let channel = endpoint.connect().await.map_err(|error| failed(Status::from_error(error.into())))?;
    let asked = HealthCheckRequest { service: SERVICE.to_owned() };
    match HealthClient::new(channel.clone()).check(asked).await {
        Ok(_) => {}
        // Health is a custom, not a part of the contract: a callee without it is asked for nothing.
        Err(status) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => {
            ask(&mut RecommenderClient::new(channel.clone()), &Request::default(), &mut Reply::default())
                .await?;
        }
        Err(status) if speaks_no_http2(&status) => {
            let found = format!("what answers is no gRPC callee: {}", failed(status).detail());
            return Err(CallError::new(ErrorKind::Unsupported, found));
        }
        Err(status) => return Err(failed(status)),
    }
    Ok(channel)
}

async fn ask(recommender: &mut RecommenderClient<Channel>, request: &Request, reply: &mut Reply) -> Outcome {
    let answer = recommender.get_recommendations(message_from_request(request)).await.map_err(failed)?;
    fill_reply(answer.get_ref(), reply);
    Ok(())
}

/// Sends every question and takes as many answers. The connection's own task sends while this one reads, and the
/// callee reads a question only when its answer can be sent: neither side can wait for the other for ever.
async fn converse(
    recommender: &mut RecommenderClient<Channel>,
    requests: &[Request],
    replies: &mut [Reply],
) -> Outcome {
    let questions: Vec<_> = requests.iter().map(message_from_request).collect();
    let answers = recommender.stream_recommendations(stream::iter(questions)).await.map_err(failed)?;
    let mut answers = answers.into_inner();
    for reply in replies {
        match answers.message().await.map_err(failed)? {
            Some(answer) => fill_reply(&answer, reply),
            None => {
                return Err(CallError::new(
                    ErrorKind::Malformed,
                    "the stream ended before every answer was there",
                ));
            }
        }
    }
    match answers.message().await.map_err(failed)? {
        None => Ok(()),
        Some(_) => Err(CallError::new(ErrorKind::Malformed, "the stream has more answers than questions")),
    }
}

async fn ask_stamped(
    recommender: &mut RecommenderClient<Channel>,
    request: &Request,
    reply: &mut Reply,
) -> Result<Stamps, CallError> {
    let mut question = tonic::Request::new(message_from_request(request));
    question.metadata_mut().insert(stamps::ASK, MetadataValue::from_static("1"));
    let answer = recommender.get_recommendations(question).await.map_err(failed)?;
    fill_reply(answer.get_ref(), reply);
    stamps::read(answer.metadata())
        .ok_or_else(|| CallError::new(ErrorKind::Unsupported, "this callee does not report its durations"))
}

#[cold]
#[expect(clippy::needless_pass_by_value, reason = "this is what map_err hands over")]
fn failed(status: Status) -> CallError {
    error_from_status(&status)
}

impl Connection for Client {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.life.within(ask(&mut self.recommender, request, reply)).await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let Self { recommender, life, .. } = self;
        life.within(async {
            let answer =
                recommender.get_recommendations_batch(batch_from_requests(requests)).await.map_err(failed)?;
            fill_replies(answer.get_ref(), replies)
        })
        .await
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let Self { recommender, life, .. } = self;
        let calls = requests.iter().zip(replies).map(|(request, reply)| {
            let mut handle = recommender.clone();
            async move { ask(&mut handle, request, reply).await }
        });
        // All start at once, so one deadline for all is each one's deadline. All are waited for, also behind an error:
        // hundreds of calls given up at once look like an attack to h2, which then ends the connection.
        life.within(async { join_all(calls).await.into_iter().collect() }).await
    }

    async fn stream(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.life.within(converse(&mut self.recommender, requests, replies)).await
    }

    async fn call_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        self.life.within(ask_stamped(&mut self.recommender, request, reply)).await
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let Self { probe, life, .. } = self;
        let reply_bytes = u32::try_from(reply_bytes)
            .map_err(|_| CallError::new(ErrorKind::TooLarge, format!("{reply_bytes} bytes back")))?;
        life.within(async {
            let question = EchoRequest { payload: payload.to_vec(), reply_bytes };
            *back = probe.echo(question).await.map_err(failed)?.into_inner().payload;
            Ok(())
        })
        .await
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        let Self { encoded, life, .. } = self;
        life.within(async {
            encoded.ready().await.map_err(|error| failed(Status::from_error(error.into())))?;
            let question = tonic::Request::new(request.to_vec());
            let path = PathAndQuery::from_static(METHOD);
            *reply = encoded.unary(question, path, Encoded).await.map_err(failed)?.into_inner();
            Ok(())
        })
        .await
    }

    fn share(&self) -> Option<Self> {
        Some(Self {
            recommender: self.recommender.clone(),
            probe: self.probe.clone(),
            encoded: self.encoded.clone(),
            life: self.life.clone(),
        })
    }
}
