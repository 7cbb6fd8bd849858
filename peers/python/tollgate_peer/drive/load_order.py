"""The order `load`: from words of the protocol to a load and back."""

import gc
import importlib.util
import time

from tollgate_peer.contract import Failure
from tollgate_peer.drive import load, load_counts, timing
from tollgate_peer.drive.schedule import Shape
from tollgate_peer.wire.async_lane import AsyncConnection
from tollgate_peer.wire.lane import Dead

# Bounds of one load, as those of src/drive/load_order.rs.
MOST_CONNECTIONS = 256
MOST_IN_FLIGHT = 1024
LONGEST_MS = 600_000
MOST_DUE = 1e9


def run(slot, fields, stopped):
    """Does what the order asks, on connections opened as that of the slot was, which is closed: the answer."""
    if importlib.util.find_spec("hdrh") is None:
        raise Failure("unsupported", "loads need what `tollgate peers build python` installs")
    shape = _shape(fields)
    fields.supported("workload", ("recommendations",))
    fields.supported("kind", ("call",))
    size = fields.whole("size", least=0, most=(1 << 31) - 1)
    is_async = issubclass(slot.kind, AsyncConnection)
    if is_async and shape.connections > 1:
        raise Failure("unsupported", "connections of this lane have a loop each: one has all calls in flight")
    shares = is_async or slot.kind.takes_threads
    if shape.in_flight > shape.connections and not shares:
        raise Failure("unsupported", "a connection of this lane has one call in flight: as many are needed")
    questions = [(user_id, size) for user_id, _ in slot.golden], [ids[:size] for _, ids in slot.golden]
    job = load.Job(shape, questions, stopped)
    if not isinstance(slot.connection, Dead):
        slot.connection.close()
        slot.connection = Dead("a load has connections of its own", slot.connection.codec)
    shared = []
    collects = gc.isenabled()
    gc.disable()
    before = _cpu_ns(slot)
    try:
        while shares and len(shared) < shape.connections:
            shared.append(slot.open())
        tallies = load.run(job, slot.open, shared)
        elapsed_ns = job.now_ns()
    finally:
        for connection in shared:
            connection.close()
        if collects:
            gc.enable()
    used = map(timing.difference, _cpu_ns(slot), before)
    lasted_ns = min(shape.until_ns, elapsed_ns) if stopped.is_set() else shape.until_ns
    return {
        "elapsed_ns": max(elapsed_ns - shape.from_ns, 0),
        "window_ns": max(lasted_ns - shape.from_ns, 0),
        "sent": job.pacer.taken,
        "dropped": job.pacer.dropped(),
        "in_flight_most": job.most,
        "in_flight_call_ns": float(job.in_flight.call_ns),
        **dict(zip(("cpu_caller_ns", "cpu_callee_ns"), used)),
        **load_counts.told(shape, tallies),
    }


def _cpu_ns(slot):
    return time.process_time_ns(), timing.cpu_ns(slot.callee_pid)


def _shape(fields):
    connections = fields.whole("connections", least=1, most=MOST_CONNECTIONS)
    in_flight = fields.whole("in_flight", least=connections, most=MOST_IN_FLIGHT)
    lead_in_ms, duration_ms = fields.number("lead_in_ms", 0), fields.number("duration_ms")
    if duration_ms > LONGEST_MS or lead_in_ms >= duration_ms:
        detail = f"a load lasts longer than its lead-in and at most {LONGEST_MS // 1000} s"
        raise Failure("invalid_argument", detail)
    per_s, is_poisson = fields.number("rate_per_s", None), False
    if per_s is not None:
        is_poisson = fields.choice("arrivals", ("poisson", "constant")) == "poisson"
        if not 0 < per_s * duration_ms / 1000 <= MOST_DUE:
            detail = f"{per_s} calls per second; above 0, and at most {MOST_DUE:.0e} in all"
            raise Failure("invalid_argument", detail)
    seed = fields.whole("seed", 0, least=0, most=(1 << 64) - 1)
    return Shape(per_s, is_poisson, seed, connections, in_flight, int(lead_in_ms * 1e6), int(duration_ms * 1e6))
