"""A callee's life: it listens, says that it is ready, and answers until it is told to end.

The main thread only waits for the end: of its stdin, or a signal. What answers has threads of its own.
"""

import os
import select
import signal
import stat
import sys
import threading

from tollgate_peer import runtime


def serve(transport, listen, engine):
    """Answers until it is told to end, and ends the process; 1 for an address that cannot be used."""
    woken = _wake_on_signals()
    try:
        callee = transport.listen(listen, engine)
    except (OSError, ValueError) as error:
        print(f"peer.py: cannot listen on {listen or 'a fresh address'}: {error}", file=sys.stderr)
        return 1
    try:
        threading.Thread(target=_answer, args=(callee,), daemon=True).start()
        for what, value in runtime.settings():
            print(f"setting {what}: {value}")
        print(f"ready {callee.endpoint}", flush=True)
        _wait_for_end(woken)
    finally:
        callee.close()
    # What answers has threads, of which an orderly end would wait for some.
    sys.stdout.flush()
    os._exit(0)


def _answer(callee):
    try:
        callee.answer()
    except (OSError, RuntimeError) as error:
        # No descriptor or no thread is left: better an end that is seen than a callee that is deaf.
        print(f"peer.py: cannot take connections any more: {error}", file=sys.stderr)
        os.kill(os.getpid(), signal.SIGTERM)


def _wake_on_signals():
    """A descriptor that becomes readable with SIGTERM, SIGINT or SIGHUP."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    return woken


def _wait_for_end(woken):
    """Returns on a signal, or on the end of a stdin that is a pipe or a socket; others are left alone."""
    poll = select.poll()
    poll.register(woken, select.POLLIN)
    if _stdin_can_end():
        poll.register(0, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == woken or not _read_some(descriptor):
                return


def _stdin_can_end():
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_some(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
