//! The caller: every mode as messages to the callee's queue, and a task that reads the answers. It
//! validates nothing: a question is refused by the engine.

use crate::{
    broker::{Broker, Inbox},
    message,
    place::{Place, new_queue},
    waiting::{PendingCall, Waiting},
};
use api::{CallError, Connection, ErrorKind, Open, Outcome, Reply, Request, Stamps};
use codec::Format;
use futures_util::future::join_all;
use net::Deadline;
use std::{marker::PhantomData, sync::Arc, time::Duration};
use tokio::{task::AbortHandle, time::timeout};

/// An answer that lets wait this long may never come: then, and again and again, it is asked
/// whether anybody reads the callee's queue.
const LOOK: Duration = Duration::from_millis(100);
/// Messages in flight at once when pipelined.
const WINDOW_CALLS: usize = 64;

const GREETING: &[u8] = b"tollgate";

/// A connection to one callee; handles on it share queue and reader.
pub struct Client<B: Broker, F> {
    link: Arc<Link<B>>,
    deadline: Deadline,
    format: PhantomData<F>,
}

/// What the handles on a connection share. Its reader ends with it.
struct Link<B> {
    broker: B,
    /// The callee's queue.
    to: String,
    /// Its own.
    reply_to: String,
    waiting: Waiting,
    reader: AbortHandle,
    /// Bytes of a payload, at most.
    most_bytes: usize,
}

impl<B> Drop for Link<B> {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Gives answers to those who wait for them, until the inbox fails.
async fn read_answers(mut inbox: impl Inbox, waiting: Waiting) {
    loop {
        match inbox.receive().await {
            Ok(message) => {
                // What has no number is nobody's answer.
                if let Some(number) = message::number_of_reply(&message) {
                    waiting.give(number, message);
                }
            }
            Err(error) => return waiting.end(error),
        }
    }
}

/// Bytes that a payload may have where messages of the contract have so many.
pub(crate) fn most_bytes<B: Broker>(max_message_bytes: usize) -> usize {
    (max_message_bytes + message::BESIDE_MESSAGE).min(B::MOST_BYTES)
}

impl<B: Broker, F: Format> Client<B, F> {
    /// Opens a connection, and makes sure that what answers is a callee of this lane. Within a
    /// runtime, which the reader lives in.
    ///
    /// # Errors
    /// As [`api::Lane::open`].
    pub async fn open(at: &Open<'_>) -> Result<Self, CallError> {
        let place = Place::to_call::<B>(at.endpoint)?;
        let deadline = Deadline::new(at.deadline);
        let link = deadline.within(Link::open(&place, at)).await?;
        let client = Self { link: Arc::new(link), deadline, format: PhantomData };
        client.greeted(&place).await
    }

    async fn greeted(mut self, place: &Place) -> Result<Self, CallError> {
        let mut back = Vec::new();
        let found = match self.echo(GREETING, GREETING.len(), &mut back).await {
            Ok(()) if back == GREETING => return Ok(self),
            Ok(()) => format!("{place} answers, but not with messages of this lane"),
            Err(error) if error.kind() == ErrorKind::Gone => {
                let detail = format!("no callee at {place}: {}", error.detail());
                return Err(CallError::new(ErrorKind::Gone, detail));
            }
            Err(error) => format!("{place} is no callee of this lane: {error}"),
        };
        Err(CallError::new(ErrorKind::Unsupported, found))
    }

    /// One request of a kind, and what came back.
    async fn exchange(
        &self,
        kind: u8,
        append: impl FnOnce(&mut Vec<u8>),
    ) -> Result<Vec<u8>, CallError> {
        let Link { broker, to, reply_to, waiting, most_bytes, .. } = &*self.link;
        let pending = waiting.begin()?;
        let mut message = message::begin_request(pending.number, kind, reply_to);
        let head = message.len();
        append(&mut message);
        let bytes = message.len() - head;
        if bytes > *most_bytes {
            let detail = format!("a message of {bytes} bytes; {most_bytes} are the most");
            return Err(CallError::new(ErrorKind::TooLarge, detail));
        }
        broker.send(to, message).await?;
        self.link.answer(pending).await
    }

    /// As [`Client::exchange`], for a call.
    async fn one(&self, request: &Request, reply: &mut Reply) -> Outcome {
        let back = self
            .exchange(message::CALL, |out| codec::encode_request::<F>(request, out))
            .await?;
        codec::decode_reply::<F>(message::payload_of_reply(&back, message::OK)?, reply)
    }

    /// So many calls at once, until all are answered: the first refusal does not take back those
    /// behind it.
    async fn in_windows(&self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let mut outcome = Ok(());
        let windows = requests.chunks(WINDOW_CALLS).zip(replies.chunks_mut(WINDOW_CALLS));
        for (requests, replies) in windows {
            let calls =
                requests.iter().zip(replies).map(|(request, reply)| self.one(request, reply));
            for one in join_all(calls).await {
                match one {
                    Err(error) if error.kind().ends_connection() => return Err(error),
                    one => outcome = outcome.and(one),
                }
            }
        }
        outcome
    }
}

impl<B: Broker> Link<B> {
    async fn open(place: &Place, at: &Open<'_>) -> Result<Self, CallError> {
        let broker = B::connect(place).await?;
        let reply_to = new_queue();
        let inbox = broker.read(place, &reply_to).await?;
        let waiting = Waiting::default();
        let reader = tokio::spawn(read_answers(inbox, waiting.clone())).abort_handle();
        let most_bytes = most_bytes::<B>(at.engine.limits.max_message_bytes);
        let to = place.queue.clone();
        Ok(Self { broker, to, reply_to, waiting, reader, most_bytes })
    }

    /// Waits for the answer. A broker does not tell that the callee has gone: it is asked.
    async fn answer(&self, mut pending: PendingCall) -> Result<Vec<u8>, CallError> {
        loop {
            if let Ok(answered) = timeout(LOOK, pending.answer()).await {
                return answered;
            }
            if !self.broker.has_reader(&self.to).await {
                return Err(CallError::new(ErrorKind::Gone, "nobody reads the callee's queue"));
            }
        }
    }
}

impl<B: Broker, F: Format> Connection for Client<B, F> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.deadline.within(self.one(request, reply)).await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let exchange =
            self.exchange(message::BATCH, |out| codec::encode_requests::<F>(requests, out));
        let decoded = async {
            let back = exchange.await?;
            codec::decode_replies::<F>(message::payload_of_reply(&back, message::OK)?, replies)
        };
        self.deadline.within(decoded).await
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline.within(self.in_windows(requests, replies)).await
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let exchange =
            self.exchange(message::STAMPED_CALL, |out| codec::encode_request::<F>(request, out));
        let decoded = async {
            let back = exchange.await?;
            let payload = message::payload_of_reply(&back, message::OK_STAMPED)?;
            let (stamps, payload) = message::split_stamps(payload)?;
            codec::decode_reply::<F>(payload, reply)?;
            Ok(stamps)
        };
        self.deadline.within(decoded).await
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let length = u32::try_from(reply_bytes).map_err(|_| {
            CallError::new(ErrorKind::TooLarge, format!("{reply_bytes} bytes back"))
        })?;
        let exchange = self.exchange(message::ECHO, |out| {
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(payload);
        });
        self.deadline.within(copied(exchange, back)).await
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        let exchange = self.exchange(message::CALL, |out| out.extend_from_slice(request));
        self.deadline.within(copied(exchange, reply)).await
    }

    fn share(&self) -> Option<Self> {
        let (link, deadline) = (self.link.clone(), self.deadline.clone());
        Some(Self { link, deadline, format: PhantomData })
    }
}

/// What came back, in the caller's own memory.
async fn copied(
    exchange: impl Future<Output = Result<Vec<u8>, CallError>>,
    into: &mut Vec<u8>,
) -> Outcome {
    let back = exchange.await?;
    into.clear();
    into.extend_from_slice(message::payload_of_reply(&back, message::OK)?);
    Ok(())
}
