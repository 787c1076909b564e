"""Connections that break."""

import socket
import struct

from aiohttp import web


def reset_connection(incoming: web.Request) -> None:
    """Break the connection so that the client sees a reset, not an end."""
    transport = incoming.transport
    if transport is not None:
        wire: socket.socket = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
