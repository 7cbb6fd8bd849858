"""`uds-json`: proto3 JSON in frames over a Unix socket, by the standard library."""

from functools import partial

from tollgate_peer.codecs import proto_json
from tollgate_peer.wire.socket_callee import SocketCallee
from tollgate_peer.wire.socket_caller import open_socket

open = partial(open_socket, proto_json)
listen = partial(SocketCallee, proto_json)
