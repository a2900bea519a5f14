"""The HTTP side: the Web API, the response addresses and the files, on a port of this machine, in a thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Final, Self

from bot.slack_here import channels, views
from bot.slack_here.checks import refuse_bad_message
from bot.slack_here.failures import Failure, Failures
from bot.slack_here.handler import SlackHandler
from bot.slack_here.methods import METHODS
from bot.slack_here.workspace import Keys, Refused, ResponseUrl, Workspace
from incident.domain.kernel.json import JsonObject

ONE_A_SECOND: Final = frozenset({"chat.postMessage", "chat.update"})
BURST: Final = 5.0
REGISTERED: Final = (channels, views)
"""Modules whose methods are known because they were imported."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call the app made, at a time in seconds."""

    method: str
    arguments: JsonObject
    answer: JsonObject | None
    at: float


@dataclass
class Pace:
    """How many more messages a channel takes now."""

    left: float = BURST
    at: float = 0.0


class LocalSlack:
    """Slack, on this machine. Use it as a context manager; `url` is the base address for the Web API."""

    def __init__(self, now: Callable[[], float], keys: Keys | None = None, host: str = "127.0.0.1") -> None:
        """`now` gives seconds since 1970, by which triggers and response addresses grow old."""
        self.now, self._host = now, host
        self.keys = keys or Keys()
        self.workspace = Workspace(self.now)
        self.failures = Failures()
        self.calls: list[Call] = []
        self._paces: dict[str, Pace] = {}
        self.burst, self.refused = BURST, 0
        self._http = ThreadingHTTPServer((host, 0), type("Handler", (SlackHandler,), {"slack": self}))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def root(self) -> str:
        """The address of the server."""
        return f"http://{self._host}:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        """The address of the Web API, as SLACK_API_URL takes it."""
        return f"{self.root}/api/"

    def new_response_url(self, user: str, channel: str | None, message_ts: str | None = None) -> str:
        """An address for answers to one interaction."""
        key = str(self.workspace.number())
        self.workspace.responses[key] = ResponseUrl(user, channel, self.now(), message_ts=message_ts)
        return f"{self.root}/respond/{key}"

    def answer(self, method: str, arguments: JsonObject, token: str) -> JsonObject:
        """Do what the method does; an `ok: false` when Slack would refuse."""
        with self.workspace.lock:
            try:
                answer = {"ok": True, **self._do(method, arguments, token)}
            except Refused as refused:
                answer = {"ok": False, "error": refused.code, **refused.more}
            self.calls.append(Call(method, arguments, answer, self.now()))
            self.workspace.changed.notify_all()
            return answer

    def _do(self, method: str, arguments: JsonObject, token: str) -> JsonObject:
        if method == "apps.connections.open":
            return {"url": self.socket_url(token)}
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        if self.workspace.revoked:
            raise Refused("token_revoked")
        if token != self.keys.bot_token:
            raise Refused("invalid_auth" if token else "not_authed")
        scopes, function = METHODS[method]
        if scopes and not scopes & self.workspace.scopes:
            provided = ",".join(sorted(self.workspace.scopes))
            raise Refused("missing_scope", needed=sorted(scopes)[0], provided=provided)
        return function(self.workspace, arguments)

    def socket_url(self, token: str) -> str:
        """Where an app in Socket Mode connects. Nobody does to this Slack: it speaks HTTP only."""
        raise Refused("not_allowed_token_type" if token == self.keys.app_token else "invalid_auth")

    def note_failed(self, method: str, arguments: JsonObject, failure: Failure) -> None:
        """Remember a call that was made to fail."""
        error = failure.body.get("error", "connection_reset" if failure.reset else "none")
        self.calls.append(Call(method, arguments, {"ok": False, "error": error}, self.now()))

    def too_fast(self, method: str, arguments: JsonObject) -> bool:
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

    def respond(self, key: str, body: JsonObject) -> int:
        """An answer to a response address: five times within thirty minutes."""
        with self.workspace.lock:
            known = self.workspace.responses.get(key)
            if known is None or known.used >= 5 or self.now() - known.issued > 1800:
                return 404
            if not body.get("delete_original"):
                refuse_bad_message(body)
            known.used += 1
            where = known.channel or self.workspace.direct(known.user).id
            self.workspace.whisper(known.user, where, str(body.get("text", "")), body.get("blocks"))
            return 200
