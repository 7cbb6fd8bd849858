"""The callee of the socket transports: one thread for each of a bounded number of connections, any codec, any engine.

Each connection answers in order.
"""

import sys
import threading
import time

from tollgate_peer import contract
from tollgate_peer.contract import Failure
from tollgate_peer.wire import frames
from tollgate_peer.wire.unix_socket import UnixSocket

MAX_CONNECTIONS = 64
# Replies are sent at the latest when this much of them has gathered.
FLUSH_BYTES = 64 << 10


class SocketCallee:
    """Answers on a Unix socket."""

    def __init__(self, codec, listen, engine):
        self._codec, self._engine = codec, engine
        self._socket = UnixSocket(listen, MAX_CONNECTIONS)
        self.endpoint = self._socket.endpoint

    def close(self):
        """Leaves nothing behind."""
        self._socket.remove()

    def answer(self):
        """Takes connections until that fails."""
        places = threading.BoundedSemaphore(MAX_CONNECTIONS)
        while True:
            connection, _ = self._socket.socket.accept()
            if places.acquire(blocking=False):
                threading.Thread(target=self._converse, args=(connection, places), daemon=True).start()
            else:
                connection.close()

    def _converse(self, connection, places):
        """One connection from its first request to its end."""
        # As the Rust callee: an echo of the message limit has its number of bytes besides.
        reader = frames.FrameReader(connection.recv_into, contract.MAX_MESSAGE_BYTES + frames.STAMPS.size)
        replies = bytearray()
        ends = False
        try:
            while not ends:
                try:
                    frame = reader.next()
                    if frame is None:
                        return
                    reply = answer_frame(self._codec, self._engine, *frame)
                    ends = reply[4] == contract.STATUS["malformed"]
                except Failure as failure:
                    # Where the next frame would begin is not known.
                    reply, ends = _refusal(failure), True
                replies += reply
                # Requests that arrived together are answered together, as the Rust callee does.
                if ends or len(replies) >= FLUSH_BYTES or not reader.has_frame():
                    connection.sendall(replies)
                    replies.clear()
        except OSError:
            pass  # the caller went away
        finally:
            connection.close()
            places.release()


def answer_frame(codec, engine, kind, payload):
    """The reply frame for one request."""
    try:
        if kind == frames.CALL:
            ids = engine.answer(codec.read_request(payload))
            return frames.frame(frames.OK, codec.write_reply(ids))
        if kind == frames.BATCH:
            replies = engine.answer_batch(codec.read_requests(payload))
            return frames.frame(frames.OK, codec.write_replies(replies))
        if kind == frames.ECHO:
            return frames.frame(frames.OK, _echo(payload))
        if kind == frames.STAMPED_CALL:
            return frames.frame(frames.OK_STAMPED, _stamped(codec, engine, payload))
        raise Failure("malformed", f"a request of kind {kind} is not known")
    except Failure as failure:
        return _refusal(failure)
    except Exception as error:  # a mistake here must cost one call, not the connection
        print(f"peer.py: {error!r}", file=sys.stderr)
        return _refusal(Failure("internal", repr(error)))


def _refusal(failure):
    return frames.frame(contract.STATUS[failure.kind], failure.detail.encode("utf-8", "replace"))


def _echo(payload):
    if len(payload) < frames.REPLY_BYTES.size:
        raise Failure("malformed", "an echo without its number of bytes")
    (reply_bytes,) = frames.REPLY_BYTES.unpack_from(payload)
    return contract.echo_bytes(payload[frames.REPLY_BYTES.size :], reply_bytes)


def _stamped(codec, engine, payload):
    clock = time.perf_counter_ns
    start = clock()
    request = codec.read_request(payload)
    decoded = clock()
    ids = engine.answer(request)
    computed = clock()
    reply = codec.write_reply(ids)
    return frames.STAMPS.pack(decoded - start, computed - decoded, clock() - computed) + reply
