"""A listening Unix socket: where the user says, or in a fresh folder that is removed with it."""

import errno
import os
import socket
import stat
import sys
import tempfile


class UnixSocket:
    """Bound and listening."""

    def __init__(self, listen, backlog):
        if listen and not listen.startswith("unix:/"):
            raise ValueError("this transport listens on unix:/path")
        self._folder = None if listen else tempfile.mkdtemp(prefix="tollgate-")
        self.path = listen[len("unix:") :] if listen else os.path.join(self._folder, "socket")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if listen:
                _make_room(self.path)
            self.socket.bind(self.path)
        except OSError:
            if self._folder:
                os.rmdir(self._folder)
            raise
        self._made = _identity(self.path)
        self.socket.listen(backlog)

    @property
    def endpoint(self):
        """What a caller needs."""
        return f"unix:{self.path}"

    def remove(self):
        """Leaves nothing behind. What is not the socket that was made here stays, whatever its name."""
        try:
            if os.path.lexists(self.path) and _identity(self.path) == self._made:
                os.unlink(self.path)
            if self._folder:
                os.rmdir(self._folder)
        except OSError as error:
            print(f"peer.py: {error}", file=sys.stderr)


def _identity(path):
    """Device and inode of the socket there; None for anything else."""
    there = os.lstat(path)
    return (there.st_dev, there.st_ino) if stat.S_ISSOCK(there.st_mode) else None


def _make_room(path):
    """Removes a socket that nobody listens on, as a callee leaves it that was killed; refuses whatever else is there."""
    if not os.path.lexists(path):
        return
    made = _identity(path)
    if made is None:
        raise OSError(errno.EEXIST, "what is there is no socket, and is left alone: choose another --listen")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        if caller.connect_ex(path) != errno.ECONNREFUSED:
            raise OSError(errno.EADDRINUSE, "it is in use: stop what listens there, or choose another --listen")
    if _identity(path) == made:
        os.unlink(path)
