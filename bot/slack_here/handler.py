"""One HTTP connection: reads the arguments, asks the workspace, fails where a failure was ordered."""

import contextlib
import json
import socket as sockets
import struct
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from bot.slack_here.failures import Failure
from bot.slack_here.workspace import Refused
from incident.domain.kernel.json import JsonObject

if TYPE_CHECKING:
    from bot.slack_here.server import LocalSlack

JSON_ARGUMENTS = ("blocks", "metadata", "view", "attachments")


@dataclass
class Answered:
    """What goes back over HTTP."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class SlackHandler(BaseHTTPRequestHandler):
    """Serves one connection; `slack` is set on a subclass per fake."""

    slack: "LocalSlack"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        kind = self.headers.get("Content-Type", "")
        self._serve(json.loads(raw or "{}") if kind.startswith("application/json") else dict(parse_qsl(raw)))

    def _serve(self, arguments: JsonObject) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/respond/"):
            self._send(_responded(self.slack, path.removeprefix("/respond/"), arguments))
        elif path.startswith("/files/"):
            self._send(_file(self.slack, path.removeprefix("/files/"), self._token()))
        else:
            self._method(path.removeprefix("/api/"), arguments)

    def _method(self, method: str, arguments: JsonObject) -> None:
        failure = self.slack.failures.next(method, _parsed(arguments))
        if failure is None and self.slack.too_fast(method, arguments):
            failure = Failure.rate_limited()
        if failure is None:
            self._send(_json(self.slack.answer(method, _parsed(arguments), self._token()), self.slack))
            return
        answer = self.slack.answer(method, _parsed(arguments), self._token()) if failure.after else None
        time.sleep(failure.delay)
        if failure.act is not None:
            failure.act()
        if failure.reset:
            self._reset()
        elif answer is not None:
            self._send(_json(answer, self.slack))
        else:
            self.slack.note_failed(method, arguments, failure)
            self._send(Answered(failure.status, json.dumps(failure.body).encode(), failure.headers))

    def _token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, answered: Answered) -> None:
        try:
            self.send_response(answered.status)
            for name, value in {"Content-Type": "application/json", **answered.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answered.body)))
            self.end_headers()
            self.wfile.write(answered.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the server keeps what went over the wire."""


def _parsed(arguments: JsonObject) -> JsonObject:
    """Arguments that came as JSON text inside a form are objects."""
    return {
        key: json.loads(value) if key in JSON_ARGUMENTS and isinstance(value, str) else value
        for key, value in arguments.items()
    }


def _json(answer: JsonObject, slack: "LocalSlack") -> Answered:
    scopes = ",".join(sorted(slack.workspace.scopes))
    return Answered(200, json.dumps(answer).encode(), {"x-oauth-scopes": scopes})


def _responded(slack: "LocalSlack", key: str, body: JsonObject) -> Answered:
    try:
        status = slack.respond(key, body)
    except Refused as refused:
        return Answered(400, json.dumps({"ok": False, "error": refused.code, **refused.more}).encode())
    return Answered(status, b"ok" if status == 200 else b'{"ok": false, "error": "used_url"}')


def _file(slack: "LocalSlack", key: str, token: str) -> Answered:
    known = slack.workspace.files.get(key)
    if known is None or token != slack.keys.bot_token:
        return Answered(302 if known else 404, b"<html>sign in</html>", {"Content-Type": "text/html"})
    return Answered(200, known.content, {"Content-Type": str(known.about["mimetype"])})
