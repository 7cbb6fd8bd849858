//! Which methods of the contract carry the questions. A manner knows no deadline and no end of a
//! connection: those are [`crate::client`]'s.

use crate::{
    probe::probe_client::ProbeClient, recommender::recommender_client::RecommenderClient,
    status::failed,
};
use api::{CallError, ErrorKind, Mode, Outcome, Reply, Request};
use codec::{
    batch_from_requests, fill_replies, fill_reply, message_from_request,
    recommendations::RecommendationResponse,
    tollgate::{EchoRequest, EchoResponse},
};
use futures_util::{future::join_all, stream};
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
pub trait Manner: Sized + 'static {
    /// Modes beyond chatty.
    const MODES: &'static [Mode];

    /// What a connection of this manner begins with.
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

    /// The manner of a second handle on the channel.
    fn share(&self) -> Option<Self>;
}

async fn unsupported(what: &str) -> Outcome {
    Err(CallError::new(ErrorKind::Unsupported, format!("this lane has no {what}")))
}

/// A unary call for each item or batch.
pub struct Unary;

impl Manner for Unary {
    const MODES: &'static [Mode] = &[Mode::Batched, Mode::Pipelined, Mode::Streamed];

    async fn begin(_: &mut Stubs) -> Result<Self, CallError> {
        Ok(Self)
    }

    async fn call(&mut self, stubs: &mut Stubs, request: &Request, reply: &mut Reply) -> Outcome {
        ask(&mut stubs.recommender, request, reply).await
    }

    async fn batch(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        let batch = batch_from_requests(requests);
        let answer = stubs.recommender.get_recommendations_batch(batch).await.map_err(failed)?;
        fill_replies(answer.get_ref(), replies)
    }

    async fn pipeline(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        let calls = requests.iter().zip(replies).map(|(request, reply)| {
            let mut handle = stubs.recommender.clone();
            async move { ask(&mut handle, request, reply).await }
        });
        // All start at once, so one deadline for all is each one's deadline. All are waited for,
        // also behind an error: hundreds of calls given up at once look like an attack to h2, which
        // then ends the connection.
        join_all(calls).await.into_iter().collect()
    }

    /// Sends every question and takes as many answers. The connection's own task sends while this
    /// one reads, and the callee reads a question only when its answer can be sent: neither side
    /// can wait for the other for ever.
    async fn stream(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        let questions: Vec<_> = requests.iter().map(message_from_request).collect();
        let questions = stream::iter(questions);
        let answers = stubs.recommender.stream_recommendations(questions).await.map_err(failed)?;
        take_all(answers.into_inner(), replies).await
    }

    fn share(&self) -> Option<Self> {
        Some(Self)
    }
}

pub(crate) async fn ask(
    recommender: &mut RecommenderClient<Channel>,
    request: &Request,
    reply: &mut Reply,
) -> Outcome {
    let answer = recommender
        .get_recommendations(message_from_request(request))
        .await
        .map_err(failed)?;
    fill_reply(answer.get_ref(), reply);
    Ok(())
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
    let missing =
        || CallError::new(ErrorKind::Malformed, "the stream ended before every answer was there");
    answers.message().await.map_err(failed)?.ok_or_else(missing)
}
