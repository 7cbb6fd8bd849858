"""What a load gave. While it goes on, times are put into arrays; what they say is found out afterwards."""

import array
import collections

# Parts of the window of which the shortest latency is kept: a queue that grows shows in it.
PARTS = 4
# Longer times are recorded as this.
LONGEST_NS = 60_000_000_000
DIGITS = 3


class Tally:
    """The calls of one place, in ns since the load began: three times of each, and how long no place was free."""

    def __init__(self):
        self.due_ns, self.sent_ns, self.answered_ns, self.place_ns = (array.array("q") for _ in range(4))
        self.wrong = self.errors = 0
        self.failure = None

    def calls(self):
        """(due, sent, answered, place) of each answered call; due is None in a closed loop."""
        if not self.due_ns:
            return zip([None] * len(self.sent_ns), self.sent_ns, self.answered_ns, [0] * len(self.sent_ns))
        return zip(self.due_ns, self.sent_ns, self.answered_ns, self.place_ns)


def histogram(times_ns):
    """Times in the form of the protocol: V2, deflated, base64."""
    from hdrh.histogram import HdrHistogram

    made = HdrHistogram(1, LONGEST_NS, DIGITS)
    for time_ns, count in collections.Counter(times_ns).items():
        made.record_value(min(max(time_ns, 1), LONGEST_NS), count)
    return made.encode().decode()


class InFlight:
    """Calls in flight, integrated over time at each change; it knows no histogram: Little's law compares the two."""

    def __init__(self):
        self._now = self._since_ns = 0
        self.call_ns = 0

    def change(self, at_ns, by):
        """Places tell of their times not always in the order of these: what was added since a late one is mended."""
        if at_ns >= self._since_ns:
            self.call_ns += self._now * (at_ns - self._since_ns)
            self._since_ns = at_ns
        else:
            self.call_ns += by * (self._since_ns - at_ns)
        self._now += by


def told(shape, tallies):
    """The part of the answer that calls give."""
    latency, service, lateness, place, generator = ([] for _ in range(5))
    parts = [[0, 0] for _ in range(PARTS)]
    calls = answered_in_window = 0
    for tally in tallies:
        for due_ns, sent_ns, answered_ns, place_ns in tally.calls():
            calls += 1
            begun_ns = sent_ns if due_ns is None else due_ns
            # A closed loop's calls count where they are answered: those in flight when the window began belong to it.
            counted_ns = answered_ns if due_ns is None else due_ns
            answered_in_window += counted_ns >= shape.from_ns and answered_ns < shape.until_ns
            if begun_ns < shape.from_ns:
                continue
            service.append(answered_ns - sent_ns)
            if due_ns is not None:
                latency.append(answered_ns - due_ns)
                lateness.append(sent_ns - due_ns)
                place.append(place_ns)
                generator.append(sent_ns - due_ns - place_ns)
            part = parts[min(PARTS * (begun_ns - shape.from_ns) // (shape.until_ns - shape.from_ns), PARTS - 1)]
            took_ns = max(answered_ns - begun_ns, 1)
            part[1] = took_ns if part[0] == 0 else min(part[1], took_ns)
            part[0] += 1
    failure = next((tally.failure for tally in tallies if tally.failure), None)
    answer = {
        "answered_in_window": answered_in_window,
        "calls": calls,
        "wrong": sum(tally.wrong for tally in tallies),
        "errors": sum(tally.errors for tally in tallies),
        "parts": parts,
        "service": histogram(service),
    }
    if failure:
        answer.update(kind=failure.kind, detail=failure.detail)
    if shape.per_s is not None:
        times = (latency, lateness, place, generator)
        answer.update(zip(("latency", "lateness", "late_place", "late_generator"), map(histogram, times)))
    return answer
