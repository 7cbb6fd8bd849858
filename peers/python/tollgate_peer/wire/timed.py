"""What is timed: questions asked one after another between two clock reads, in a thread or in an event loop.

Nothing is checked, chosen or allocated for bookkeeping in between but a list's append.
"""

import time

clock = time.perf_counter_ns


def run_group(act, asked):
    """Asks each question by the function `act`: (answers, ns)."""
    answers = []
    keep = answers.append
    start = clock()
    for question in asked:
        keep(act(question))
    return answers, clock() - start


async def run_group_in_loop(act, asked):
    """The same, where `act` is a coroutine function."""
    answers = []
    keep = answers.append
    start = clock()
    for question in asked:
        keep(await act(question))
    return answers, clock() - start
