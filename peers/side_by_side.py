"""Holds each foreign caller against the loop that somebody writes in an afternoon, by the same library:

    python3 peers/side_by_side.py            (`tollgate` is on the PATH, or named by TOLLGATE; Go and Python are here)

Both call the same Rust callee, or load the same library, in turns: a thousand calls each (or groups of calls, in one
process), 15 rounds after two that are thrown away. Everything runs on one core, so that what one does the other pays for
alike. For each lane it prints the median over the rounds of driver : loop, with the smallest and the largest, and exits
with 1 where one is above 1.15.
"""

import json
import os
import re
import statistics
import subprocess
import sys

BOUND = 1.15
CALLS, ROUNDS, THROWN_AWAY = 1000, 15, 2
# Calls in one process are timed in groups: a clock read takes as long as some of them.
GROUP = 64
HERE = os.path.dirname(os.path.abspath(__file__))
GO = os.path.join(HERE, "go")
TARGET = os.path.join(os.path.dirname(HERE), "target", "side-by-side")
PYTHON_LIB = os.path.join(HERE, "python", "lib")
PYTHON = os.path.join(TARGET, "venv", "bin", "python")
TRACE = os.path.join(os.path.dirname(HERE), "fixtures", "data", "golden-stub.jsonl")
GOLDEN = os.path.join(TARGET, "golden.jsonl")
SIZE = 10
LANES = (
    ("go", "grpc", "grpc"),
    ("go", "rest", "rest"),
    ("python", "grpc", "grpc"),
    ("python", "grpc-aio", "grpc"),
    ("python", "rest", "rest"),
    ("python", "rest-lean", "rest"),
)
# Loaded by the caller: the C library.
LIBRARY_LANES = (
    ("go", "cgo"),
    ("go", "purego"),
    ("python", "ctypes"),
    ("python", "cffi"),
    ("python", "cffi-abi"),
)
LIBRARY = os.path.join(TARGET, "libtollgate.so")


class Side:
    """A process that answers a line with a line."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.line()

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args[0]} ended with {self.process.wait()}")
        return line.strip()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Driver(Side):
    """`drive`, with an open connection to the callee."""

    def __init__(self, transport, endpoint, *words):
        super().__init__(*words, "drive")
        self._group = GROUP if endpoint.startswith("lib:") else 1
        self.order(
            op="open",
            id=1,
            transport=transport,
            endpoint=endpoint,
            golden=GOLDEN,
            first_size=SIZE,
        )

    def order(self, **fields):
        answer = json.loads(self.ask(json.dumps(fields)))
        if not answer["ok"] or answer.get("wrong") or answer.get("errors"):
            why = {
                name: answer[name]
                for name in ("wrong", "errors", "kind", "detail")
                if answer.get(name)
            }
            sys.exit(
                f"{fields['op']} over {fields.get('transport', 'the same')}: {why}"
            )
        return answer

    def median_ns(self):
        shape = {
            "lead_in_calls": 1,
            "lead_in_ms": 0,
            "limit_ms": 60_000,
            "group": self._group,
            "samples": CALLS,
        }
        visited = self.order(
            op="visit", id=1, mode="chatty", items=1, size=SIZE, first=0, **shape
        )
        return visited["p50_ns"] / self._group


def build():
    """Builds the peers and the loops of this checkout, once."""
    subprocess.run(
        ["go", "build", "-o", os.path.join(TARGET, "peer"), "."], cwd=GO, check=True
    )
    subprocess.run(
        ["go", "build", "-o", os.path.join(TARGET, "loop"), "./minimal"],
        cwd=GO,
        check=True,
    )
    if not os.path.exists(PYTHON):
        subprocess.run(
            [sys.executable, "-m", "venv", os.path.join(TARGET, "venv")], check=True
        )
        locked = os.path.join(HERE, "python", "requirements.txt")
        pip = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
        ]
        subprocess.run([*pip, "-r", locked], check=True)
    subprocess.run(
        [PYTHON, os.path.join(HERE, "python", "native", "build.py"), PYTHON_LIB],
        check=True,
    )
    root = os.path.dirname(HERE)
    c = os.path.join(root, "transports", "ffi", "c")
    sources = [os.path.join(c, name) for name in ("tollgate.c", "catalog.c", "error.c")]
    include = ["-I", os.path.join(root, "fixtures", "contract")]
    subprocess.run(
        [
            "cc",
            "-std=c11",
            "-O3",
            "-fPIC",
            "-shared",
            *include,
            "-o",
            LIBRARY,
            *sources,
        ],
        check=True,
    )


def write_golden():
    """The users of the trace, each asking for as many ids: lines of the trace have fewer."""
    ids = [f"product_{number}" for number in range(SIZE)]
    with (
        open(TRACE, encoding="utf-8") as trace,
        open(GOLDEN, "w", encoding="utf-8") as golden,
    ):
        for line in trace:
            asked = {
                "user_id": json.loads(line)["user_id"],
                "max_results": SIZE,
                "product_ids": ids,
            }
            golden.write(json.dumps(asked, ensure_ascii=False) + "\n")


def loop_of(language, transport, endpoint):
    """The hand-written one."""
    if language == "go":
        return Side(os.path.join(TARGET, "loop"), transport, endpoint)
    file = "in_process.py" if endpoint.startswith("lib:") else "loop.py"
    return Side(
        PYTHON, os.path.join(HERE, "python", "minimal", file), transport, endpoint
    )


def driver_of(language, transport, endpoint):
    if language == "go":
        return Driver(transport, endpoint, os.path.join(TARGET, "peer"))
    return Driver(transport, endpoint, PYTHON, os.path.join(HERE, "python", "peer.py"))


def ratios(language, transport, endpoint):
    """Driver : loop in each round, and the loop's median in ns."""
    driver, loop = (of(language, transport, endpoint) for of in (driver_of, loop_of))
    rounds = []
    for _ in range(THROWN_AWAY + ROUNDS):
        rounds.append((driver.median_ns(), float(loop.ask(CALLS))))
    for side in (driver, loop):
        side.end()
    kept = rounds[THROWN_AWAY:]
    return [one / other for one, other in kept], statistics.median(
        other for _, other in kept
    )


def over_callee(language, transport, served, tollgate):
    """The same over a callee of its own."""
    callee = Side(tollgate, "serve", served)
    said = callee.line()
    while said.startswith("setting "):
        said = callee.line()
    found = ratios(language, transport, re.fullmatch("ready (.*)", said)[1])
    callee.end()
    return found


def tell(name, of_rounds, loop_ns):
    """Prints a line; True where the driver is too slow."""
    middle = statistics.median(of_rounds)
    print(
        f"{name:24} {middle:.2f} ({min(of_rounds):.2f} to {max(of_rounds):.2f}) "
        f"of a loop of {loop_ns / 1000:.3g} µs",
        flush=True,
    )
    return middle > BOUND


def main():
    tollgate = os.environ.get("TOLLGATE", "tollgate")
    build()
    write_golden()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    slow = []
    for language, transport in LIBRARY_LANES:
        slow.append(
            tell(
                f"{language}/{transport}/c",
                *ratios(language, transport, f"lib:{LIBRARY}"),
            )
        )
    for language, transport, served in LANES:
        slow.append(
            tell(
                f"{language}/{transport}/rust",
                *over_callee(language, transport, served, tollgate),
            )
        )
    return int(any(slow))


if __name__ == "__main__":
    sys.exit(main())
