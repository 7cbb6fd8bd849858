"""What native/libpython.c calls: engines for a caller in another language, which holds this interpreter in its process."""

from tollgate_peer import contract
from tollgate_peer import engine as engines
from tollgate_peer.contract import Failure, echo_bytes

__all__ = ["echo_bytes", "make", "status_of"]

# The numbers of fixtures/contract/tollgate.h.
_ENGINES = ("stub", "catalog", "wrong")
_SERVICE_NONE, _SERVICE_SLEEP = 0, 1
_LIMITS = (contract.MAX_ITEMS, contract.MAX_RESULTS, contract.MAX_USER_ID_BYTES, contract.MAX_MESSAGE_BYTES)


def make(engine, service_kind, service_ns, products, users, limits):
    """An engine of these settings; matrices are (rows, columns, values), with no values where there are none."""
    if engine >= len(_ENGINES):
        raise Failure("unsupported", f"engine {engine} is not known")
    if service_kind not in (_SERVICE_NONE, _SERVICE_SLEEP):
        raise Failure("unsupported", "this library sleeps for its service time, and does nothing else")
    if limits != _LIMITS:
        raise Failure("unsupported", f"this library has the limits {_LIMITS}, not {limits}")
    kind = _ENGINES[engine]
    if kind == "catalog" and not (products[2] and users[2]):
        raise Failure("invalid_argument", "the catalog engine needs products and users")
    try:
        return engines.of_matrices(kind, service_ns / 1e3 if service_kind else 0, products, users)
    except ValueError as error:
        raise Failure("invalid_argument", str(error)) from None


def status_of(raised):
    """The status of what was raised, and words for a person."""
    if isinstance(raised, Failure):
        return contract.STATUS[raised.kind], raised.detail
    if isinstance(raised, UnicodeDecodeError):
        return contract.STATUS["invalid_argument"], f"user_id is no UTF-8: {raised}"
    return contract.STATUS["internal"], f"{type(raised).__name__}: {raised}"
