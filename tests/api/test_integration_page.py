"""docs/integration.md is run: its calls are sent to the API, and its code judges what the webhook really sends."""

import json
import re
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from incident import create_app
from incident.delivery.messages import MessageTexts
from incident.delivery.webhook import WebhookMessenger
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.messages.ports import OutgoingMessage
from incident.usecases.people.api_tokens import make_api_token
from incident.wiring import wire
from tests.factories import make_person

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "integration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SITE, REFERENCE = "https://breaches.example.org", "DL-2026-0001-A"
SECRET = "webhook-secret-webhook-secret-1234"


def calls() -> list[list[str]]:
    """The words of every curl on the page."""
    lines = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("curl ")]


def send(app: Flask, words: list[str], token: str, reference: str) -> TestResponse:
    """What curl would send: with -d a POST."""
    url, *options = words
    named = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.replace("$TOKEN", token).split(": ", 1) for option, value in named if option == "-H")
    data = next((value for option, value in named if option == "-d"), None)
    assert {option for option, _value in named} <= {"-H", "-d"}
    assert url.startswith(SITE)
    path = url.removeprefix(SITE).replace(REFERENCE, reference)
    return app.test_client().open(path, method="POST" if data else "GET", headers=headers, data=data)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_every_call_on_the_page_is_answered_as_it_says(settings: Settings, clock: FixedClock) -> None:
    """Copied as they stand, with a token of one's own."""
    app = create_app(settings, wire(settings, clock))
    with app.app_context():
        person = make_person(db.session(), "Bob", [Role.RESPONDER], clock.now())
        token = make_api_token(db.session(), person.actor(), person.id, "page", now=clock.now())
        db.session.commit()
    first, *others = calls()
    reported = send(app, first, token, "")
    assert reported.status_code == 201
    [told] = [json.loads(block) for language, block in BLOCKS if language == "json"]
    made: dict[str, Any] = reported.get_json()
    reference = made["reference"]
    assert made | {"reference": REFERENCE} == told
    assert send(app, first, token, "").get_json() == made
    assert len(others) == 4
    for words in others:
        answer = send(app, words, token, reference)
        assert answer.status_code in (200, 201), (words, answer.text)


@contextmanager
def receiver() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An address, and what arrives there."""
    arrived: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", arrived
    server.shutdown()
    server.server_close()


def test_the_code_on_the_page_believes_our_calls_and_no_others() -> None:
    """Who copies it is safe from forged, altered and old calls; the page names every key of the body."""
    [code] = [block for language, block in BLOCKS if language == "python"]
    names: dict[str, Any] = {}
    exec(code, names)
    judge: Callable[[str, str, bytes, float], bool] = names["is_from_meldklok"]
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with receiver() as (url, arrived):
        message = OutgoingMessage(
            uuid4(), "webhook", "webhook", "en", "incident_closed", {"reference": REFERENCE}, "key:1", REFERENCE
        )
        WebhookMessenger(url, SECRET, MessageTexts(), FixedClock(now)).send(message)
    [(headers, body)] = arrived
    header, at = headers["Meldklok-Signature"], now.timestamp()
    assert judge(SECRET, header, body, at)
    assert not judge(SECRET, header, body + b" ", at)
    assert not judge("another", header, body, at)
    assert not judge(SECRET, header, body, at + 301)
    assert not judge(SECRET, "", body, at)
    assert {key for key in json.loads(body) if f"`{key}`" not in PAGE} == set()
