"""The workload `bytes`: opaque bytes there and back, by a lane's echo. What a visit sends, and what is to come back.

Payloads differ from one to the next, so that an answer that is late is noticed, and are made before any clock is read.
"""

import random

import contract
import timing
from contract import Failure

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


class Feed:
    """Echoes, action after action, with their right answers: payloads, cyclically."""

    def __init__(self, items, size, batched):
        self.items = items
        self._size = size
        self._batched = batched
        size_of_echo = items * size if batched else size
        count = min(max(_MOST_BYTES // max(1, size_of_echo), _FEWEST), _MOST)
        self._payloads = [payload(size_of_echo, number) for number in range(count)]
        self._at = 0

    def action(self, connection, _mode):
        """What does one action: a function from what is asked to what came back."""
        echo = connection.echo
        if self._batched or self.items == 1:
            return lambda sent: echo(sent, len(sent))
        return lambda all_sent: [echo(sent, len(sent)) for sent in all_sent]

    def take(self, actions):
        """What to send in the next actions, and what is to come back."""
        if self._batched or self.items == 1:
            sent = self._next(actions)
        else:
            sent = [self._next(self.items) for _ in range(actions)]
        return sent, sent

    def _next(self, count):
        first = self._at
        self._at = (first + count) % len(self._payloads)
        return [self._payloads[(first + number) % len(self._payloads)] for number in range(count)]

    def count_wrong(self, answers, right):
        """Items that did not come back as they were to come."""
        if not self._batched:
            return timing.count_differing(answers, right, self.items)
        return sum(self._wrong_of(*pair) for pair in zip(answers, right))

    def _wrong_of(self, back, sent):
        if len(back) != len(sent):
            return self.items
        size = self._size
        return sum(back[at : at + size] != sent[at : at + size] for at in range(0, len(sent), max(1, size)))
