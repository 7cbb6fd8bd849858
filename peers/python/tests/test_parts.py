"""The parts of the peer without processes: engine, npy, JSON, frames, and the timed loop's choices."""

import base64
import ctypes
import json
import os
import unittest

# Puts the peer on the path of modules, so it comes first.
from test_support import CATALOG, CONTRACT, HERE, golden  # isort: skip

from tollgate_peer import contract, engine, npy, transports
from tollgate_peer.codecs import proto_json
from tollgate_peer.contract import Failure
from tollgate_peer.drive import echoes, timing
from tollgate_peer.drive.questions import Codec, Compute, Questions, Stamped
from tollgate_peer.transports import ctypes as ctypes_lane
from tollgate_peer.wire import frames, lane


def matrix(rows, columns, values):
    return rows, columns, bytes(value & 255 for value in values)


def npy_bytes(header, data=b""):
    text = header.encode() + b"\n"
    return npy.MAGIC + b"\1\0" + len(text).to_bytes(2, "little") + text + data


def by_definition(products, user, count):
    scores = [sum(p * u for p, u in zip(row, user)) for row in products]
    return [f"product_{row}" for row in sorted(range(len(scores)), key=lambda row: (-scores[row], row))[:count]]


class Engines(unittest.TestCase):
    def test_catalog_gives_the_golden_answers(self):
        made = engine.make("catalog", **CATALOG)
        for request, right in zip(*golden("catalog")):
            self.assertEqual(made.answer(request), right)

    def test_catalog_breaks_ties_by_index_and_takes_extreme_values(self):
        extremes = [-128, 127, 0, -1, -128]
        flat = [extremes[at % 5] for at in range(450)]
        users = [-128, 127, -7, 0, 0, 0]
        catalog = engine.Catalog(matrix(150, 3, flat), matrix(2, 3, users))
        rows = [flat[at : at + 3] for at in range(0, 450, 3)]
        for user in (0, 1):
            for count in (0, 1, 7, 150, 500):
                right = by_definition(rows, users[user * 3 : user * 3 + 3], count)
                self.assertEqual(catalog.search(f"user_{user}", count), right)

    def test_the_largest_scores_stay_in_their_lanes(self):
        width = engine.MAX_COLUMNS
        products = [-128] * width + [127] * width + [0] * width
        catalog = engine.PackedScores(matrix(3, width, products), matrix(1, width, [-128] * width))
        scores = [score - (1 << 31) for score in catalog.all(0)]
        self.assertEqual(scores, [128 * 128 * width, -127 * 128 * width, 0])

    def test_maps_user_ids_to_rows_as_stated(self):
        self.assertEqual(engine.user_row("user_7", 10), 7)
        long = "user_" + "9" * 5000
        for other in ("user_07", "user_10", "user_", "user_-1", "user_+1", "User_1", "", "user_7\n", long):
            self.assertEqual(engine.user_row(other, 10), engine.fnv1a_64(other.encode()) % 10)
        self.assertEqual(engine.fnv1a_64(b"foobar"), 0x85944171F73967E8)

    def test_refuses_files_that_do_not_fit(self):
        with self.assertRaisesRegex(ValueError, "products have 3 dimensions and users 4"):
            engine.Catalog(matrix(2, 3, [0] * 6), matrix(2, 4, [0] * 8))
        with self.assertRaisesRegex(ValueError, "users: .*No such file"):
            engine.make("catalog", products=CATALOG["products"], users="/nowhere.npy")

    def test_npy_says_what_was_found(self):
        good = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }"
        self.assertEqual(npy.read(npy_bytes(good, b"abcdef")), (2, 3, b"abcdef"))
        for data, found in (
            (b"PK\3\4", "not a .npy file"),
            (npy.MAGIC + b"\1", "cut off"),
            (npy.MAGIC + b"\x09\0\0\0", "version 9 is not known"),
            (npy_bytes("nonsense"), "no dictionary"),
            (npy_bytes(good.replace("|i1", "<f4"), b"abcdef"), "type <f4, not int8"),
            (npy_bytes(good.replace("False", "True"), b"abcdef"), "Fortran"),
            (npy_bytes(good.replace("(2, 3)", "(6,)"), b"abcdef"), r"the shape is \(6,\)"),
            (npy_bytes(good, b"abc"), "2 x 3 values are announced, 3 bytes follow"),
        ):
            with self.assertRaisesRegex(npy.NpyError, found):
                npy.read(data)


class Json(unittest.TestCase):
    def test_reads_every_form_of_a_request(self):
        for text, request in (
            ("{}", ("", 0)),
            ('{"userId":"u","maxResults":10}', ("u", 10)),
            ('{"user_id":"u","max_results":"-10","else":[{}]}', ("u", -10)),
            ('{"userId":null,"maxResults":null}', ("", 0)),
            ('{"maxResults":1e1,"userId":"\\ud83d\\uded2"}', ("🛒", 10)),
            ('{"maxResults":2147483647}', ("", 2147483647)),
        ):
            self.assertEqual(proto_json.read_request(memoryview(text.encode())), request)

    def test_refuses_what_is_no_message(self):
        bad = ("", "[]", "1", "{", '{"userId":1}', '{"maxResults":true}', '{"maxResults":1.5}', '{"maxResults":"1_0"}')
        bad += ('{"maxResults":2147483648}', '{"maxResults":NaN}', '{"userId":"\\ud800"}', "[" * 100_000)
        bad += ('{"a":' + "9" * 5000 + "}x",)
        for text in bad:
            with self.subTest(text=text[:40]), self.assertRaises(Failure) as caught:
                proto_json.read_request(text.encode())
            self.assertEqual(caught.exception.kind, "malformed")
        with self.assertRaises(Failure):
            proto_json.read_requests(b'{"requests":[1]}')
        with self.assertRaises(Failure):
            proto_json.read_reply(b'{"productIds":["a",1]}')

    def test_reads_what_it_writes(self):
        requests = [("", 0), ('ü\0"', 5), ("u", -1)]
        self.assertEqual(proto_json.read_requests(proto_json.write_requests(requests)), requests)
        self.assertEqual([proto_json.read_request(proto_json.write_request(one)) for one in requests], requests)
        replies = [[], ["a", "ü"]]
        self.assertEqual(proto_json.read_replies(proto_json.write_replies(replies)), replies)
        self.assertEqual((proto_json.write_request(("", 0)), proto_json.write_replies([])), (b"{}", b"{}"))


class Frames(unittest.TestCase):
    def reader(self, data, size):
        left = memoryview(data)

        def receive(view):
            nonlocal left
            count = min(size, len(view), len(left))
            view[:count], left = left[:count], left[count:]
            return count

        return frames.FrameReader(receive, 1 << 20)

    def test_finds_frames_however_the_bytes_arrive(self):
        wanted = [(1, b"abc"), (2, b"7" * 300_000), (3, b"")]
        data = b"".join(frames.frame(*one) for one in wanted)
        for size in (1, 3, 4096, len(data)):
            reader = self.reader(data, size)
            for kind, payload in wanted:
                found, bytes_found = reader.next()
                self.assertEqual((found, bytes(bytes_found)), (kind, payload))
            self.assertIsNone(reader.next())

    def test_refuses_absurd_lengths_and_ends_inside_a_frame(self):
        absurd = ((b"\0\0\0\0", "malformed"), (b"\xff\xff\xff\xff", "too_large"))
        for data, kind in absurd + ((b"\5\0\0\0\1", "gone"), (b"\5", "gone")):
            with self.assertRaises(Failure) as caught:
                self.reader(data, 10).next()
            self.assertEqual(caught.exception.kind, kind)


class Answering(lane.Connection):
    """Answers calls by a function."""

    def __init__(self, call):
        self.call = call


class Timing(unittest.TestCase):
    GOLDEN = (("a", ["0", "1"]), ("b", ["2", "3"]), ("c", ["4", "5"]))

    def test_requests_come_in_order_and_again_from_the_start(self):
        feed = Questions(self.GOLDEN, 2, 1, 5)
        self.assertEqual(feed.take(2), ([[("c", 1), ("a", 1)], [("b", 1), ("c", 1)]], [[["4"], ["0"]], [["2"], ["4"]]]))
        self.assertEqual(Questions(self.GOLDEN, 1, 2, 1).take(1), ([("b", 2)], [["2", "3"]]))

    def test_a_group_is_long_enough_for_the_clock_and_samples_are_few_enough(self):
        for action_ns, left_ns, group in ((1000, 1e6, 1), (999, 1e6, 2), (10, 1e5, 128), (2000, 1e8, 4), (0, 0, 1024)):
            self.assertEqual(timing.choose_group(action_ns, 50, left_ns), group)

    def test_the_step_of_a_clock_is_its_most_frequent_move(self):
        times = iter([0, 0, 0, 1000, 1000, 1000, 2000, 2007, 3007, 3007])
        self.assertEqual(timing.step_ns(lambda: next(times), reads=9), 1000)
        self.assertEqual(timing.step_ns(lambda: 5, reads=9), 0)

    def test_the_loop_counts_samples_items_and_wrong_answers(self):
        answers = {"a": ["0"], "b": ["2"], "c": ["wrong"]}
        feed = Questions(self.GOLDEN, 1, 1, 0)
        tally = timing.closed_loop(feed, Answering(lambda asked: answers[asked[0]]), 3, 4, timing.clock() + 10**10)
        self.assertEqual((len(tally.samples_ns), tally.items, tally.wrong), (4, 12, 4))
        tally = timing.closed_loop(feed, Answering(lambda asked: answers[asked[0]]), 3, 4, 0)
        self.assertEqual(len(tally.samples_ns), 1)

    def test_a_failure_keeps_what_was_measured(self):
        def act(asked):
            if asked[0] == "c":
                raise Failure("gone", "away")
            return [{"a": "0", "b": "2"}[asked[0]]]

        tally = timing.closed_loop(Questions(self.GOLDEN, 1, 1, 0), Answering(act), 2, 100, timing.clock() + 10**10)
        self.assertEqual((len(tally.samples_ns), tally.items, tally.failure.kind), (1, 2, "gone"))


class Parts(unittest.TestCase):
    GOLDEN = (("a", ["0", "1"]), ("ü", ["2", "3"]))

    def visit(self, feed, connection):
        return timing.closed_loop(feed, connection, 2, 1, 0)

    def test_the_engine_alone_counts_the_bytes_of_values(self):
        answers = engine.Engine(lambda user_id, count: {"a": ["0", "1"], "ü": ["2", "3"]}[user_id][:count])
        feed = Compute(self.GOLDEN, 2, 0, answers)
        tally = self.visit(feed, lane.Connection())
        self.assertEqual((tally.wrong, tally.items), (0, 2))
        self.assertEqual(feed.made_bytes, (1 + 2, 4 * (1 + 4)))

    def test_both_sides_of_the_codec_count_the_bytes_that_were_made(self):
        feed = Codec(self.GOLDEN, 1, 0, proto_json)
        self.assertEqual(self.visit(feed, lane.Connection()).wrong, 0)
        out = sum(len(proto_json.write_request((user_id, 1))) for user_id, _ in self.GOLDEN)
        back = sum(len(proto_json.write_reply(ids[:1])) for _, ids in self.GOLDEN)
        self.assertEqual(feed.made_bytes, (out, back))

    def test_stamps_are_means_and_answers_are_compared(self):
        answers = iter([(["0"], (1, 10, 100)), (["wrong"], (3, 30, 300))])
        connection = lane.Connection()
        connection.stamped = lambda _request: next(answers)
        feed = Stamped(self.GOLDEN, 1, 0)
        self.assertEqual(self.visit(feed, connection).wrong, 1)
        self.assertEqual(feed.means_ns, [2, 20, 200])

    def test_an_echo_of_other_lengths_is_compared_in_full(self):
        connection = lane.Connection()
        connection.echo = contract.echo_bytes
        feed = echoes.Echoes(1, 5, False, reply_bytes=12)
        self.assertEqual(self.visit(feed, connection).wrong, 0)
        connection.echo = lambda payload, reply_bytes: contract.echo_bytes(payload, reply_bytes)[:-1]
        self.assertEqual(self.visit(feed, connection).wrong, 2)


class Opaque(unittest.TestCase):
    def test_every_byte_of_every_item_is_compared_and_a_late_answer_is_wrong(self):
        for items, size, batched in ((1, 8, False), (3, 8, False), (3, 8, True)):
            feed = echoes.Echoes(items, size, batched)
            sent, right = feed.take(2)
            self.assertEqual(feed.count_wrong(sent, right), 0)
            later, _ = feed.take(2)
            self.assertEqual(feed.count_wrong(later, right), 2 * items)
        changed = [bytes([sent[0][0] ^ 1]) + sent[0][1:], sent[1][:-1]]
        self.assertEqual(feed.count_wrong(changed, right), 1 + items)


class Rooms(unittest.TestCase):
    def test_ids_are_cut_by_bytes_and_not_by_characters(self):
        room = ctypes_lane.Room(2, 16, 4)
        for ids in (["a", "", "bc"], ["ü", "a", "ñb"], []):
            text = "".join(ids).encode()
            ends = [len("".join(ids[: at + 1]).encode()) for at in range(len(ids))]
            reply = room.replies[1]
            ctypes.memmove(reply.text, text, len(text))
            ctypes.memmove(reply.ends, (ctypes.c_uint32 * len(ends))(*ends), 4 * len(ends))
            reply.text_len, reply.ends_len = len(text), len(ends)
            self.assertEqual(room.ids(1), ids)


class Vectors(unittest.TestCase):
    def test_json_is_read_as_every_language_reads_it(self):
        taken = refused = 0
        with open(os.path.join(CONTRACT, "proto3_json.jsonl"), encoding="utf-8") as file:
            for line in file:
                case = json.loads(line)
                data = base64.b64decode(case["base64"]) if "base64" in case else case["text"].encode()
                with self.subTest(line):
                    if "user_id" in case:
                        taken += 1
                        self.assertEqual(proto_json.read_request(data), (case["user_id"], case["max_results"]))
                        continue
                    refused += 1
                    with self.assertRaises(Failure) as caught:
                        proto_json.read_request(data)
                    self.assertEqual(caught.exception.kind, "malformed")
        self.assertGreater(taken, 20)
        self.assertGreater(refused, 50)

    def test_a_batch_in_which_a_field_is_there_twice_is_refused(self):
        for text in ('{"requests":[{}],"requests":[]}', '{"requests":[{"userId":"a"},{"userId":"b","userId":"c"}]}'):
            with self.assertRaises(Failure):
                proto_json.read_requests(text.encode())
        self.assertEqual(proto_json.read_requests(b'{"requests":[{"userId":"a:b"},{}]}'), [("a:b", 0), ("", 0)])


class Manifest(unittest.TestCase):
    def test_names_only_transports_that_are_here_on_their_sides(self):
        try:
            import tomllib
        except ImportError:
            self.skipTest("tomllib came with Python 3.11")
        with open(os.path.join(os.path.dirname(HERE), "python.toml"), "rb") as file:
            manifest = tomllib.load(file)
        (peer,) = manifest["peer"]
        sides = {}
        for spoken in peer["speaks"]:
            sides.setdefault(spoken["transport"], set()).update(spoken["sides"])
        lanes = [entry for entry in manifest["lane"] if entry["caller"] == "python"]
        sides.update({entry["transport"]: {"caller"} for entry in lanes})
        without_build = {entry["transport"] for entry in peer["speaks"] + lanes if entry.get("without_build")}
        self.assertEqual(without_build, set(transports._ALWAYS))
        if transports.is_built():
            self.assertEqual(set(transports.names()), set(sides))
        for name in transports.names():
            module = transports.find(name)
            here = {side for side, has in (("caller", "open"), ("callee", "listen")) if hasattr(module, has)}
            self.assertEqual(here, sides[name], name)


class Contract(unittest.TestCase):
    def test_limits_hold_to_the_byte(self):
        contract.check("ü" * 32_768, 1000)
        too_long = "ü" * 32_768 + "x"
        refused = (("u", -1, "invalid_argument"), ("u", 1001, "too_large"), (too_long, 1, "too_large"))
        for user_id, count, kind in refused:
            with self.assertRaises(Failure) as caught:
                contract.check(user_id, count)
            self.assertEqual(caught.exception.kind, kind)


if __name__ == "__main__":
    unittest.main()
