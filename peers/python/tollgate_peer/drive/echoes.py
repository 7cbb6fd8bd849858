"""Opaque bytes there and back, by a lane's echo: the workload `bytes`, and the part `echo` of other calls.

Payloads differ from one to the next, so that an answer that is late is noticed, and are made before any clock is read.
"""

import random
from functools import partial

from tollgate_peer import contract
from tollgate_peer.contract import Failure
from tollgate_peer.drive.questions import count_differing

MODES = ("chatty", "batched")
MAX_ITEM_BYTES = 1 << 20
# What an echo has besides its bytes is left room for in a message.
MAX_ACTION_BYTES = contract.MAX_MESSAGE_BYTES - (1 << 10)
# Payloads that are sent in turn: at least so many, and else as many as have so many bytes together.
_FEWEST, _MOST, _MOST_BYTES = 4, 1024, 256 << 10


def check(items, size):
    """Refuses bytes above what an item, or a message, has."""
    contract.check_items(items)
    if size > MAX_ITEM_BYTES:
        raise Failure("too_large", f"an item of {size} bytes; at most {MAX_ITEM_BYTES} are carried")
    if items * size > MAX_ACTION_BYTES:
        raise Failure("too_large", f"{items} items of {size} bytes; at most {MAX_ACTION_BYTES // size} of them")


def payload(size, number):
    """Bytes without order, others for each number."""
    return random.Random(number).getrandbits(8 * size).to_bytes(size, "little") if size else b""


class Echoes:
    """Echoes, action after action, with what is to come back: payloads, cyclically."""

    made_bytes = None

    def __init__(self, items, size, batched, reply_bytes=None):
        self.items = items
        self._size = size
        # One echo carries the bytes of all items of an action.
        self._is_one = batched or items == 1
        size_of_echo = items * size if batched else size
        self._reply_bytes = size_of_echo if reply_bytes is None else reply_bytes
        count = min(max(_MOST_BYTES // max(1, size_of_echo), _FEWEST), _MOST)
        self._payloads = [payload(size_of_echo, number) for number in range(count)]
        self._right = [contract.echo_bytes(sent, self._reply_bytes) for sent in self._payloads]
        self._at = 0

    def action(self, connection):
        """What does one action."""
        if self._is_one:
            return partial(connection.asker("echo"), reply_bytes=self._reply_bytes), connection.run_group
        return connection.asker("echoes"), connection.run_group

    def take(self, actions):
        """What to send in the next actions, and what is to come back."""
        if self._is_one:
            return self._next(actions)
        pairs = [self._next(self.items) for _ in range(actions)]
        return [sent for sent, _ in pairs], [right for _, right in pairs]

    def _next(self, count):
        places = [(self._at + number) % len(self._payloads) for number in range(count)]
        self._at = (self._at + count) % len(self._payloads)
        return [self._payloads[place] for place in places], [self._right[place] for place in places]

    def count_wrong(self, answers, right):
        """Items that did not come back as they were to come."""
        if not self._is_one:
            return count_differing(answers, right, self.items)
        return sum(self._wrong_of(*pair) for pair in zip(answers, right))

    def _wrong_of(self, back, right):
        """Where the number of bytes is another, no item is where it was."""
        if self.items == 1:
            return back != right
        if len(back) != len(right):
            return self.items
        size = self._size
        return sum(back[at : at + size] != right[at : at + size] for at in range(0, len(right), max(1, size)))
