"""The lanes `cffi` and `cffi-abi`: a C library in this process, asked through cffi. They differ in how cffi reaches C."""

import os

from tollgate_peer import contract
from tollgate_peer.contract import Failure
from tollgate_peer.wire import c_header, library_lane
from tollgate_peer.wire.library_lane import LibraryConnection

_MODULE = "_tollgate_cffi"
_STRUCTS = ("abi_info", "request", "reply", "limits", "matrix", "config", "stamps")
_ERROR_BYTES = 512


class ApiMode:
    """C that a compiler made of the header, when this peer was built: a function of Python's own for each of C."""

    def __init__(self, path):
        module = _built_module()
        self.ffi, self.lib = module.ffi, module.lib
        library, words = self.ffi.new("tg_library **"), self.ffi.new("char **")
        code = self.lib.tg_load(path.encode(), library, words)
        if code == 1:
            raise library_lane.not_loaded(path, self.ffi.string(words[0]).decode("utf-8", "replace"))
        if code:
            raise library_lane.foreign(path, f"it has no function {self.ffi.string(words[0]).decode()}")
        self._library = library[0]

    def abi(self):
        """What the library says of itself."""
        return self.lib.tg_abi_of(self._library)

    def open(self, config, engine):
        """Makes an engine: a code."""
        return self.lib.tg_open_in(self._library, config, engine)

    def last_error(self, text, text_cap):
        """Writes the library's words, and answers how many bytes they are."""
        return self.lib.tg_last_error_of(self._library, text, text_cap)


def _built_module():
    path = os.path.join(os.path.dirname(c_header.NATIVE), "lib", f"{_MODULE}.so")
    if not os.path.exists(path):
        raise Failure("unsupported", f"{path} was not built: it needs a C compiler and Python's headers")
    return library_lane.extension(_MODULE, path)


class AbiMode:
    """The library as it is: cffi reads the header at run time, and libffi lays out each call."""

    def __init__(self, path):
        import cffi

        self.ffi = cffi.FFI()
        self.ffi.cdef(c_header.for_library())
        try:
            # An own handle: functions of two libraries with the same names stay apart.
            self.lib = self.ffi.dlopen(path, self.ffi.RTLD_NOW | self.ffi.RTLD_LOCAL)
        except OSError as error:
            raise library_lane.not_loaded(path, error) from None
        for name in ("abi", "open", "close", "call", "call_stamped", "batch", "echo", "last_error"):
            if not hasattr(self.lib, f"tg_{name}"):
                raise library_lane.foreign(path, f"it has no function tg_{name}")
        self.abi, self.open, self.last_error = self.lib.tg_abi, self.lib.tg_open, self.lib.tg_last_error


def opened(binding, path, engine, products, users):
    """An engine in the library at this path."""
    bound = binding(path)
    info = bound.abi()
    if not info:
        raise library_lane.foreign(path, "its tg_abi answers NULL")
    sizes = {f"sizeof_{name}": bound.ffi.sizeof(f"tg_{name}") for name in _STRUCTS}
    library_lane.check_info(path, info, sizes)
    return CffiConnection(bound, engine, library_lane.matrices(engine, products, users))


def _config(ffi, engine, matrices):
    config = ffi.new("tg_config *")
    config.struct_size, config.engine = ffi.sizeof("tg_config"), library_lane.ENGINES[engine]
    limits = config.limits
    limits.max_items, limits.max_results = contract.MAX_ITEMS, contract.MAX_RESULTS
    limits.max_user_id_bytes, limits.max_message_bytes = contract.MAX_USER_ID_BYTES, contract.MAX_MESSAGE_BYTES
    for matrix, (rows, columns, values) in zip((config.products, config.users), matrices):
        matrix.values = ffi.from_buffer("int8_t[]", values)
        matrix.rows, matrix.columns = rows, columns
    return config


class Room(library_lane.Room):
    """Structs and arrays of cffi's."""

    def __init__(self, ffi, count, text_cap, ends_cap):
        super().__init__(count, text_cap, ends_cap)
        self._from_buffer, self._unpack = ffi.from_buffer, ffi.unpack
        # At least one, so that there is an address.
        self._text = ffi.new("char[]", max(1, count * text_cap))
        self._ends = ffi.new("uint32_t[]", max(1, count * ends_cap))
        self.requests = ffi.new("tg_request[]", count)
        self.replies = ffi.new("tg_reply[]", count)
        # One Python object for each struct, made once: indexing the C array would make a new one each time.
        self.each = [(self.requests[at], self.replies[at]) for at in range(count)]
        self._kept = []
        for at, (_, reply) in enumerate(self.each):
            reply.text, reply.text_cap = self._text + at * text_cap, text_cap
            reply.ends, reply.ends_cap = self._ends + at * ends_cap, ends_cap

    def ask(self, requests):
        self._kept = [self._from_buffer(user_id.encode()) for user_id, _ in requests]
        for (_, max_results), user_id, (struct, _) in zip(requests, self._kept, self.each):
            struct.user_id, struct.user_id_len, struct.max_results = user_id, len(user_id), max_results

    def ids(self, at):
        reply = self.each[at][1]
        ends = self._unpack(reply.ends, reply.ends_len)
        return library_lane.cut(self._unpack(reply.text, reply.text_len), ends)

    def needed(self):
        return max(reply.text_len for _, reply in self.each), max(reply.ends_len for _, reply in self.each)


class CffiConnection(LibraryConnection):
    """One engine in the library."""

    def __init__(self, bound, engine, matrices):
        self._bound, self._ffi = bound, bound.ffi
        made = bound.ffi.new("tg_engine **")
        self._pass(bound.open(_config(bound.ffi, engine, matrices), made))
        self._engine = made[0]
        self._tg_call, self._from_buffer = bound.lib.tg_call, bound.ffi.from_buffer
        super().__init__()

    def _room(self, count, text_cap, ends_cap):
        return Room(self._ffi, count, text_cap, ends_cap)

    def _use_single(self, room):
        self._single = room
        self._request = room.each[0][0]
        self._single_at = room.requests, room.replies

    def call(self, request):
        user_id, max_results = request
        data = user_id.encode()
        struct = self._request
        kept = struct.user_id = self._from_buffer(data)  # its memory is Python's, for as long as this is kept
        struct.user_id_len, struct.max_results = len(kept), max_results
        code = self._tg_call(self._engine, *self._single_at)
        if code:
            return self._call_again(code, request)
        return self._single.ids(0)

    def _batch(self, room, items):
        return self._bound.lib.tg_batch(self._engine, room.requests, room.replies, items)

    def stamped(self, request):
        self.call(request)  # finds out whether the buffers do; the stamps are of the next call
        self._single.ask([request])
        stamps = self._ffi.new("tg_stamps *")
        self._pass(self._bound.lib.tg_call_stamped(self._engine, *self._single_at, stamps))
        return self._single.ids(0), (stamps.decode_ns, stamps.compute_ns, stamps.encode_ns)

    def echo(self, payload, reply_bytes):
        contract.check_echo(reply_bytes)  # before there is a buffer of that size
        back = self._ffi.new("uint8_t[]", max(1, reply_bytes))
        sent = self._ffi.from_buffer("uint8_t[]", payload)
        self._pass(self._bound.lib.tg_echo(self._engine, sent, len(sent), back, reply_bytes))
        return bytes(self._ffi.buffer(back, reply_bytes))

    def close(self):
        engine, self._engine = self._engine, self._ffi.NULL
        self._bound.lib.tg_close(engine)

    def _last_error(self):
        text = self._ffi.new("char[]", _ERROR_BYTES)
        length = min(self._bound.last_error(text, _ERROR_BYTES), _ERROR_BYTES)
        return bytes(self._ffi.buffer(text, length))
