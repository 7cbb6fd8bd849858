//! A unary call for each item or batch; streamed, a bidirectional call for each action.

use super::style::{CallStyle, Stubs, take_all};
use crate::{contract::recommender::recommender_client::RecommenderClient, status::failed};
use api::{CallError, Mode, Outcome, Reply, Request};
use codec::{batch_from_requests, fill_replies, fill_reply, message_from_request};
use futures_util::{future::join_all, stream};
use tonic::transport::Channel;

/// A unary call for each item or batch.
pub struct Unary;

impl CallStyle for Unary {
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

/// One unary call.
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
