"""A load: calls that are due by a schedule, whether or not earlier ones are answered; or as fast as places are free.

Lanes that block have a thread for each place; one of them at a time waits for the next call. Lanes for an event loop have
a coroutine for each. Who waits sleeps until shortly before a call is due, and then yields again and again.
"""

import asyncio
import os
import threading
import time

from tollgate_peer.contract import ENDS_CONNECTION, Failure
from tollgate_peer.drive import schedule
from tollgate_peer.drive.load_counts import InFlight, Tally
from tollgate_peer.wire.async_lane import AsyncConnection
from tollgate_peer.wire.timed import clock

# A sleep ends so long before a call is due: the kernel adds up to 50 us by default, and waking takes its time.
YIELDING_NS = 100_000
# asyncio waits in whole milliseconds.
YIELDING_IN_LOOP_NS = 2_000_000
# One sleep, at most: between two it is seen whether the load is to end.
NAP_S = 0.02


class Job:
    """A load that goes on."""

    def __init__(self, shape, questions, stopped):
        self.shape, self._stopped = shape, stopped
        # Those of a visit of one item, as pairs: what is asked, and what is to come back.
        self._asked, self._right = questions
        self.pacer = schedule.Pacer(shape)
        self.turn = threading.Lock()
        self._counting = threading.Lock()
        self._flying = self.most = self._free_since_ns = 0
        self.in_flight = InFlight()
        self._began_ns = 0

    def begin(self):
        """Time runs from here on."""
        self._began_ns = clock()

    def now_ns(self):
        """Since it began."""
        return clock() - self._began_ns

    def take(self):
        """As the pacer's; LATER has how long that is."""
        now_ns = self.now_ns()
        if self._stopped.is_set():
            self.pacer.end(now_ns)
        what, number, at_ns = self.pacer.take(now_ns)
        return (what, number, at_ns - now_ns) if what == schedule.LATER else (what, number, at_ns)

    def goes_out(self, due_ns, tally):
        """A call is sent now: when, and for how long no place was free for it."""
        with self._counting:
            sent_ns = self.now_ns()
            if due_ns is not None:
                could_ns = min(max(self._free_since_ns, due_ns), sent_ns)
                place_ns = max(could_ns - due_ns, 0)
                tally.due_ns.append(due_ns)
                tally.place_ns.append(place_ns)
            self._flying += 1
            self.most = max(self.most, self._flying)
            if self._is_recorded(due_ns, sent_ns):
                self.in_flight.change(sent_ns, 1)
        return sent_ns

    def _is_recorded(self, due_ns, sent_ns):
        return (sent_ns if due_ns is None else due_ns) >= self.shape.from_ns

    def _comes_back(self, due_ns, sent_ns, answered_ns):
        """A place is free again."""
        with self._counting:
            if self._flying >= self.shape.in_flight:
                self._free_since_ns = answered_ns
            self._flying -= 1
            if self._is_recorded(due_ns, sent_ns):
                self.in_flight.change(answered_ns, -1)

    def question(self, number):
        """What the call of this number asks."""
        return self._asked[number % len(self._asked)]

    def answered(self, number, due_ns, sent_ns, ids, tally):
        """Notes when an answer was there, and compares it then."""
        answered_ns = self.now_ns()
        self._comes_back(due_ns, sent_ns, answered_ns)
        tally.sent_ns.append(sent_ns)
        tally.answered_ns.append(answered_ns)
        tally.wrong += ids != self._right[number % len(self._right)]

    def failed(self, due_ns, sent_ns, failure, tally):
        """Notes a call without an answer; False where its connection has ended."""
        self._comes_back(due_ns, sent_ns, self.now_ns())
        if tally.due_ns:
            tally.due_ns.pop()
            tally.place_ns.pop()
        tally.errors += 1
        tally.failure = tally.failure or failure
        return failure.kind not in ENDS_CONNECTION


def run(job, open_connection, shared):
    """Puts the load on `shared` connections, or on one of its own for each place: what each place counted."""
    if isinstance(shared[0] if shared else None, AsyncConnection):
        return _in_loop(job, shared[0])
    return _in_threads(job, open_connection, shared)


def _in_threads(job, open_connection, shared):
    places = job.shape.in_flight
    tallies, failures = [Tally() for _ in range(places)], []
    gate = threading.Barrier(places, action=job.begin)

    def work(at):
        connection = None
        try:
            connection = shared[at % len(shared)] if shared else open_connection()
        except Exception as error:
            failures.append(error)
        gate.wait()
        try:
            if not failures:
                _calls(job, connection.call, tallies[at])
        except Exception as error:  # a mistake here, and no failure of a call
            failures.append(error)
        finally:
            if connection and not shared:
                connection.close()

    threads = [threading.Thread(target=work, args=(at,), daemon=True) for at in range(places)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return tallies


def _calls(job, call, tally):
    while True:
        number, due_ns = _next(job)
        if number is None:
            return
        question = job.question(number)
        sent_ns = job.goes_out(due_ns, tally)
        try:
            ids = call(question)
        except Failure as failure:
            if not job.failed(due_ns, sent_ns, failure, tally):
                return
            continue
        job.answered(number, due_ns, sent_ns, ids, tally)


def _next(job):
    """Waits for the next call: its number and when it was due; None where there is none any more."""
    with job.turn:
        while True:
            what, number, at_ns = job.take()
            if what != schedule.LATER:
                return number, at_ns
            if at_ns > YIELDING_NS:
                time.sleep(min((at_ns - YIELDING_NS) / 1e9, NAP_S))
            else:
                os.sched_yield()
                time.sleep(0)  # gives up the interpreter's lock


def _in_loop(job, connection):
    tallies = [Tally() for _ in range(job.shape.in_flight)]

    async def all_calls():
        turn = asyncio.Lock()
        job.begin()
        await asyncio.gather(*(_calls_in_loop(job, connection.call_async, turn, tally) for tally in tallies))

    connection.run(all_calls())
    return tallies


async def _calls_in_loop(job, call, turn, tally):
    while True:
        async with turn:
            number, due_ns = await _next_in_loop(job)
        if number is None:
            return
        sent_ns = job.goes_out(due_ns, tally)
        try:
            ids = await call(job.question(number))
        except Failure as failure:
            if not job.failed(due_ns, sent_ns, failure, tally):
                return
            continue
        job.answered(number, due_ns, sent_ns, ids, tally)


async def _next_in_loop(job):
    while True:
        what, number, at_ns = job.take()
        if what != schedule.LATER:
            return number, at_ns
        if at_ns > YIELDING_IN_LOOP_NS:
            await asyncio.sleep(min((at_ns - YIELDING_IN_LOOP_NS) / 1e9, NAP_S))
        else:
            os.sched_yield()
            await asyncio.sleep(0)
