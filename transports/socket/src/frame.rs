//! Frames: `u32` little endian length of what follows, one byte (what it is, or how it went), payload. The layout is
//! documented for other languages in `peers/PROTOCOL.md`.

use std::io::{self, Read};

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
pub(crate) const STAMPS: usize = 24;

/// Begins a frame in `out`; returns where, for [`finish`].
pub(crate) fn begin(out: &mut Vec<u8>, kind: u8) -> usize {
    let at = out.len();
    out.extend_from_slice(&[0, 0, 0, 0, kind]);
    at
}

/// Writes the length of the frame begun at `at` and now complete.
pub(crate) fn finish(out: &mut [u8], at: usize) {
    let length = (out.len() - at - 4) as u32;
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Why there is no next frame.
#[derive(Debug)]
pub(crate) enum FrameError {
    /// The other side closed, between frames or inside one.
    Closed,
    /// The announced length is 0 or above the limit.
    Length(usize),
    /// The socket failed, or timed out.
    Io(io::Error),
}

/// Gathers bytes and hands out whole frames; keeps what belongs to the next one.
pub(crate) struct FrameReader {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    max_bytes: usize,
}

/// What one read asks for at least: most frames arrive whole by one system call.
const CHUNK: usize = 64 << 10;

impl FrameReader {
    /// Takes frames whose encoded message has at most `max_bytes`.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { buffer: vec![0; CHUNK], start: 0, end: 0, max_bytes: max_bytes + 1 + STAMPS }
    }

    /// True when a whole frame is here already.
    pub(crate) fn has_frame(&self) -> bool {
        self.announced().is_some_and(|length| self.end - self.start >= 4 + length)
    }

    fn announced(&self) -> Option<usize> {
        let head = self.buffer[self.start..self.end].first_chunk::<4>()?;
        Some(u32::from_le_bytes(*head) as usize)
    }

    /// True when bytes are here that no call has taken.
    pub(crate) fn has_bytes(&self) -> bool {
        self.start != self.end
    }

    /// The next frame's byte and payload. `before_read` is asked before each read.
    pub(crate) fn next(
        &mut self,
        socket: &mut impl Read,
        mut before_read: impl FnMut() -> io::Result<()>,
    ) -> Result<(u8, &[u8]), FrameError> {
        let length = loop {
            match self.announced() {
                Some(length) if length == 0 || length > self.max_bytes => {
                    return Err(FrameError::Length(length));
                }
                Some(length) if self.end - self.start >= 4 + length => break length,
                announced => self.make_room(4 + announced.unwrap_or(0)),
            }
            before_read().map_err(FrameError::Io)?;
            match socket.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Err(FrameError::Closed),
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FrameError::Io(error)),
            }
        };
        let frame = &self.buffer[self.start + 4..self.start + 4 + length];
        self.start += 4 + length;
        Ok((frame[0], &frame[1..]))
    }

    /// Moves what is left to the front, and grows to hold a frame of `needed` bytes.
    fn make_room(&mut self, needed: usize) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() < needed {
            // Doubling, so that a peer that announces much and sends little costs little.
            let doubled = (self.buffer.len() * 2).min(needed.max(self.end + CHUNK));
            self.buffer.resize(doubled, 0);
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.end + CHUNK, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of the given size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let take = self.1.min(self.0.len()).min(into.len());
            into[..take].copy_from_slice(&self.0[..take]);
            self.0 = &self.0[take..];
            Ok(take)
        }
    }

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let at = begin(&mut bytes, kind);
        bytes.extend_from_slice(payload);
        finish(&mut bytes, at);
        bytes
    }

    #[test]
    fn finds_frames_however_the_bytes_arrive() {
        let large = vec![7; 300_000];
        let bytes = [frame(CALL, b"abc"), frame(BATCH, &large), frame(ECHO, b"")].concat();
        for size in [1, 3, 4_096, bytes.len()] {
            let mut reader = FrameReader::new(1 << 20);
            let mut socket = Pieces(&bytes, size);
            for (kind, payload) in [(CALL, &b"abc"[..]), (BATCH, &large), (ECHO, b"")] {
                let found = reader.next(&mut socket, || Ok(())).expect("a frame");
                assert!(found == (kind, payload), "pieces of {size}");
            }
            assert!(matches!(reader.next(&mut socket, || Ok(())), Err(FrameError::Closed)));
        }
    }

    #[test]
    fn knows_whether_a_whole_frame_is_here() {
        let bytes = [frame(CALL, b"abc"), frame(CALL, b"def"), vec![9, 0, 0]].concat();
        let mut reader = FrameReader::new(100);
        let mut socket = Pieces(&bytes, bytes.len());
        assert!(!reader.has_frame());
        reader.next(&mut socket, || Ok(())).expect("first");
        assert!(reader.has_frame());
        reader.next(&mut socket, || Ok(())).expect("second");
        assert!(!reader.has_frame());
    }

    #[test]
    fn refuses_absurd_lengths_and_ends_inside_a_frame() {
        let refuse = |bytes: &[u8]| {
            FrameReader::new(100).next(&mut Pieces(bytes, 10), || Ok(())).map(|_| ()).expect_err("no")
        };
        assert!(matches!(refuse(&[0, 0, 0, 0]), FrameError::Length(0)));
        assert!(matches!(refuse(&[255, 255, 255, 255]), FrameError::Length(4_294_967_295)));
        assert!(matches!(refuse(&[5, 0, 0, 0, 1]), FrameError::Closed));
    }
}
