//! Opaque bytes there and back, over a lane's own connection: the workload `bytes`, and the stage
//! `echo` of other calls.

use crate::drive::stages::payloads::Payloads;
use api::{CallError, Connection, ErrorKind, Outcome};

/// Echoes over a connection. Of each the number of bytes is checked at once, and every byte when
/// its sample's clock has stopped.
pub(crate) struct Echo<'a, C> {
    connection: &'a mut C,
    payloads: &'a mut Payloads,
}

impl<'a, C: Connection> Echo<'a, C> {
    pub(crate) fn new(connection: &'a mut C, payloads: &'a mut Payloads) -> Self {
        // What an error left of an earlier visit is nobody's answer.
        payloads.go_on();
        Self { connection, payloads }
    }

    /// As many echoes as so many items take, each as soon as the one before it is answered.
    #[inline]
    pub(crate) async fn carry(&mut self, items: usize) -> Outcome {
        for _ in 0..items / self.payloads.shape.items {
            let reply_bytes = self.payloads.shape.reply_bytes;
            let (payload, back) = self.payloads.next();
            self.connection.echo(payload, reply_bytes, back).await?;
            if back.len() != reply_bytes {
                return Err(another_length(reply_bytes, back.len()));
            }
        }
        Ok(())
    }

    /// Wrong items among those that came back since the last time.
    pub(crate) fn wrong(&mut self) -> u64 {
        self.payloads.wrong()
    }
}

fn another_length(wanted: usize, got: usize) -> CallError {
    let detail = format!("an echo of {wanted} bytes came back as {got}");
    CallError::new(ErrorKind::Internal, detail)
}
