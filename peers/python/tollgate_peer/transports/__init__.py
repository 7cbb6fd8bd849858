"""All ways by which this peer calls and answers: each a module here, called as its transport with _ for -.

A module has what it can of `open(endpoint, deadline_s, **engine)`, which gives a `wire.lane.Connection`, and
`listen(address, engine)`, which gives a callee: `endpoint`, `answer()` until that fails, `close()`. It is imported when
it is asked for, so that each needs only its own libraries.
"""

import importlib
import importlib.util
import pkgutil

# What runs by the standard library alone; all others need what `tollgate peers build python` installs.
_ALWAYS = ("ctypes", "inproc", "pyo3", "uds-json")
_BUILT = "google.protobuf"


def names():
    """Those that run here."""
    everything = [module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)]
    return [name for name in everything if name in _ALWAYS or is_built()]


def is_built():
    """True where the libraries of the lock file are there."""
    try:
        return importlib.util.find_spec(_BUILT) is not None
    except ModuleNotFoundError:
        return False


def find(name):
    """The module of a transport; None where it does not run here."""
    if name not in names():
        return None
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
