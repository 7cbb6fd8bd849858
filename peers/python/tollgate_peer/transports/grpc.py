"""`grpc`: the contract's service by grpcio's sync API, one HTTP/2 connection on loopback TCP."""

import functools
from concurrent.futures import ThreadPoolExecutor

import grpc

from tollgate_peer import contract
from tollgate_peer.codecs import protobuf
from tollgate_peer.contract import Failure
from tollgate_peer.wire import grpc_service
from tollgate_peer.wire.lane import Connection

# The pool of grpcio's own examples.
WORKERS = 10


def open(endpoint, deadline_s, **_engine):
    """Connects to `http://IP:PORT`, and asks for nothing, to see whether a callee answers."""
    connection = GrpcConnection(grpc_service.target_of(endpoint), deadline_s)
    try:
        connection.call(("", 0))
    except Failure:
        connection.close()
        raise
    return connection


def _failing_as_ours(method):
    """Errors of grpcio as failures."""

    @functools.wraps(method)
    def wrapped(self, *words, **named):
        try:
            return method(self, *words, **named)
        except grpc.RpcError as error:
            raise grpc_service.failure_of(error) from None

    return wrapped


class GrpcConnection(Connection):
    """One channel."""

    codec = protobuf
    takes_threads = True

    def __init__(self, target, deadline_s):
        self._deadline_s = deadline_s
        self._channel = grpc.insecure_channel(target, grpc_service.OPTIONS)
        self._stubs = grpc_service.Stubs(self._channel)

    @_failing_as_ours
    def call(self, request):
        return protobuf.ids_of(self._stubs.one(protobuf.request_message(request), timeout=self._deadline_s))

    @_failing_as_ours
    def batched(self, requests):
        reply = self._stubs.batch(protobuf.batch_message(requests), timeout=self._deadline_s)
        return contract.as_many([protobuf.ids_of(message) for message in reply.responses], requests)

    @_failing_as_ours
    def pipelined(self, requests):
        """All calls start at once, and all are waited for, also behind a failure."""
        calls = [
            self._stubs.one.future(protobuf.request_message(request), timeout=self._deadline_s) for request in requests
        ]
        failures = [error for error in (call.exception() for call in calls) if error]
        if failures:
            raise failures[0]
        return [protobuf.ids_of(call.result()) for call in calls]

    @_failing_as_ours
    def streamed(self, requests):
        messages = map(protobuf.request_message, requests)
        return contract.as_many(
            list(map(protobuf.ids_of, self._stubs.stream(messages, timeout=self._deadline_s))), requests
        )

    @_failing_as_ours
    def stamped(self, request):
        reply, call = self._stubs.one.with_call(
            protobuf.request_message(request),
            timeout=self._deadline_s,
            metadata=((grpc_service.ASK_STAMPS, "1"),),
        )
        return protobuf.ids_of(reply), grpc_service.stamps_of(call.trailing_metadata())

    @_failing_as_ours
    def echo(self, payload, reply_bytes):
        return self._stubs.echo(
            grpc_service.EchoRequest(payload=payload, reply_bytes=reply_bytes), timeout=self._deadline_s
        ).payload

    @_failing_as_ours
    def raw(self, request):
        return self._stubs.raw(request, timeout=self._deadline_s)

    def close(self):
        self._channel.close()


class Callee:
    """Answers: grpcio's server with threads of a pool."""

    def __init__(self, address, engine):
        self._server = grpc.server(ThreadPoolExecutor(max_workers=WORKERS), options=grpc_service.OPTIONS)
        self._server.add_generic_rpc_handlers((_handlers(grpc_service.Service(engine)),))
        address = grpc_service.address_of(address)
        self.endpoint = grpc_service.bind(self._server, address)
        self._server.start()

    def answer(self):
        """Until it is closed."""
        self._server.wait_for_termination()

    def close(self):
        """Ends what is under way."""
        self._server.stop(None)


def _handlers(service):
    one, batch, echo = _one(service), _unary(service.batch), _unary(service.echo)
    return grpc_service.Handlers(one, batch, echo, _stream(service), _collect(service), _list(service))


def _refuse(context, error):
    context.abort(*grpc_service.code_and_detail(error))


def _unary(answer):
    def handle(data, context):
        try:
            return answer(data)
        except Exception as error:
            _refuse(context, error)

    return handle


def _one(service):
    plain = _unary(service.one)

    def handle(data, context):
        if not grpc_service.asks_for_stamps(context.invocation_metadata()):
            return plain(data, context)
        try:
            reply, trailers = service.one_stamped(data)
        except Exception as error:
            _refuse(context, error)
        context.set_trailing_metadata(trailers)
        return reply

    return handle


def _stream(service):
    answer = _unary(service.one)

    def handle(requests, context):
        for data in requests:
            yield answer(data, context)

    return handle


def _collect(service):
    def handle(requests, context):
        try:
            questions = []
            for data in requests:
                questions.append(protobuf.read_request(data))
                contract.check_items(len(questions))
            return service.collected(questions)
        except Exception as error:
            _refuse(context, error)

    return handle


def _list(service):
    def handle(data, context):
        try:
            for request in service.questions(data):
                yield service.answer(request)
        except Exception as error:
            _refuse(context, error)

    return handle


listen = Callee
