"""The callee's side of the contract over HTTP: a Starlette application, for any ASGI server.

An engine works on the loop that its call runs on.
"""

import sys
import time

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from tollgate_peer import contract
from tollgate_peer.codecs import proto_json
from tollgate_peer.contract import Failure
from tollgate_peer.wire import http_messages as http


def application(engine):
    """Answers questions by this engine."""
    service = _Service(engine)
    return Starlette(
        routes=[
            Route(http.HEALTH, _healthy, methods=["GET"]),
            Route(http.ONE, _refusing(service.one), methods=["POST"]),
            Route(http.BATCH, _refusing(service.batch), methods=["POST"]),
            Route(http.ECHO, _refusing(service.echo), methods=["POST"]),
        ],
        exception_handlers={HTTPException: _not_here},
    )


async def _healthy(_request):
    return Response(http.HEALTHY, media_type=http.JSON)


async def _not_here(request, error):
    words = {404: f"there is nothing at {request.url.path}", 405: f"{request.url.path} does not take {request.method}"}
    failure = Failure("unsupported", words.get(error.status_code, str(error.detail)))
    return _refusal(failure, error.status_code)


def _refusal(failure, status=None):
    status, body = http.problem(failure, status)
    return Response(body, status, media_type=http.PROBLEM)


def _refusing(answer):
    """A mistake here costs one call."""

    async def handle(request):
        try:
            return await answer(request)
        except Failure as failure:
            return _refusal(failure)
        except Exception as error:
            print(f"peer.py: {error!r}", file=sys.stderr)
            return _refusal(Failure("internal", repr(error)))

    return handle


class _Service:
    """What stands behind the paths."""

    def __init__(self, engine):
        self._engine = engine

    async def one(self, request):
        body = await _body(request)
        if http.ASK_STAMPS in request.headers:
            return self._stamped(body)
        ids = self._engine.answer(proto_json.read_request(body))
        return Response(proto_json.write_reply(ids), media_type=http.JSON)

    def _stamped(self, body):
        clock = time.perf_counter_ns
        start = clock()
        question = proto_json.read_request(body)
        decoded = clock()
        ids = self._engine.answer(question)
        computed = clock()
        reply = proto_json.write_reply(ids)
        stamps = decoded - start, computed - decoded, clock() - computed
        return Response(reply, media_type=http.JSON, headers={http.TIMING: http.timing(stamps)})

    async def batch(self, request):
        replies = self._engine.answer_batch(proto_json.read_requests(await _body(request)))
        return Response(proto_json.write_replies(replies), media_type=http.JSON)

    async def echo(self, request):
        payload = await _body(request)
        wanted = request.headers.get(http.REPLY_BYTES, str(len(payload)))
        if not (wanted.isascii() and wanted.isdigit()):
            raise Failure("invalid_argument", f"{http.REPLY_BYTES} is {wanted!r}, not a number of bytes")
        return Response(contract.echo_bytes(payload, int(wanted)), media_type=http.BYTES)


async def _body(request):
    """The whole body, of at most the message limit."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) <= contract.MAX_MESSAGE_BYTES:
        return await request.body()
    pieces, size = [], 0
    if not announced:
        async for piece in request.stream():
            size += len(piece)
            if size > contract.MAX_MESSAGE_BYTES:
                break
            pieces.append(piece)
        else:
            return b"".join(pieces)
    raise Failure("too_large", f"a body of more than {contract.MAX_MESSAGE_BYTES} bytes")
