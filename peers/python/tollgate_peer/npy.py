"""Reads the part of the NumPy `.npy` format that the workload uses: version 1 to 3, two-dimensional, int8, C order.

Not a general reader: whatever else it finds it refuses, and says what it found.
"""

import ast

MAGIC = b"\x93NUMPY"
CURE = "save it with numpy.save(path, array.astype('int8')), two-dimensional, C order"


class NpyError(ValueError):
    """Why bytes are no such matrix."""

    def __init__(self, found):
        super().__init__(f"{found}; {CURE}")


def read(data):
    """Gives (rows, columns, values); values are rows * columns bytes, row after row, each one an int8."""
    if not data.startswith(MAGIC):
        raise NpyError("not a .npy file (its magic is missing)")
    header, values = _split(data)
    descr = header.get("descr")
    if descr not in ("|i1", "i1", "<i1"):
        raise NpyError(f"values are of type {descr}, not int8 (|i1)")
    if header.get("fortran_order") is not False:
        raise NpyError("the array is in Fortran order")
    shape = header.get("shape")
    if not (isinstance(shape, tuple) and len(shape) == 2 and all(type(size) is int and size > 0 for size in shape)):
        raise NpyError(f"the shape is {shape}, not (rows, columns)")
    rows, columns = shape
    if rows * columns != len(values):
        raise NpyError(f"{rows} x {columns} values are announced, {len(values)} bytes follow")
    return rows, columns, values


def _split(data):
    """The header as a dictionary, and the bytes behind it."""
    version = data[6:7]
    if version and version not in b"\1\2\3":
        raise NpyError(f".npy version {version[0]} is not known")
    width = 2 if version == b"\1" else 4
    start = 8 + width
    end = start + int.from_bytes(data[8:start], "little")
    if len(data) < start or len(data) < end:
        raise NpyError("the .npy header is cut off")
    try:
        header = ast.literal_eval(data[start:end].decode("utf-8").strip())
    except (ValueError, SyntaxError):
        header = None
    if not isinstance(header, dict):
        raise NpyError("the .npy header is no dictionary")
    return header, data[end:]


def read_file(name, path):
    """Reads the matrix at `path`; what does not fit is a ValueError that says which of the files (`name`) it is."""
    try:
        with open(path, "rb") as file:
            return read(file.read())
    except (OSError, NpyError) as error:
        raise ValueError(f"{name}: {error}") from None
