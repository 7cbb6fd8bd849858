"""The caller of `cffi-abi`: a library in this process, by its header read at run time (ABI mode): no C compiler."""

from tollgate_peer.wire import cffi_lane, library_lane


def open(endpoint, deadline_s=None, engine="stub", products=None, users=None):
    """Loads `lib:/path` and makes an engine in it."""
    path = library_lane.path_of("cffi-abi", endpoint, engine)
    return cffi_lane.opened(cffi_lane.AbiMode, path, engine, products, users)
