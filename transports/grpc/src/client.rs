//! The caller as people write it: one channel, which is one HTTP/2 connection.
//!
//! It validates nothing: a question is refused by the engine. It repeats no question: a connection
//! that breaks during a call is reported. How questions travel on the channel is a [`Manner`]'s.

use crate::{
    counted::Count,
    lane::Opens,
    manner::{Manner, Stubs, ask},
    message_codec::Encoded,
    probe::probe_client::ProbeClient,
    recommender::recommender_client::RecommenderClient,
    stamps,
    status::{failed, no_callee, speaks_no_http2},
    variants::Variant,
};
use api::{
    CallError, Connection, ErrorKind, Mode, Open, Outcome, Reply, Request, Stamps, WireBytes,
};
use codec::{fill_reply, message_from_request, tollgate::EchoRequest};
use net::Deadline;
use tonic::{
    Code, Status,
    codegen::http::uri::PathAndQuery,
    metadata::MetadataValue,
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

const SERVICE: &str = "recommendations.Recommender";
pub(crate) const METHOD: &str = "/recommendations.Recommender/GetRecommendations";

/// One channel to a callee, or a second handle on it.
pub struct Client<M> {
    stubs: Stubs,
    manner: M,
    deadline: Deadline,
    count: Option<Count>,
}

impl<V: Variant, M: Manner> Opens<V> for Client<M> {
    const MODES: &'static [Mode] = M::MODES;

    async fn open(at: &Open<'_>) -> Result<Self, CallError> {
        let endpoint = endpoint::<V>(at.endpoint).ok_or_else(|| {
            let detail =
                format!("endpoint `{}`; those of this lane begin with {}", at.endpoint, V::SCHEME);
            CallError::new(ErrorKind::Unsupported, detail)
        })?;
        // What is sent has no limit here: tonic would reset the stream without a word that says
        // why, while the callee refuses with its reason as soon as it has read a message's length.
        let max_bytes = at.engine.limits.max_message_bytes;
        let deadline = Deadline::new(at.deadline);
        let opening = async {
            let connecting = V::connect(endpoint, at.endpoint).await;
            let (channel, count) =
                connecting.map_err(|error| failed(Status::from_error(error.into())))?;
            greet(&channel).await?;
            let mut stubs = Stubs {
                recommender: RecommenderClient::new(channel.clone())
                    .max_decoding_message_size(max_bytes),
                probe: ProbeClient::new(channel.clone()).max_decoding_message_size(max_bytes),
                encoded: tonic::client::Grpc::new(channel).max_decoding_message_size(max_bytes),
            };
            let manner = M::begin(&mut stubs).await?;
            Ok((stubs, manner, count))
        };
        let (stubs, manner, count) = deadline.within(opening).await?;
        Ok(Self { stubs, manner, deadline, count })
    }
}

/// tonic knows both carriers by their endpoints; a lane takes those of its own only.
fn endpoint<V: Variant>(text: &str) -> Option<Endpoint> {
    text.strip_prefix(V::SCHEME).filter(|address| !address.is_empty())?;
    let endpoint = Endpoint::from_shared(text.to_owned()).ok()?;
    Some(V::endpoint(endpoint.tcp_nodelay(true)))
}

/// Makes sure that what answers is a callee.
async fn greet(channel: &Channel) -> Outcome {
    let asked = HealthCheckRequest { service: SERVICE.to_owned() };
    match HealthClient::new(channel.clone()).check(asked).await {
        Ok(_) => Ok(()),
        // Health is a custom, not a part of the contract: a callee without it is asked for nothing.
        Err(status) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => {
            ask(
                &mut RecommenderClient::new(channel.clone()),
                &Request::default(),
                &mut Reply::default(),
            )
            .await
        }
        Err(status) if speaks_no_http2(&status) => Err(no_callee(failed(status).detail())),
        Err(status) => Err(failed(status)),
    }
}

impl<M: Manner> Connection for Client<M> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.deadline.within(self.manner.call(&mut self.stubs, request, reply)).await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline.within(self.manner.batch(&mut self.stubs, requests, replies)).await
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline.within(self.manner.pipeline(&mut self.stubs, requests, replies)).await
    }

    async fn stream(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline.within(self.manner.stream(&mut self.stubs, requests, replies)).await
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let Self { stubs, deadline, .. } = self;
        let mut question = tonic::Request::new(message_from_request(request));
        question.metadata_mut().insert(stamps::ASK, MetadataValue::from_static("1"));
        deadline.within(async {
            let answer = stubs.recommender.get_recommendations(question).await.map_err(failed)?;
            fill_reply(answer.get_ref(), reply);
            stamps::read(answer.metadata())
        })
        .await
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let question = echo_request(payload, reply_bytes)?;
        *back = self.deadline.within(self.manner.echo(&mut self.stubs, question)).await?.payload;
        Ok(())
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        let Self { stubs: Stubs { encoded, .. }, deadline, .. } = self;
        deadline.within(async {
            encoded
                .ready()
                .await
                .map_err(|error| failed(Status::from_error(error.into())))?;
            let question = tonic::Request::new(request.to_vec());
            let path = PathAndQuery::from_static(METHOD);
            *reply = encoded.unary(question, path, Encoded).await.map_err(failed)?.into_inner();
            Ok(())
        })
        .await
    }

    fn share(&self) -> Option<Self> {
        let manner = self.manner.share()?;
        Some(Self {
            stubs: self.stubs.clone(),
            manner,
            deadline: self.deadline.clone(),
            count: self.count.clone(),
        })
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        self.count.as_ref().map(Count::bytes)
    }
}

/// The message that asks for an echo.
pub(crate) fn echo_request(payload: &[u8], reply_bytes: usize) -> Result<EchoRequest, CallError> {
    let too_large = |_| CallError::new(ErrorKind::TooLarge, format!("{reply_bytes} bytes back"));
    Ok(EchoRequest {
        payload: payload.to_vec(),
        reply_bytes: u32::try_from(reply_bytes).map_err(too_large)?,
    })
}
