"""The contract in plain values: kinds of failure, limits, what an echo answers.

A request is a tuple (user_id, max_results), an answer a list of product ids. Knows no transport and no format.
"""

import ipaddress

# In the order of the table in transports/api/src/status.rs: the place, counted from 1, is the status byte of a frame,
# and its negative the return code of a C function.
KINDS = ("invalid_argument", "too_large", "malformed", "deadline", "gone", "internal", "unsupported")
STATUS = {kind: place for place, kind in enumerate(KINDS, 1)}

# After these a connection is dead: a late reply must never answer the next call.
ENDS_CONNECTION = frozenset(("deadline", "malformed", "gone"))

MAX_ITEMS = 1024
MAX_RESULTS = 1000
MAX_USER_ID_BYTES = 64 << 10
MAX_MESSAGE_BYTES = 32 << 20


class Failure(Exception):
    """A call that failed: its kind, and words for a person."""

    def __init__(self, kind, detail):
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


def failure_of_status(status, detail):
    """The failure that a status byte, or the negative of a C return code, stands for."""
    if 1 <= status <= len(KINDS):
        return Failure(KINDS[status - 1], detail)
    return Failure("malformed", f"status {status} is not in the table: {detail}")


def check(user_id, max_results):
    """Refuses a question that is no question, or above a limit, in the order of fixtures/src/limits.rs."""
    if max_results < 0:
        raise Failure("invalid_argument", f"max_results is {max_results}; it must be 0 or more")
    if max_results > MAX_RESULTS:
        raise Failure("too_large", f"max_results is {max_results}; at most {MAX_RESULTS} are given")
    # A character has at most 4 bytes: most ids need not be encoded to know that they fit.
    if len(user_id) * 4 > MAX_USER_ID_BYTES:
        size_bytes = len(user_id.encode())
        if size_bytes > MAX_USER_ID_BYTES:
            raise Failure("too_large", f"user_id has {size_bytes} bytes; at most {MAX_USER_ID_BYTES} are taken")


def check_items(items):
    """Refuses a batch above the limit."""
    if items > MAX_ITEMS:
        raise Failure("too_large", f"{items} items in one call; at most {MAX_ITEMS} are taken")


def as_many(replies, requests):
    """The replies of a batch or a stream, where there is one for each request."""
    if len(replies) != len(requests):
        raise Failure("malformed", f"{len(replies)} answers to {len(requests)} questions")
    return replies


def check_echo(reply_bytes):
    """Refuses an echo whose answer would be above the limit."""
    if reply_bytes > MAX_MESSAGE_BYTES:
        raise Failure("too_large", f"{reply_bytes} bytes are asked for; at most {MAX_MESSAGE_BYTES} are given")


def echo_bytes(payload, reply_bytes):
    """What an echo answers: the payload repeated and cut, zeros for an empty one."""
    check_echo(reply_bytes)
    source = bytes(payload) or b"\0"
    return (source * (reply_bytes // len(source) + 1))[:reply_bytes]


def loopback(address):
    """An address IP:PORT on loopback; a ValueError for another."""
    host, _, port = address.rpartition(":")
    if not (port.isascii() and port.isdigit()):
        raise ValueError("an address such as 127.0.0.1:0 is needed")
    try:
        is_loopback = ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError(f"{host} is not on loopback; choose an address such as 127.0.0.1:0")
    return address
