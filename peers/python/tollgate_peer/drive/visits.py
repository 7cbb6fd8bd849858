"""A visit of the protocol: what its order asks for, measured, as its answer has it."""

import time

from tollgate_peer import engine
from tollgate_peer.contract import Failure
from tollgate_peer.drive import echoes, timing
from tollgate_peer.drive.questions import PARTS, Codec, Compute, Questions, Stamped
from tollgate_peer.wire import lane

# What can be asked, and how; the first is meant where nothing is said.
WORKLOADS = ("recommendations", "bytes")
KINDS_OF_CALL = ("call",)
STAMPS = ("decode_ns", "compute_ns", "encode_ns")
# Items of an action, actions of a group: more than a coordinator asks for, less than fills the memory.
_MOST = 1 << 20


def visit(slot, fields):
    """Measures what an order asks for: (answer, Failure or None)."""
    mode = fields.choice("mode", (*lane.MODES, *PARTS, "echo"))
    fields.supported("kind", KINDS_OF_CALL)
    feed = _feed(slot, mode, fields)
    lead_in_calls, lead_in_ms = fields.whole("lead_in_calls", 0), fields.number("lead_in_ms", 0)
    limit_ms, group = fields.number("limit_ms"), fields.whole("group", 0, least=0, most=_MOST)
    samples = fields.whole("samples", timing.MAX_SAMPLES, least=1, most=timing.MAX_SAMPLES)
    if fields.whole("handicap_ns", 0):
        raise Failure("unsupported", "this driver has no handicap")
    before = _resources(slot)
    measured = timing.visit(slot.connection, feed, lead_in_calls, lead_in_ms, limit_ms, group, samples)
    used = [timing.difference(*pair) for pair in zip(_resources(slot), before)]
    # An engine or a codec alone moves no bytes; it makes them.
    used[2:] = feed.made_bytes or used[2:]
    answer = _answer_of(measured, used)
    if isinstance(feed, Stamped) and feed.means_ns:
        answer["stamps"] = dict(zip(STAMPS, feed.means_ns))
    failure = measured.lead_in.failure or measured.timed.failure
    if failure:
        answer.update(errors=1, kind=failure.kind, detail=failure.detail)
    return answer, failure


def _feed(slot, mode, fields):
    """What a visit asks."""
    workload, items = fields.supported("workload", WORKLOADS), fields.whole("items", least=1, most=_MOST)
    if workload == "bytes":
        return _bytes(mode, items, fields.whole("size", least=0))
    size, first = fields.int32("size"), fields.whole("first", 0)
    if mode in lane.MODES:
        return Questions(slot.golden, items, size, first, mode)
    if items != 1:
        raise Failure("invalid_argument", f"mode {mode!r} is for one item")
    if mode == "stamped":
        return Stamped(slot.golden, size, first)
    if mode == "compute":
        return Compute(slot.golden, size, first, _own_engine(slot))
    if mode == "codec":
        if slot.connection.codec is None:
            raise Failure("unsupported", "nothing is encoded on this lane")
        return Codec(slot.golden, size, first, slot.connection.codec)
    most = echoes.MAX_ACTION_BYTES
    reply_bytes = fields.whole("reply_bytes", least=0, most=most)
    return echoes.Echoes(1, fields.whole("payload_bytes", least=0, most=most), False, reply_bytes)


def _bytes(mode, items, size):
    """Echoes of the workload `bytes`. One item is a plain call in any mode."""
    if mode not in lane.MODES or items > 1 and mode not in echoes.MODES:
        raise Failure("unsupported", f"workload 'bytes' is not {mode}")
    echoes.check(items, size)
    return echoes.Echoes(items, size, batched=items > 1 and mode == "batched")


def _own_engine(slot):
    """The engine that `open` spoke of, in this process."""
    if slot.engine is None:
        try:
            slot.engine = engine.make(**slot.engine_words)
        except ValueError as error:
            raise Failure("unsupported", f"no engine in this process: {error}") from None
    return slot.engine


def _resources(slot):
    """Counters of this moment: CPU of both sides, bytes both ways; None for what is not known."""
    out, back = slot.connection.wire_bytes() or (None, None)
    return time.process_time_ns(), timing.cpu_ns(slot.callee_pid), out, back


def _answer_of(measured, used):
    lead_in, timed = measured.lead_in, measured.timed
    samples_ns = timed.samples_ns.tolist()
    middle = sorted(samples_ns)[(len(samples_ns) - 1) // 2] if samples_ns else None
    return {
        "group": measured.group,
        "samples": len(samples_ns),
        "items": timed.items,
        "lead_in_items": lead_in.items,
        "wrong": lead_in.wrong + timed.wrong,
        "errors": 0,
        "elapsed_ns": sum(samples_ns),
        "p50_ns": middle,
        **dict(zip(("cpu_caller_ns", "cpu_callee_ns", "bytes_out", "bytes_back"), used)),
        "gc_cycles": measured.gc_cycles,
        "samples_ns": samples_ns,
    }
