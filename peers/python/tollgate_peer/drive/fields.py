"""The fields of one request line of the driver's protocol, checked: what does not fit is `invalid_argument`.

A line that is no JSON object is `malformed`. Unknown fields are ignored, null is as good as absent.
"""

import base64
import json

from tollgate_peer.contract import Failure

_NEEDED = object()


def _invalid(detail):
    return Failure("invalid_argument", detail)


class Golden(list):
    """Questions with their right answers, as (user_id, ids), and the first one's max_results."""

    first_max_results = 0


class Fields:
    """One request line."""

    def __init__(self, values):
        self._values = values

    @classmethod
    def of_line(cls, line):
        """Reads a line of bytes."""
        try:
            values = json.loads(str(line, "utf-8"))
        except (ValueError, RecursionError) as error:
            raise Failure("malformed", f"a request is one JSON object a line: {error}") from None
        if not isinstance(values, dict):
            raise Failure("malformed", "a request is one JSON object a line")
        return cls(values)

    def renamed(self, names):
        """The same, with fields of these names under others; what has one of the others is not meant."""
        ours = set(names.values())
        return Fields({names.get(name, name): value for name, value in self._values.items() if name not in ours})

    def _get(self, name, default, types, wanted):
        value = self._values.get(name)
        if value is None:
            if default is _NEEDED:
                raise _invalid(f"{name} is missing")
            return default
        if type(value) not in types:
            raise _invalid(f"{name} is not {wanted}")
        return value

    def text(self, name, default=_NEEDED):
        """A text."""
        return self._get(name, default, (str,), "a text")

    def whole(self, name, default=_NEEDED, least=None, most=None):
        """A whole number."""
        value = self._get(name, default, (int,), "a whole number")
        if least is not None and value < least or most is not None and value > most:
            raise _invalid(f"{name} is {value}")
        return value

    def int32(self, name):
        """A whole number of the contract."""
        return self.whole(name, least=-1 << 31, most=(1 << 31) - 1)

    def number(self, name, default=_NEEDED):
        """A number that is not negative."""
        value = self._get(name, default, (int, float), "a number")
        if value is not None and not 0 <= value <= 1e12:
            raise _invalid(f"{name} is {value}")
        return value

    def choice(self, name, choices):
        """One of some words."""
        value = self.text(name)
        if value not in choices:
            raise _invalid(f"{name} is {value!r}, not one of {', '.join(choices)}")
        return value

    def supported(self, name, choices):
        """One of some words, the first where it is absent; another is `unsupported`."""
        value = self.text(name, choices[0])
        if value not in choices:
            raise Failure("unsupported", f"this driver has no {name} {value!r}; it has {', '.join(choices)}")
        return value

    def data(self, name):
        """Bytes, as base64."""
        try:
            return base64.b64decode(self.text(name), validate=True)
        except ValueError as error:
            raise _invalid(f"{name} is not base64: {error}") from None

    def requests(self):
        """The requests of `ask`."""
        return [_request(entry) for entry in self._get("requests", _NEEDED, (list,), "a list")]

    def golden(self):
        """The file that `golden` names."""
        path = self.text("golden")
        golden = Golden()
        shared = {}  # the same few thousand ids come again in every line
        try:
            with open(path, encoding="utf-8") as file:
                for line in file:
                    if line.strip():
                        entry = json.loads(line)
                        user_id, max_results = _request(entry)
                        golden.first_max_results = golden.first_max_results if golden else max_results
                        golden.append((user_id, [shared.setdefault(one, one) for one in entry["product_ids"]]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _invalid(f"golden, {path}, line {len(golden) + 1}: {error!r}") from None
        if not golden:
            raise _invalid(f"golden, {path}: no request in it")
        return golden


def _request(entry):
    if not isinstance(entry, dict):
        raise _invalid('a request is {"user_id":"user_3","max_results":10}')
    fields = Fields(entry)
    user_id = fields.text("user_id")
    if not user_id.isascii():
        try:
            user_id.encode()
        except UnicodeEncodeError:
            raise _invalid("user_id holds half a surrogate pair, which is no text") from None
    return user_id, fields.int32("max_results")
