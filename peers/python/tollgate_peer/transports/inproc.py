"""`inproc`: an engine in this process, in Python. A plain call, on which what libraries in other languages take is
founded."""

from tollgate_peer import contract
from tollgate_peer import engine as engines
from tollgate_peer.contract import Failure
from tollgate_peer.wire.lane import Connection
from tollgate_peer.wire.timed import clock


def open(endpoint, deadline_s=None, engine="stub", products=None, users=None):
    """Makes the engine; there is no deadline."""
    if endpoint:
        raise Failure("unsupported", f"inproc has no endpoint: what answers is this program, not {endpoint!r}")
    try:
        return EngineConnection(engines.make(engine, products=products, users=users))
    except ValueError as error:
        raise Failure("unsupported", f"no engine in this process: {error}") from None


class EngineConnection(Connection):
    """One engine."""

    def __init__(self, engine):
        self.call = engine.answer
        self.batched = engine.answer_batch

    def stamped(self, request):
        start = clock()
        ids = self.call(request)
        return ids, (0, clock() - start, 0)

    def echo(self, payload, reply_bytes):
        return contract.echo_bytes(payload, reply_bytes)
