"""The caller of the socket transports: frames over a blocking Unix socket, messages of any codec in them.

Time limits are the kernel's (SO_RCVTIMEO, SO_SNDTIMEO), because settimeout would make Python poll before every send and
receive. They are renewed from the call's own end, so that a peer that drips bytes cannot stretch a call.
"""

import socket
import struct
import time
from collections import deque

from tollgate_peer import contract
from tollgate_peer.contract import Failure
from tollgate_peer.wire import frames
from tollgate_peer.wire.lane import Connection

# Requests that may be unanswered at a time: what fits into the socket's buffers, so that this side reads before the
# callee, blocked on its replies, stops reading requests.
WINDOW_CALLS = 64
WINDOW_BYTES = 64 << 10

# Below this a send is one buffer of the kernel, and its time limit one wait.
_PIECE_BYTES = 32 << 10
# A limit that is right to this much is not set anew: that would be a system call in every call.
_CLOSE_ENOUGH_S = 0.001
_TIMEVAL = struct.Struct("@ll")


def open_socket(codec, endpoint, deadline_s, **_engine):
    """Connects to `unix:/path`."""
    if not endpoint.startswith("unix:/"):
        raise Failure("unsupported", f"this transport takes an endpoint unix:/path, not {endpoint!r}")
    connection = SocketConnection(codec, endpoint[len("unix:") :], deadline_s)
    try:
        connection.greet()
    except Failure as failure:
        connection.close()
        if failure.kind in ("deadline", "gone"):
            raise
        raise Failure("unsupported", f"{endpoint} is no callee of this lane: {failure.detail}") from None
    return connection


class SocketConnection(Connection):
    """One socket."""

    def __init__(self, codec, path, deadline_s):
        self.codec = codec
        self._deadline_s = deadline_s
        self._end_s = time.monotonic() + deadline_s
        self._limits_s = {socket.SO_RCVTIMEO: 0.0, socket.SO_SNDTIMEO: 0.0}
        self._bytes_out = self._bytes_back = 0
        # A reply may be as long as a message, and has stamps besides.
        self._reader = frames.FrameReader(self._receive, contract.MAX_MESSAGE_BYTES + frames.STAMPS.size)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._allow(socket.SO_SNDTIMEO)
            self._socket.connect(path)
        except OSError as error:
            self._socket.close()
            raise Failure("gone", f"nobody answers at unix:{path}: {error}") from None

    def greet(self):
        """Makes sure that what answers speaks frames."""
        if self.echo(b"tollgate", 8) != b"tollgate":
            raise Failure("malformed", "an echo came back changed")

    def call(self, request):
        self._begin()
        self._send(frames.frame(frames.CALL, self.codec.write_request(request)))
        return self.codec.read_reply(self._reply(frames.OK))

    def batched(self, requests):
        self._begin()
        self._send(frames.frame(frames.BATCH, self.codec.write_requests(requests)))
        replies = self.codec.read_replies(self._reply(frames.OK))
        return contract.as_many(replies, requests)

    def pipelined(self, requests):
        """Writes a window, then reads its answers. A refusal does not take back what is in flight behind it."""
        packed = deque(frames.frame(frames.CALL, self.codec.write_request(request)) for request in requests)
        replies = []
        refusal = None
        while packed and not refusal:
            window = _window(packed)
            self._begin()
            self._send(b"".join(window))
            for _ in window:
                try:
                    replies.append(self.codec.read_reply(self._reply(frames.OK)))
                except Failure as failure:
                    if failure.kind in contract.ENDS_CONNECTION:
                        raise
                    refusal = refusal or failure
        if refusal:
            raise refusal
        return replies

    def stamped(self, request):
        self._begin()
        self._send(frames.frame(frames.STAMPED_CALL, self.codec.write_request(request)))
        payload = self._reply(frames.OK_STAMPED)
        if len(payload) < frames.STAMPS.size:
            raise Failure("malformed", "a reply without stamps")
        return self.codec.read_reply(payload[frames.STAMPS.size :]), frames.STAMPS.unpack_from(payload)

    def echo(self, payload, reply_bytes):
        self._begin()
        self._send(frames.frame(frames.ECHO, frames.REPLY_BYTES.pack(reply_bytes) + payload))
        return bytes(self._reply(frames.OK))

    def raw(self, request):
        self._begin()
        self._send(frames.frame(frames.CALL, request))
        return bytes(self._reply(frames.OK))

    def wire_bytes(self):
        return self._bytes_out, self._bytes_back

    def close(self):
        self._socket.close()

    def _begin(self):
        """Starts the clock of a call, and tells when its time is over."""
        self._end_s = time.monotonic() + self._deadline_s
        return self._end_s

    def _reply(self, wanted):
        """The payload of the next frame, which must have the wanted status; any other is a Failure."""
        frame = self._reader.next()
        if frame is None:
            raise Failure("gone", "the callee closed the connection")
        status, payload = frame
        if status != wanted:
            raise contract.failure_of_status(status, str(payload, "utf-8", "replace"))
        return payload

    def _send(self, frame):
        try:
            sent = self._send_piece(memoryview(frame)[:_PIECE_BYTES] if len(frame) > _PIECE_BYTES else frame)
            while sent < len(frame):
                sent += self._send_piece(memoryview(frame)[sent : sent + _PIECE_BYTES])
        except BlockingIOError:
            raise self._too_late() from None
        except OSError as error:
            raise self._last_words(error) from None

    def _last_words(self, error):
        """Why a send failed: a callee that refuses and closes has said so before. Answers before that are dropped."""
        while True:
            frame = self._reader.next()
            if frame is None:
                return Failure("gone", f"the callee is gone: {error}")
            status, payload = frame
            if status not in (frames.OK, frames.OK_STAMPED):
                return contract.failure_of_status(status, str(payload, "utf-8", "replace"))

    def _send_piece(self, piece):
        self._allow(socket.SO_SNDTIMEO)
        sent = self._socket.send(piece)
        self._bytes_out += sent
        return sent

    def _receive(self, view):
        try:
            self._allow(socket.SO_RCVTIMEO)
            got = self._socket.recv_into(view)
        except BlockingIOError:
            raise self._too_late() from None
        except OSError as error:
            raise Failure("gone", f"the callee is gone: {error}") from None
        self._bytes_back += got
        return got

    def _allow(self, option):
        """Lets the next send or receive wait until the call's time is over, and no longer."""
        left_s = self._end_s - time.monotonic()
        if left_s <= 0:
            raise self._too_late()
        if abs(left_s - self._limits_s[option]) > _CLOSE_ENOUGH_S or left_s <= _CLOSE_ENOUGH_S:
            # A limit of 0 would mean none.
            whole_us = max(1, int(left_s * 1e6))
            self._socket.setsockopt(socket.SOL_SOCKET, option, _TIMEVAL.pack(*divmod(whole_us, 1_000_000)))
            self._limits_s[option] = left_s

    def _too_late(self):
        return Failure("deadline", f"no answer within {self._deadline_s * 1000:g} ms")


def _window(packed):
    """Takes from the front what may be unanswered at a time; a request larger than that goes alone."""
    window = [packed.popleft()]
    size = len(window[0])
    while packed and len(window) < WINDOW_CALLS and size + len(packed[0]) <= WINDOW_BYTES:
        size += len(packed[0])
        window.append(packed.popleft())
    return window
