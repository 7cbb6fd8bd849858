"""`uds`: protobuf messages in frames over a Unix socket."""

from functools import partial

from tollgate_peer.codecs import protobuf
from tollgate_peer.wire.socket_callee import SocketCallee
from tollgate_peer.wire.socket_caller import open_socket

open = partial(open_socket, protobuf)
listen = partial(SocketCallee, protobuf)
