"""What every connection can be asked; a lane overrides what it has. Knows no lane by name.

Requests are (user_id, max_results), answers lists of ids. After a failure that ends the connection the driver puts
`Dead` in its place, so that lanes need no such state.
"""

from tollgate_peer.contract import Failure
from tollgate_peer.wire import timed

MODES = ("chatty", "batched", "pipelined", "streamed")


def _no(what):
    return Failure("unsupported", f"this lane has no {what}")


class Connection:
    """One open connection to a callee, or to an engine in this process."""

    # How requests and answers become bytes, a module such as `codecs.proto_json`; None where they do not.
    codec = None
    # Calls of several threads may be in flight on it at once.
    takes_threads = False

    def asker(self, method):
        """What asks one question by this method, for `run_group`."""
        return getattr(self, method)

    def run_group(self, act, asked):
        """Asks questions one after another, timed as a whole: (answers, ns)."""
        return timed.run_group(act, asked)

    def call(self, request):
        """One item in one call: its ids."""
        raise NotImplementedError

    def chatty(self, requests):
        """n calls, one after another: each one's ids, as with the other modes."""
        call = self.call
        return [call(request) for request in requests]

    def batched(self, requests):
        """One call."""
        raise _no("batched calls")

    def pipelined(self, requests):
        """n calls in flight."""
        raise _no("pipelined calls")

    def streamed(self, requests):
        """One stream."""
        raise _no("streams")

    def stamped(self, request):
        """One call: its ids, and (decode, compute, encode) in ns by the callee's clock."""
        raise _no("stamps")

    def echo(self, payload, reply_bytes):
        """Opaque bytes there and back."""
        raise _no("echo")

    def echoes(self, payloads):
        """Echoes of as many bytes as are sent, one after another."""
        return [self.echo(payload, len(payload)) for payload in payloads]

    def raw(self, request):
        """A call whose request is encoded already and whose reply stays encoded."""
        raise _no("encoded bytes")

    def wire_bytes(self):
        """Bytes that crossed since the connection was opened, as (out, back); None where they are not counted."""
        return

    def close(self):
        """Frees what the connection holds; may be called twice."""


class Dead(Connection):
    """Stands where a connection was, and answers `gone`."""

    def __init__(self, why, codec):
        self._why = why
        self.codec = codec

    def call(self, request=None, _more=None):
        """Fails, as do all others."""
        raise Failure("gone", f"this connection ended: {self._why}")

    chatty = batched = pipelined = streamed = stamped = echo = echoes = raw = call
