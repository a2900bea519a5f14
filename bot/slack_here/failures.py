"""The ways in which Slack fails, to be ordered per method and number of calls."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from incident.domain.kernel.json import Json, JsonObject

Arguments = JsonObject


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing answer. `after` does the work first: the caller then cannot know that it was done.

    With `when` it waits for a call whose arguments it is meant for.
    """

    status: int = 200
    body: JsonObject = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    after: bool = False
    delay: float = 0.0
    act: Callable[[], object] | None = None
    when: Callable[[Arguments], bool] | None = None

    @classmethod
    def rate_limited(cls, retry_after: int = 1) -> "Failure":
        """429 with the pause Slack wants."""
        return cls(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(retry_after)})

    @classmethod
    def server_error(cls, status: int = 500) -> "Failure":
        """Something went wrong inside Slack."""
        return cls(status, {"ok": False, "error": "internal_error"})

    @classmethod
    def error(cls, code: str, **more: Json) -> "Failure":
        """`ok: false` with one of Slack's codes."""
        return cls(200, {"ok": False, "error": code, **more})

    @classmethod
    def connection_reset(cls, *, after: bool = False) -> "Failure":
        """The connection breaks before any answer."""
        return cls(reset=True, after=after)

    @classmethod
    def dying_caller(
        cls, kill: Callable[[], object], *, after: bool, when: Callable[[Arguments], bool] | None = None
    ) -> "Failure":
        """Whoever calls is killed: before Slack does anything, or when it has done it and has not answered yet."""
        return cls(reset=True, after=after, act=kill, when=when)

    @classmethod
    def slow(cls, seconds: float) -> "Failure":
        """The work is done, the answer comes late."""
        return cls(delay=seconds, after=True)


class Failures:
    """What was ordered, per method, first come first served."""

    def __init__(self) -> None:
        self._ordered: dict[str, deque[Failure]] = defaultdict(deque)
        self._always: dict[str, Failure] = {}
        self._lock = threading.Lock()

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

    def next(self, method: str, arguments: Arguments) -> Failure | None:
        """The failure for this call, or None."""
        with self._lock:
            for key in (method, "*"):
                ordered = self._ordered[key]
                if ordered and (ordered[0].when is None or ordered[0].when(arguments)):
                    return ordered.popleft()
                always = self._always.get(key)
                if always is not None and (always.when is None or always.when(arguments)):
                    return always
        return None
