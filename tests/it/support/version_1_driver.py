"""A driver of version 1 of peers/PROTOCOL.md, as people have written them: never changed again.

Made from the Python driver as it was before version 2, cut to hello, open, visit of single calls, and close, over the
frames of `uds-json`.
"""

import json
import socket
import struct
import sys
import time

MAX_SAMPLES = 20_000


class Refused(Exception):
    """An order that is not done: kind and detail."""


class Connection:
    """One Unix socket, and the golden lines."""

    def __init__(self, order):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(order["deadline_ms"] / 1000)
        self._socket.connect(order["endpoint"][len("unix:") :])
        with open(order["golden"], encoding="utf-8") as file:
            self.golden = [json.loads(line) for line in file]

    def call(self, user_id, max_results):
        payload = json.dumps({"userId": user_id, "maxResults": max_results}).encode()
        self._socket.sendall(struct.pack("<IB", len(payload) + 1, 1) + payload)
        (length,) = struct.unpack("<I", self._receive(4))
        reply = self._receive(length)
        if reply[0]:
            raise Refused("internal", f"status {reply[0]}")
        return json.loads(reply[1:]).get("productIds", [])

    def _receive(self, size):
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                raise Refused("gone", "the callee has gone")
            data += more
        return data

    def close(self):
        self._socket.close()


CONNECTIONS = {}


def hello(order):
    if order["protocol"] != 1:
        raise Refused("unsupported", "this driver speaks protocol 1")
    about = {"language": "old", "implementation": "version 1"}
    return {"protocol": 1, **about, "transports": ["uds-json"]}


def open_(order):
    close(order)
    start = time.perf_counter_ns()
    connection = Connection(order)
    opened = time.perf_counter_ns()
    line = connection.golden[0]
    first = order.get("first_max_results", line["max_results"])
    if connection.call(line["user_id"], first) != line["product_ids"][:first]:
        raise Refused("internal", "the first answer is wrong")
    CONNECTIONS[order["id"]] = connection
    return {"open_ns": opened - start, "first_call_ns": time.perf_counter_ns() - opened}


def visit(order):
    connection = CONNECTIONS[order["id"]]
    if order["mode"] != "chatty" or order["items"] != 1:
        raise Refused("unsupported", "single calls alone")
    max_results, at, wrong = order["max_results"], order["first"], 0
    begin = time.perf_counter_ns()

    def sample():
        nonlocal at, wrong
        line = connection.golden[at % len(connection.golden)]
        at += 1
        start = time.perf_counter_ns()
        ids = connection.call(line["user_id"], max_results)
        took = time.perf_counter_ns() - start
        wrong += ids != line["product_ids"][:max_results]
        return took

    lead_in = 0
    while lead_in == 0 or (
        lead_in < order["lead_in_calls"] and time.perf_counter_ns() - begin < order["lead_in_ms"] * 1e6
    ):
        sample()
        lead_in += 1
    samples_ns = [sample()]
    most = order.get("samples") or MAX_SAMPLES
    while len(samples_ns) < most and time.perf_counter_ns() - begin < order["limit_ms"] * 1e6:
        samples_ns.append(sample())
    return {
        "group": order["group"] or 1,
        "samples": len(samples_ns),
        "items": len(samples_ns),
        "lead_in_items": lead_in,
        "wrong": wrong,
        "errors": 0,
        "elapsed_ns": sum(samples_ns),
        "p50_ns": sorted(samples_ns)[(len(samples_ns) - 1) // 2],
        "samples_ns": samples_ns,
    }


def close(order):
    connection = CONNECTIONS.pop(order["id"], None)
    if connection:
        connection.close()
    return {}


OPERATIONS = {"hello": hello, "open": open_, "visit": visit, "close": close}


def answer(line):
    try:
        order = json.loads(line)
        if order["op"] not in OPERATIONS:
            raise Refused("unsupported", f"no operation {order['op']}")
        return {"ok": True, **OPERATIONS[order["op"]](order)}
    except Refused as refused:
        kind, detail = refused.args
        return {"ok": False, "kind": kind, "detail": detail}
    except Exception as error:
        return {"ok": False, "kind": "invalid_argument", "detail": repr(error)}


for line in sys.stdin:
    print(json.dumps(answer(line)), flush=True)
