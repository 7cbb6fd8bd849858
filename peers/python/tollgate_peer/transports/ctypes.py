"""The caller of `ctypes`: a C library in this process, asked through structs. Nothing is encoded but text to UTF-8."""

import array
import ctypes

from tollgate_peer import contract
from tollgate_peer.wire import c_abi, library_lane
from tollgate_peer.wire.library_lane import LibraryConnection


def open(endpoint, deadline_s=None, engine="stub", products=None, users=None):
    """Loads `lib:/path` and makes an engine in it."""
    path = library_lane.path_of("ctypes", endpoint, engine)
    return CtypesConnection(c_abi.load(path), _config(engine, products, users))


def _config(engine, products, users):
    limits = c_abi.Limits(
        contract.MAX_ITEMS, contract.MAX_RESULTS, contract.MAX_USER_ID_BYTES, contract.MAX_MESSAGE_BYTES
    )
    config = c_abi.Config(ctypes.sizeof(c_abi.Config), library_lane.ENGINES[engine], 0, 0, limits)
    for name, read in zip(("products", "users"), library_lane.matrices(engine, products, users)):
        rows, columns, values = read
        setattr(config, name, c_abi.Matrix(values, rows, columns))
    return config


class Room(library_lane.Room):
    """Structs and arrays."""

    def __init__(self, count, text_cap, ends_cap):
        super().__init__(count, text_cap, ends_cap)
        # At least one, so that there is an address.
        self._text = array.array("B", bytes(max(1, count * text_cap)))
        self._ends = array.array("I", bytes(4 * max(1, count * ends_cap)))
        self._view = memoryview(self._text)
        self.requests = (c_abi.Request * count)()
        self.replies = (c_abi.Reply * count)()
        # One Python object for each struct, made once: indexing the C array would make a new one each time.
        self.each = list(zip(self.requests, self.replies))
        text_at, ends_at = self._text.buffer_info()[0], self._ends.buffer_info()[0]
        for at, reply in enumerate(self.replies):
            reply.text, reply.text_cap = text_at + at * text_cap, text_cap
            reply.ends, reply.ends_cap = ends_at + at * ends_cap * 4, ends_cap

    def ask(self, requests):
        for (user_id, max_results), (struct, _) in zip(requests, self.each):
            data = user_id.encode()
            struct.user_id, struct.user_id_len, struct.max_results = data, len(data), max_results

    def ids(self, at):
        reply = self.each[at][1]
        start = at * self.text_cap
        raw = self._view[start : start + reply.text_len]
        start = at * self.ends_cap
        return library_lane.cut(raw, self._ends[start : start + reply.ends_len].tolist())

    def needed(self):
        return max(reply.text_len for _, reply in self.each), max(reply.ends_len for _, reply in self.each)


class CtypesConnection(LibraryConnection):
    """One engine in the library."""

    _room = staticmethod(Room)

    def __init__(self, library, config):
        self._library = library
        self._engine = ctypes.c_void_p()
        self._pass(library.tg_open(config, ctypes.byref(self._engine)))
        self._tg_call = library.tg_call
        super().__init__()

    def _use_single(self, room):
        self._single = room
        self._request, self._reply = room.each[0]
        self._single_at = ctypes.byref(self._request), ctypes.byref(self._reply)

    def call(self, request):
        user_id, max_results = request
        data = user_id.encode()
        struct = self._request
        struct.user_id, struct.user_id_len, struct.max_results = data, len(data), max_results
        code = self._tg_call(self._engine, *self._single_at)
        if code:
            return self._call_again(code, request)
        return self._single.ids(0)

    def _batch(self, room, items):
        return self._library.tg_batch(self._engine, room.requests, room.replies, items)

    def stamped(self, request):
        self.call(request)  # finds out whether the buffers do; the stamps are of the next call
        stamps = c_abi.Stamps()
        self._pass(self._library.tg_call_stamped(self._engine, *self._single_at, ctypes.byref(stamps)))
        return self._single.ids(0), (stamps.decode_ns, stamps.compute_ns, stamps.encode_ns)

    def echo(self, payload, reply_bytes):
        contract.check_echo(reply_bytes)  # before there is a buffer of that size
        back = bytearray(max(1, reply_bytes))
        room = (ctypes.c_uint8 * len(back)).from_buffer(back)
        self._pass(self._library.tg_echo(self._engine, payload, len(payload), room, reply_bytes))
        return bytes(back[:reply_bytes])

    def close(self):
        engine, self._engine = self._engine, ctypes.c_void_p()
        self._library.tg_close(engine)

    def _last_error(self):
        text = ctypes.create_string_buffer(512)
        return text.raw[: min(self._library.tg_last_error(text, len(text)), len(text))]
