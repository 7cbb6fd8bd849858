"""Loads: the schedule, what is counted, and loads of a real driver on a real callee."""

import threading
import time
import unittest

from test_support import Driver, TransportCallee, opened

from tollgate_peer import transports
from tollgate_peer.drive import load_counts
from tollgate_peer.drive.schedule import LATER, NOW, OVER, Pacer, Shape

STEP_NS = 100_000_000


def evenly(from_ns=0, until_ns=10 * STEP_NS):
    return Pacer(Shape(10.0, False, 0, 1, 1, from_ns, until_ns))


class Schedules(unittest.TestCase):
    def test_what_is_due_is_handed_out_once_late_or_not_and_the_rest_is_dropped(self):
        pacer = evenly(from_ns=2 * STEP_NS)
        self.assertEqual(pacer.take(0), (NOW, 0, 0))
        self.assertEqual(pacer.take(0), (LATER, None, STEP_NS))
        # Nobody was free for 250 ms: what was due meanwhile keeps its time.
        for number in (1, 2, 3):
            self.assertEqual(pacer.take(350_000_000), (NOW, number, number * STEP_NS))
        # Nobody was free until the load was over: what was due is still sent, for a quarter of it.
        for number in (4, 5):
            self.assertEqual(pacer.take(11 * STEP_NS), (NOW, number, number * STEP_NS))
        self.assertEqual(pacer.take(1_250_000_000)[0], OVER)
        # Of 0 to 9, those from 2 on are recorded.
        self.assertEqual((pacer.taken, pacer.dropped()), (4, 4))

    def test_a_load_that_is_stopped_drops_what_was_due_by_then(self):
        pacer = evenly()
        pacer.end(450_000_000)
        self.assertEqual(pacer.take(450_000_000)[0], OVER)
        self.assertEqual((pacer.taken, pacer.dropped()), (0, 5))

    def test_the_schedule_of_a_seed_is_that_of_the_rust_driver(self):
        pacer = Pacer(Shape(1000.0, True, 7, 1, 1, 0, 10**12))
        due = [pacer.take(10**11)[2] for _ in range(5)]
        self.assertEqual(due, [494_017, 510_948, 2_821_169, 3_695_670, 4_297_957])

    def test_a_closed_loop_has_a_call_whenever_somebody_is_free(self):
        pacer = Pacer(Shape(None, False, 0, 1, 1, 0, 100))
        self.assertEqual([pacer.take(7)[:2] for _ in range(3)], [(NOW, number) for number in range(3)])
        self.assertEqual(pacer.take(100)[0], OVER)


@unittest.skipUnless(transports.is_built(), "loads need hdrhistogram")
class Loads(unittest.TestCase):
    def load(self, driver, **more):
        order = {"size": 1, "arrivals": "constant", "seed": 1, "connections": 4, "in_flight": 4}
        order.update({"lead_in_ms": 50, "duration_ms": 300, **more})
        return driver.do("load", **order)

    def count(self, text):
        from hdrh.histogram import HdrHistogram

        return HdrHistogram.decode(text).get_total_count()

    def test_sends_what_is_due_and_counts_it(self):
        with opened("uds-json") as (driver, _):
            answer = self.load(driver, rate_per_s=1000.0)
            self.assertEqual((answer["ok"], answer["wrong"], answer["errors"]), (True, 0, 0), answer)
            # 300 are due, 250 of them in the window.
            self.assertEqual([answer[name] for name in ("calls", "sent", "dropped")], [300, 250, 0])
            for name in ("latency", "service", "lateness", "late_place", "late_generator"):
                self.assertEqual(self.count(answer[name]), 250, name)
            self.assertEqual(sum(count for count, _ in answer["parts"]), 250)
            self.assertEqual(answer["window_ns"], 250_000_000)
            self.assertEqual(driver.ask(("u", 1))["kind"], "gone")
            # Another load is opened as the first was.
            self.assertEqual(self.load(driver, rate_per_s=1000.0)["calls"], 300)

    def test_a_closed_loop_has_all_places_in_flight(self):
        with opened("uds-json") as (driver, _):
            answer = self.load(driver)
            self.assertEqual((answer["ok"], answer["wrong"], answer["in_flight_most"]), (True, 0, 4), answer)
            self.assertNotIn("latency", answer)
            self.assertGreater(self.count(answer["service"]), 0)
            self.assertLessEqual(answer["answered_in_window"], answer["calls"])

    def test_calls_in_flight_share_a_channel_of_grpc(self):
        for transport in ("grpc", "grpc-aio"):
            with TransportCallee("grpc") as callee, Driver() as driver:
                self.assertTrue(driver.open(transport, callee.endpoint)["ok"])
                answer = self.load(driver, connections=1, rate_per_s=200.0)
                self.assertEqual((answer["ok"], answer["wrong"], answer["calls"]), (True, 0, 60), answer)
                self.assertEqual(self.load(driver, connections=1)["in_flight_most"], 4)

    def test_a_load_that_is_stopped_is_answered_at_its_length(self):
        with opened("uds-json") as (driver, _):
            alarm = threading.Timer(0.2, driver.send, [b'{"op":"stop"}'])
            alarm.start()
            begun = time.monotonic()
            answer = self.load(driver, rate_per_s=100.0, duration_ms=30_000)
            self.assertLess(time.monotonic() - begun, 15)
            self.assertTrue(0 < answer["window_ns"] < 15e9, answer)
            alarm.join()

    def test_a_load_whose_callee_dies_ends_and_says_why(self):
        with opened("uds-json") as (driver, callee):
            alarm = threading.Timer(0.2, callee.process.kill)
            alarm.start()
            answer = self.load(driver, rate_per_s=1000.0, duration_ms=2000)
            self.assertEqual((answer["ok"], answer["kind"]), (True, "gone"), answer)
            self.assertGreater(answer["errors"], 0)
            self.assertGreater(answer["dropped"], 0, "what was due later was nobody's")
            alarm.join()

    def test_loads_that_cannot_be_are_refused_and_the_connection_stays(self):
        wrong = (
            ({"in_flight": 8}, "unsupported"),
            ({"in_flight": 3}, "invalid_argument"),
            ({"connections": 257, "in_flight": 257}, "invalid_argument"),
            ({"lead_in_ms": 300}, "invalid_argument"),
            ({"duration_ms": 600_001}, "invalid_argument"),
            ({"rate_per_s": 0.0}, "invalid_argument"),
            ({"rate_per_s": 1e9, "duration_ms": 100_000}, "invalid_argument"),
            ({"rate_per_s": 10.0, "arrivals": "in pairs"}, "invalid_argument"),
            ({"workload": "bytes"}, "unsupported"),
            ({"kind": "one-way"}, "unsupported"),
        )
        with opened("uds-json") as (driver, _):
            for more, kind in wrong:
                answer = self.load(driver, **more)
                self.assertEqual((answer["ok"], answer.get("kind")), (False, kind), (more, answer))
                self.assertTrue(driver.ask(("u", 1))["ok"])


class Counts(unittest.TestCase):
    def test_what_began_before_the_window_is_checked_and_not_recorded(self):
        tally = load_counts.Tally()
        for due_ns, answered_ns in ((0, 5), (10, 30), (15, 25)):
            tally.due_ns.append(due_ns)
            tally.sent_ns.append(due_ns + 1)
            tally.answered_ns.append(answered_ns)
            tally.place_ns.append(0)
        shape = Shape(1.0, False, 0, 1, 1, 10, 28)
        if not transports.is_built():
            self.skipTest("loads need hdrhistogram")
        told = load_counts.told(shape, [tally])
        self.assertEqual((told["calls"], told["answered_in_window"]), (3, 1))
        self.assertEqual(told["parts"], [[1, 20], [1, 10], [0, 0], [0, 0]])

    def test_calls_in_flight_are_integrated_in_whatever_order_they_are_told(self):
        calls = ((120, 220), (150, 160), (155, 400))
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
            in_flight = load_counts.InFlight()
            for by in (1, -1):
                for at in order:
                    in_flight.change(calls[at][by < 0], by)
            self.assertEqual(in_flight.call_ns, 100 + 10 + 245, order)


if __name__ == "__main__":
    unittest.main()
