"""The HTTP side of the fake: the Web API, the response addresses and the files, on a free port in a thread."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any

from tests.fake_slack.checks import refuse_bad_message
from tests.fake_slack.failures import Failure, Failures
from tests.fake_slack.handler import BOT_TOKEN, SlackHandler
from tests.fake_slack.methods import METHODS
from tests.fake_slack.socket import SocketServer
from tests.fake_slack.workspace import Refused, ResponseUrl, Workspace

APP_TOKEN, SIGNING_SECRET = "xapp-fake-app-token", "fake-signing-secret"
ONE_A_SECOND = frozenset({"chat.postMessage", "chat.update"})
BURST = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call the app made."""

    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any] | None


@dataclass
class Pace:
    """How many more messages a channel takes now."""

    left: float = BURST
    at: float = 0.0


class FakeSlack:
    """The fake. Use it as a context manager; `url` is the base address for the Web API."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._offset = 0.0
        self._now = now or time.time
        self.workspace = Workspace(self.now)
        self.failures = Failures()
        self.calls: list[Call] = []
        self._paces: dict[str, Pace] = {}
        self.burst, self.refused = BURST, 0
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (SlackHandler,), {"slack": self}))
        self._http.daemon_threads = True
        self.socket = SocketServer()
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "FakeSlack":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self.socket.stop()

    @property
    def root(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        """The address of the Web API, as SLACK_API_URL takes it."""
        return f"{self.root}/api/"

    def now(self) -> float:
        """The fake's time in seconds."""
        return self._now() + self._offset

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._offset += seconds

    def rest(self) -> None:
        """Nobody wrote for a while: every channel takes a burst again."""
        self._paces.clear()

    def fail(self, method: str, failure: Failure, times: int = 1) -> None:
        """Let the next calls of a method (`*`: any) fail."""
        self.failures.order(method, failure, times)

    def fail_always(self, method: str, failure: Failure) -> None:
        """Let every call of a method (`*`: any) fail until `failures.clear()`."""
        self.failures.order_always(method, failure)

    def called(self, method: str) -> list[Call]:
        """All calls of one method."""
        return [call for call in self.calls if call.method == method]

    def new_response_url(self, user: str, channel: str | None, message_ts: str | None = None) -> str:
        """An address for answers to one interaction."""
        key = str(self.workspace.number())
        self.workspace.responses[key] = ResponseUrl(user, channel, self.now(), message_ts=message_ts)
        return f"{self.root}/respond/{key}"

    def wait_for(self, condition: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until something has happened in the workspace; fails the test when it does not."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"It did not happen in {seconds} s. Calls: {self.history()}"
            time.sleep(0.01)

    def history(self) -> list[str]:
        """The calls so far, for a failing test to show."""
        return [f"{c.method}:{(c.answer or {}).get('error', 'ok')}" for c in self.calls]

    def answer(self, method: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        """Do what the method does; an `ok: false` when Slack would refuse."""
        with self.workspace.lock:
            try:
                answer = {"ok": True, **self._do(method, arguments, token)}
            except Refused as refused:
                answer = {"ok": False, "error": refused.code, **refused.more}
            self.calls.append(Call(method, arguments, answer))
            self.workspace.changed.notify_all()
            return answer

    def _do(self, method: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth")
            return {"url": self.socket.url}
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        if self.workspace.revoked:
            raise Refused("token_revoked")
        if token != BOT_TOKEN:
            raise Refused("invalid_auth" if token else "not_authed")
        scopes, function = METHODS[method]
        if scopes and not scopes & self.workspace.scopes:
            provided = ",".join(sorted(self.workspace.scopes))
            raise Refused("missing_scope", needed=sorted(scopes)[0], provided=provided)
        return function(self.workspace, arguments)

    def note_failed(self, method: str, arguments: dict[str, Any], failure: Failure) -> None:
        """Remember a call that was made to fail."""
        error = failure.body.get("error", "connection_reset" if failure.reset else "none")
        self.calls.append(Call(method, arguments, {"ok": False, "error": error}))

    def grant_no_burst(self) -> None:
        """One message a second in each channel from the first on; how many came too fast stands in ``refused``."""
        self.burst = 1.0

    def too_fast(self, method: str, arguments: dict[str, Any]) -> bool:
        """Whether this message is more than one a second in its channel, after a short burst."""
        if method not in ONE_A_SECOND:
            return False
        pace = self._paces.setdefault(str(arguments.get("channel")), Pace(at=self.now()))
        pace.left = min(self.burst, pace.left + max(0.0, self.now() - pace.at))
        pace.at = self.now()
        if pace.left < 1:
            self.refused += 1
            return True
        pace.left -= 1
        return False

    def respond(self, key: str, body: dict[str, Any]) -> int:
        """An answer to a response address: five times within thirty minutes."""
        with self.workspace.lock:
            known = self.workspace.responses.get(key)
            if known is None or known.used >= 5 or self.now() - known.issued > 1800:
                return 404
            if not body.get("delete_original"):
                refuse_bad_message(body)
            known.used += 1
            where = known.channel or self.workspace.direct(known.user).id
            self.workspace.ephemerals.append((known.user, where, str(body.get("text", ""))))
            self.workspace.changed.notify_all()
            return 200
