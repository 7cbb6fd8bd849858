"""What a visit asks: questions from golden lines, whole or in one of their parts, and what is to come back.

Each has `items` of an action, `action(connection)` (what asks one question, and what times many), `take(actions)`
(questions with right answers), `count_wrong(answers, right)` and `made_bytes`, None where the carrier counts.
"""

from tollgate_peer.wire import timed

# Parts of a call that can be measured alone, beside `echo`.
PARTS = ("compute", "codec", "stamped")


class Questions:
    """The requests of a visit, action after action, with their right answers: golden lines, cyclically."""

    made_bytes = None

    def __init__(self, golden, items, max_results, first, mode="chatty"):
        self._requests = [(user_id, max_results) for user_id, _ in golden]
        self._answers = [ids for _, ids in golden]
        self._right = [None] * len(golden)
        self._max_results = max_results
        self._at = first % len(golden)
        self._mode = mode
        self.items = items

    def action(self, connection):
        """One item is a plain call in any mode."""
        return connection.asker("call" if self.items == 1 else self._mode), connection.run_group

    def take(self, actions):
        """What to ask in the next actions, and what to expect; an action of one item is a request, not a list."""
        if self.items == 1:
            return self._next(actions)
        pairs = [self._next(self.items) for _ in range(actions)]
        return [asked for asked, _ in pairs], [right for _, right in pairs]

    def count_wrong(self, answers, right):
        """Items whose answer is not the right one."""
        return count_differing(answers, right, self.items)

    def _next(self, count):
        asked, right = [], []
        for _ in range(count):
            at = self._at
            expected = self._right[at]
            if expected is None:
                expected = self._right[at] = self._answers[at][: self._max_results]
            asked.append(self._requests[at])
            right.append(expected)
            self._at = at + 1 if at + 1 < len(self._requests) else 0
        return asked, right


class Stamped(Questions):
    """Whole calls whose callee reports its durations."""

    def __init__(self, golden, max_results, first):
        super().__init__(golden, 1, max_results, first)
        self._sums, self._calls = [0, 0, 0], 0

    def action(self, connection):
        return connection.asker("stamped"), connection.run_group

    def count_wrong(self, answers, right):
        """Answers are pairs of ids and stamps: they differ always, so that all come by here."""
        for _, stamps in answers:
            self._sums = [total + one for total, one in zip(self._sums, stamps)]
        self._calls += len(answers)
        return count_differing([ids for ids, _ in answers], right, 1)

    @property
    def means_ns(self):
        """Of decode, compute and encode over all calls; None without a call."""
        return [total / self._calls for total in self._sums] if self._calls else None


class Compute(Questions):
    """The engine alone, in this process."""

    def __init__(self, golden, max_results, first, engine):
        super().__init__(golden, 1, max_results, first)
        self._engine = engine
        self._out = self._back = 0

    def action(self, _connection):
        return self._engine.answer, timed.run_group

    def take(self, actions):
        asked, right = super().take(actions)
        self._out += sum(len(user_id.encode()) for user_id, _ in asked)
        self._back += sum(len(one.encode()) + 4 for ids in right for one in ids)
        return asked, right

    @property
    def made_bytes(self):
        """Those of the values: user ids out, ids and where they end back."""
        return self._out, self._back


class Codec(Questions):
    """Both sides of the codec: request and right answer, values to bytes and back."""

    def __init__(self, golden, max_results, first, codec):
        super().__init__(golden, 1, max_results, first)
        self._codec = codec
        self._out = self._back = 0

    def action(self, _connection):
        return self._both_ways, timed.run_group

    def take(self, actions):
        asked, right = super().take(actions)
        return list(zip(asked, right)), right

    def _both_ways(self, question):
        codec = self._codec
        encoded = codec.write_request(question[0])
        codec.read_request(encoded)
        reply = codec.write_reply(question[1])
        self._out += len(encoded)
        self._back += len(reply)
        return codec.read_reply(reply)

    @property
    def made_bytes(self):
        """Those that were encoded."""
        return self._out, self._back


def count_differing(answers, right, items):
    """Items that differ; an action of one item is its answer, not a list of them."""
    if items > 1:
        return sum(one != other for pair in zip(answers, right) for one, other in zip(*pair))
    return sum(one != other for one, other in zip(answers, right))
