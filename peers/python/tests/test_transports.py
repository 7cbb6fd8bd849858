"""Every transport that needs the libraries of the lock file, over real processes: what each has and what it refuses."""

import base64
import unittest

from test_support import Driver, TransportCallee, golden  # isort: skip

from tollgate_peer import transports

MODES = {
    "grpc": ("chatty", "batched", "pipelined", "streamed"),
    "grpc-aio": ("chatty", "batched", "pipelined"),
    "rest": ("chatty", "batched"),
    "rest-lean": ("chatty", "batched"),
    "rest-granian": ("chatty", "batched"),
    "uds": ("chatty", "batched", "pipelined"),
}
# What calls a callee of each, where that is another transport's caller; and the other way round.
CALLER = {"rest-granian": "rest"}
CALLEE = {"rest-lean": "rest"}


@unittest.skipUnless(transports.is_built(), "the libraries of peers/python/requirements.txt are not here")
class EveryTransport(unittest.TestCase):
    def entered(self, process):
        """A process that ends with the test."""
        self.addCleanup(process.__exit__, None, None, None)
        return process

    def joined(self, transport, engine="stub", words=(), **fields):
        """A driver with an open connection 1 to a callee, and the callee."""
        callee = self.entered(TransportCallee(CALLEE.get(transport, transport), engine, *words))
        driver = self.entered(Driver())
        answer = self.open(driver, transport, callee, engine=engine, callee_pid=callee.process.pid, **fields)
        self.assertTrue(answer["ok"], answer)
        return driver, callee

    def open(self, driver, transport, callee, **fields):
        return driver.open(CALLER.get(transport, transport), callee.endpoint, **fields)

    def test_answers_the_golden_trace_in_each_of_its_modes(self):
        requests, right = golden("catalog")
        for transport, modes in MODES.items():
            driver, _ = self.joined(transport, "catalog")
            for mode in modes:
                with self.subTest(transport=transport, mode=mode):
                    self.assertEqual(driver.ask(*requests[:256], mode=mode)["replies"], right[:256])
                    self.assertEqual(driver.ask(mode=mode)["replies"], [])
                    visit = driver.visit(mode, 4)
                    self.assertEqual((visit["wrong"], visit["errors"]), (0, 0), visit)
                    self.assertGreater(visit["samples"], 0)

    def test_refuses_what_is_no_question_and_goes_on(self):
        bad = ((("u", -1), "invalid_argument"), (("u", 1001), "too_large"), (("ü" * 32_769, 1), "too_large"))
        for transport, modes in MODES.items():
            driver, _ = self.joined(transport)
            for mode in modes:
                for request, kind in bad:
                    with self.subTest(transport=transport, mode=mode, kind=kind):
                        answer = driver.ask(("a", 1), request, ("b", 2), mode=mode)
                        self.assertEqual(answer.get("kind"), kind, answer)
                        self.assertEqual(len(driver.ask(("c", 7))["replies"][0]), 7)
            self.assertEqual(driver.ask(*[("u", 0)] * 1025, mode="batched").get("kind"), "too_large")

    def test_carries_bytes_stamps_and_encoded_requests(self):
        for transport in MODES:
            with self.subTest(transport=transport):
                driver, _ = self.joined(transport)
                stamps = driver.ask(("u", 2), mode="stamped")["stamps"]
                self.assertTrue(all(stamps[name] > 0 for name in ("decode_ns", "compute_ns", "encode_ns")), stamps)
                back = driver.do("echo", payload=base64.b64encode(b"\0\1\2").decode(), reply_bytes=5)
                self.assertEqual(back.get("back"), base64.b64encode(b"\0\1\2\0\1").decode())
                self.assertEqual(driver.do("echo", payload="", reply_bytes=(32 << 20) + 1).get("kind"), "too_large")
                for part in ("compute", "codec", "stamped"):
                    visit = driver.visit(part)
                    self.assertEqual((visit["wrong"], visit["errors"]), (0, 0), (part, visit))
                self.assertEqual(driver.raw(b"\xff\xff").get("kind"), "malformed")
                self.assertEqual(driver.ask(("u", 1)).get("kind"), "gone")

    def test_keeps_its_deadline_and_says_when_nobody_is_there(self):
        for transport in MODES:
            with self.subTest(transport=transport):
                words = ("--service-time-us", "400000")
                driver, callee = self.joined(transport, words=words, deadline_ms=300, first_size=0)
                self.assertEqual(driver.ask(("u", 1)).get("kind"), "deadline")
                self.assertEqual(driver.ask(("u", 1)).get("kind"), "gone")
                self.assertTrue(self.open(driver, transport, callee, first_size=0)["ok"])
                self.assertEqual(callee.end(), 0)
                self.assertEqual(driver.ask(("u", 0)).get("kind"), "gone")
                self.assertEqual(self.open(driver, transport, callee).get("kind"), "gone")

    def test_listens_on_loopback_alone(self):
        for transport in ("grpc", "grpc-aio", "rest", "rest-granian"):
            for listen in ("0.0.0.0:0", "unix:/x", "localhost", "10.0.0.1:1"):
                with self.subTest(transport=transport, listen=listen):
                    self.assertEqual(TransportCallee.refused(transport, "--listen", listen), 1)


if __name__ == "__main__":
    unittest.main()
