"""What every connection can be asked; a lane overrides what it has. Knows no lane by name.

Requests are (user_id, max_results), answers lists of ids. After a failure that ends the connection the driver puts
`Dead` in its place, so that lanes need no such state.
"""

from contract import Failure

MODES = ("chatty", "batched", "pipelined", "streamed")


def _no(what):
    return Failure("unsupported", f"this lane has no {what}")


class Connection:
    """One open connection to a callee, or to an engine in this process."""

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

    def raw(self, request):
        """A call whose request is encoded already and whose reply stays encoded."""
        raise _no("encoded bytes")

    def wire_bytes(self):
        """Bytes that crossed since the connection was opened, as (out, back); None where they are not counted."""
        return None

    def close(self):
        """Frees what the connection holds; may be called twice."""


class Dead(Connection):
    """Stands where a connection was, and answers `gone`."""

    def __init__(self, why):
        self._why = why

    def call(self, request=None, _more=None):
        """Fails, as do all others."""
        raise Failure("gone", f"this connection ended: {self._why}")

    chatty = batched = pipelined = streamed = stamped = echo = raw = call
