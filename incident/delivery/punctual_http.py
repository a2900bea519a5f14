"""HTTP calls on which everything together takes no longer than was said, however slowly the other side speaks.

The time-outs of a client begin anew with every byte that arrives: a server that sends one byte of a header every few
seconds would hold a thread for hours. Here looking up the name, connecting, TLS, headers and body share one time; what
is over ends in the client's own time-out, so that nobody has to know of it.
"""

import ssl
import time
from collections.abc import Iterable

import httpcore
import httpx

from incident.delivery.names import addresses


def punctual_client(seconds: float, trust: ssl.SSLContext, step: float | None = None) -> httpx.Client:
    """A client for one call, whose ``seconds`` begin now; nothing on the wire is waited for longer than ``step``.

    Redirects are not followed, and neither proxy nor password is taken from the environment.
    """
    return httpx.Client(
        transport=_Transport(seconds, trust), timeout=step or seconds, follow_redirects=False, trust_env=False
    )


class _Transport(httpx.HTTPTransport):
    """The client's own, on connections that share one time; none is kept for another call."""

    def __init__(self, seconds: float, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, trust_env=False)
        self._pool = httpcore.ConnectionPool(trust, network_backend=_Network(time.monotonic() + seconds))


class _Network(httpcore.NetworkBackend):
    """Connects before ``end``, a moment of the monotonic clock."""

    def __init__(self, end: float) -> None:
        self._end, self._plain = end, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """The first address behind the name that answers; all of them share the time."""
        problem: Exception = httpcore.ConnectError("the name has no address")
        for address in _found(host, port, _left(self._end, timeout, httpcore.ConnectTimeout)):
            left = _left(self._end, timeout, httpcore.ConnectTimeout)
            try:
                return _Stream(self._plain.connect_tcp(address, port, left, local_address, socket_options), self._end)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                problem = refused
        raise problem


class _Stream(httpcore.NetworkStream):
    """A connection, encrypted or not, on which each step has what is left of the whole."""

    def __init__(self, plain: httpcore.NetworkStream, end: float) -> None:
        self._plain, self._end = plain, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has arrived."""
        return self._plain.read(max_bytes, _left(self._end, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """What we say is short: the system takes it at once, whether or not the other side reads."""
        self._plain.write(buffer, _left(self._end, timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The whole handshake; its time-out is a total."""
        left = _left(self._end, timeout, httpcore.ConnectTimeout)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, left), self._end)

    def close(self) -> None:
        """Hang up."""
        self._plain.close()

    def get_extra_info(self, info: str) -> object:
        """What the connection knows of itself."""
        return self._plain.get_extra_info(info)


def _found(host: str, port: int, seconds: float) -> list[str]:
    try:
        return addresses(host, port, seconds)
    except TimeoutError as problem:
        raise httpcore.ConnectTimeout(str(problem)) from problem
    except (OSError, UnicodeError) as problem:
        raise httpcore.ConnectError("the name is not known") from problem


def _left(end: float, step: float | None, over: type[httpcore.TimeoutException]) -> float:
    """Seconds that the next step may take; raises ``over`` when the time is."""
    left = end - time.monotonic()
    if left <= 0:
        raise over("the call took too long")
    return min(left, step or left)


__all__ = ["punctual_client"]
