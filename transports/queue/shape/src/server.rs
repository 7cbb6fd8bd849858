//! The callee: reads its queue and answers, one message after another. A server that goes away is
//! waited for.

use crate::{
    answers::Answerer,
    broker::{Broker, Inbox},
    client::most_bytes,
    place::Place,
};
use api::{CallError, Host, ServeError};
use codec::Format;
use net::Flavour;
use std::{convert::Infallible, io, time::Duration};
use tokio::time::sleep;

/// Between two attempts to reach a server that has gone.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers at the server that `host.listen` names until the process ends.
///
/// # Errors
/// `Address` when it names none, `Io` when it is not reached at first.
pub fn serve<B: Broker, F: Format>(host: Host<'_>) -> Result<(), ServeError> {
    let Host { engine, listen, ready } = host;
    let place = Place::to_serve::<B>(listen)?;
    let most_bytes = most_bytes::<B>(engine.limits.max_message_bytes);
    let mut answerer = Answerer::<F>::new(&engine, most_bytes);
    Flavour::CurrentThread.runtime()?.block_on(async {
        let opened = open::<B>(&place).await;
        let (mut broker, mut inbox) =
            opened.map_err(|error| ServeError::Io(io::Error::other(error.to_string())))?;
        ready(&place.to_string());
        loop {
            let Err(_why) = converse(&broker, &mut inbox, &mut answerer).await;
            (broker, inbox) = open_again(&place).await;
        }
    })
}

/// Answers until a connection breaks.
async fn converse<B: Broker, F: Format>(
    broker: &B,
    inbox: &mut B::Inbox,
    answerer: &mut Answerer<F>,
) -> Result<Infallible, CallError> {
    loop {
        let message = inbox.receive().await?;
        if let Some(answer) = answerer.answer(&message) {
            broker.send(answer.to, answer.message).await?;
        }
    }
}

async fn open<B: Broker>(place: &Place) -> Result<(B, B::Inbox), CallError> {
    let broker = B::connect(place).await?;
    let inbox = broker.read(place, &place.queue).await?;
    Ok((broker, inbox))
}

/// The server may be started again: its callers find this callee there as before.
async fn open_again<B: Broker>(place: &Place) -> (B, B::Inbox) {
    loop {
        if let Ok(opened) = open(place).await {
            return opened;
        }
        sleep(PAUSE).await;
    }
}
