"""Small questions about ports of this machine."""

import contextlib
import socket


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen on `host` and `port` now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind(address)
    except OSError:
        return False
    return True


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections on `host` and `port`; a host that means "all" is asked as this machine."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    with contextlib.suppress(OSError), socket.create_connection((asked, port), timeout=1):
        return True
    return False


def port_in_use(port: int) -> str:
    """The sentence for a port that something else holds."""
    return f"Port {port} is in use: stop the program that holds it, or set PORT to another number."
