//! The caller as people write it: one channel, which is one HTTP/2 connection.
//!
//! It validates nothing: a question is refused by the engine. It repeats no question: a connection
//! that breaks during a call is reported. How questions travel on the channel is a [`CallStyle`]'s.

use crate::{
    calls::{CallStyle, Stubs, ask},
    contract::{
        ONE, SERVICE, echo_request, probe::probe_client::ProbeClient,
        recommender::recommender_client::RecommenderClient,
    },
    counted_socket::Count,
    lane::{Opens, Variant},
    message_codec::Encoded,
    stamps,
    status::{failed, no_callee, speaks_no_http2},
};
use api::{
    CallError, Connection, ErrorKind, Mode, Open, Outcome, Reply, Request, Stamps, WireBytes,
};
use codec::{fill_reply, message_from_request};
use net::Deadline;
use tonic::{
    Code, Status,
    codegen::http::uri::PathAndQuery,
    metadata::MetadataValue,
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

/// One channel to a callee, or a second handle on it.
pub struct Client<S> {
    stubs: Stubs,
    style: S,
    deadline: Deadline,
    count: Option<Count>,
}

impl<V: Variant, S: CallStyle> Opens<V> for Client<S> {
    const MODES: &'static [Mode] = S::MODES;

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
            let style = S::begin(&mut stubs).await?;
            Ok((stubs, style, count))
        };
        let (stubs, style, count) = deadline.within(opening).await?;
        Ok(Self { stubs, style, deadline, count })
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

impl<S: CallStyle> Connection for Client<S> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.deadline.within(self.style.call(&mut self.stubs, request, reply)).await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline.within(self.style.batch(&mut self.stubs, requests, replies)).await
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline
            .within(self.style.pipeline(&mut self.stubs, requests, replies))
            .await
    }

    async fn stream(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline
            .within(self.style.stream(&mut self.stubs, requests, replies))
            .await
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let Self { stubs, deadline, .. } = self;
        let mut question = tonic::Request::new(message_from_request(request));
        question.metadata_mut().insert(stamps::ASK, MetadataValue::from_static("1"));
        deadline
            .within(async {
                let answer =
                    stubs.recommender.get_recommendations(question).await.map_err(failed)?;
                fill_reply(answer.get_ref(), reply);
                stamps::read(answer.metadata())
            })
            .await
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let question = echo_request(payload, reply_bytes)?;
        *back = self.deadline.within(self.style.echo(&mut self.stubs, question)).await?.payload;
        Ok(())
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        let Self { stubs: Stubs { encoded, .. }, deadline, .. } = self;
        deadline
            .within(async {
                encoded
                    .ready()
                    .await
                    .map_err(|error| failed(Status::from_error(error.into())))?;
                let question = tonic::Request::new(request.to_vec());
                let path = PathAndQuery::from_static(ONE);
                *reply = encoded.unary(question, path, Encoded).await.map_err(failed)?.into_inner();
                Ok(())
            })
            .await
    }

    fn share(&self) -> Option<Self> {
        let style = self.style.share()?;
        Some(Self {
            stubs: self.stubs.clone(),
            style,
            deadline: self.deadline.clone(),
            count: self.count.clone(),
        })
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        self.count.as_ref().map(Count::bytes)
    }
}
