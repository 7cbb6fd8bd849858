//! Drives a connection from the task of the call that uses it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Runs `call` to its end and keeps `connection` going meanwhile, in one task: no second task has to be woken for what
/// this call sends or receives. `ended` makes the outcome of a call whose connection ends first.
///
/// The connection is not driven between calls: what arrives then waits for the next one.
pub async fn alongside<C, T>(
    connection: &mut C,
    call: impl Future<Output = T>,
    ended: impl FnOnce(C::Output) -> T,
) -> T
where
    C: Future + Unpin,
{
    let mut call = pin!(call);
    let mut ended = Some(ended);
    poll_fn(|cx| {
        // What the call has queued is sent by the connection, and what the connection has read wakes the call: the
        // waker is the same for both, so the order decides only how often this is polled. Call first: it queues.
        if let Poll::Ready(done) = call.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        let Poll::Ready(output) = pin!(&mut *connection).poll(cx) else {
            return call.as_mut().poll(cx);
        };
        // The last bytes may have brought the answer.
        match call.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => match ended.take() {
                Some(ended) => Poll::Ready(ended(output)),
                None => Poll::Pending,
            },
        }
    })
    .await
}
