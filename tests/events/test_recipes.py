"""The recipes are run: Meldklok calls them over HTTP, and they call stand-ins of what other companies have."""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from incident.domain.kernel.events import Tag
from incident.domain.subscriptions import EventKind
from incident.usecases.clock.fire import Outlets, fire_reminders
from incident.usecases.common.record import record
from incident.usecases.messages.ports import Channel
from tests.events.conftest import Office, block
from tests.factories import make_incident

RECIPES = Path(__file__).resolve().parents[2] / "deploy" / "recipes"
Answer = tuple[int, object]


class Quiet(WSGIRequestHandler):
    """Says nothing of what it is asked."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class StandIn:
    """Another company's server: what it was asked, and what it answers."""

    def __init__(self, answer: Callable[[str, str, Any], Answer]) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.away = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = (self.command, self.path, json.loads(body) if body else None)
                outer.asked.append(request)
                outer.headers.append(dict(self.headers))
                status, document = (503, None) if outer.away else answer(*request)
                self.send_response(status)
                self.send_header("Content-Type", "text/plain" if isinstance(document, str) else "application/json")
                self.end_headers()
                self.wfile.write(document.encode() if isinstance(document, str) else json.dumps(document).encode())

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Imports a recipe as whoever runs it does: with the folder of the recipes on the path."""
    monkeypatch.syspath_prepend(str(RECIPES))
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        return __import__(name)

    yield load
    for name in set(sys.modules) - before:
        del sys.modules[name]


class Running:
    """A recipe that listens, subscribed to."""

    def __init__(self, office: Office, module: ModuleType, *kinds: EventKind) -> None:
        receiver = sys.modules["receiver"]
        secrets: list[str] = []

        def app(environ: dict[str, Any], start: Any) -> Any:
            made = receiver.application(secrets[0], module.act, lambda: office.clock.now().timestamp())
            return made(environ, start)

        self.server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        _key, secret = office.subscribe(f"http://127.0.0.1:{self.server.server_port}/", *kinds)
        secrets.append(secret)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_passed_deadline_is_an_alert_until_the_act_is_recorded(
    office: Office, recipe: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While PagerDuty is away nothing is lost; raising and ending name the same alert."""
    pagerduty = StandIn(lambda *_: (202, {"status": "success"}))
    monkeypatch.setenv("PAGERDUTY_KEY", "R" * 32)
    monkeypatch.setenv("PAGERDUTY_URL", f"{pagerduty.url}/v2/enqueue")
    Running(office, recipe("pagerduty"), EventKind.OVERDUE, EventKind.MET)
    at = office.clock.now()
    incident = make_incident(office.session, office.alice, at, aware_at=at)
    office.session.commit()
    office.clock.advance(hours=72, minutes=1)
    fire_reminders(office.session, office.clock.now(), Outlets(frozenset({Channel.EMAIL})))
    office.session.commit()
    pagerduty.away = True
    office.send(seconds=1)
    assert len(pagerduty.asked) == 1
    pagerduty.away = False
    office.send(seconds=20)
    (_, path, alert) = pagerduty.asked[-1]
    assert path == "/v2/enqueue"
    assert (alert["routing_key"], alert["event_action"]) == ("R" * 32, "trigger")
    assert alert["payload"]["severity"] == "critical"
    assert incident.reference in alert["payload"]["summary"]
    assert alert["links"][0]["href"].endswith(f"/incidents/{incident.reference}")
    deadline = alert["dedup_key"].removeprefix("meldklok-")
    record(office.session, incident, Tag.DEADLINE_MET, office.alice, office.clock.now(), deadline=deadline, late=True)
    office.session.commit()
    office.send(seconds=5)
    assert pagerduty.asked[-1][2] == {
        "routing_key": "R" * 32,
        "event_action": "resolve",
        "dedup_key": f"meldklok-{deadline}",
    }


class Jira:
    """As much of Jira as a ticket needs."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.comments: list[str] = []
        self.lose_the_next_answer = False

    def answer(self, method: str, path: str, document: Any) -> Answer:
        """What Jira answers."""
        parts = urlsplit(path)
        if parts.path == "/rest/api/2/search/jql":
            [query] = parse_qs(parts.query)["jql"]
            label = re.fullmatch(r'project = "SEC" AND labels = "([^"]+)"', query)
            assert label is not None
            return 200, {"issues": [{"key": key} for key, one in self.tickets.items() if label[1] in one["labels"]]}
        if parts.path == "/rest/api/2/issue":
            self.tickets[f"SEC-{len(self.tickets) + 1}"] = document["fields"]
        elif method == "POST":
            self.comments.append(document["body"])
        else:
            return 200, {"comments": [{"body": one} for one in self.comments]}
        lost, self.lose_the_next_answer = self.lose_the_next_answer, False
        return (500, None) if lost else (201, {"key": "SEC-1"})


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_incident_is_one_ticket_however_often_its_events_come(
    office: Office, recipe: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers to the ticket and to a comment are lost, so both events come twice; there is one of each."""
    jira = Jira()
    server = StandIn(jira.answer)
    for name, value in {"URL": server.url, "USER": "bot", "TOKEN": "t", "PROJECT": "SEC"}.items():
        monkeypatch.setenv(f"JIRA_{name}", value)
    Running(office, recipe("jira"), EventKind.REPORTED, EventKind.CONFIRMED)
    incident = make_incident(office.session, office.alice, office.clock.now(), summary="Mrs Jansen's file")
    office.session.commit()
    jira.lose_the_next_answer = True
    office.send(seconds=15)
    [ticket] = jira.tickets.values()
    assert ticket["labels"] == [incident.reference]
    assert ticket["project"] == {"key": "SEC"}
    assert "Jansen" not in json.dumps(ticket)
    record(office.session, incident, Tag.BREACH_CONFIRMED, office.alice, office.clock.now())
    office.session.commit()
    jira.lose_the_next_answer = True
    office.send(seconds=15)
    assert len(jira.tickets) == 1
    [comment] = jira.comments
    assert "incident.confirmed" in comment
    assert server.headers[0]["Authorization"] == "Basic Ym90OnQ="


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_channel_of_teams_gets_a_card_with_a_link_and_no_facts(
    office: Office, recipe: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workflows answers with text or with nothing, and is not asked again for that."""
    teams = StandIn(lambda *_: (202, "Accepted"))
    monkeypatch.setenv("TEAMS_URL", f"{teams.url}/workflows/abc")
    Running(office, recipe("teams"), EventKind.REPORTED)
    incident = make_incident(office.session, office.alice, office.clock.now(), summary="Mrs Jansen's file")
    office.session.commit()
    office.send(seconds=15)
    [(_, _, document)] = teams.asked
    [card] = document["attachments"]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert incident.reference in card["content"]["body"][0]["text"]
    assert card["content"]["actions"][0]["url"].endswith(f"/incidents/{incident.reference}")
    assert "Jansen" not in json.dumps(document)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_breach_is_one_alert_in_thehive(
    office: Office, recipe: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the first call is lost; the second is refused as there already, and that is well."""
    kept: list[str] = []

    def answer(_method: str, _path: str, document: Any) -> Answer:
        if document["sourceRef"] in kept:
            return 400, {"type": "CreateError", "message": "Alert already exists"}
        kept.append(document["sourceRef"])
        return 500, None

    thehive = StandIn(answer)
    monkeypatch.setenv("THEHIVE_URL", thehive.url)
    monkeypatch.setenv("THEHIVE_KEY", "k")
    Running(office, recipe("thehive"), EventKind.CONFIRMED)
    incident = make_incident(office.session, office.alice, office.clock.now(), summary="Mrs Jansen's file")
    record(office.session, incident, Tag.BREACH_CONFIRMED, office.alice, office.clock.now())
    office.session.commit()
    office.send(seconds=60)
    assert kept == [incident.reference]
    assert [path for _, path, _ in thehive.asked] == ["/api/v1/alert"] * 2
    assert thehive.headers[0]["Authorization"] == "Bearer k"
    assert "Jansen" not in json.dumps(thehive.asked)


def test_the_recipes_check_as_the_page_says() -> None:
    """One text: who copies from either has the same."""
    function = block("python").split("\n\n\n", 1)[1]
    assert function in (RECIPES / "receiver.py").read_text(encoding="utf-8")


def test_a_call_that_is_not_signed_or_too_large_reaches_nothing(recipe: Callable[[str], ModuleType]) -> None:
    reached: list[object] = []
    app, said = recipe("receiver").application("whsec_" + "A" * 44, reached.append), list[str]()
    for length in ("2", "70000", "x", ""):
        environ = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(b"{}")}
        app(environ, lambda status, _headers: said.append(status[:3]))
    assert (reached, said) == ([], ["401", "413", "413", "401"])
