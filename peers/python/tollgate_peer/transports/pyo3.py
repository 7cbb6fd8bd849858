"""The caller of `pyo3`: an extension module in Rust, which makes and reads Python's objects itself."""

import pathlib

from tollgate_peer import contract
from tollgate_peer.contract import Failure
from tollgate_peer.wire import library_lane
from tollgate_peer.wire.lane import Connection

_MODULE = "tollgate_pyo3"


def open(endpoint, deadline_s=None, engine="stub", products=None, users=None):
    """Imports `lib:/path` and makes an engine in it; there is no deadline."""
    path = library_lane.path_of("pyo3", endpoint, engine)
    library_lane.matrices(engine, products, users)  # says what is wrong with the files
    files = [pathlib.Path(file).read_bytes() if engine == "catalog" else None for file in (products, users)]
    try:
        return ModuleConnection(library_lane.extension(_MODULE, path).RustEngine(engine, *files, Failure))
    except ImportError as error:
        raise library_lane.not_loaded(path, error) from None
    except ValueError as error:
        raise Failure("invalid_argument", str(error)) from None


class ModuleConnection(Connection):
    """One engine of the module."""

    def __init__(self, engine):
        self._engine = engine
        self.call, self.batched = engine.call, engine.batched

    def stamped(self, request):
        ids, compute_ns = self._engine.stamped(request)
        return ids, (0, compute_ns, 0)

    def echo(self, payload, reply_bytes):
        contract.check_echo(reply_bytes)
        return self._engine.echo(bytes(payload), reply_bytes)
