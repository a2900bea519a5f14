"""A server on this machine that answers one byte at a time and never comes to an end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

PAUSE = 0.2
"""Seconds between two bytes: far below any time-out of a single wait."""
HEADERS = b"HTTP/1.1 200 OK\r\nX-Endless: "
TLS = b"\x16\x03\x03\x40\x00"
"""The beginning of a record of TLS (RFC 8446, 5.1) that promises 16 KiB."""


@contextmanager
def dripping(answer: bytes = HEADERS) -> Iterator[str]:
    """Where it listens, as ``127.0.0.1:<port>``; the answer goes on for ever."""
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(65536)
            for byte in chain(answer, repeat(ord("x"))):
                if ended.wait(PAUSE):
                    return
                connection.sendall(bytes([byte]))

    def listen() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        ended.set()
