"""Frames of the socket transports: `u32` little endian length of what follows, one byte, payload.

Both ends use this reader. It waits by the function it is given; deadlines and counting are that function's business.
"""

import struct

from tollgate_peer.contract import Failure

CALL, BATCH, ECHO, STAMPED_CALL = 1, 2, 3, 129
OK, OK_STAMPED = 0, 128

REPLY_BYTES = struct.Struct("<I")
STAMPS = struct.Struct("<QQQ")

_LENGTH = struct.Struct("<I")
_HEAD = struct.Struct("<IB")
_ROOM_BYTES = 64 << 10


def frame(kind, payload):
    """The bytes of one frame."""
    return _HEAD.pack(len(payload) + 1, kind) + payload


class FrameReader:
    """Cuts what `receive(view)` brings (the number of bytes; 0 at the end) into frames; room is kept and reused."""

    def __init__(self, receive, max_payload_bytes):
        self._receive = receive
        self._max_length = max_payload_bytes + 1
        self._buffer = bytearray(_ROOM_BYTES)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0

    def has_frame(self):
        """True when a whole frame is here already."""
        here = self._end - self._start
        return here >= 4 and here >= 4 + _LENGTH.unpack_from(self._buffer, self._start)[0]

    def next(self):
        """(byte, payload) of the next frame, or None at an end between frames. It holds until the next call."""
        if self._end - self._start < 4 and not self._need(4):
            return None
        (length,) = _LENGTH.unpack_from(self._buffer, self._start)
        if length > self._max_length:
            raise Failure("too_large", f"a frame of {length} bytes; at most {self._max_length} are taken")
        if length == 0:
            raise Failure("malformed", "a frame without its first byte")
        if self._end - self._start < 4 + length:
            self._need(4 + length)
        first = self._start + 4
        self._start = first + length
        return self._buffer[first], self._view[first + 1 : self._start]

    def _need(self, size):
        """Receives until `size` bytes are there; False when the other side ended before the first of them."""
        self._make_room(size)
        while self._end - self._start < size:
            got = self._receive(self._view[self._end :])
            if not got:
                if self._end == self._start:
                    return False
                raise Failure("gone", "the other side ended inside a frame")
            self._end += got
        return True

    def _make_room(self, size):
        """Moves what is left to the front, into a larger buffer if need be; payloads given out before end here."""
        left = self._view[self._start : self._end]
        if size > len(self._buffer):
            self._buffer = bytearray(size)
            self._buffer[: len(left)] = left
            self._view = memoryview(self._buffer)
        elif left and self._start:
            self._view[: len(left)] = left
        self._start, self._end = 0, len(left)
