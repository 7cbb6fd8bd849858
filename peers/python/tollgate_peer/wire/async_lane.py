"""Connections whose library is for an event loop: each method is a coroutine, and a loop of the connection's own runs it.

Groups of questions are asked, and timed, inside the loop: entering and leaving it is no part of a call.
"""

import asyncio

from tollgate_peer.contract import Failure
from tollgate_peer.wire import timed
from tollgate_peer.wire.lane import Connection


class AsyncConnection(Connection):
    """A subclass has what it can of the coroutines `call_async`, `batched_async` and so on."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()

    def asker(self, method):
        return getattr(self, f"{method}_async")

    def run_group(self, act, asked):
        return self.run(timed.run_group_in_loop(act, asked))

    def run(self, coroutine):
        """What it gives."""
        return self.loop.run_until_complete(coroutine)

    async def chatty_async(self, requests):
        """n calls, one after another."""
        return [await self.call_async(request) for request in requests]

    async def batched_async(self, requests):
        """One call."""
        raise Failure("unsupported", "this lane has no batched calls")

    async def pipelined_async(self, requests):
        """n calls in flight. All are waited for, also behind a failure."""
        calls = [self.call_async(request) for request in requests]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return answers

    async def streamed_async(self, requests):
        """One stream."""
        raise Failure("unsupported", "this lane has no streams")

    async def echoes_async(self, payloads):
        """Echoes, one after another."""
        return [await self.echo_async(payload, len(payload)) for payload in payloads]

    def close(self):
        if not self.loop.is_closed():
            self.run(self.close_async())
            self.loop.close()

    async def close_async(self):
        """Frees what the connection holds."""


def _blocking(name):
    def method(self, *words, **named):
        return self.run(getattr(self, f"{name}_async")(*words, **named))

    method.__name__ = name
    return method


for _name in ("call", "chatty", "batched", "pipelined", "streamed", "stamped", "echo", "echoes", "raw"):
    setattr(AsyncConnection, _name, _blocking(_name))
