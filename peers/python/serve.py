"""The callee of `uds-json`: a Unix socket, one thread for each of a bounded number of connections, any engine.

Each connection answers in order. The main thread only waits for the end:
of its stdin, or a signal.
"""

import errno
import os
import select
import signal
import socket
import stat
import sys
import tempfile
import threading
import time

import contract
import frames
import proto_json
from contract import Failure

TRANSPORTS = ("uds-json",)
MAX_CONNECTIONS = 64
# Replies are sent at the latest when this much of them has gathered.
FLUSH_BYTES = 64 << 10


def serve(listen, engine):
    """Answers until it is told to end; 0, or 1 for an address that cannot be used."""
    woken = _wake_on_signals()
    try:
        address = Address(listen)
    except (OSError, ValueError) as error:
        print(f"peer.py: cannot listen on {listen or 'a fresh socket'}: {error}", file=sys.stderr)
        return 1
    try:
        threading.Thread(target=_accept, args=(address.socket, engine), daemon=True).start()
        print(f"ready unix:{address.path}", flush=True)
        _wait_for_end(woken)
    finally:
        address.remove()
    return 0


class Address:
    """The listening socket: where the user says, or in a fresh folder that is removed with it."""

    def __init__(self, listen):
        if listen and not listen.startswith("unix:/"):
            raise ValueError("uds-json listens on unix:/path")
        self._folder = None if listen else tempfile.mkdtemp(prefix="tollgate-")
        self.path = listen[len("unix:") :] if listen else os.path.join(self._folder, "socket")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if listen:
                _make_room(self.path)
            self.socket.bind(self.path)
        except OSError:
            if self._folder:
                os.rmdir(self._folder)
            raise
        self._made = _identity(self.path)
        self.socket.listen(MAX_CONNECTIONS)

    def remove(self):
        """Leaves nothing behind. What is not the socket that was made here stays, whatever its name."""
        try:
            if os.path.lexists(self.path) and _identity(self.path) == self._made:
                os.unlink(self.path)
            if self._folder:
                os.rmdir(self._folder)
        except OSError as error:
            print(f"peer.py: {error}", file=sys.stderr)


def _identity(path):
    """Device and inode of the socket there; None for anything else."""
    there = os.lstat(path)
    return (there.st_dev, there.st_ino) if stat.S_ISSOCK(there.st_mode) else None


def _make_room(path):
    """Removes a socket that nobody listens on, as a callee leaves it that was killed; refuses whatever else is there."""
    if not os.path.lexists(path):
        return
    made = _identity(path)
    if made is None:
        raise OSError(errno.EEXIST, "what is there is no socket, and is left alone: choose another --listen")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        if caller.connect_ex(path) != errno.ECONNREFUSED:
            raise OSError(errno.EADDRINUSE, "it is in use: stop what listens there, or choose another --listen")
    if _identity(path) == made:
        os.unlink(path)


def _wake_on_signals():
    """A descriptor that becomes readable with SIGTERM, SIGINT or SIGHUP."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    return woken


def _wait_for_end(woken):
    """Returns on a signal, or on the end of a stdin that is a pipe or a socket; others are left alone."""
    poll = select.poll()
    poll.register(woken, select.POLLIN)
    if _stdin_can_end():
        poll.register(0, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == woken or not _read_some(descriptor):
                return


def _stdin_can_end():
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_some(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def _accept(listener, engine):
    places = threading.BoundedSemaphore(MAX_CONNECTIONS)
    try:
        while True:
            connection, _ = listener.accept()
            if places.acquire(blocking=False):
                threading.Thread(target=_converse, args=(connection, engine, places), daemon=True).start()
            else:
                connection.close()
    except (OSError, RuntimeError) as error:
        # No descriptor or no thread is left: better an end that is seen than a callee that is deaf.
        print(f"peer.py: cannot take connections any more: {error}", file=sys.stderr)
        os.kill(os.getpid(), signal.SIGTERM)


def _converse(connection, engine, places):
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
                reply = _answer(engine, *frame)
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


def _answer(engine, kind, payload):
    """The reply frame for one request."""
    try:
        if kind == frames.CALL:
            ids = engine.answer(proto_json.read_request(payload))
            return frames.frame(frames.OK, proto_json.write_reply(ids))
        if kind == frames.BATCH:
            replies = engine.answer_batch(proto_json.read_requests(payload))
            return frames.frame(frames.OK, proto_json.write_replies(replies))
        if kind == frames.ECHO:
            return frames.frame(frames.OK, _echo(payload))
        if kind == frames.STAMPED_CALL:
            return frames.frame(frames.OK_STAMPED, _stamped(engine, payload))
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


def _stamped(engine, payload):
    clock = time.perf_counter_ns
    start = clock()
    request = proto_json.read_request(payload)
    decoded = clock()
    ids = engine.answer(request)
    computed = clock()
    reply = proto_json.write_reply(ids)
    return frames.STAMPS.pack(decoded - start, computed - decoded, clock() - computed) + reply
