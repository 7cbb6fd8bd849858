"""A listening TCP socket on loopback."""

import socket

from tollgate_peer import contract

FRESH = "127.0.0.1:0"


def listening(address, backlog):
    """Bound to IP:PORT, a fresh port without one, and listening."""
    host, _, port = contract.loopback(address or FRESH).rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sets TCP_NODELAY on nothing else.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), int(port)))
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
