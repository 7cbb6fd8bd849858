"""The driver: answers the requests of PROTOCOL.md, one JSON object a line, until stdin ends.

Does the protocol's work only: lanes are in *_lane.py, the clock is in timing.py. A failed call is an answer, never the
end. Between requests the process blocks in a lock.
"""

import base64
import contextlib
import json
import os
import platform
import queue
import sys
import threading
import time

import ctypes_lane
import lane
import opaque
import timing
import uds_lane
from contract import ENDS_CONNECTION, Failure
from fields import Fields

# The version of the protocol that a coordinator speaks until it has said hello, and those that it may say.
PROTOCOL = 2
PROTOCOLS = (2, 1)
# What version 1 calls a field, and what it is called here.
_NAMES_OF_VERSION_1 = {"max_results": "size", "first_max_results": "first_size"}
LANES = {"uds-json": uds_lane.open_lane, "ctypes": ctypes_lane.open_lane}
# What can be asked, and how; the first is meant where nothing is said.
WORKLOADS = ("recommendations", "bytes")
KINDS_OF_CALL = ("call",)
# What runs when stdin ends has this long: the protocol allows two seconds.
GRACE_S = 1.7
# Items of an action, actions of a group: more than a coordinator asks for, less than fills the memory.
_MOST = 1 << 20


def drive():
    """Runs until stdin ends; 0."""
    # Foreign code may print: the protocol gets a descriptor of its own, and descriptor 1 becomes stderr.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    lines = queue.SimpleQueue()
    ended = threading.Event()
    threading.Thread(target=_read_lines, args=(lines, ended), daemon=True).start()
    try:
        _answer_lines(lines, answers)
    except (BrokenPipeError, KeyboardInterrupt):
        # Nobody listens. The reader may still hold stdin's lock, which an orderly end would wait for.
        os._exit(1)
    ended.set()
    return 0


def _answer_lines(lines, answers):
    driver = Driver()
    for line in iter(lines.get, None):
        if line.strip():
            _write_all(answers, json.dumps(driver.answer(line), separators=(",", ":")).encode() + b"\n")
    driver.close_all()


def _read_lines(lines, ended):
    """Hands lines over; after the last one it sees to it that the process ends, whatever hangs."""
    for line in sys.stdin.buffer:
        lines.put(line)
    lines.put(None)
    if not ended.wait(GRACE_S):
        os._exit(0)


def _write_all(file, data):
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


class Slot:
    """One open id: its connection, its questions with answers, and whose CPU time to read."""

    def __init__(self, connection, golden, callee_pid):
        self.connection = connection
        self.golden = golden
        self.callee_pid = callee_pid


class Driver:
    """Open connections by id, and a method for each operation."""

    def __init__(self):
        self._slots = {}
        self._protocol = PROTOCOL

    def answer(self, line):
        """The answer to one line; whatever goes wrong is said in it."""
        try:
            fields = Fields.of_line(line)
            if self._protocol == 1:
                fields = fields.renamed(_NAMES_OF_VERSION_1)
            operation = _OPERATIONS.get(fields.text("op"))
            if operation is None:
                raise Failure("unsupported", f"there is no operation {fields.text('op')!r}")
            return {"ok": True, **operation(self, fields)}
        except Failure as failure:
            return {"ok": False, "kind": failure.kind, "detail": failure.detail}
        except Exception as error:
            return {"ok": False, "kind": "internal", "detail": repr(error)}

    def hello(self, fields):
        protocol = fields.whole("protocol", PROTOCOL)
        if protocol not in PROTOCOLS:
            raise Failure("unsupported", f"this driver speaks the protocols {PROTOCOLS}, not {protocol}")
        self._protocol = protocol
        implementation = f"{platform.python_implementation()} {platform.python_version()}"
        return {
            "protocol": protocol,
            "language": "python",
            "implementation": implementation,
            "transports": list(LANES),
        }

    def open(self, fields):
        number = fields.whole("id")
        self._close(number)
        open_lane = LANES.get(fields.text("transport"))
        if open_lane is None:
            raise Failure("unsupported", f"this driver has {', '.join(LANES)}, not {fields.text('transport')!r}")
        workload = fields.supported("workload", WORKLOADS)
        golden, callee_pid = fields.golden(), fields.whole("callee_pid", 0)
        deadline_s = fields.number("deadline_ms", 5000) / 1000
        engine = {name: fields.text(name, default) for name, default in _ENGINE_FIELDS}
        start = timing.clock()
        connection = open_lane(fields.text("endpoint", ""), deadline_s, **engine)
        opened = timing.clock()
        try:
            if workload == "bytes":
                answered = _first_echo(connection, fields)
            else:
                answered = _first_call(connection, golden, fields)
        except Exception:
            connection.close()
            raise
        self._slots[number] = Slot(connection, golden, callee_pid)
        return {"open_ns": opened - start, "first_call_ns": answered - opened}

    def visit(self, fields):
        slot = self._slot(fields)
        mode = fields.choice("mode", lane.MODES)
        fields.supported("kind", KINDS_OF_CALL)
        feed = _feed(slot, mode, fields)
        lead_in_calls, lead_in_ms = fields.whole("lead_in_calls", 0), fields.number("lead_in_ms", 0)
        limit_ms, group = fields.number("limit_ms"), fields.whole("group", 0, least=0, most=_MOST)
        samples = fields.whole("samples", timing.MAX_SAMPLES, least=1, most=timing.MAX_SAMPLES)
        if fields.whole("handicap_ns", 0):
            raise Failure("unsupported", "this driver has no handicap")
        before = _resources(slot)
        with self._watch(slot):
            group, lead_in, timed = timing.visit(
                slot.connection, feed, mode, lead_in_calls, lead_in_ms, limit_ms, group, samples
            )
        used = [timing.difference(*pair) for pair in zip(_resources(slot), before)]
        answer = _measured(group, lead_in, timed or timing.Tally(), used)
        failure = lead_in.failure or timed.failure
        if failure:
            answer.update(errors=1, kind=failure.kind, detail=failure.detail)
            self._after(slot, failure)
        return answer

    def ask(self, fields):
        slot = self._slot(fields)
        mode = fields.choice("mode", lane.MODES + ("stamped",))
        requests = fields.requests()
        if mode != "stamped":
            with self._watch(slot):
                return {"replies": getattr(slot.connection, mode)(requests)}
        if len(requests) != 1:
            raise Failure("invalid_argument", f"a stamped call takes one request, not {len(requests)}")
        with self._watch(slot):
            ids, stamps = slot.connection.stamped(requests[0])
        return {"replies": [ids], "stamps": dict(zip(("decode_ns", "compute_ns", "encode_ns"), stamps))}

    def echo(self, fields):
        payload, reply_bytes = fields.data("payload"), fields.whole("reply_bytes", least=0, most=(1 << 32) - 1)
        slot = self._slot(fields)
        with self._watch(slot):
            back = slot.connection.echo(payload, reply_bytes)
        return {"back": base64.b64encode(back).decode()}

    def raw(self, fields):
        slot, request = self._slot(fields), fields.data("request")
        with self._watch(slot):
            reply = slot.connection.raw(request)
        return {"reply": base64.b64encode(reply).decode()}

    def close(self, fields):
        self._close(fields.whole("id"))
        return {}

    def close_all(self):
        """Closes what is open."""
        for number in list(self._slots):
            self._close(number)

    def _slot(self, fields):
        number = fields.whole("id")
        if number not in self._slots:
            raise Failure("gone", f"connection {number} is not open")
        return self._slots[number]

    @contextlib.contextmanager
    def _watch(self, slot):
        """Ends the connection after a failure that does, and after what is no Failure: who knows what is half sent."""
        try:
            yield
        except Failure as failure:
            self._after(slot, failure)
            raise
        except Exception as error:
            self._after(slot, Failure("gone", repr(error)))
            raise

    def _after(self, slot, failure):
        """A late reply must never answer the next call."""
        if failure.kind in ENDS_CONNECTION and not isinstance(slot.connection, lane.Dead):
            slot.connection.close()
            slot.connection = lane.Dead(f"{failure.kind}: {failure.detail}")

    def _close(self, number):
        slot = self._slots.pop(number, None)
        if slot:
            slot.connection.close()


def _feed(slot, mode, fields):
    """What a visit asks."""
    workload, items = fields.supported("workload", WORKLOADS), fields.whole("items", least=1, most=_MOST)
    if workload == "recommendations":
        return timing.Feed(slot.golden, items, fields.int32("size"), fields.whole("first", 0))
    if items > 1 and mode not in opaque.MODES:
        raise Failure("unsupported", f"workload 'bytes' is not {mode}")
    opaque.check(items, fields.whole("size", least=0))
    return opaque.Feed(items, fields.whole("size"), batched=items > 1 and mode == "batched")


def _first_call(connection, golden, fields):
    """Asks the first golden line; when it was answered."""
    first = fields.whole("first_size", golden.first_max_results)
    answer = connection.call((golden[0][0], first))
    answered = timing.clock()
    if answer != golden[0][1][:first]:
        raise Failure("internal", f"the first answer is wrong: {_shown(answer)}, not {_shown(golden[0][1])}")
    return answered


def _first_echo(connection, fields):
    """One echo; when it was answered."""
    size = fields.whole("first_size", 0, least=0)
    opaque.check(1, size)
    payload = opaque.payload(size, 0)
    back = connection.echo(payload, size)
    answered = timing.clock()
    if back != payload:
        raise Failure("internal", f"the first answer is wrong: {size} bytes came back changed")
    return answered


_OPERATIONS = {name: getattr(Driver, name) for name in ("hello", "open", "visit", "ask", "echo", "raw", "close")}
_ENGINE_FIELDS = (("engine", "stub"), ("products", None), ("users", None))


def _shown(ids):
    return f"{ids[:3]} ({len(ids)} ids)"


def _resources(slot):
    """Counters of this moment: CPU of both sides, bytes both ways; None for what is not known."""
    out, back = slot.connection.wire_bytes() or (None, None)
    return time.process_time_ns(), timing.cpu_ns(slot.callee_pid), out, back


def _measured(group, lead_in, timed, used):
    samples_ns = timed.samples_ns.tolist()
    middle = sorted(samples_ns)[(len(samples_ns) - 1) // 2] if samples_ns else None
    return {
        "group": group,
        "samples": len(samples_ns),
        "items": timed.items,
        "lead_in_items": lead_in.items,
        "wrong": lead_in.wrong + timed.wrong,
        "errors": 0,
        "elapsed_ns": sum(samples_ns),
        "p50_ns": middle,
        **dict(zip(("cpu_caller_ns", "cpu_callee_ns", "bytes_out", "bytes_back"), used)),
        "samples_ns": samples_ns,
    }
