"""`rest-lean`: the callee of `rest`, called by the standard library's http.client."""

import http.client
import socket
import time

from tollgate_peer.contract import Failure
from tollgate_peer.wire import http_lane


def open(endpoint, deadline_s, **_engine):
    """Connects to `http://IP:PORT`."""
    connection = LeanConnection(*http_lane.address_of(endpoint), deadline_s)
    try:
        connection.greet()
    except Failure:
        connection.close()
        raise
    return connection


class LeanConnection(http_lane.HttpConnection):
    """One connection, kept."""

    def __init__(self, host, port, deadline_s):
        self._deadline_s = deadline_s
        self._client = http.client.HTTPConnection(host, port, timeout=deadline_s)
        try:
            self._client.connect()
        except OSError as error:
            raise Failure("gone", f"nobody answers at http://{host}:{port}: {error}") from None

    def exchange(self, method, path, body, headers):
        end_s = time.monotonic() + self._deadline_s
        try:
            self._client.request(method, path, body, headers)
            answer = self._client.getresponse()
            back = answer.read()
        except (TimeoutError, socket.timeout):
            raise self._too_late() from None
        except http.client.RemoteDisconnected as error:
            raise Failure("gone", f"the callee is gone: {error}") from None
        except http.client.HTTPException as error:
            raise Failure("malformed", f"{error!r}") from None
        except OSError as error:
            raise Failure("gone", f"the callee is gone: {error}") from None
        if time.monotonic() > end_s:
            raise self._too_late()
        return answer.status, answer.headers, back

    def _too_late(self):
        return Failure("deadline", f"no answer within {self._deadline_s * 1000:g} ms")

    def close(self):
        self._client.close()
