"""The ways in which Slack fails, to be ordered per method and number of calls."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing answer. `after` does the work first: the caller then cannot know that it was done."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    after: bool = False
    delay: float = 0.0
    act: Callable[[], object] | None = None

    @classmethod
    def rate_limited(cls, retry_after: int = 1) -> "Failure":
        """429 with the pause Slack wants."""
        return cls(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(retry_after)})

    @classmethod
    def server_error(cls, status: int = 500) -> "Failure":
        """Something went wrong inside Slack."""
        return cls(status, {"ok": False, "error": "internal_error"})

    @classmethod
    def error(cls, code: str, **more: Any) -> "Failure":
        """`ok: false` with one of Slack's codes."""
        return cls(200, {"ok": False, "error": code, **more})

    @classmethod
    def connection_reset(cls, *, after: bool = False) -> "Failure":
        """The connection breaks before any answer."""
        return cls(reset=True, after=after)

    @classmethod
    def dying_caller(cls, kill: Callable[[], object], *, after: bool) -> "Failure":
        """Whoever calls is killed: before Slack does anything, or when it has done it and has not answered yet."""
        return cls(reset=True, after=after, act=kill)

    @classmethod
    def slow(cls, seconds: float) -> "Failure":
        """The work is done, the answer comes late."""
        return cls(delay=seconds, after=True)


class Failures:
    """What was ordered, per method, first come first served."""

    def __init__(self) -> None:
        self._ordered: dict[str, deque[Failure]] = defaultdict(deque)
        self._always: dict[str, Failure] = {}

    def order(self, method: str, failure: Failure, times: int) -> None:
        """Let the next `times` calls of the method fail this way."""
        self._ordered[method].extend([failure] * times)

    def order_always(self, method: str, failure: Failure) -> None:
        """Let every call of the method fail this way until `clear`."""
        self._always[method] = failure

    def clear(self) -> None:
        """Everything works again."""
        self._ordered.clear()
        self._always.clear()

    def next(self, method: str) -> Failure | None:
        """The failure for this call, or None."""
        for key in (method, "*"):
            if self._ordered[key]:
                return self._ordered[key].popleft()
            if key in self._always:
                return self._always[key]
        return None
