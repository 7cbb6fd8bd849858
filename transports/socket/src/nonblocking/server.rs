//! The callee: a task for each connection, all in one thread; an engine for each task.

use super::stream::Stream;
use crate::{
    carrier::{Carrier, SCHEME},
    server::{Places, Session, concerns_one_caller},
};
use api::{Host, ServeError};
use codec::Format;
use net::Bound;

/// Listens, and answers frames of this format.
pub(super) async fn serve<C: Carrier, F: Format>(
    Host { engine, listen, ready }: Host<'_>,
) -> Result<(), ServeError> {
    let Bound { listener, endpoint } = C::bind(listen, SCHEME).await?;
    ready(&endpoint);
    let places = Places::default();
    loop {
        let stream = match C::accept(&listener).await {
            Ok(stream) => stream,
            Err(error) if concerns_one_caller(&error) => continue,
            Err(error) => return Err(error.into()),
        };
        let Some(place) = places.take() else { continue };
        let session = Session::<F>::new(&engine);
        tokio::spawn(async move {
            // A connection that breaks is the caller's affair: the callee goes on with the others.
            drop(session.converse(&mut Stream(stream)).await);
            drop(place);
        });
    }
}
