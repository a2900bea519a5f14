"""Connections to mail servers on which everything together takes no longer than was said, however slowly these speak.

The time-out of a socket begins anew with every byte that arrives: a server that sends one line every few seconds would
hold a thread for ever, past the lease of its work, which another worker then does as well.
"""

import io
import smtplib
import socket
import ssl
import time
from typing import Any

from incident.delivery.names import addresses, own_name

STEP_SECONDS = 15
"""No single answer is waited for longer than this."""


class Timed:
    """What gives up at ``end``, a moment of the monotonic clock."""

    end: float
    sock: socket.socket | None

    def left(self) -> float:
        """Seconds that the next step may take; raises TimeoutError when the time is over."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the mail server took too long")
        return min(left, STEP_SECONDS)

    def reach(self, host: str, port: int) -> socket.socket:
        """The first address of the server that answers; all of them share the time."""
        problem = OSError("the mail server has no address")
        for address in addresses(host, port, self.left()):
            try:
                return socket.create_connection((address, port), self.left())
            except OSError as refused:
                problem = refused
        raise problem

    def reader(self) -> io.BufferedReader:
        """What the server says, read through the stopwatch."""
        return io.BufferedReader(_Through(self))


class Punctual(Timed, smtplib.SMTP):
    """An SMTP connection; its end is set anew for each message."""

    def getreply(self) -> tuple[int, bytes]:
        """One answer, read through the stopwatch."""
        if self.file is None and self.sock is not None:
            self.file = self.reader()
        return super().getreply()

    def send(self, s: Any) -> None:
        """Everything at once; a socket's time-out is a total for sending."""
        if self.sock is not None:
            self.sock.settimeout(self.left())
        super().send(s)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.reach(host, port)


class PunctualSMTP(Punctual):
    """Without TLS at first."""

    def __init__(self, host: str, port: int, end: float) -> None:
        self.end = end
        super().__init__(host, port, own_name(self.left()))


class PunctualSMTPS(smtplib.SMTP_SSL, Punctual):
    """With TLS from the start."""

    def __init__(self, host: str, port: int, end: float, trust: ssl.SSLContext) -> None:
        self.end = end
        super().__init__(host, port, own_name(self.left()), context=trust)


class _Through(io.RawIOBase):
    """Reads from the connection's socket, each time with what is left of the whole."""

    def __init__(self, connection: Timed) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        sock = self._connection.sock
        if sock is None:
            return 0
        sock.settimeout(self._connection.left())
        return int(sock.recv_into(buffer))
