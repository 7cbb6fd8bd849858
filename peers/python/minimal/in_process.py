"""The loops that somebody writes in an afternoon over a C library, as `loop.py`; each answers calls in groups of GROUP.

usage: in_process.py ctypes|cffi|cffi-abi lib:/path
"""

import ctypes
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tollgate_peer.wire import c_abi, c_header, library_lane

GROUP = 64
ROOM, MOST = 1600, 100
LIMITS = (1024, 1000, 64 << 10, 32 << 20)


def by_ctypes(path):
    library = c_abi.load(path)
    engine = ctypes.c_void_p()
    config = c_abi.Config(ctypes.sizeof(c_abi.Config), 0, 0, 0, c_abi.Limits(*LIMITS))
    assert library.tg_open(config, ctypes.byref(engine)) == 0
    text, ends = ctypes.create_string_buffer(ROOM), (ctypes.c_uint32 * MOST)()
    reply = c_abi.Reply(ctypes.addressof(text), ROOM, 0, ctypes.cast(ends, ctypes.c_void_p), MOST, 0)

    def call(user_id):
        data = user_id.encode()
        request = c_abi.Request(data, len(data), 10)
        assert library.tg_call(engine, ctypes.byref(request), ctypes.byref(reply)) == 0
        raw = text.raw[: reply.text_len].decode()
        at, ids = 0, []
        for end in ends[: reply.ends_len]:
            ids.append(raw[at:end])
            at = end
        return ids

    return call


def by_cffi(ffi, lib, engine):
    text, ends = ffi.new("char[]", ROOM), ffi.new("uint32_t[]", MOST)
    reply = ffi.new("tg_reply *", {"text": text, "text_cap": ROOM, "ends": ends, "ends_cap": MOST})

    def call(user_id):
        data = ffi.from_buffer(user_id.encode())
        request = ffi.new("tg_request *", {"user_id": data, "user_id_len": len(data), "max_results": 10})
        assert lib.tg_call(engine[0], request, reply) == 0
        raw = ffi.unpack(text, reply.text_len).decode()
        at, ids = 0, []
        for end in ffi.unpack(ends, reply.ends_len):
            ids.append(raw[at:end])
            at = end
        return ids

    return call


def config_of(ffi):
    limits = dict(zip(("max_items", "max_results", "max_user_id_bytes", "max_message_bytes"), LIMITS))
    return ffi.new("tg_config *", {"struct_size": ffi.sizeof("tg_config"), "limits": limits})


def by_cffi_abi(path):
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(c_header.for_library())
    lib = ffi.dlopen(path)
    engine = ffi.new("tg_engine **")
    assert lib.tg_open(config_of(ffi), engine) == 0
    return by_cffi(ffi, lib, engine)


def by_cffi_api(path):
    built = os.path.join(os.path.dirname(c_header.NATIVE), "lib", "_tollgate_cffi.so")
    module = library_lane.extension("_tollgate_cffi", built)
    ffi, lib = module.ffi, module.lib
    library, engine = ffi.new("tg_library **"), ffi.new("tg_engine **")
    assert lib.tg_load(path.encode(), library, ffi.new("char **")) == 0
    assert lib.tg_open_in(library[0], config_of(ffi), engine) == 0
    return by_cffi(ffi, lib, engine)


def main(transport, endpoint):
    by = {"ctypes": by_ctypes, "cffi": by_cffi_api, "cffi-abi": by_cffi_abi}[transport]
    call = by(endpoint[len("lib:") :])
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter_ns()
            for _ in range(GROUP):
                ids = call("user_3")
            times.append(time.perf_counter_ns() - start)
            assert len(ids) == 10, ids
        print(statistics.median_low(times) / GROUP, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
