"""The peer from outside: real callee and driver processes over pipes. What needs no process is in test_parts.py."""

import base64
import os
import select
import signal
import socket
import subprocess
import time
import unittest

from test_support import Callee, Driver, Process, c_library, cffi_lanes, fake_callee, golden, opened, sanitizer

from tollgate_peer.wire import frames

MODES = {
    "uds-json": ("chatty", "batched", "pipelined"),
    "ctypes": ("chatty", "batched"),
    "inproc": ("chatty", "batched"),
    **{lane: ("chatty", "batched") for lane in cffi_lanes()},
}
# Those that load a library with the C interface.
LIBRARY_LANES = ("ctypes", *cffi_lanes())


REFUSED = ((("u", -1), "invalid_argument"), (("u", 1001), "too_large"), (("ü" * 32_769, 1), "too_large"))


class Answers(unittest.TestCase):
    def test_the_whole_golden_trace_in_every_mode(self):
        for transport, modes in MODES.items():
            for engine in ("stub", "catalog"):
                with self.subTest(transport=transport, engine=engine), opened(transport, engine) as (driver, _):
                    requests, right = golden(engine)
                    for mode in modes:
                        for at in range(0, len(requests), 256):
                            answer = driver.ask(*requests[at : at + 256], mode=mode)
                            self.assertEqual(answer, {"ok": True, "replies": right[at : at + 256]})

    def test_odd_user_ids_and_sizes(self):
        users = ["", "пользователь", 'nul \0 and " and \\', "🛒" * 16_384, "x" * 65_536]
        for transport, modes in MODES.items():
            with self.subTest(transport=transport), opened(transport, "catalog") as (driver, _):
                plain = driver.ask(*[(user, 3) for user in users])["replies"]
                self.assertEqual([len(ids) for ids in plain], [3] * len(users))
                for mode in modes:
                    self.assertEqual(driver.ask(*[(user, 3) for user in users], mode=mode)["replies"], plain)
                    self.assertEqual(driver.ask(("u", 0), mode=mode)["replies"], [[]])
                    self.assertEqual(driver.ask(mode=mode)["replies"], [])
                self.assertEqual(len(driver.ask(("u", 1000))["replies"][0]), 1000)

    def test_refuses_what_is_no_question_and_goes_on(self):
        for transport, modes in MODES.items():
            with self.subTest(transport=transport), opened(transport) as (driver, _):
                for mode in modes:
                    for bad, kind in REFUSED:
                        answer = driver.ask(("a", 1), bad, ("b", 2), mode=mode)
                        self.assertEqual((answer["ok"], answer.get("kind")), (False, kind))
                        # Answers that were in flight behind the refusal must not answer this.
                        self.assertEqual(len(driver.ask(("c", 7))["replies"][0]), 7)
                self.assertEqual(driver.ask(*[("u", 0)] * 1025, mode="batched")["kind"], "too_large")
                self.assertEqual(len(driver.ask(*[("u", 0)] * 1024, mode="batched")["replies"]), 1024)

    def test_large_messages_do_not_block_either_side(self):
        with opened("uds-json") as (driver, _):
            for mode in ("batched", "pipelined"):
                many = driver.ask(*[("x" * 65_536, 1)] * 40, mode=mode)["replies"]
                self.assertEqual(many, [["product_0"]] * 40)
                many = driver.ask(*[("u", 1000)] * 1024, mode=mode)["replies"]
                self.assertEqual({len(ids) for ids in many}, {1000})

    def test_stamps_echo_and_raw(self):
        for transport in MODES:
            with self.subTest(transport=transport), opened(transport) as (driver, _):
                answer = driver.ask(("u", 2), mode="stamped")
                self.assertEqual(answer["replies"], [["product_0", "product_1"]])
                self.assertGreater(answer["stamps"]["compute_ns"], 0)
                for payload, count, back in ((b"\0\1\2", 5, b"\0\1\2\0\1"), (b"", 2, b"\0\0"), (b"abc", 0, b"")):
                    answer = driver.do("echo", payload=base64.b64encode(payload).decode(), reply_bytes=count)
                    self.assertEqual(answer, {"ok": True, "back": base64.b64encode(back).decode()})
                answer = driver.do("echo", payload="", reply_bytes=(32 << 20) + 1)
                self.assertEqual(answer.get("kind"), "too_large")
        with opened("ctypes") as (driver, _):
            self.assertEqual(driver.raw(b"{}")["kind"], "unsupported")

    def test_a_first_answer_that_is_wrong_is_no_open_connection(self):
        with Callee("wrong") as callee, Driver() as driver:
            answer = driver.open("uds-json", callee.endpoint)
            self.assertEqual((answer["ok"], answer["kind"]), (False, "internal"))
            self.assertEqual(driver.ask(("u", 1))["kind"], "gone")

    def test_both_sides_say_what_runs_them(self):
        with Callee() as callee, Driver() as driver:
            opened = driver.open("uds-json", callee.endpoint)
            self.assertTrue(callee.settings[0].startswith("setting interpreter: "), callee.settings)
            self.assertEqual(opened["settings"][0][0], "interpreter")
            self.assertGreater(opened["floor"]["clock_read_ns"], 0)
            self.assertGreater(opened["floor"]["empty_call_ns"], 0)


class Visits(unittest.TestCase):
    def test_their_figures_agree_with_each_other(self):
        for transport, modes in MODES.items():
            with opened(transport) as (driver, _):
                for mode in modes:
                    for items, group in ((1, None), (7, None), (7, 4)):
                        with self.subTest(transport=transport, mode=mode, items=items, group=group):
                            self.check(driver.visit(mode, items, group=group, first=1020), transport, items, group)

    def check(self, answer, transport, items, group):
        samples_ns = answer["samples_ns"]
        self.assertEqual((answer["errors"], answer["wrong"]), (0, 0))
        self.assertIn(answer["group"], [group] if group else [1 << power for power in range(12)])
        self.assertGreaterEqual(answer["samples"], 1)
        self.assertEqual(answer["samples"], len(samples_ns))
        self.assertEqual(answer["items"], len(samples_ns) * answer["group"] * items)
        self.assertEqual(answer["elapsed_ns"], sum(samples_ns))
        self.assertEqual(answer["p50_ns"], sorted(samples_ns)[(len(samples_ns) - 1) // 2])
        self.assertIn(answer["lead_in_items"], [items * calls for calls in range(1, 6)])
        self.assertGreater(answer["cpu_caller_ns"], 0)
        self.assertEqual(answer["gc_cycles"], 0, "the collector is off during a visit")
        if transport != "uds-json":
            self.assertEqual([answer[name] for name in ("cpu_callee_ns", "bytes_out", "bytes_back")], [None] * 3)
        else:
            self.assertGreater(answer["cpu_callee_ns"], 0)
            self.assertGreater(min(answer["bytes_out"], answer["bytes_back"]), 5 * answer["items"])

    def test_wrong_answers_are_counted(self):
        # The driver trusts a callee that is right once and wrong later; a fake one is.
        def lie(connection, reader):
            while reader.next():
                connection.sendall(frames.frame(frames.OK, b'{"productIds":["product_1"]}'))

        with fake_callee(lie) as endpoint, Driver() as driver:
            self.assertTrue(driver.open("uds-json", endpoint)["ok"])
            answer = driver.visit()
            self.assertGreater(answer["items"], 0)
            self.assertEqual(answer["wrong"], answer["items"] + answer["lead_in_items"])
            driver.do("close")

    def test_an_error_ends_the_visit_and_not_the_driver(self):
        with opened("uds-json") as (driver, callee):
            answer = driver.visit("streamed", 2)
            self.assertEqual((answer["ok"], answer["errors"], answer["kind"]), (True, 1, "unsupported"))
            callee.process.kill()
            callee.process.wait()
            for _ in range(2):
                answer = driver.visit()
                self.assertEqual((answer["ok"], answer["errors"], answer["kind"]), (True, 1, "gone"))
                self.assertEqual((answer["samples"], answer["items"]), (0, 0))


class Failures(unittest.TestCase):
    def test_bytes_that_are_no_message(self):
        bad = (b"\xff\xff", b"", b"[]", b"null", b'{"userId":1}', b'{"maxResults":"1 "}', b'{"userId":"\\ud800"}')
        with Callee() as callee, Driver() as driver:
            for data in bad:
                with self.subTest(data=data):
                    self.assertTrue(driver.open("uds-json", callee.endpoint)["ok"])
                    self.assertEqual(driver.raw(data)["kind"], "malformed")
                    self.assertEqual(driver.ask(("u", 1))["kind"], "gone")

    def test_a_callee_closes_after_bytes_that_are_no_message(self):
        good = frames.frame(frames.CALL, b"{}")
        for bad in (frames.frame(frames.CALL, b"?"), frames.frame(frames.ECHO, b"1"), frames.frame(9, b""), b"\0" * 4):
            with Callee() as callee, socket.socket(socket.AF_UNIX) as caller:
                caller.settimeout(20)
                caller.connect(callee.path)
                caller.sendall(good + bad + good)
                reader = frames.FrameReader(caller.recv_into, 1 << 20)
                self.assertEqual([reader.next()[0] for _ in range(2)], [frames.OK, 3])
                try:
                    self.assertIsNone(reader.next())
                except ConnectionResetError:
                    pass  # what was sent behind it was never read

    def test_a_frame_above_the_limit_is_too_large_and_the_last(self):
        with opened("uds-json") as (driver, _):
            self.assertEqual(driver.raw(b" " * (33 << 20))["kind"], "too_large")
            self.assertEqual(driver.ask(("u", 1))["kind"], "gone")

    def test_an_answer_that_comes_too_late_never_answers_the_next_call(self):
        with opened("uds-json", deadline_ms=400, words=("--service-time-us", "100000")) as (driver, _):
            self.assertEqual(driver.ask(*[("u", 1)] * 10, mode="batched")["kind"], "deadline")
            answer = driver.ask(("u", 1))
            self.assertEqual(answer["kind"], "gone")
            self.assertIn("this connection ended: deadline", answer["detail"])

    def test_a_callee_that_drips_cannot_stretch_a_call(self):
        def drip(connection, reader):
            reader.next()
            try:
                while not select.select([connection], [], [], 0.02)[0]:  # until the driver hangs up
                    connection.sendall((1 << 20).to_bytes(4, "little"))
            except OSError:
                pass

        with fake_callee(drip) as endpoint, Driver() as driver:
            self.assertTrue(driver.open("uds-json", endpoint, deadline_ms=300)["ok"])
            answer = driver.visit()
            self.assertEqual((answer["kind"], answer["samples"]), ("deadline", 0))

    def test_a_callee_that_ends_in_mid_call_is_gone(self):
        with fake_callee(lambda _, reader: reader.next()) as endpoint, Driver() as driver:
            self.assertTrue(driver.open("uds-json", endpoint)["ok"])
            self.assertEqual(driver.ask(("u", 1))["kind"], "gone")

    def test_a_callee_killed_in_mid_call_is_gone(self):
        with opened("uds-json") as (driver, callee):
            os.kill(callee.process.pid, signal.SIGSTOP)
            # Until it stands still it may answer.
            os.waitid(os.P_PID, callee.process.pid, os.WSTOPPED)
            driver.send(b'{"op":"ask","id":1,"mode":"chatty","requests":[{"user_id":"u","max_results":1}]}')
            callee.process.kill()
            self.assertEqual(driver.answer()["kind"], "gone")
            self.assertEqual(driver.ask(("u", 1))["kind"], "gone")

    def test_endpoints_where_nothing_or_something_else_is(self):
        with Driver() as driver:
            for transport, endpoint, kind in (
                ("uds-json", "unix:/nowhere/at/all", "gone"),
                ("uds-json", "http://127.0.0.1:1", "unsupported"),
                *((lane, "lib:/nowhere/at/all.so", "gone") for lane in (*LIBRARY_LANES, "pyo3")),
                *((lane, "lib:" + __file__, "unsupported") for lane in (*LIBRARY_LANES, "pyo3")),
                *((lane, "", "unsupported") for lane in (*LIBRARY_LANES, "pyo3")),
                ("inproc", "lib:/x", "unsupported"),
                ("pigeon", "", "unsupported"),
            ):
                answer = driver.open(transport, endpoint)
                self.assertEqual((answer["ok"], answer["kind"]), (False, kind), answer)

    def test_an_outdated_library_says_what_was_found(self):
        with Driver() as driver:
            for lane in LIBRARY_LANES:
                answer = driver.open(lane, "lib:" + c_library("-DTG_ABI_VERSION=2u"))
                self.assertEqual(answer["kind"], "unsupported", lane)
                self.assertIn("it speaks version 2", answer["detail"])

    def test_a_library_of_something_else_says_what_it_lacks(self):
        with Driver() as driver:
            for lane in LIBRARY_LANES:
                answer = driver.open(lane, "lib:" + c_library("-Dtg_batch=another"))
                self.assertEqual(answer["kind"], "unsupported", lane)
                self.assertIn("it has no function tg_batch", answer["detail"])


# The library, but for calls that close their engine first.
CLOSES_FIRST = """
#define tg_call sound_call
#include "tollgate.c"
#undef tg_call
int32_t tg_call(tg_engine *engine, const tg_request *request, tg_reply *reply) {
    tg_close(engine);
    return sound_call(engine, request, reply);
}
"""


class Memory(unittest.TestCase):
    """The C library under AddressSanitizer, which ends a process with 99 that touches what is not its own."""

    def driver(self, stderr):
        options = {"LD_PRELOAD": sanitizer(), "ASAN_OPTIONS": "detect_leaks=0:exitcode=99"}
        return Driver(env={**os.environ, **options}, stderr=stderr)

    def test_the_c_library_touches_no_memory_but_its_own(self):
        library = c_library("-fsanitize=address", "-g")
        for lane in LIBRARY_LANES:
            for engine in ("stub", "catalog"):
                with self.subTest(lane=lane, engine=engine), self.driver(subprocess.DEVNULL) as driver:
                    self.assertTrue(driver.open(lane, f"lib:{library}", engine)["ok"])
                    requests, right = golden(engine)
                    for mode in ("chatty", "batched"):
                        self.assertEqual(driver.ask(*requests[:256], mode=mode)["replies"], right[:256])
                        for bad, kind in REFUSED:
                            self.assertEqual(driver.ask(("a", 1), bad, mode=mode)["kind"], kind)
                        self.assertEqual(len(driver.ask(("u", 1000), ("ü" * 32_768, 999), mode=mode)["replies"]), 2)
                    self.assertTrue(driver.do("echo", payload="AAEC", reply_bytes=1 << 20)["ok"])
                    self.assertTrue(driver.do("close")["ok"])
                    self.assertEqual(driver.end(), 0)

    def test_an_engine_that_is_used_when_it_was_closed_is_noticed(self):
        library = c_library("-fsanitize=address", "-g", wrapper=CLOSES_FIRST)
        with self.driver(subprocess.PIPE) as driver:
            with self.assertRaises(ValueError):  # no answer comes
                driver.open("ctypes", f"lib:{library}")
            said = driver.process.stderr.read().decode()
            self.assertIn("heap-use-after-free", said)
            self.assertEqual(driver.process.wait(), 99)


class Ends(unittest.TestCase):
    def test_every_line_gets_an_answer(self):
        with Driver() as driver:
            incomplete = (b"{}", b'{"op":"fly"}', b'{"op":"visit"}', b'{"op":"open","id":1}')
            for line in (b"nonsense", b"[]", b"\xff") + incomplete:
                driver.send(line)
                answer = driver.answer()
                self.assertFalse(answer["ok"])
                self.assertTrue(answer["kind"] and answer["detail"])
            self.assertEqual(driver.do("hello", protocol=2)["protocol"], 2)
            self.assertEqual(driver.do("close"), {"ok": True})

    def test_a_coordinator_of_version_1_is_answered_in_its_words(self):
        with opened("uds-json") as (driver, _):
            self.assertEqual(driver.visit(max_results=1, size=None)["kind"], "invalid_argument")
            self.assertEqual(driver.do("hello", protocol=1)["protocol"], 1)
            self.assertEqual(driver.visit(size=1)["kind"], "invalid_argument")
            answer = driver.visit(max_results=1, size=None)
            self.assertEqual((answer["ok"], answer["wrong"], answer["errors"]), (True, 0, 0), answer)
            self.assertEqual(driver.do("hello", protocol=3)["kind"], "unsupported")

    def test_bytes_come_back_in_every_size_and_too_many_are_refused(self):
        for transport in ("uds-json", *LIBRARY_LANES):
            with opened(transport) as (driver, _):
                for size in (0, 1, 1 << 10, 1 << 20):
                    for mode, items in (("chatty", 1), ("chatty", 3), ("batched", 3)):
                        answer = driver.visit(mode, items, workload="bytes", size=size)
                        self.assertEqual((answer["ok"], answer["wrong"], answer["errors"]), (True, 0, 0), answer)
                        self.assertGreater(answer["items"], 0)
                for items, size in ((32, 1 << 20), (1, (1 << 20) + 1)):
                    answer = driver.visit("batched", items, workload="bytes", size=size)
                    self.assertEqual(answer.get("kind"), "too_large", answer)
                answer = driver.visit("pipelined", 2, workload="bytes", size=1)
                self.assertEqual(answer.get("kind"), "unsupported", answer)

    def test_what_is_reserved_for_later_is_unsupported(self):
        with opened("uds-json") as (driver, _):
            for later in ({"kind": "one-way"}, {"kind": "callback"}, {"workload": "predict"}):
                answer = driver.visit(**later)
                self.assertEqual((answer["ok"], answer["kind"]), (False, "unsupported"), answer)

    def test_the_end_of_stdin_ends_both_and_removes_the_socket(self):
        with opened("uds-json") as (driver, callee):
            self.assertTrue(os.path.exists(callee.path))
            self.assertEqual(driver.end(), 0)
            self.assertEqual(callee.end(), 0)
            self.assertFalse(os.path.exists(os.path.dirname(callee.path)))

    def test_a_driver_that_hangs_ends_with_its_stdin_all_the_same(self):
        with opened("uds-json") as (driver, callee):
            os.kill(callee.process.pid, signal.SIGSTOP)
            driver.send(b'{"op":"ask","id":1,"mode":"chatty","requests":[{"user_id":"u","max_results":1}]}')
            start = time.monotonic()
            self.assertEqual(driver.end(), 0)
            # Two seconds are promised; the call itself would wait for twenty.
            self.assertLess(time.monotonic() - start, 10)

    def test_signals_end_a_callee_whose_stdin_is_left_alone(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Callee(stdin=subprocess.DEVNULL) as callee, socket.socket(socket.AF_UNIX) as caller:
                caller.connect(callee.path)
                caller.sendall(frames.frame(frames.CALL, b"{}"))
                self.assertEqual(caller.recv(100), frames.frame(frames.OK, b"{}"))
                callee.process.send_signal(number)
                self.assertEqual(callee.process.wait(), 0)
                self.assertFalse(os.path.exists(os.path.dirname(callee.path)))

    def test_addresses_that_cannot_be_used_and_unknown_words(self):
        with Callee() as first:
            for words, code in (
                (("serve", "uds-json", "--listen", first.endpoint), 1),
                (("serve", "uds-json", "--listen", "127.0.0.1:0"), 1),
                (("serve", "uds-json", "--pigeons", "2"), 2),
                (("serve", "pigeon"), 2),
                (("fly",), 2),
                ((), 2),
            ):
                with Process(*words, stderr=subprocess.PIPE) as process:
                    said = process.process.stderr.read()
                    self.assertEqual(process.process.wait(), code, said)
                    self.assertEqual(process.process.stdout.read(), b"")
                    self.assertTrue(said)
            self.assertTrue(os.path.exists(first.path))


if __name__ == "__main__":
    unittest.main()
