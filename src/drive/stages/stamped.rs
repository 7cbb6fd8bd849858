//! Whole calls whose callee reports its durations.

use api::{Connection, Outcome, Reply, Request, Stamps};

/// Whole calls, and the sum of what the callee says of them, lead-in included.
pub(crate) struct Stamped<'a, C> {
    connection: &'a mut C,
    sum: Stamps,
    calls: u64,
}

impl<'a, C> Stamped<'a, C> {
    pub(crate) fn new(connection: &'a mut C) -> Self {
        Self { connection, sum: Stamps::default(), calls: 0 }
    }

    /// Means of decode, compute and encode, ns; none without a call.
    pub(crate) fn means_ns(&self) -> Option<[f64; 3]> {
        if self.calls == 0 {
            return None;
        }
        let Stamps { decode_ns, compute_ns, encode_ns } = self.sum;
        let sums_ns = [decode_ns, compute_ns, encode_ns];
        Some(sums_ns.map(|sum_ns| sum_ns as f64 / self.calls as f64))
    }
}

impl<C: Connection> Connection for Stamped<'_, C> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let stamps = self.connection.call_stamped(request, reply).await?;
        self.sum.decode_ns += stamps.decode_ns;
        self.sum.compute_ns += stamps.compute_ns;
        self.sum.encode_ns += stamps.encode_ns;
        self.calls += 1;
        Ok(())
    }
}
