//! The styles that stream: one stream for a connection's life, questions as a stream, answers as a
//! stream. A stream for each action is beside the unary calls.

use super::style::{CallStyle, Stubs, take, take_all};
use crate::status::failed;
use api::{CallError, Limits, Mode, Outcome, Reply, Request};
use codec::{
    batch_from_requests, fill_replies, fill_reply, message_from_request,
    recommendations::{RecommendationRequest, RecommendationResponse},
    tollgate::{EchoRequest, EchoResponse},
};
use futures_util::{
    future::{Either, select},
    stream::{self, BoxStream, StreamExt},
};
use std::{convert::Infallible, future::pending, pin::pin};
use tokio::sync::mpsc;
use tonic::{Response, Status, Streaming};

/// Questions that wait to be sent, at most: those of one action.
const QUEUED: usize = Limits::DEFAULT.max_items;

/// A bidirectional call that stays open: each message out is answered by one message back.
struct OpenStream<Q, A> {
    questions: mpsc::Sender<Q>,
    answers: Streaming<A>,
}

impl<Q: Send + 'static, A> OpenStream<Q, A> {
    async fn begin(
        call: impl AsyncFnOnce(BoxStream<'static, Q>) -> Result<Response<Streaming<A>>, Status>,
    ) -> Result<Self, CallError> {
        let (questions, mut asked) = mpsc::channel(QUEUED);
        let asked = stream::poll_fn(move |cx| asked.poll_recv(cx)).boxed();
        Ok(Self {
            questions,
            answers: call(asked).await.map_err(failed)?.into_inner(),
        })
    }

    /// Asks all and takes all answers; both go on at once, so neither can wait for the other for
    /// ever.
    async fn exchange(
        &mut self,
        questions: impl ExactSizeIterator<Item = Q>,
        mut fill: impl FnMut(usize, A),
    ) -> Outcome {
        let Self { questions: queue, answers } = self;
        let due = questions.len();
        let asking = async {
            for question in questions {
                // A queue that nobody empties any more: why is said where the answers are awaited.
                if queue.send(question).await.is_err() {
                    break;
                }
            }
            pending::<Infallible>().await
        };
        let hearing = async {
            for at in 0..due {
                fill(at, take(answers).await?);
            }
            Ok(())
        };
        match select(pin!(asking), pin!(hearing)).await {
            Either::Left((never, _)) => match never {},
            Either::Right((outcome, _)) => outcome,
        }
    }
}

/// One bidirectional stream for the life of the connection; a call is a message each way.
pub(crate) struct OneStream {
    /// None after a refusal, which ends a stream: the next call begins another.
    calls: Option<OpenStream<RecommendationRequest, RecommendationResponse>>,
    /// Begun by the first echo.
    echoes: Option<OpenStream<EchoRequest, EchoResponse>>,
}

impl OneStream {
    async fn begin_calls(
        stubs: &mut Stubs,
    ) -> Result<OpenStream<RecommendationRequest, RecommendationResponse>, CallError> {
        OpenStream::begin(async |asked| stubs.recommender.stream_recommendations(asked).await).await
    }
}

impl CallStyle for OneStream {
    const MODES: &'static [Mode] = &[Mode::Pipelined, Mode::Streamed];

    async fn begin(stubs: &mut Stubs) -> Result<Self, CallError> {
        Ok(Self { calls: Some(Self::begin_calls(stubs).await?), echoes: None })
    }

    async fn pipeline(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        self.stream(stubs, requests, replies).await
    }

    async fn stream(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        // Taken, and put back only after success: a stream that was left in mid-exchange answers no
        // other call.
        let mut calls = match self.calls.take() {
            Some(calls) => calls,
            None => Self::begin_calls(stubs).await?,
        };
        let questions = requests.iter().map(message_from_request);
        calls
            .exchange(questions, |at, answer| fill_reply(&answer, &mut replies[at]))
            .await?;
        self.calls = Some(calls);
        Ok(())
    }

    async fn echo(
        &mut self,
        stubs: &mut Stubs,
        question: EchoRequest,
    ) -> Result<EchoResponse, CallError> {
        let mut echoes = match self.echoes.take() {
            Some(echoes) => echoes,
            None => OpenStream::begin(async |asked| stubs.probe.echo_stream(asked).await).await?,
        };
        let mut back = EchoResponse::default();
        echoes.exchange([question].into_iter(), |_, answer| back = answer).await?;
        self.echoes = Some(echoes);
        Ok(back)
    }

    /// One stream has one order of messages: two handles would have to agree on whose turn it is.
    fn share(&self) -> Option<Self> {
        None
    }
}

/// Questions as a client stream, all answers in one message.
pub(crate) struct ClientStreaming;

impl CallStyle for ClientStreaming {
    const MODES: &'static [Mode] = &[Mode::Streamed];

    async fn begin(_: &mut Stubs) -> Result<Self, CallError> {
        Ok(Self)
    }

    async fn stream(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        let questions: Vec<_> = requests.iter().map(message_from_request).collect();
        let questions = stream::iter(questions);
        let answer = stubs.recommender.collect_recommendations(questions).await.map_err(failed)?;
        fill_replies(answer.get_ref(), replies)
    }

    fn share(&self) -> Option<Self> {
        Some(Self)
    }
}

/// All questions in one message, answers as a server stream.
pub(crate) struct ServerStreaming;

impl CallStyle for ServerStreaming {
    const MODES: &'static [Mode] = &[Mode::Streamed];

    async fn begin(_: &mut Stubs) -> Result<Self, CallError> {
        Ok(Self)
    }

    async fn stream(
        &mut self,
        stubs: &mut Stubs,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Outcome {
        let batch = batch_from_requests(requests);
        let answers = stubs.recommender.list_recommendations(batch).await.map_err(failed)?;
        take_all(answers.into_inner(), replies).await
    }

    fn share(&self) -> Option<Self> {
        Some(Self)
    }
}
