"""The caller of `cffi`: a library in this process, by a module that was compiled from its header (API mode)."""

from tollgate_peer.wire import cffi_lane, library_lane


def open(endpoint, deadline_s=None, engine="stub", products=None, users=None):
    """Loads `lib:/path` and makes an engine in it."""
    path = library_lane.path_of("cffi", endpoint, engine)
    return cffi_lane.opened(cffi_lane.ApiMode, path, engine, products, users)
