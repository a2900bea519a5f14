"""docs/integration.md is run: its calls are sent to the API."""

import json
import re
import shlex
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from incident import create_app
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.people.api_tokens import make_api_token
from incident.wiring import wire
from tests.factories import make_person

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "integration.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SITE, REFERENCE = "https://breaches.example.org", "DL-2026-0001-A"


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
        person = make_person(db.session(), "Bob", [Role.RESPONDER, Role.DPO], clock.now())
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
    assert len(others) == 18
    for words in others:
        answer = send(app, words, token, reference)
        assert answer.status_code in (200, 201), (words, answer.text)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(make_settings: Callable[..., Settings], migrated_url: str, clock: FixedClock) -> Iterator[tuple[str, str]]:
    """An installation that answers over HTTP, and a token."""
    server = make_server("127.0.0.1", 0, lambda *request: app(*request), handler_class=_Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = make_settings(DATABASE_URL=migrated_url, BASE_URL=address)
    app = create_app(settings, wire(settings, clock))
    with app.app_context():
        person = make_person(db.session(), "Bob", [Role.RESPONDER], clock.now())
        token = make_api_token(db.session(), person.actor(), person.id, "page", now=clock.now())
        db.session.commit()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address, token
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_python_on_the_page_reports_once_and_reads_every_part(site: tuple[str, str], clock: FixedClock) -> None:
    """Copied as it stands, over HTTP; in parts of one, so that it has to follow the addresses."""
    [source] = [block for language, block in BLOCKS if language == "python"]
    names: dict[str, Any] = {}
    exec(source.replace("limit=200", "limit=1"), names)
    since = f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
    made = [names["report"](*site, key, summary="A rule fired") for key in ("1", "2", "2", "3")]
    assert made[1] == made[2]
    assert [row["reference"] for row in names["rows"](*site, since)] == sorted(set(made), reverse=True)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_body_that_a_siem_sends_is_taken(site: tuple[str, str]) -> None:
    """Once the SIEM has filled in its own words."""
    [body] = [block for language, block in BLOCKS if language == "text"]
    words = {"rule.name": "Mass download", "alert.id": "host-7", "date": "2026-03-02T08:59:00.123Z"}
    filled = re.sub(r"{{(.+?)}}", lambda found: words[found[1]], body)
    headers = {"Authorization": f"Bearer {site[1]}", "Content-Type": "application/json"}
    with urlopen(Request(f"{site[0]}/api/v1/incidents", data=filled.encode(), headers=headers)) as answer:
        assert json.load(answer)["summary"] == "Mass download: host-7"
