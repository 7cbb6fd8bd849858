"""The caller of `ctypes`: a C library in this process, asked through structs. Nothing is encoded but text to UTF-8.

Buffers for answers belong to the caller and are reused; they grow when the library says so. There is no deadline: a
library that hangs hangs its caller (which ends with its stdin all the same, see drive.py).
"""

import array
import ctypes

from tollgate_peer import contract, npy
from tollgate_peer.contract import Failure
from tollgate_peer.wire import c_abi
from tollgate_peer.wire.lane import Connection

# What an id is guessed to need; the library tells when that was too little.
_ID_BYTES = 16


def open(endpoint, deadline_s=None, engine="stub", products=None, users=None):
    """Loads `lib:/path` and makes an engine in it."""
    if not endpoint.startswith("lib:/"):
        raise Failure("unsupported", f"ctypes takes an endpoint lib:/path, not {endpoint!r}; Python brings no library")
    if engine not in c_abi.ENGINES:
        raise Failure("unsupported", f"there is no engine {engine!r}")
    return CtypesConnection(c_abi.load(endpoint[len("lib:") :]), _config(engine, products, users))


def _config(engine, products, users):
    limits = c_abi.Limits(
        contract.MAX_ITEMS, contract.MAX_RESULTS, contract.MAX_USER_ID_BYTES, contract.MAX_MESSAGE_BYTES
    )
    config = c_abi.Config(ctypes.sizeof(c_abi.Config), c_abi.ENGINES[engine], 0, 0, limits)
    if engine == "catalog":
        if not (products and users):
            raise Failure("invalid_argument", "the catalog engine needs products and users")
        try:
            config.products = _matrix(npy.read_file("products", products))
            config.users = _matrix(npy.read_file("users", users))
        except ValueError as error:
            raise Failure("invalid_argument", str(error)) from None
    return config


def _matrix(read):
    rows, columns, values = read
    return c_abi.Matrix(values, rows, columns)


class Room:
    """Buffers for `count` answers, each with as much room as any other."""

    def __init__(self, count, text_cap, ends_cap):
        self.count, self.text_cap, self.ends_cap = count, text_cap, ends_cap
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

    def ids(self, at):
        """The ids in the answer at this place."""
        reply = self.each[at][1]
        start = at * self.text_cap
        raw = self._view[start : start + reply.text_len]
        start = at * self.ends_cap
        ends = self._ends[start : start + reply.ends_len].tolist()
        text = str(raw, "utf-8")
        if text.isascii():
            return [text[first:end] for first, end in zip([0] + ends, ends)]
        return [str(raw[first:end], "utf-8") for first, end in zip([0] + ends, ends)]

    def larger(self):
        """Room for what the library said it needs."""
        text_cap = max(reply.text_len for _, reply in self.each)
        ends_cap = max(reply.ends_len for _, reply in self.each)
        return Room(self.count, max(text_cap, self.text_cap), max(ends_cap, self.ends_cap))


class CtypesConnection(Connection):
    """One engine in the library."""

    def __init__(self, library, config):
        self._library = library
        self._engine = ctypes.c_void_p()
        self._pass(library.tg_open(config, ctypes.byref(self._engine)))
        self._tg_call = library.tg_call
        self._use_single(Room(1, _ID_BYTES * contract.MAX_RESULTS, contract.MAX_RESULTS))
        self._many = Room(1, _ID_BYTES, 1)

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

    def _call_again(self, code, request):
        """Grows and asks again where that was the reason, and fails with any other."""
        if code != c_abi.BUFFER_TOO_SMALL:
            raise self._failure(code)
        before = self._single
        room = before.larger()
        if (room.text_cap, room.ends_cap) == (before.text_cap, before.ends_cap):
            raise Failure("internal", "the library wants more room than it has and does not say how much")
        self._use_single(room)
        return self.call(request)

    def batched(self, requests):
        room = self._room_for(requests)
        while True:
            for (user_id, max_results), (struct, _) in zip(requests, room.each):
                data = user_id.encode()
                struct.user_id, struct.user_id_len, struct.max_results = data, len(data), max_results
            code = self._library.tg_batch(self._engine, room.requests, room.replies, len(requests))
            if code != c_abi.BUFFER_TOO_SMALL:
                self._pass(code)
                return [room.ids(at) for at in range(len(requests))]
            before, room = room, room.larger()
            if (room.text_cap, room.ends_cap) == (before.text_cap, before.ends_cap):
                raise Failure("internal", "the library wants more room than it has and does not say how much")
            self._many = room

    def _room_for(self, requests):
        """Buffers for a batch: those of the last one where they do. A wrong max_results gets little: it is refused."""
        count = len(requests)
        most = max((n for _, n in requests if n <= contract.MAX_RESULTS), default=0)
        room = self._many
        if room.count < count or room.ends_cap < most:
            ends_cap = max(most, 1)
            room = self._many = Room(count, _ID_BYTES * ends_cap, ends_cap)
        return room

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

    def _pass(self, code):
        if code:
            raise self._failure(code)

    def _failure(self, code):
        text = ctypes.create_string_buffer(512)
        length = min(self._library.tg_last_error(text, len(text)), len(text))
        return contract.failure_of_status(-code, text.raw[:length].decode("utf-8", "replace") or f"code {code}")
