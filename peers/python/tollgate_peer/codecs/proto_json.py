"""The messages of recommendations.proto as proto3 JSON, by the standard library's json module.

Writers leave default fields out, as proto3 JSON does. Readers take `userId` or `user_id`, absent or null fields as
defaults, integers as numbers or as texts that hold one, and ignore unknown fields; anything else is `malformed`, a field
that is there twice too.
Knows no frames and no limits: those are the carrier's and the engine's.
"""

import json
import re

from tollgate_peer.contract import Failure

_MOST_DIGITS = 12
# A JSON number.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def _no_constant(word):
    raise ValueError(f"{word} is not JSON")


_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_read = json.JSONDecoder(parse_constant=_no_constant).decode


class _Repeating(dict):
    """An object of which a field is there more than once."""

    def __init__(self, pairs):
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.repeated = {name for name in self if names.count(name) > 1}


def _keeping_repeated(pairs):
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _Repeating(pairs)


_read_all = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_keeping_repeated).decode


def _malformed(what):
    return Failure("malformed", f"not a JSON message of the contract: {what}")


def _object(data):
    """The JSON object in bytes or a memoryview of bytes."""
    try:
        text = str(data, "utf-8")
        message = _read(text)
        # Each field has a colon. Where there are more of them than fields, some may have been there twice, which the
        # json module does not say; it is asked again, in a way that takes twice as long.
        if text.count(":") != _count_fields(message):
            message = _read_all(text)
        if "\\u" in text:
            # The json module lets half a surrogate pair through, which is no text and could not be written again.
            _write(message).encode()
    except (ValueError, RecursionError) as error:
        raise _malformed(error) from None
    return _fields(message)


def _count_fields(message):
    """Fields of a message and of those in its list."""
    if type(message) is not dict:
        return -1
    count = len(message)
    for value in message.values():
        if type(value) is list:
            count += sum(len(one) for one in value if type(one) is dict)
    return count


def _fields(message):
    if not isinstance(message, dict):
        raise _malformed(f"an object is wanted, not {_kind(message)}")
    return message


def _kind(value):
    return {list: "a list", str: "a text", type(None): "null", bool: "a truth value"}.get(type(value), "a number")


def _field(message, name, plain, wanted, default):
    """A field under its JSON name or its proto name, of the wanted type; `default` when it is absent or null."""
    value = _value(message, name, plain)
    if value is None:
        return default
    if type(value) is not wanted:
        raise _malformed(f"{name} is {_kind(value)}")
    return value


def _value(message, name, plain):
    """What stands under one of its names, once."""
    if plain in message and plain != name:
        if name in message:
            raise _malformed(f"{name} is there as {plain} too")
        name = plain
    if type(message) is _Repeating and name in message.repeated:
        raise _malformed(f"{name} is there twice")
    return message.get(name)


def _int32(value):
    if type(value) is str:
        value = _number(value)
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise _malformed(f"maxResults is {_kind(value)}, not a whole number")
    if not -(1 << 31) <= value < 1 << 31:
        raise _malformed("maxResults does not fit into 32 bits")
    return value


def _number(text):
    """The number that a text holds; the text where it holds none."""
    parts = _NUMBER.fullmatch(text)
    if not parts:
        return text
    # A whole number with more digits than an int32 has is none, and Python refuses to read very many.
    return float(text) if parts[1] or parts[2] or len(text) > _MOST_DIGITS else int(text)


def _as_request(message):
    user_id = _field(message, "userId", "user_id", str, "")
    max_results = _value(message, "maxResults", "max_results")
    return user_id, 0 if max_results is None else _int32(max_results)


def _as_reply(message):
    ids = _field(message, "productIds", "product_ids", list, None)
    if ids is None:
        return []
    if ids and set(map(type, ids)) != {str}:
        raise _malformed("productIds holds something else than texts")
    return ids


def _request_fields(request):
    user_id, max_results = request
    fields = {}
    if user_id:
        fields["userId"] = user_id
    if max_results:
        fields["maxResults"] = max_results
    return fields


def write_request(request):
    """One request as bytes."""
    return _write(_request_fields(request)).encode()


def write_requests(requests):
    """A batch request as bytes."""
    return _write({"requests": [_request_fields(request) for request in requests]} if requests else {}).encode()


def write_reply(ids):
    """One reply as bytes."""
    return _write({"productIds": ids} if ids else {}).encode()


def write_replies(replies):
    """A batch reply as bytes."""
    return _write({"responses": [{"productIds": ids} if ids else {} for ids in replies]} if replies else {}).encode()


def read_request(data):
    """One request."""
    return _as_request(_object(data))


def read_requests(data):
    """The requests of a batch."""
    messages = _field(_object(data), "requests", "requests", list, ())
    return [_as_request(_fields(message)) for message in messages]


def read_reply(data):
    """The ids of one reply."""
    return _as_reply(_object(data))


def read_replies(data):
    """The ids of each reply of a batch."""
    messages = _field(_object(data), "responses", "responses", list, ())
    return [_as_reply(_fields(message)) for message in messages]
