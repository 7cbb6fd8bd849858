//! What a visit asks, and the answers that are right: made before the clock runs.

use api::{Reply, Request, WireBytes};
use fixtures::workload::recommendations;

/// Requests of one visit, in a pool that is walked cyclically in windows of one sample each.
pub(crate) struct Questions {
    pub(crate) requests: Vec<Request>,
    expected: Vec<Reply>,
    /// False for a lane that answers nothing by design.
    checked: bool,
}

/// Requests in a pool, at least: enough users to be a mix, few enough to stay in the cache.
const POOL: usize = 1_024;

impl Questions {
    /// A pool whose length is a multiple of `items`, from `golden` in order, cyclically from line
    /// `first`.
    pub(crate) fn new(
        golden: &[(Request, Reply)],
        first: usize,
        items: usize,
        size: u32,
        checked: bool,
    ) -> Self {
        let length = (POOL / items).max(1) * items;
        let lines = golden.iter().cycle().skip(first % golden.len().max(1)).take(length);
        let mut questions = Self {
            requests: Vec::with_capacity(length),
            expected: Vec::with_capacity(length),
            checked,
        };
        for line in lines {
            let (request, right) = recommendations::question(line, size);
            questions.requests.push(request);
            questions.expected.push(right);
        }
        questions
    }

    /// Places for actions of `items` whose questions and answers are kept elsewhere: as many as
    /// hold `most` items, at least one.
    pub(crate) fn elsewhere(items: usize, most: usize) -> Self {
        let length = (most.min(POOL) / items).max(1) * items;
        Self {
            requests: vec![Request::default(); length],
            expected: Vec::new(),
            checked: false,
        }
    }

    /// The right answer to the request at this place of the pool.
    pub(crate) fn right(&self, at: usize) -> &Reply {
        &self.expected[at]
    }

    /// Bytes of the values themselves in so many calls: user ids out, ids and where they end back.
    pub(crate) fn value_bytes(&self, calls: u64) -> WireBytes {
        let out: usize = self.requests.iter().map(|request| request.user_id.len()).sum();
        let back: usize = self.expected.iter().map(bytes_of).sum();
        let pool = self.requests.len().max(1) as u64;
        WireBytes {
            out: out as u64 * calls / pool,
            back: back as u64 * calls / pool,
        }
    }

    /// How many of these replies, to the requests from `at` on, are not the golden ones.
    pub(crate) fn wrong(&self, at: usize, replies: &[Reply]) -> u64 {
        if !self.checked {
            return 0;
        }
        recommendations::wrong(&self.expected[at..], replies)
    }
}

fn bytes_of(reply: &Reply) -> usize {
    let (text, ends) = reply.parts();
    text.len() + size_of_val(ends)
}
