"""The messages of recommendations.proto as protobuf, by the generated classes.

The same functions as `proto_json`: anything that is no message is `malformed`. Knows no frames and no limits.
"""

from google.protobuf.message import DecodeError

from tollgate_peer.codecs.gen.recommendations_pb2 import (
    RecommendationBatchRequest,
    RecommendationBatchResponse,
    RecommendationRequest,
    RecommendationResponse,
)
from tollgate_peer.contract import Failure


def request_message(request):
    """One request as a message."""
    return RecommendationRequest(user_id=request[0], max_results=request[1])


def batch_message(requests):
    """A batch of requests as a message."""
    return RecommendationBatchRequest(requests=[request_message(request) for request in requests])


def replies_message(replies):
    """The replies of a batch as a message."""
    return RecommendationBatchResponse(responses=[RecommendationResponse(product_ids=ids) for ids in replies])


def ids_of(message):
    """The ids of a reply, as a list."""
    return list(message.product_ids)


def asked_by(message):
    """The request that a message is."""
    return message.user_id, message.max_results


def write_request(request):
    """One request as bytes."""
    return request_message(request).SerializeToString()


def write_requests(requests):
    """A batch request as bytes."""
    return batch_message(requests).SerializeToString()


def write_reply(ids):
    """One reply as bytes."""
    return RecommendationResponse(product_ids=ids).SerializeToString()


def write_replies(replies):
    """A batch reply as bytes."""
    return replies_message(replies).SerializeToString()


def read_request(data):
    """One request."""
    return asked_by(_read(RecommendationRequest, data))


def read_requests(data):
    """The requests of a batch."""
    return [asked_by(message) for message in _read(RecommendationBatchRequest, data).requests]


def read_reply(data):
    """The ids of one reply."""
    return ids_of(_read(RecommendationResponse, data))


def read_replies(data):
    """The ids of each reply of a batch."""
    return [ids_of(message) for message in _read(RecommendationBatchResponse, data).responses]


def _read(kind, data):
    try:
        return kind.FromString(bytes(data))
    except DecodeError as error:
        raise Failure("malformed", f"not a message of the contract: {error}") from None
