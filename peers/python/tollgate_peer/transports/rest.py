"""`rest`: JSON over HTTP/1.1 on loopback TCP; httpx calls, Starlette on uvicorn answers (uvloop, httptools)."""

import httpx
import uvicorn

from tollgate_peer.contract import Failure
from tollgate_peer.wire import asgi, http_lane
from tollgate_peer.wire.tcp_socket import listening

_BACKLOG = 128


def open(endpoint, deadline_s, **_engine):
    """Connects to `http://IP:PORT`."""
    http_lane.address_of(endpoint)
    connection = HttpxConnection(endpoint, deadline_s)
    try:
        connection.greet()
    except Failure:
        connection.close()
        raise
    return connection


class HttpxConnection(http_lane.HttpConnection):
    """A client whose pool has one connection."""

    def __init__(self, endpoint, deadline_s):
        self._deadline_s = deadline_s
        self._client = httpx.Client(
            base_url=endpoint,
            timeout=deadline_s,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=None),
            trust_env=False,
            headers={"accept-encoding": "identity"},
        )

    def exchange(self, method, path, body, headers):
        try:
            answer = self._client.request(method, path, content=body, headers=headers)
        except httpx.TimeoutException:
            raise Failure("deadline", f"no answer within {self._deadline_s * 1000:g} ms") from None
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            kind = "gone" if "disconnected" in str(error) else "malformed"
            raise Failure(kind, f"{error}") from None
        except httpx.HTTPError as error:
            raise Failure("gone", f"the callee is gone: {error}") from None
        return answer.status_code, answer.headers, answer.content

    def close(self):
        self._client.close()


class Callee:
    """Answers: uvicorn with one process and one loop."""

    def __init__(self, address, engine):
        self._socket = listening(address, _BACKLOG)
        self.endpoint = "http://{}:{}".format(*self._socket.getsockname()[:2])
        self._server = uvicorn.Server(
            uvicorn.Config(
                asgi.application(engine),
                loop="uvloop",
                http="httptools",
                ws="none",
                lifespan="off",
                access_log=False,
                log_level="critical",
                timeout_keep_alive=3600,
            )
        )

    def answer(self):
        """Until the process ends."""
        self._server.run(sockets=[self._socket])

    def close(self):
        """The process ends, and with it what is under way."""


listen = Callee
