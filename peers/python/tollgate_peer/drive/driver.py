"""The driver: a method for each operation of PROTOCOL.md. A failed call is an answer, never the end.

Does the protocol's work only: transports are in transports/, visits in visits.py, the clock is in wire/timed.py.
"""

import base64
import contextlib
import functools
import threading

from tollgate_peer import runtime, transports
from tollgate_peer.contract import ENDS_CONNECTION, Failure
from tollgate_peer.drive import echoes, load_order, timing
from tollgate_peer.drive.fields import Fields
from tollgate_peer.drive.visits import STAMPS, WORKLOADS, visit
from tollgate_peer.wire import lane
from tollgate_peer.wire.timed import clock

# The version of the protocol that a coordinator speaks until it has said hello, and those that it may say.
PROTOCOL = 2
PROTOCOLS = (2, 1)
# More than an order to stop has: longer lines need not be looked at.
_LONGEST_STOP = 4096
# What version 1 calls a field, and what it is called here.
_NAMES_OF_VERSION_1 = {"max_results": "size", "first_max_results": "first_size"}


class Slot:
    """One open id: its connection, its questions with answers, whose CPU time to read, and an engine of its own."""

    def __init__(self, connection, open_connection, golden, callee_pid, engine_words):
        self.connection = connection
        # What it is, and what opens others like it.
        self.kind = type(connection)
        self.open = open_connection
        self.golden = golden
        self.callee_pid = callee_pid
        # What an engine in this process is made from, and the engine, once a visit wants it.
        self.engine_words = engine_words
        self.engine = None


class Driver:
    """Open connections by id, and a method for each operation."""

    def __init__(self):
        self._slots = {}
        self._protocol = PROTOCOL
        # Set once a load that goes on is to end.
        self._stopped = threading.Event()

    def heed(self, line):
        """Sees each line before its turn. An order to stop ends the load that goes on: True, it is not answered."""
        if len(line) > _LONGEST_STOP:
            return False
        try:
            operation = Fields.of_line(line).text("op", None)
        except Failure:
            return False
        if operation == "load":
            self._stopped.clear()
        elif operation == "stop":
            self._stopped.set()
        return operation == "stop"

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
        return {
            "protocol": protocol,
            "language": "python",
            "implementation": runtime.interpreter(),
            "transports": transports.names(),
        }

    def open(self, fields):
        number = fields.whole("id")
        self._close(number)
        transport = transports.find(fields.text("transport"))
        if not hasattr(transport, "open"):
            known = ", ".join(transports.names())
            raise Failure("unsupported", f"this driver has {known}, not {fields.text('transport')!r}")
        workload = fields.supported("workload", WORKLOADS)
        golden, callee_pid = fields.golden(), fields.whole("callee_pid", 0)
        deadline_s = fields.number("deadline_ms", 5000) / 1000
        engine = {name: fields.text(name, default) for name, default in _ENGINE_FIELDS}
        service_time_us = fields.whole("service_time_us", 0, least=0)
        open_connection = functools.partial(transport.open, fields.text("endpoint", ""), deadline_s, **engine)
        start = clock()
        connection = open_connection()
        opened = clock()
        try:
            if workload == "bytes":
                answered = _first_echo(connection, fields)
            else:
                answered = _first_call(connection, golden, fields)
        except Exception:
            connection.close()
            raise
        engine_words = {"kind": engine["engine"], "products": engine["products"], "users": engine["users"]}
        engine_words["service_time_us"] = service_time_us
        self._slots[number] = Slot(connection, open_connection, golden, callee_pid, engine_words)
        return {
            "open_ns": opened - start,
            "first_call_ns": answered - opened,
            "settings": runtime.settings(is_driver=True),
            "floor": {"clock_read_ns": timing.clock_read_ns(), "empty_call_ns": timing.empty_call_ns()},
        }

    def visit(self, fields):
        slot = self._slot(fields)
        with self._watch(slot):
            answer, failure = visit(slot, fields)
        if failure:
            self._after(slot, failure)
        return answer

    def load(self, fields):
        return load_order.run(self._slot(fields), fields, self._stopped)

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
        return {"replies": [ids], "stamps": dict(zip(STAMPS, stamps))}

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
            slot.connection = lane.Dead(f"{failure.kind}: {failure.detail}", slot.connection.codec)

    def _close(self, number):
        slot = self._slots.pop(number, None)
        if slot:
            slot.connection.close()


def _first_call(connection, golden, fields):
    """Asks the first golden line; when it was answered."""
    first = fields.whole("first_size", golden.first_max_results)
    answer = connection.call((golden[0][0], first))
    answered = clock()
    if answer != golden[0][1][:first]:
        raise Failure("internal", f"the first answer is wrong: {_shown(answer)}, not {_shown(golden[0][1])}")
    return answered


def _first_echo(connection, fields):
    """One echo; when it was answered."""
    size = fields.whole("first_size", 0, least=0)
    echoes.check(1, size)
    payload = echoes.payload(size, 0)
    back = connection.echo(payload, size)
    answered = clock()
    if back != payload:
        raise Failure("internal", f"the first answer is wrong: {size} bytes came back changed")
    return answered


_NAMES = ("hello", "open", "visit", "load", "ask", "echo", "raw", "close")
_OPERATIONS = {name: getattr(Driver, name) for name in _NAMES}
_ENGINE_FIELDS = (("engine", "stub"), ("products", None), ("users", None))


def _shown(ids):
    return f"{ids[:3]} ({len(ids)} ids)"
