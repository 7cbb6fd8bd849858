//! Frames: `u32` little endian length of what follows, one byte (what it is, or how it went),
//! payload. The layout is documented for other languages in `peers/PROTOCOL.md`. Nothing here reads
//! or writes a socket.

use api::Stamps;

/// One encoded request.
pub(crate) const CALL: u8 = 1;
/// An encoded batch request.
pub(crate) const BATCH: u8 = 2;
/// `u32` reply length, then opaque bytes.
pub(crate) const ECHO: u8 = 3;
/// A call whose reply reports the callee's durations.
pub(crate) const STAMPED_CALL: u8 = 129;
/// Reply: done, payload follows.
pub(crate) const OK: u8 = 0;
/// Reply: done, three `u64` (decode, compute, encode ns), then the payload.
pub(crate) const OK_STAMPED: u8 = 128;

/// Bytes before the payload.
pub(crate) const HEADER: usize = 5;
/// Bytes of a reply's stamps.
const STAMPS: usize = 24;

/// Appends a frame of this kind; `payload` appends what it carries.
pub(crate) fn append(out: &mut Vec<u8>, kind: u8, payload: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[0, 0, 0, 0, kind]);
    payload(out);
    let length = (out.len() - at - 4) as u32;
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Appends a frame of a reply with stamps, which `payload` gives when it has appended what is
/// encoded.
pub(crate) fn append_stamped(out: &mut Vec<u8>, payload: impl FnOnce(&mut Vec<u8>) -> Stamps) {
    append(out, OK_STAMPED, |out| {
        let at = out.len();
        out.extend_from_slice(&[0; STAMPS]);
        let Stamps { decode_ns, compute_ns, encode_ns } = payload(out);
        let parts = [decode_ns, compute_ns, encode_ns].map(u64::to_le_bytes);
        out[at..at + STAMPS].copy_from_slice(parts.as_flattened());
    });
}

/// The stamps and what follows them; none when the payload is too short for them.
pub(crate) fn split_stamps(payload: &[u8]) -> Option<(Stamps, &[u8])> {
    let (stamps, payload) = payload.split_first_chunk::<STAMPS>()?;
    let &[decode_ns, compute_ns, encode_ns] = stamps.as_chunks::<8>().0 else {
        return None;
    };
    let stamps = Stamps {
        decode_ns: u64::from_le_bytes(decode_ns),
        compute_ns: u64::from_le_bytes(compute_ns),
        encode_ns: u64::from_le_bytes(encode_ns),
    };
    Some((stamps, payload))
}

/// A frame announces this length: 0, or more than the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadLength(pub(crate) usize);

/// Gathers bytes and hands out whole frames; keeps what belongs to the next one.
pub(crate) struct Inbox {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    max_bytes: usize,
}

/// What one read asks for at least: most frames arrive whole by one system call.
const CHUNK: usize = 64 << 10;

impl Inbox {
    /// Takes frames whose encoded message has at most `max_bytes`.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            max_bytes: max_bytes + 1 + STAMPS,
        }
    }

    /// True when no bytes are here that nobody has taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The next frame's byte and payload, if it is here whole.
    pub(crate) fn take(&mut self) -> Result<Option<(u8, &[u8])>, BadLength> {
        let Some(length) = self.announced() else { return Ok(None) };
        if length == 0 || length > self.max_bytes {
            return Err(BadLength(length));
        }
        let begin = self.start + 4;
        if self.end < begin + length {
            return Ok(None);
        }
        self.start = begin + length;
        let frame = &self.buffer[begin..begin + length];
        Ok(Some((frame[0], &frame[1..])))
    }

    fn announced(&self) -> Option<usize> {
        let head = self.buffer[self.start..self.end].first_chunk::<4>()?;
        Some(u32::from_le_bytes(*head) as usize)
    }

    /// Room for bytes of the frame that is not whole yet: moves what is left to the front, and
    /// grows.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let needed = 4 + self.announced().unwrap_or(0);
        if self.buffer.len() < needed {
            // Doubling, so that a peer that announces much and sends little costs little.
            let doubled = (self.buffer.len() * 2).min(needed.max(self.end + CHUNK));
            self.buffer.resize(doubled, 0);
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        &mut self.buffer[self.end..]
    }

    /// So many bytes have been put into the room.
    pub(crate) fn add(&mut self, count: usize) {
        self.end += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts in bytes until a frame is whole; none when they end before.
    fn next(
        inbox: &mut Inbox,
        bytes: &mut &[u8],
        piece: usize,
    ) -> Result<Option<(u8, Vec<u8>)>, BadLength> {
        loop {
            if let Some((kind, payload)) = inbox.take()? {
                return Ok(Some((kind, payload.to_vec())));
            }
            let room = inbox.room();
            let count = piece.min(bytes.len()).min(room.len());
            if count == 0 {
                return Ok(None);
            }
            room[..count].copy_from_slice(&bytes[..count]);
            inbox.add(count);
            *bytes = &bytes[count..];
        }
    }

    #[test]
    fn finds_frames_however_the_bytes_arrive() {
        let large = vec![7; 300_000];
        let frames = [(CALL, b"abc".to_vec()), (BATCH, large), (ECHO, Vec::new())];
        let mut bytes = Vec::new();
        for (kind, payload) in &frames {
            append(&mut bytes, *kind, |out| out.extend_from_slice(payload));
        }
        for size in [1, 3, 4_096, bytes.len()] {
            let mut inbox = Inbox::new(1 << 20);
            let mut rest = &bytes[..];
            for frame in &frames {
                let found = next(&mut inbox, &mut rest, size).expect("a length");
                assert!(found.as_ref() == Some(frame), "pieces of {size}");
            }
            assert!(inbox.is_empty());
            assert_eq!(next(&mut inbox, &mut rest, size), Ok(None));
        }
    }

    #[test]
    fn refuses_absurd_lengths_and_waits_inside_a_frame() {
        let take = |mut bytes: &[u8]| next(&mut Inbox::new(100), &mut bytes, 10);
        assert_eq!(take(&[0, 0, 0, 0]), Err(BadLength(0)));
        assert_eq!(take(&[255, 255, 255, 255]), Err(BadLength(4_294_967_295)));
        assert_eq!(take(&[5, 0, 0, 0, 1]), Ok(None));
    }

    #[test]
    fn a_peer_that_announces_much_and_sends_little_costs_little() {
        let mut inbox = Inbox::new(32 << 20);
        let mut bytes = &[0, 0, 0, 2, CALL][..];
        assert_eq!(next(&mut inbox, &mut bytes, 10), Ok(None));
        assert!(inbox.buffer.len() <= 2 * CHUNK, "{}", inbox.buffer.len());
    }
}
