"""The services of the contract as grpcio has them, for the sync and for the asyncio API: names, codes, and what a callee
does with the bytes of a request.

Methods are registered without generated stubs: those answer INTERNAL for bytes that are no message, before any code of
ours runs, and the protocol asks for DATA_LOSS.
"""

import sys
import time

import grpc
from google.protobuf.message import DecodeError

from tollgate_peer import contract
from tollgate_peer.codecs import protobuf
from tollgate_peer.codecs.gen.tollgate_pb2 import EchoRequest, EchoResponse
from tollgate_peer.contract import Failure

ONE = "/recommendations.Recommender/GetRecommendations"
BATCH = "/recommendations.Recommender/GetRecommendationsBatch"
STREAM = "/recommendations.Recommender/StreamRecommendations"
COLLECT = "/recommendations.Recommender/CollectRecommendations"
LIST = "/recommendations.Recommender/ListRecommendations"
ECHO = "/tollgate.Probe/Echo"

# The metadata that asks for stamps, and the trailers that answer.
ASK_STAMPS = "tollgate-stamp"
STAMPS = ("tollgate-decode-ns", "tollgate-compute-ns", "tollgate-encode-ns")

CODES = {
    "invalid_argument": grpc.StatusCode.INVALID_ARGUMENT,
    "too_large": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "malformed": grpc.StatusCode.DATA_LOSS,
    "deadline": grpc.StatusCode.DEADLINE_EXCEEDED,
    "gone": grpc.StatusCode.UNAVAILABLE,
    "internal": grpc.StatusCode.INTERNAL,
    "unsupported": grpc.StatusCode.UNIMPLEMENTED,
}
# OUT_OF_RANGE is tonic's word for a message above a limit.
_KINDS = {code: kind for kind, code in CODES.items()} | {grpc.StatusCode.OUT_OF_RANGE: "too_large"}

# Both sides take what the contract allows. What is sent has no limit here, so that the callee can say its reason. A
# port that is taken is an error, and not shared.
OPTIONS = (
    ("grpc.max_receive_message_length", contract.MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", -1),
    ("grpc.enable_http_proxy", 0),
    ("grpc.so_reuseport", 0),
)


def target_of(endpoint):
    """What a channel is made for, of an endpoint `http://IP:PORT`."""
    address = endpoint[len("http://") :] if endpoint.startswith("http://") else ""
    if ":" not in address:
        raise Failure("unsupported", f"grpc takes an endpoint http://IP:PORT, not {endpoint!r}")
    return f"ipv4:{address}" if address[0].isdigit() else address


def address_of(listen):
    """What a server listens on: IP:PORT on loopback, a fresh port without one."""
    return contract.loopback(listen or "127.0.0.1:0")


def failure_of(error):
    """What an error of a call means to a caller."""
    code, details = error.code(), error.details() or ""
    if code is grpc.StatusCode.UNAVAILABLE and "HTTP" in details:
        return Failure("unsupported", f"what answers is no callee of this lane: {details}")
    if code is grpc.StatusCode.CANCELLED:
        # Nobody cancels here. A callee that keeps the deadline too may reset the stream before this side's clock says so.
        return Failure("deadline" if "RST_STREAM" in details else "gone", details)
    return Failure(_KINDS.get(code, "internal"), details or str(code))


def stamps_of(trailers):
    """(decode, compute, encode) in ns, of the trailers of a call."""
    found = {key: value for key, value in trailers or ()}
    try:
        return tuple(int(found[name]) for name in STAMPS)
    except KeyError:
        raise Failure("unsupported", "this callee does not report its durations") from None


def asks_for_stamps(metadata):
    """True for a call with that metadata."""
    return any(key == ASK_STAMPS for key, _ in metadata or ())


class Stubs:
    """The methods on a channel of either API."""

    def __init__(self, channel):
        request, reply = protobuf.RecommendationRequest, protobuf.RecommendationResponse
        self.one = channel.unary_unary(ONE, request.SerializeToString, reply.FromString)
        self.stream = channel.stream_stream(STREAM, request.SerializeToString, reply.FromString)
        self.batch = channel.unary_unary(
            BATCH,
            protobuf.RecommendationBatchRequest.SerializeToString,
            protobuf.RecommendationBatchResponse.FromString,
        )
        self.echo = channel.unary_unary(ECHO, EchoRequest.SerializeToString, EchoResponse.FromString)
        # Bytes in the place of an encoded request.
        self.raw = channel.unary_unary(ONE)


class Handlers(grpc.GenericRpcHandler):
    """What answers each method, in functions of either API."""

    def __init__(self, one, batch, echo, stream, collect, list_):
        self._methods = {
            ONE: grpc.unary_unary_rpc_method_handler(one),
            BATCH: grpc.unary_unary_rpc_method_handler(batch),
            ECHO: grpc.unary_unary_rpc_method_handler(echo),
            STREAM: grpc.stream_stream_rpc_method_handler(stream),
            COLLECT: grpc.stream_unary_rpc_method_handler(collect),
            LIST: grpc.unary_stream_rpc_method_handler(list_),
        }

    def service(self, call):
        """The handler of a call; None where there is no such method."""
        return self._methods.get(call.method)


def bind(server, address):
    """Lets a server of either API listen on IP:PORT: its endpoint."""
    try:
        port = server.add_insecure_port(address)
    except RuntimeError as error:
        raise OSError(f"{error}; it may be in use: choose another --listen") from None
    return f"http://{address.rpartition(':')[0]}:{port}"


def code_and_detail(error):
    """What a call ends with that went wrong: a mistake here costs one call."""
    if not isinstance(error, Failure):
        print(f"peer.py: {error!r}", file=sys.stderr)
        error = Failure("internal", repr(error))
    return CODES[error.kind], error.detail


class Service:
    """What stands behind the methods: bytes in, bytes out, a Failure for what is refused."""

    def __init__(self, engine):
        self._engine = engine

    def one(self, data):
        """GetRecommendations, and each message of a stream."""
        return protobuf.write_reply(self._engine.answer(protobuf.read_request(data)))

    def one_stamped(self, data):
        """The same: (bytes, trailers with durations)."""
        clock = time.perf_counter_ns
        start = clock()
        request = protobuf.read_request(data)
        decoded = clock()
        ids = self._engine.answer(request)
        computed = clock()
        reply = protobuf.write_reply(ids)
        stamps = decoded - start, computed - decoded, clock() - computed
        return reply, tuple((name, str(stamp)) for name, stamp in zip(STAMPS, stamps))

    def batch(self, data):
        """GetRecommendationsBatch."""
        return protobuf.write_replies(self._engine.answer_batch(protobuf.read_requests(data)))

    def questions(self, data):
        """The questions of ListRecommendations."""
        requests = protobuf.read_requests(data)
        contract.check_items(len(requests))
        return requests

    def answer(self, request):
        """One reply of ListRecommendations."""
        return protobuf.write_reply(self._engine.answer(request))

    def collected(self, requests):
        """The reply of CollectRecommendations to requests as bytes, so far: their number is limited while they come."""
        contract.check_items(len(requests))
        return protobuf.write_replies([self._engine.answer(request) for request in requests])

    def echo(self, data):
        """Probe.Echo."""
        try:
            asked = EchoRequest.FromString(data)
        except DecodeError as error:
            raise Failure("malformed", f"not an echo: {error}") from None
        return EchoResponse(payload=contract.echo_bytes(asked.payload, asked.reply_bytes)).SerializeToString()
