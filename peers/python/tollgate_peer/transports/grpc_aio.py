"""`grpc-aio`: the contract's service by grpcio's asyncio API, one HTTP/2 connection on loopback TCP."""

import asyncio
import functools

import grpc

from tollgate_peer import contract
from tollgate_peer.codecs import protobuf
from tollgate_peer.contract import Failure
from tollgate_peer.wire import grpc_service
from tollgate_peer.wire.async_lane import AsyncConnection


def open(endpoint, deadline_s, **_engine):
    """Connects to `http://IP:PORT`, and asks for nothing, to see whether a callee answers."""
    connection = AioConnection(grpc_service.target_of(endpoint), deadline_s)
    try:
        connection.call(("", 0))
    except Failure:
        connection.close()
        raise
    return connection


def _failing_as_ours(method):
    """Errors of grpcio as failures."""

    @functools.wraps(method)
    async def wrapped(self, *words, **named):
        try:
            return await method(self, *words, **named)
        except grpc.RpcError as error:
            raise grpc_service.failure_of(error) from None

    return wrapped


class AioConnection(AsyncConnection):
    """One channel."""

    codec = protobuf

    def __init__(self, target, deadline_s):
        super().__init__()
        self._deadline_s = deadline_s
        self.run(self._connect(target))

    async def _connect(self, target):
        """A channel belongs to the loop that runs when it is made."""
        self._channel = grpc.aio.insecure_channel(target, grpc_service.OPTIONS)
        self._stubs = grpc_service.Stubs(self._channel)

    @_failing_as_ours
    async def call_async(self, request):
        """One call."""
        return protobuf.ids_of(await self._stubs.one(protobuf.request_message(request), timeout=self._deadline_s))

    @_failing_as_ours
    async def batched_async(self, requests):
        """One call."""
        reply = await self._stubs.batch(protobuf.batch_message(requests), timeout=self._deadline_s)
        return contract.as_many([protobuf.ids_of(message) for message in reply.responses], requests)

    @_failing_as_ours
    async def stamped_async(self, request):
        """One call with stamps."""
        call = self._stubs.one(
            protobuf.request_message(request),
            timeout=self._deadline_s,
            metadata=((grpc_service.ASK_STAMPS, "1"),),
        )
        ids = protobuf.ids_of(await call)
        return ids, grpc_service.stamps_of(await call.trailing_metadata())

    @_failing_as_ours
    async def echo_async(self, payload, reply_bytes):
        """Opaque bytes."""
        asked = grpc_service.EchoRequest(payload=payload, reply_bytes=reply_bytes)
        return (await self._stubs.echo(asked, timeout=self._deadline_s)).payload

    @_failing_as_ours
    async def raw_async(self, request):
        """Encoded bytes."""
        return await self._stubs.raw(request, timeout=self._deadline_s)

    async def close_async(self):
        await self._channel.close()


class Callee:
    """Answers: grpcio's asyncio server, everything on one loop."""

    def __init__(self, address, engine):
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._start(grpc_service.address_of(address), engine))

    async def _start(self, address, engine):
        self._server = grpc.aio.server(options=grpc_service.OPTIONS)
        self._server.add_generic_rpc_handlers((_handlers(grpc_service.Service(engine)),))
        self.endpoint = grpc_service.bind(self._server, address)
        await self._server.start()

    def answer(self):
        """Until the process ends."""
        self._loop.run_until_complete(self._server.wait_for_termination())

    def close(self):
        """The process ends, and with it what is under way."""


def _handlers(service):
    one, batch, echo = _one(service), _unary(service.batch), _unary(service.echo)
    return grpc_service.Handlers(one, batch, echo, _stream(service), _collect(service), _list(service))


async def _refuse(context, error):
    await context.abort(*grpc_service.code_and_detail(error))


def _unary(answer):
    async def handle(data, context):
        try:
            return answer(data)
        except Exception as error:
            await _refuse(context, error)

    return handle


def _one(service):
    plain = _unary(service.one)

    async def handle(data, context):
        if not grpc_service.asks_for_stamps(context.invocation_metadata()):
            return await plain(data, context)
        try:
            reply, trailers = service.one_stamped(data)
        except Exception as error:
            await _refuse(context, error)
        context.set_trailing_metadata(trailers)
        return reply

    return handle


def _stream(service):
    answer = _unary(service.one)

    async def handle(requests, context):
        async for data in requests:
            yield await answer(data, context)

    return handle


def _collect(service):
    async def handle(requests, context):
        try:
            questions = []
            async for data in requests:
                questions.append(protobuf.read_request(data))
                contract.check_items(len(questions))
            return service.collected(questions)
        except Exception as error:
            await _refuse(context, error)

    return handle


def _list(service):
    async def handle(data, context):
        try:
            for request in service.questions(data):
                yield service.answer(request)
        except Exception as error:
            await _refuse(context, error)

    return handle


listen = Callee
