//! What a style of calls has to say, and what the styles share. A style knows no deadline and no
//! end of a connection: those are [`crate::client`]'s.

use crate::{
    contract::{
        probe::probe_client::ProbeClient, recommender::recommender_client::RecommenderClient,
    },
    status::failed,
};
use api::{CallError, ErrorKind, Mode, Outcome, Reply, Request};
use codec::{
    fill_reply,
    recommendations::RecommendationResponse,
    tollgate::{EchoRequest, EchoResponse},
};
use std::{
    future::Future,
    slice::{from_mut, from_ref},
};
use tonic::{Streaming, transport::Channel};

/// The stubs of one channel.
#[derive(Clone)]
pub struct Stubs {
    pub(crate) recommender: RecommenderClient<Channel>,
    pub(crate) probe: ProbeClient<Channel>,
    /// For what is encoded already.
    pub(crate) encoded: tonic::client::Grpc<Channel>,
}

/// How questions and answers travel on a channel. Arguments and errors are those of
/// [`api::Connection`].
pub trait CallStyle: Sized + 'static {
    /// Modes beyond chatty.
    const MODES: &'static [Mode];

    /// What a connection of this style begins with.
    fn begin(stubs: &mut Stubs) -> impl Future<Output = Result<Self, CallError>>;

    /// One item.
    fn call(
        &mut self,
        stubs: &mut Stubs,
        request: &Request,
        reply: &mut Reply,
    ) -> impl Future<Output = Outcome> {
        self.stream(stubs, from_ref(request), from_mut(reply))
    }

    /// n items in one call.
    fn batch(
        &mut self,
        _: &mut Stubs,
        _: &[Request],
        _: &mut [Reply],
    ) -> impl Future<Output = Outcome> {
        unsupported("batched calls")
    }

    /// n items in flight.
    fn pipeline(
        &mut self,
        _: &mut Stubs,
        _: &[Request],
        _: &mut [Reply],
    ) -> impl Future<Output = Outcome> {
        unsupported("pipelined calls")
    }

    /// n items on a stream.
    fn stream(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> impl Future<Output = Outcome>;

    /// Opaque bytes, in the way of a call.
    fn echo(
        &mut self,
        stubs: &mut Stubs,
        question: EchoRequest,
    ) -> impl Future<Output = Result<EchoResponse, CallError>> {
        async { Ok(stubs.probe.echo(question).await.map_err(failed)?.into_inner()) }
    }

    /// The style of a second handle on the channel.
    fn share(&self) -> Option<Self>;
}

async fn unsupported(what: &str) -> Outcome {
    Err(CallError::new(ErrorKind::Unsupported, format!("this lane has no {what}")))
}

/// Takes an answer for each reply; there must be no other.
pub(crate) async fn take_all(
    mut answers: Streaming<RecommendationResponse>,
    replies: &mut [Reply],
) -> Outcome {
    for reply in replies {
        fill_reply(&take(&mut answers).await?, reply);
    }
    match answers.message().await.map_err(failed)? {
        None => Ok(()),
        Some(_) => Err(CallError::new(
            ErrorKind::Malformed,
            "the stream has more answers than questions",
        )),
    }
}

/// The next answer; there must be one.
pub(crate) async fn take<A>(answers: &mut Streaming<A>) -> Result<A, CallError> {
    match answers.message().await.map_err(failed)? {
        Some(answer) => Ok(answer),
        None => Err(CallError::new(
            ErrorKind::Malformed,
            "the stream ended before every answer was there",
        )),
    }
}
