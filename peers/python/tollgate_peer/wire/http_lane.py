"""The caller's side of the contract over HTTP, whichever library does the exchange."""

import json

from tollgate_peer import contract
from tollgate_peer.codecs import proto_json
from tollgate_peer.contract import Failure
from tollgate_peer.wire import http_messages as http
from tollgate_peer.wire.lane import Connection

_JSON_HEADERS = {"content-type": http.JSON}


def address_of(endpoint):
    """Host and port of an endpoint `http://IP:PORT`."""
    address = endpoint[len("http://") :].rstrip("/") if endpoint.startswith("http://") else ""
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdigit()):
        raise Failure("unsupported", f"rest takes an endpoint http://IP:PORT, not {endpoint!r}")
    return host.strip("[]"), int(port)


class HttpConnection(Connection):
    """A subclass has `exchange(method, path, body, headers)`: (status, headers with names in small letters, body)."""

    codec = proto_json

    def exchange(self, method, path, body, headers):
        """One request and its whole answer."""
        raise NotImplementedError

    def greet(self):
        """Makes sure that what answers is a callee of this lane."""
        try:
            status, _, body = self.exchange("GET", http.HEALTH, b"", {})
        except Failure as failure:
            if failure.kind == "malformed":
                raise Failure("unsupported", f"what answers is no callee of this lane: {failure.detail}") from None
            raise
        if 300 <= status < 400:
            raise http.failure_of(status, body)
        try:
            is_healthy = status == 200 and json.loads(body).get("status") == "ok"
        except (ValueError, AttributeError):
            is_healthy = False
        if not is_healthy:
            raise Failure("unsupported", f"what answers is no callee of this lane: /health gave HTTP status {status}")

    def _post(self, path, body, headers=_JSON_HEADERS):
        if len(body) > contract.MAX_MESSAGE_BYTES:
            raise Failure("too_large", f"{len(body)} bytes; at most {contract.MAX_MESSAGE_BYTES} are taken")
        status, answered, back = self.exchange("POST", path, body, headers)
        if status != 200:
            raise http.failure_of(status, back)
        return answered, back

    def call(self, request):
        return proto_json.read_reply(self._post(http.ONE, proto_json.write_request(request))[1])

    def batched(self, requests):
        _, body = self._post(http.BATCH, proto_json.write_requests(requests))
        return contract.as_many(proto_json.read_replies(body), requests)

    def stamped(self, request):
        headers = {**_JSON_HEADERS, http.ASK_STAMPS: "1"}
        answered, body = self._post(http.ONE, proto_json.write_request(request), headers)
        return proto_json.read_reply(body), http.stamps_of(answered.get(http.TIMING))

    def echo(self, payload, reply_bytes):
        return self._post(http.ECHO, payload, {http.REPLY_BYTES: str(reply_bytes)})[1]

    def raw(self, request):
        return self._post(http.ONE, request)[1]
