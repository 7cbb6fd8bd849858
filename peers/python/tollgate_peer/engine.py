"""What answers the question in a Python callee: `stub`, `catalog` and `wrong`.

Definitions are in fixtures/src/engine.rs and catalog.rs; golden files prove that the answers are the same to the byte.
Engines keep nothing between calls, so that all connections share one. No transport is known here.
"""

import array
import heapq
import importlib.util
import re
import sys
import time

from tollgate_peer import contract, npy

ENGINES = ("stub", "catalog", "wrong")
MAX_COLUMNS = 1 << 10

_NUMBERED_USER = re.compile("user_(0|[1-9][0-9]{0,18})")


class Engine:
    """Answers questions: validates, takes its service time, and lets `work(user_id, count)` find the ids."""

    def __init__(self, work, service_time_us=0):
        self._work = work
        self._service_time_s = service_time_us / 1e6

    def answer(self, request):
        """The ids for one question; a Failure for what is no question or above a limit."""
        user_id, max_results = request
        contract.check(user_id, max_results)
        if self._service_time_s and max_results:
            time.sleep(self._service_time_s)
        return self._work(user_id, max_results)

    def answer_batch(self, requests):
        """The answers in the order of the questions; the first failure ends the batch."""
        contract.check_items(len(requests))
        return [self.answer(request) for request in requests]


def make(kind, service_time_us=0, products=None, users=None):
    """A ready engine; a ValueError says what is missing or does not fit."""
    if kind not in ENGINES:
        raise ValueError(f"there is no engine {kind!r}; choose one of {', '.join(ENGINES)}")
    if kind != "catalog":
        return of_matrices(kind, service_time_us)
    if not (products and users):
        raise ValueError("the catalog engine needs --products FILE.npy and --users FILE.npy")
    return of_matrices(kind, service_time_us, npy.read_file("products", products), npy.read_file("users", users))


def of_matrices(kind, service_time_us=0, products=None, users=None):
    """The same of matrices (rows, columns, values) that were read already."""
    work = Catalog(products, users).search if kind == "catalog" else _numbered(1 if kind == "wrong" else 0)
    return Engine(work, service_time_us)


def _numbered(first):
    names = [f"product_{number}" for number in range(first, first + contract.MAX_RESULTS)]
    return lambda _user_id, count: names[:count]


def user_row(user_id, rows):
    """The row a user id stands for: `user_<n>` is row n where there is one, any other text falls back to a hash."""
    numbered = _NUMBERED_USER.fullmatch(user_id)
    if numbered and int(numbered[1]) < rows:
        return int(numbered[1])
    return fnv1a_64(user_id.encode()) % rows


def fnv1a_64(data):
    """FNV-1a, 64 bit (RFC 9923)."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


class Catalog:
    """Exact search over int8 vectors by dot product: by NumPy where it is there, else by big integers."""

    def __init__(self, products, users):
        rows, columns, _ = products
        self._user_rows, user_columns, _ = users
        if columns != user_columns:
            raise ValueError(
                f"products have {columns} dimensions and users {user_columns}; "
                "both files need the same number of columns"
            )
        if columns > MAX_COLUMNS:
            raise ValueError(f"products: {columns} dimensions; at most 1,024 are taken")
        self._scores = _scores_of(products, users)
        self._names = [f"product_{row}" for row in range(rows)]

    def search(self, user_id, count):
        """The ids of the best products, best first; of equal ones the lower index."""
        if count == 0:
            return []
        best = self._scores.best(user_row(user_id, self._user_rows), count)
        return [self._names[row] for row in best]


def _scores_of(products, users):
    if importlib.util.find_spec("numpy"):
        from tollgate_peer import catalog_numpy

        return catalog_numpy.Scores(products, users)
    return PackedScores(products, users)


class PackedScores:
    """Scores in pure Python, and still about a millisecond for 10,000 products.

    One dimension of all products is one big integer, the sum of value[row] << (32 * row). A user's weight times that
    integer scales all rows at once, in C. The sum over dimensions, plus 1 << 31 in every row, has each row's score
    (offset, so that it is not negative) in 32 bits of its own: 1,024 dimensions of 128 * 128 are 1 << 24, no more.
    """

    def __init__(self, products, users):
        rows, columns, values = products
        self._rows, self._width = rows, columns
        self._users = memoryview(users[2]).cast("b")
        values = memoryview(values).cast("b").tolist()
        zero = _packed([128] * rows)
        self._columns = [_packed([value + 128 for value in values[at::columns]]) - zero for at in range(columns)]
        self._offset = _packed([1 << 31] * rows)

    def all(self, row):
        """All products' scores for the user at `row`, each one raised by 1 << 31."""
        total = self._offset
        for column, weight in zip(self._columns, self._users[row * self._width : (row + 1) * self._width]):
            total += column * weight
        lanes = array.array("I", total.to_bytes(4 * self._rows, "little"))
        if sys.byteorder == "big":
            lanes.byteswap()
        return lanes.tolist()

    def best(self, row, count):
        """The `count` best products, best first; of equal ones the lower index (nlargest keeps their order)."""
        scores = self.all(row)
        return heapq.nlargest(count, range(self._rows), key=scores.__getitem__)


def _packed(values):
    """The sum of value[row] << (32 * row), for values of 32 bits without sign."""
    lanes = array.array("I", values)
    if sys.byteorder == "big":
        lanes.byteswap()
    return int.from_bytes(lanes.tobytes(), "little")
