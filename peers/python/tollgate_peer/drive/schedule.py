"""When the calls of a load are due: a schedule that does not wait for answers. It reads no clock and calls nothing.

Times are ns since the load began.
"""

import math

# What is due and not sent when a load ends is sent late, for at most this share of the load: else a stall at its end
# would be cut off, and its tail with it.
LATE_SHARE = 0.25

NOW, LATER, OVER = "now", "later", "over"

_MASK = (1 << 64) - 1


class Shape:
    """What a load asks of a lane. `per_s` is None for a closed loop: a call whenever a place is free."""

    def __init__(self, per_s, is_poisson, seed, connections, in_flight, from_ns, until_ns):
        self.per_s, self.is_poisson, self.seed = per_s, is_poisson, seed
        self.connections, self.in_flight = connections, in_flight
        # Calls are recorded from the end of the lead-in on, and become due until the end.
        self.from_ns, self.until_ns = from_ns, until_ns


class Pacer:
    """Hands out the calls of a schedule, each once and in order, until the load is over."""

    def __init__(self, shape):
        self._shape = shape
        self._random = shape.seed
        self._at_ns = 0.0
        self._count = 0
        self._number = 0
        self._due_ns = self._next_ns()
        self._ended_ns = None
        # Calls of the window that were handed out.
        self.taken = 0

    def _next_ns(self):
        """When the next call is due. Evenly spaced ones are computed from their number: no rounding adds up."""
        shape = self._shape
        if shape.per_s is None:
            return None
        if shape.is_poisson:
            # 1 - u lies in 0 (exclusive) to 1, so that its logarithm is finite.
            self._at_ns -= math.log(1 - self._uniform()) * 1e9 / shape.per_s
        else:
            self._at_ns = self._count * 1e9 / shape.per_s
        self._count += 1
        return int(self._at_ns)

    def _uniform(self):
        """SplitMix64 as a number in 0 to 1 (exclusive): the schedule of a seed is the same in every driver."""
        self._random = (self._random + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._random
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _MASK
        return ((mixed ^ mixed >> 31) >> 11) / (1 << 53)

    def take(self, now_ns):
        """(NOW, number, due_ns) hands out a call; (LATER, None, until_ns) has none before that; (OVER, None, None)."""
        shape = self._shape
        due_ns = now_ns if self._due_ns is None else self._due_ns
        last_ns = shape.until_ns * (1 + LATE_SHARE) if due_ns < shape.until_ns else 0
        if self._ended_ns is not None or now_ns >= max(shape.until_ns, last_ns):
            self.end(now_ns)
            return OVER, None, None
        if due_ns > now_ns or due_ns >= shape.until_ns:
            return LATER, None, min(due_ns, shape.until_ns)
        self.taken += due_ns >= shape.from_ns
        number, due_ns = self._number, self._due_ns
        self._number += 1
        self._due_ns = self._next_ns()
        return NOW, number, due_ns

    def end(self, now_ns):
        """Nothing is handed out from this time on."""
        if self._ended_ns is None:
            self._ended_ns = now_ns

    def dropped(self):
        """How many calls of the window were due and not handed out: the load was over before."""
        end_ns = self._shape.until_ns if self._ended_ns is None else min(self._shape.until_ns, self._ended_ns)
        count = 0
        while self._due_ns is not None and self._due_ns < end_ns:
            count += self._due_ns >= self._shape.from_ns
            self._due_ns = self._next_ns()
        return count
