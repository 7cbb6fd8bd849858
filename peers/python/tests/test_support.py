"""For the tests: starts real drivers and callees, and stands in for callees that misbehave. No part of the peer.

Every process has a watchdog, so that a test that would hang fails. Nothing here sleeps to wait for something.
"""

import atexit
import base64
import contextlib
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

from tollgate_peer import transports
from tollgate_peer.codecs import proto_json
from tollgate_peer.wire import frames

DATA = os.path.join(ROOT, "fixtures", "data")
CONTRACT = os.path.join(ROOT, "fixtures", "contract")
CATALOG = {name: os.path.join(DATA, f"{name}.npy") for name in ("products", "users")}
WATCHDOG_S = 60


class Process:
    """A peer process with pipes."""

    def __init__(self, *words, **options):
        command = [sys.executable, os.path.join(HERE, "peer.py"), *words]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
        self.process = subprocess.Popen(command, **pipes)
        self._watchdog = threading.Timer(WATCHDOG_S, self.process.kill)
        self._watchdog.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def until_ready(self):
        """What a callee says of itself, and the words of the line behind that."""
        said, line = [], self._line()
        while line.startswith("setting "):
            said.append(line)
            line = self._line()
        return said, line.split()

    def _line(self):
        return self.process.stdout.readline().decode()

    def end(self):
        """Ends its stdin and gives its exit code."""
        self.process.stdin.close()
        return self.process.wait()


class Callee(Process):
    """`serve uds-json`, ready."""

    def __init__(self, engine="stub", *words, **options):
        files = [word for name, path in CATALOG.items() for word in (f"--{name}", path)]
        super().__init__("serve", "uds-json", "--engine", engine, *files, *words, **options)
        self.settings, self.ready = self.until_ready()

    def __exit__(self, *stack):
        super().__exit__(*stack)
        # A killed callee cannot remove its socket's folder.
        shutil.rmtree(os.path.dirname(self.path), ignore_errors=True)

    @property
    def endpoint(self):
        return self.ready[1]

    @property
    def path(self):
        return self.ready[1][len("unix:") :]


class TransportCallee(Process):
    """`serve` of any transport, ready."""

    def __init__(self, transport, engine="stub", *words):
        files = [word for name, path in CATALOG.items() for word in (f"--{name}", path)]
        super().__init__("serve", transport, "--engine", engine, *files, *words)
        _, (_, self.endpoint) = self.until_ready()

    @staticmethod
    def refused(transport, *words):
        """The exit code of a callee that does not begin."""
        with Process("serve", transport, *words, stderr=subprocess.DEVNULL) as process:
            return process.process.wait()


class Driver(Process):
    """`drive`."""

    def __init__(self, **options):
        super().__init__("drive", **options)

    def send(self, line):
        """Sends a line of bytes."""
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def answer(self):
        """The next answer."""
        return json.loads(self.process.stdout.readline())

    def do(self, op, **fields):
        """One request and its answer."""
        self.send(json.dumps({"op": op, "id": 1, **fields}).encode())
        return self.answer()

    def open(self, transport, endpoint, engine="stub", **fields):
        """Opens connection 1."""
        golden = os.path.join(DATA, f"golden-{engine}.jsonl")
        fields = {"golden": golden, "deadline_ms": 20_000, "engine": engine, **CATALOG, **fields}
        return self.do("open", transport=transport, endpoint=endpoint, **fields)

    def ask(self, *requests, mode="chatty"):
        """Asks; requests are (user_id, max_results)."""
        return self.do("ask", mode=mode, requests=[{"user_id": user, "max_results": n} for user, n in requests])

    def visit(self, mode="chatty", items=1, **fields):
        """A short visit."""
        defaults = {"size": 1, "first": 0, "lead_in_calls": 5, "lead_in_ms": 5, "limit_ms": 30, "group": None}
        return self.do("visit", mode=mode, items=items, **{**defaults, **fields})

    def raw(self, data):
        """Sends bytes in the place of a request."""
        return self.do("raw", request=base64.b64encode(data).decode())


def golden(engine):
    """The golden file as (user_id, max_results) and ids."""
    with open(os.path.join(DATA, f"golden-{engine}.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert len(lines) > 256, "too few golden answers to fill a batch"
    return [(line["user_id"], line["max_results"]) for line in lines], [line["product_ids"] for line in lines]


@contextlib.contextmanager
def opened(transport, engine="stub", deadline_ms=20_000, words=()):
    """A driver with an open connection 1, and its callee or None."""
    with contextlib.ExitStack() as stack:
        callee = stack.enter_context(Callee(engine, *words)) if transport == "uds-json" else None
        driver = stack.enter_context(Driver())
        endpoint = callee.endpoint if callee else "" if transport == "inproc" else "lib:" + c_library()
        pid = {"callee_pid": callee.process.pid} if callee else {}
        answer = driver.open(transport, endpoint, engine, deadline_ms=deadline_ms, **pid)
        assert answer["ok"], answer
        yield driver, callee


@contextlib.contextmanager
def fake_callee(script):
    """The endpoint of a callee that greets, answers the first call, and then does `script(connection, reader)`."""
    with tempfile.TemporaryDirectory(prefix="tollgate-") as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.join(folder, "socket"))
        listener.listen(1)
        listener.settimeout(WATCHDOG_S)
        thread = threading.Thread(target=_play, args=(listener, script))
        thread.start()
        yield f"unix:{folder}/socket"
        thread.join()


def _play(listener, script):
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(WATCHDOG_S)
        reader = frames.FrameReader(connection.recv_into, 1 << 20)
        reader.next()
        connection.sendall(frames.frame(frames.OK, b"tollgate"))
        _, count = proto_json.read_request(reader.next()[1])
        connection.sendall(frames.frame(frames.OK, proto_json.write_reply([f"product_{at}" for at in range(count)])))
        script(connection, reader)


def c_library(*flags, wrapper=None):
    """The C library, compiled for this run, or C that includes its main file; skips the test where no compiler is."""
    if shutil.which("cc") is None:
        cure = "tests with the C library: install a C compiler as cc"
        print(f"skipped: {cure}", file=sys.stderr)
        raise unittest.SkipTest(cure)
    return _compiled(flags, wrapper)


def sanitizer():
    """The library of AddressSanitizer, to be loaded before any other; skips the test where the compiler has none."""
    path = (
        shutil.which("cc")
        and subprocess.run(
            ["cc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )
    if not path or not os.path.isabs(path):
        raise unittest.SkipTest("AddressSanitizer: install a C compiler that has it")
    return path


@functools.cache
def cffi_lanes():
    """The lanes of cffi that run here; the module of `cffi` is compiled for these tests."""
    if not transports.is_built():
        return ()
    subprocess.run([sys.executable, os.path.join(HERE, "native", "build.py"), os.path.join(HERE, "lib")], check=True)
    is_compiled = os.path.exists(os.path.join(HERE, "lib", "_tollgate_cffi.so"))
    return ("cffi-abi", "cffi") if is_compiled else ("cffi-abi",)


@functools.cache
def _compiled(flags, wrapper):
    folder = tempfile.mkdtemp(prefix="tollgate-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sources = os.path.join(ROOT, "transports", "ffi", "c")
    files = [os.path.join(sources, name) for name in os.listdir(sources) if name.endswith(".c")]
    if wrapper:
        files = [file for file in files if not file.endswith("tollgate.c")] + [os.path.join(folder, "wrapper.c")]
        with open(files[-1], "w", encoding="utf-8") as file:
            file.write(wrapper)
    path = os.path.join(folder, "libtollgate.so")
    include = os.path.join(ROOT, "fixtures", "contract")
    includes = ["-I", include, "-I", sources]
    command = ["cc", "-shared", "-fPIC", "-O2", "-std=c11", *includes, *flags, *files, "-o", path]
    subprocess.run(command, check=True)
    return path
