"""What all lanes have that call a library through the C interface of fixtures/contract/tollgate.h.

Buffers for answers belong to the caller and are reused; they grow when the library says so. There is no deadline: a
library that hangs hangs its caller (which ends with its stdin all the same, see drive.py). How C is reached is that of
the lane: see transports/ctypes.py and transports/cffi.py.
"""

import importlib.machinery
import importlib.util

from tollgate_peer import contract, npy
from tollgate_peer.contract import Failure
from tollgate_peer.wire.lane import Connection

MAGIC = 0x42414754
VERSION = 1
BUFFER_TOO_SMALL = 1
ENGINES = {"stub": 0, "catalog": 1, "wrong": 2}
# What an id is guessed to need; the library tells when that was too little.
ID_BYTES = 16


def path_of(transport, endpoint, engine):
    """The library that `lib:/path` names, where there is such an engine."""
    if not endpoint.startswith("lib:/"):
        raise Failure(
            "unsupported", f"{transport} takes an endpoint lib:/path, not {endpoint!r}; Python brings no library"
        )
    if engine not in ENGINES:
        raise Failure("unsupported", f"there is no engine {engine!r}")
    return endpoint[len("lib:") :]


def matrices(engine, products, users):
    """(rows, columns, values) of products and users for an engine that needs them, else nothing."""
    if engine != "catalog":
        return ()
    if not (products and users):
        raise Failure("invalid_argument", "the catalog engine needs products and users")
    try:
        return npy.read_file("products", products), npy.read_file("users", users)
    except ValueError as error:
        raise Failure("invalid_argument", str(error)) from None


def not_loaded(path, error):
    """Why a library cannot be loaded."""
    try:
        with open(path, "rb"):
            return Failure("unsupported", f"{path} is no library that can be loaded here: {error}")
    except OSError as missing:
        return Failure("gone", f"no library at {path}: {missing.strerror}")


def extension(name, path):
    """The extension module of this name that is at `path`, wherever that is; an ImportError for what is none."""
    spec = importlib.util.spec_from_loader(name, importlib.machinery.ExtensionFileLoader(name, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def foreign(path, found):
    """What a library is that is no such library."""
    return Failure("unsupported", f"{path} is not a Tollgate library of version {VERSION}: {found}")


def check_info(path, info, sizes):
    """Magic, then version, then sizes: what follows the version belongs to the version."""
    if info.magic != MAGIC:
        raise foreign(path, f"its magic is {info.magic:#010x}, not {MAGIC:#010x}")
    if info.version != VERSION:
        raise foreign(path, f"it speaks version {info.version}")
    for field, wanted in sizes.items():
        found = getattr(info, field)
        if found != wanted:
            raise foreign(path, f"its {field} is {found}, not {wanted}")


class Room:
    """Buffers for `count` answers, each with as much room as any other: a lane adds them, and what lies in them."""

    def __init__(self, count, text_cap, ends_cap):
        self.count, self.text_cap, self.ends_cap = count, text_cap, ends_cap

    def ask(self, requests):
        """Puts the questions where the library reads them."""
        raise NotImplementedError

    def ids(self, at):
        """The ids in the answer at this place."""
        raise NotImplementedError

    def needed(self):
        """The most bytes and ids that an answer has, as the library said."""
        raise NotImplementedError

    def larger(self):
        """The bytes and ids of a room in which all answers fit."""
        text, ends = self.needed()
        if text <= self.text_cap and ends <= self.ends_cap:
            raise Failure("internal", "the library wants more room than it has and does not say how much")
        return max(text, self.text_cap), max(ends, self.ends_cap)


def cut(raw, ends):
    """The ids in bytes, given where each ends."""
    text = str(raw, "utf-8")
    if not text.isascii():
        return [str(raw[first:end], "utf-8") for first, end in zip([0] + ends, ends)]
    # A loop: slices of pairs in a comprehension take half as long again.
    first, ids = 0, []
    for end in ends:
        ids.append(text[first:end])
        first = end
    return ids


class LibraryConnection(Connection):
    """One engine in a library. A lane says how a room is made and how C is called; each call answers a code."""

    def __init__(self):
        self._use_single(self._room(1, ID_BYTES * contract.MAX_RESULTS, contract.MAX_RESULTS))
        self._many = self._room(1, ID_BYTES, 1)

    def _room(self, count, text_cap, ends_cap):
        raise NotImplementedError

    def _use_single(self, room):
        """Takes this room for single calls."""
        self._single = room

    def _batch(self, room, items):
        raise NotImplementedError

    def _last_error(self):
        """The library's words on its last failure, as bytes."""
        raise NotImplementedError

    def _call_again(self, code, request):
        """Grows and asks again where that was the reason, and fails with any other."""
        self._use_single(self._after(code, self._single))
        return self.call(request)

    def batched(self, requests):
        room = self._room_for(requests)
        while True:
            room.ask(requests)
            code = self._batch(room, len(requests))
            if not code:
                return [room.ids(at) for at in range(len(requests))]
            room = self._many = self._after(code, room)

    def _after(self, code, room):
        """A larger room where that is what the code wants; any other code is a failure."""
        if code != BUFFER_TOO_SMALL:
            self._pass(code)
        return self._room(room.count, *room.larger())

    def _room_for(self, requests):
        """Buffers for a batch: those of the last one where they do. A wrong max_results gets little: it is refused."""
        count = len(requests)
        most = max((n for _, n in requests if n <= contract.MAX_RESULTS), default=0)
        room = self._many
        if room.count < count or room.ends_cap < most:
            ends_cap = max(most, 1)
            room = self._many = self._room(count, ID_BYTES * ends_cap, ends_cap)
        return room

    def _pass(self, code):
        if code:
            words = self._last_error().decode("utf-8", "replace")
            raise contract.failure_of_status(-code, words or f"code {code}")
