"""`rest-granian`: the application of `rest` on Granian's embedded server, whose HTTP is Rust's."""

import asyncio
import socket
import time

from granian.constants import Interfaces
from granian.server.embed import Server

from tollgate_peer.wire import asgi
from tollgate_peer.wire.tcp_socket import listening

_PATIENCE_S = 10


class Callee:
    """Answers: one process, one loop. Granian binds by itself, so that its port is looked for before."""

    def __init__(self, address, engine):
        with listening(address, 1) as found:
            self._host, self._port = found.getsockname()[:2]
        self.endpoint = f"http://{self._host}:{self._port}"
        self._server = Server(
            asgi.application(engine),
            address=self._host,
            port=self._port,
            interface=Interfaces.ASGINL,
            log_enabled=False,
            websockets=False,
        )
        self._loop = asyncio.new_event_loop()
        self._serving = self._loop.create_task(self._server.serve())
        self._loop.run_until_complete(self._wait())

    async def _wait(self):
        """Until connections are taken."""
        end_s = time.monotonic() + _PATIENCE_S
        while not self._serving.done():
            with socket.socket() as caller:
                if not caller.connect_ex((self._host, self._port)):
                    return
            if time.monotonic() > end_s:
                raise OSError("Granian does not listen")
            await asyncio.sleep(0.01)
        raise OSError(f"Granian ended: {self._serving.exception()!r}")

    def answer(self):
        """Until the process ends."""
        self._loop.run_until_complete(self._serving)

    def close(self):
        """The process ends, and with it what is under way."""


listen = Callee
