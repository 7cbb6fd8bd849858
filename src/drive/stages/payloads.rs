//! What the echoes of a visit send, what is to come back, and what did. All of it is laid out
//! before any clock is read, and stays for the next visit of the same echoes.

use api::echo_bytes;
use fixtures::workload::bytes;

/// The echoes of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EchoShape {
    /// Items in one echo, whose bytes stand one after another.
    pub(crate) items: usize,
    /// Bytes out, of all items.
    pub(crate) payload_bytes: usize,
    /// Bytes back.
    pub(crate) reply_bytes: usize,
}

/// Payloads that are sent in turn, at least: what comes late, or twice, is not what was to come.
const FEWEST: usize = 4;
/// Payloads at most: as many as questions in a pool.
const MOST: usize = 1_024;
/// More than [`FEWEST`] have this many bytes together, at most: what is sent stays in the cache, as
/// it does where a program has just made it.
const MOST_BYTES: usize = 256 << 10;

/// Payloads, and the answers to those that were sent last.
pub(crate) struct Payloads {
    pub(crate) shape: EchoShape,
    sent: Vec<Vec<u8>>,
    /// What is to come back, where that is not what was sent.
    other: Option<Vec<Vec<u8>>>,
    /// The payload of the first echo that was not checked yet.
    unchecked: usize,
    /// Echoes since then.
    taken: usize,
    /// What came back of them.
    back: Vec<Vec<u8>>,
}

impl Payloads {
    pub(crate) fn new(shape: EchoShape) -> Self {
        let count = (MOST_BYTES / shape.payload_bytes.max(1)).clamp(FEWEST, MOST);
        let payload = |at| bytes::payload(shape.payload_bytes, at as u64);
        let sent: Vec<Vec<u8>> = (0..count).map(payload).collect();
        let other = (shape.payload_bytes != shape.reply_bytes).then(|| {
            let answer = |payload: &Vec<u8>| answer(payload, shape.reply_bytes);
            sent.iter().map(answer).collect()
        });
        Self {
            shape,
            sent,
            other,
            unchecked: 0,
            taken: 0,
            back: vec![Vec::with_capacity(shape.reply_bytes)],
        }
    }

    /// What the next echo sends, and where its answer goes.
    #[inline]
    pub(crate) fn next(&mut self) -> (&[u8], &mut Vec<u8>) {
        let at = (self.unchecked + self.taken) % self.sent.len();
        if self.taken == self.back.len() {
            // In the lead-in alone: a sample has as many echoes as the one before.
            self.back.push(Vec::with_capacity(self.shape.reply_bytes));
        }
        self.taken += 1;
        (&self.sent[at], &mut self.back[self.taken - 1])
    }

    /// Compares all that came back since the last time, byte by byte; the number of wrong items.
    pub(crate) fn wrong(&mut self) -> u64 {
        let right = self.other.as_ref().unwrap_or(&self.sent);
        let right = right.iter().cycle().skip(self.unchecked);
        let back = &self.back[..self.taken];
        let pairs = right.zip(back);
        let wrong = pairs.map(|(right, back)| bytes::wrong(right, back, self.shape.items)).sum();
        self.go_on();
        wrong
    }

    /// What was sent so far is not looked at any more.
    pub(crate) fn go_on(&mut self) {
        self.unchecked = (self.unchecked + self.taken) % self.sent.len();
        self.taken = 0;
    }
}

fn answer(payload: &[u8], reply_bytes: usize) -> Vec<u8> {
    let mut answer = Vec::with_capacity(reply_bytes);
    echo_bytes(payload, reply_bytes, &mut answer);
    answer
}
