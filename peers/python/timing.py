"""Measures a visit: the one timed loop, for every lane and mode. Knows no lane and no protocol.

Nothing is checked, chosen or allocated for bookkeeping between the two clock reads of a sample but a list's append.
"""

import array
import collections
import gc
import time

from contract import Failure

clock = time.perf_counter_ns

# A sample takes at least this many clock reads and this many steps of the clock, or the clock would be measured.
CLOCK_LIMITS = 20
# The answer carries every sample, so their number is bounded: by larger groups, and at the latest by stopping.
MAX_SAMPLES = 20_000


class Feed:
    """The requests of a visit, action after action, with their right answers: golden lines, cyclically."""

    def __init__(self, golden, items, max_results, first):
        self._requests = [(user_id, max_results) for user_id, _ in golden]
        self._answers = [ids for _, ids in golden]
        self._right = [None] * len(golden)
        self._max_results = max_results
        self._at = first % len(golden)
        self.items = items

    def take(self, actions):
        """What to ask in the next actions, and what to expect; an action of one item is a request, not a list."""
        if self.items == 1:
            return self._next(actions)
        pairs = [self._next(self.items) for _ in range(actions)]
        return [asked for asked, _ in pairs], [right for _, right in pairs]

    def action(self, connection, mode):
        """What does one action. One item is a plain call in any mode."""
        return connection.call if self.items == 1 else getattr(connection, mode)

    def count_wrong(self, answers, right):
        """Items whose answer is not the right one."""
        return count_differing(answers, right, self.items)

    def _next(self, count):
        asked, right = [], []
        for _ in range(count):
            at = self._at
            expected = self._right[at]
            if expected is None:
                expected = self._right[at] = self._answers[at][: self._max_results]
            asked.append(self._requests[at])
            right.append(expected)
            self._at = at + 1 if at + 1 < len(self._requests) else 0
        return asked, right


class Tally:
    """What one run of the loop saw."""

    def __init__(self):
        self.samples_ns = array.array("q")
        self.items = self.wrong = 0
        self.failure = None


def closed_loop(act, feed, group, max_samples, end_ns):
    """Samples of `group` actions, one after another, until there are enough or the time has come; at least one."""
    tally = Tally()
    samples_ns = tally.samples_ns
    while True:
        asked, right = feed.take(group)
        answers = []
        keep = answers.append
        try:
            start = clock()
            for question in asked:
                keep(act(question))
            took = clock() - start
        except Failure as failure:
            tally.failure = failure
            return tally
        samples_ns.append(took)
        tally.items += group * feed.items
        if answers != right:
            tally.wrong += feed.count_wrong(answers, right)
        if len(samples_ns) >= max_samples or clock() >= end_ns:
            return tally


def count_differing(answers, right, items):
    """Items that differ; an action of one item is its answer, not a list of them."""
    if items > 1:
        return sum(one != other for pair in zip(answers, right) for one, other in zip(*pair))
    return sum(one != other for one, other in zip(answers, right))


def visit(connection, feed, mode, lead_in_calls, lead_in_ms, limit_ms, group, max_samples=MAX_SAMPLES):
    """Measures one cell: (group, lead-in, timed part); the second is None when the lead-in failed."""
    # The mode's method is chosen once, here.
    act = feed.action(connection, mode)
    # A collection inside a sample would be charged to the boundary, and answers form no cycles that would need one.
    collects = gc.isenabled()
    gc.disable()
    try:
        begin = clock()
        lead_in_end = begin + int(lead_in_ms * 1e6)
        lead_in = closed_loop(act, feed, 1, max(1, lead_in_calls), lead_in_end)
        if lead_in.failure:
            return group or 1, lead_in, None
        end = begin + int(limit_ms * 1e6)
        group = group or choose_group(min(lead_in.samples_ns), clock_limit_ns(), end - clock())
        return group, lead_in, closed_loop(act, feed, group, max_samples, end)
    finally:
        if collects:
            gc.enable()


def choose_group(action_ns, limit_ns, left_ns):
    """The smallest power of two whose sample the clock can tell and whose samples are not too many to answer."""
    group = 1
    action_ns = max(1, action_ns)
    while group * action_ns < CLOCK_LIMITS * limit_ns or left_ns // (group * action_ns) > MAX_SAMPLES:
        group *= 2
    return group


_limit_ns = []


def clock_limit_ns():
    """What one clock read takes, or a step of the clock where that is longer; found once."""
    if not _limit_ns:
        read_ns = min(_time_reads(100) for _ in range(20))
        _limit_ns.append(max(read_ns, step_ns(clock)))
    return _limit_ns[0]


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


def _time_reads(count):
    start = clock()
    for _ in range(count):
        clock()
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
