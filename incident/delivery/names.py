"""Names looked up within a time: the system's resolver has no time-out that whoever asks could set.

A look-up that hangs is left behind in a thread of its own and holds up nobody. With many of them behind us the next one
fails at once, so that a resolver that is away does not fill the process.
"""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Final, TypeVar

LEFT_BEHIND: Final = 32
"""So many look-ups may hang at once."""
OWN_SECONDS: Final = 5
"""Our own name is not worth more: a mail server takes an address for it."""
_THREAD: Final = "name look-up"
Found = TypeVar("Found")


def addresses(host: str, port: int, seconds: float) -> list[str]:
    """The addresses behind a name, as the system orders them.

    Raises TimeoutError when they are not found in time, and OSError or UnicodeError where there are none.
    """
    rows = _within(seconds, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
    return [str(row[4][0]) for row in rows]


def own_name(seconds: float) -> str:
    """What this machine calls itself in front of a mail server: its full name, or its address (RFC 5321, 4.1.1.1)."""
    left = min(seconds, OWN_SECONDS)
    try:
        name = _within(left, socket.getfqdn)
        return name if "." in name else f"[{_within(left, partial(socket.gethostbyname, socket.gethostname()))}]"
    except OSError:
        return "[127.0.0.1]"


def _within(seconds: float, ask: Callable[[], Found]) -> Found:
    if sum(thread.name == _THREAD for thread in threading.enumerate()) >= LEFT_BEHIND:
        raise TimeoutError("too many names are being looked up")
    answer: Future[Found] = Future()

    def look_up() -> None:
        try:
            answer.set_result(ask())
        except Exception as problem:
            answer.set_exception(problem)

    threading.Thread(target=look_up, name=_THREAD, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError as problem:
        raise TimeoutError("a name was not found in time") from problem


__all__ = ["addresses", "own_name"]
