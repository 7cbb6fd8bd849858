"""The driver as a process: lines in, lines out, until stdin ends. Between requests it blocks in a lock."""

import json
import os
import queue
import sys
import threading

from tollgate_peer.drive.driver import Driver

# What runs when stdin ends has this long: the protocol allows two seconds.
GRACE_S = 1.7


def drive():
    """Runs until stdin ends; 0."""
    # Foreign code may print: the protocol gets a descriptor of its own, and descriptor 1 becomes stderr.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    lines, driver = queue.SimpleQueue(), Driver()
    ended = threading.Event()
    threading.Thread(target=_read_lines, args=(lines, driver, ended), daemon=True).start()
    try:
        _answer_lines(lines, driver, answers)
    except (BrokenPipeError, KeyboardInterrupt):
        # Nobody listens. The reader may still hold stdin's lock, which an orderly end would wait for.
        os._exit(1)
    ended.set()
    return 0


def _answer_lines(lines, driver, answers):
    for line in iter(lines.get, None):
        if line.strip():
            _write_all(answers, json.dumps(driver.answer(line), separators=(",", ":")).encode() + b"\n")
    driver.close_all()


def _read_lines(lines, driver, ended):
    """Hands lines over, but for those that are taken at once; after the last one it sees to it that the process ends, whatever hangs."""
    for line in sys.stdin.buffer:
        if not driver.heed(line):
            lines.put(line)
    lines.put(None)
    if not ended.wait(GRACE_S):
        os._exit(0)


def _write_all(file, data):
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
