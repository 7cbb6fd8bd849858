"""What the contract is over HTTP, for callers and callees of any library: paths, headers, problem documents, stamps."""

import json

from tollgate_peer.contract import Failure

HEALTH = "/health"
ONE = "/recommendations"
BATCH = "/recommendations:batch"
ECHO = "/echo"
HEALTHY = b'{"status":"ok"}'

JSON = "application/json"
BYTES = "application/octet-stream"
PROBLEM = "application/problem+json"

# How many bytes an echo answers; the wish for stamps; the answer to it.
REPLY_BYTES = "tollgate-reply-bytes"
ASK_STAMPS = "tollgate-stamp"
TIMING = "server-timing"
_PARTS = ("decode", "compute", "encode")

_KIND = "urn:tollgate:error:"
STATUS = {
    "invalid_argument": 422,
    "too_large": 413,
    "malformed": 400,
    "deadline": 504,
    "gone": 503,
    "internal": 500,
    "unsupported": 501,
}
_KIND_OF_STATUS = {status: kind for kind, status in STATUS.items()}


def problem(failure, status=None):
    """The status and the body of a refusal (RFC 9457)."""
    status = status or STATUS[failure.kind]
    document = {"type": _KIND + failure.kind, "title": failure.kind, "status": status, "detail": failure.detail}
    return status, json.dumps(document).encode()


def failure_of(status, body):
    """What an answer means to a caller whose status is none of success."""
    if 300 <= status < 400:
        return Failure(
            "unsupported",
            f"the callee answered with HTTP status {status}, a redirect, which is not followed: two servers would be "
            "timed as one; name the endpoint that answers itself",
        )
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    document = document if isinstance(document, dict) else {}
    kind = str(document.get("type", ""))
    kind = kind[len(_KIND) :] if kind.startswith(_KIND) else ""
    if kind not in STATUS:
        kind = _KIND_OF_STATUS.get(status, "internal")
    return Failure(kind, str(document.get("detail") or f"the callee answered with HTTP status {status}"))


def timing(stamps_ns):
    """Durations of decode, compute and encode as the header has them, in ms."""
    return ", ".join(f"{part};dur={ns / 1e6:.6f}" for part, ns in zip(_PARTS, stamps_ns))


def stamps_of(header):
    """(decode, compute, encode) in ns, of the header."""
    found = {}
    for entry in (header or "").split(","):
        name, separator, duration = entry.strip().partition(";dur=")
        if separator:
            try:
                found[name] = round(float(duration) * 1e6)
            except (ValueError, OverflowError):
                raise Failure("malformed", f"{TIMING}: {header!r}") from None
    if not all(part in found for part in _PARTS):
        raise Failure("unsupported", "this callee does not report its durations")
    return tuple(found[part] for part in _PARTS)
