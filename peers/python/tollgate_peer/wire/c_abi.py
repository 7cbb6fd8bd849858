"""The C interface of fixtures/contract/tollgate.h for ctypes: structs, signatures, and the check before the first call.

Says what was found when a library is missing, foreign or outdated. Calls nothing but `tg_abi`: the lane does the rest.
"""

import ctypes
from ctypes import POINTER, c_char_p, c_int32, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

from tollgate_peer.wire import library_lane


class AbiInfo(ctypes.Structure):
    """tg_abi_info"""

    _fields_ = [
        (name, c_uint32)
        for name in (
            "magic",
            "version",
            "sizeof_abi_info",
            "sizeof_request",
            "sizeof_reply",
            "sizeof_limits",
            "sizeof_matrix",
            "sizeof_config",
            "sizeof_stamps",
        )
    ]


class Request(ctypes.Structure):
    """tg_request; c_char_p takes bytes without copying and keeps them alive, and the length stands beside it."""

    _fields_ = [("user_id", c_char_p), ("user_id_len", c_size_t), ("max_results", c_int32)]


class Reply(ctypes.Structure):
    """tg_reply"""

    _fields_ = [
        ("text", c_void_p),
        ("text_cap", c_size_t),
        ("text_len", c_size_t),
        ("ends", c_void_p),
        ("ends_cap", c_size_t),
        ("ends_len", c_size_t),
    ]


class Limits(ctypes.Structure):
    """tg_limits"""

    _fields_ = [
        ("max_items", c_size_t),
        ("max_results", c_int32),
        ("max_user_id_bytes", c_size_t),
        ("max_message_bytes", c_size_t),
    ]


class Matrix(ctypes.Structure):
    """tg_matrix; tg_open copies the values."""

    _fields_ = [("values", c_char_p), ("rows", c_size_t), ("columns", c_size_t)]


class Config(ctypes.Structure):
    """tg_config"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("engine", c_uint32),
        ("service_kind", c_uint32),
        ("service_ns", c_uint64),
        ("limits", Limits),
        ("products", Matrix),
        ("users", Matrix),
    ]


class Stamps(ctypes.Structure):
    """tg_stamps"""

    _fields_ = [("decode_ns", c_uint64), ("compute_ns", c_uint64), ("encode_ns", c_uint64)]


_SIZES = {
    "sizeof_abi_info": AbiInfo,
    "sizeof_request": Request,
    "sizeof_reply": Reply,
    "sizeof_limits": Limits,
    "sizeof_matrix": Matrix,
    "sizeof_config": Config,
    "sizeof_stamps": Stamps,
}

# Without argument types ctypes would cut pointers down to int.
_FUNCTIONS = {
    "tg_open": (c_int32, [POINTER(Config), POINTER(c_void_p)]),
    "tg_close": (None, [c_void_p]),
    "tg_call": (c_int32, [c_void_p, POINTER(Request), POINTER(Reply)]),
    "tg_call_stamped": (c_int32, [c_void_p, POINTER(Request), POINTER(Reply), POINTER(Stamps)]),
    "tg_batch": (c_int32, [c_void_p, POINTER(Request), POINTER(Reply), c_size_t]),
    "tg_echo": (c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_uint8), c_size_t]),
    "tg_last_error": (c_size_t, [c_char_p, c_size_t]),
}


def load(path):
    """The library at `path`, checked and with every signature set. It is never unloaded."""
    try:
        # An own handle: functions of two libraries with the same names stay apart.
        library = ctypes.CDLL(path)
    except OSError as error:
        raise library_lane.not_loaded(path, error) from None
    try:
        abi = library.tg_abi
    except AttributeError:
        raise library_lane.foreign(path, "it has no function tg_abi") from None
    abi.argtypes, abi.restype = [], POINTER(AbiInfo)
    info = abi()
    if not info:
        raise library_lane.foreign(path, "its tg_abi answers NULL")
    library_lane.check_info(path, info[0], {field: ctypes.sizeof(struct) for field, struct in _SIZES.items()})
    for name, (result, arguments) in _FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise library_lane.foreign(path, f"it has no function {name}") from None
        function.restype, function.argtypes = result, arguments
    return library
