"""Measures a visit: samples one after another, for every lane and mode. Knows no lane and no protocol.

What is inside a sample's two clock reads is in wire/timed.py.
"""

import array
import collections
import functools
import gc
import time

from tollgate_peer.contract import Failure
from tollgate_peer.wire.timed import clock

# A sample takes at least this many clock reads and this many steps of the clock, or the clock would be measured.
CLOCK_LIMITS = 20
# The answer carries every sample, so their number is bounded: by larger groups, and at the latest by stopping.
MAX_SAMPLES = 20_000


class Tally:
    """What one run of the loop saw."""

    def __init__(self):
        self.samples_ns = array.array("q")
        self.items = self.wrong = 0
        self.failure = None


# What a visit gave: actions of a sample, the tallies of what was not recorded and of what was, collections meanwhile.
Visited = collections.namedtuple("Visited", "group lead_in timed gc_cycles")


def closed_loop(feed, connection, group, max_samples, end_ns):
    """Samples of `group` actions, one after another, until there are enough or the time has come; at least one."""
    tally = Tally()
    samples_ns = tally.samples_ns
    act, run_group = feed.action(connection)
    while True:
        asked, right = feed.take(group)
        try:
            answers, took = run_group(act, asked)
        except Failure as failure:
            tally.failure = failure
            return tally
        samples_ns.append(took)
        tally.items += group * feed.items
        if answers != right:
            tally.wrong += feed.count_wrong(answers, right)
        if len(samples_ns) >= max_samples or clock() >= end_ns:
            return tally


def visit(connection, feed, lead_in_calls, lead_in_ms, limit_ms, group, max_samples=MAX_SAMPLES):
    """Measures one cell."""
    # A collection inside a sample would be charged to the boundary, and answers form no cycles that would need one.
    collects = gc.isenabled()
    gc.disable()
    before = _collections()
    try:
        begin = clock()
        lead_in_end = begin + int(lead_in_ms * 1e6)
        lead_in, timed = closed_loop(feed, connection, 1, max(1, lead_in_calls), lead_in_end), Tally()
        if not lead_in.failure:
            end = begin + int(limit_ms * 1e6)
            group = group or choose_group(min(lead_in.samples_ns), clock_limit_ns(), end - clock())
            timed = closed_loop(feed, connection, group, max_samples, end)
        return Visited(group or 1, lead_in, timed, _collections() - before)
    finally:
        if collects:
            gc.enable()


def _collections():
    """How often the collector has run in this process."""
    return sum(generation["collections"] for generation in gc.get_stats())


def choose_group(action_ns, limit_ns, left_ns):
    """The smallest power of two whose sample the clock can tell and whose samples are not too many to answer."""
    group = 1
    action_ns = max(1, action_ns)
    while group * action_ns < CLOCK_LIMITS * limit_ns or left_ns // (group * action_ns) > MAX_SAMPLES:
        group *= 2
    return group


@functools.cache
def clock_limit_ns():
    """What one clock read takes, or a step of the clock where that is longer; found once."""
    return max(clock_read_ns(), step_ns(clock))


@functools.cache
def clock_read_ns():
    """What one clock read takes; found once."""
    return _least_ns(clock)


@functools.cache
def empty_call_ns():
    """What one call of a function that does nothing takes; found once."""
    return _least_ns(_nothing)


def _nothing():
    pass


def _least_ns(function):
    """What one call of it takes: the least of 20 means over 100, since interruptions only add."""
    return min(_time_calls(function, 100) for _ in range(20))


def step_ns(read, reads=100_000, moves=100):
    """The most frequent move of a clock between two reads. One whose step is shorter than a read shows the read."""
    seen = collections.Counter()
    last = read()
    for _ in range(reads):
        now = read()
        if now > last:
            seen[now - last] += 1
            moves -= 1
            if not moves:
                break
        last = now
    return seen.most_common(1)[0][0] if seen else 0


def _time_calls(function, count):
    start = clock()
    for _ in range(count):
        function()
    return (clock() - start) / count


def cpu_ns(pid):
    """CPU time of another process in ns, by the clock that clock_getcpuclockid(pid) names; None where refused."""
    if not pid:
        return None
    try:
        return time.clock_gettime_ns(~pid << 3 | 2)
    except (OSError, OverflowError, AttributeError):
        return None


def difference(after, before):
    """after - before, or None where either is not known."""
    return None if after is None or before is None else after - before
