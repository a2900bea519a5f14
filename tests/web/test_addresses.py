"""A foreign Host header gets no page and writes no link: absolute links are made from BASE_URL alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import url_for

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import OutboxMessage, Person
from incident.web.addresses import trusted_hosts
from tests.web.client import Visitor, text_of
from tests.web.conftest import Team, opened

BASE = "https://meldklok.example.org"
FOREIGN = "evil.example:81"


@pytest.fixture
def public(make_settings: Callable[..., Settings], lite_url: str, clock: FixedClock) -> Iterator[Team]:
    """An installation whose pages have a public address, reached here under the machine's own name."""
    with opened(make_settings(DATABASE_URL=lite_url, BASE_URL=BASE), clock) as made:
        made.config["SESSION_COOKIE_SECURE"] = made.config["WTF_CSRF_SSL_STRICT"] = False
        team = Team(made, clock)
        team.set_up()
        yield team


@pytest.mark.parametrize("path", ["/login", "/password/forgotten", "/health", "/nope", "/static/css/base.css"])
def test_a_foreign_host_is_refused_everywhere(lite: Team, path: str) -> None:
    """The answer is a sentence without any link; nothing is looked up."""
    answer = lite.app.test_client().get(path, headers={"Host": FOREIGN})
    assert answer.status_code == 400
    assert "BASE_URL" in answer.text
    assert "evil" not in answer.text + str(answer.headers)


def test_a_reset_link_is_never_made_from_the_host_that_was_asked_for(public: Team) -> None:
    """A request with a forged host queues nothing, and an honest one queues a link of BASE_URL."""
    email = public.account("Femke", Role.DPO)
    visitor = Visitor(public.app)
    visitor.get("/password/forgotten")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.page.html)  # type: ignore[union-attr]
    assert token is not None
    sent = {"email": email, "csrf_token": token[1]}
    assert visitor.client.post("/password/forgotten", data=sent, headers={"Host": FOREIGN}).status_code == 400
    visitor.submit("/password/forgotten", email=email)
    with public.app.app_context():
        links = [row.payload["params"].get("link") for row in db.session.scalars(db.select(OutboxMessage))]
    assert len(links) == 1
    assert links[0].startswith(f"{BASE}/password/forgotten/")


def test_the_link_on_the_page_of_a_person_is_one_of_base_url(public: Team) -> None:
    """What an administrator hands over leads to the public address, whatever address the administrator used."""
    public.account("Anna", Role.REPORTER)
    admin = public.visitor("Ada", Role.ADMIN)
    with public.app.app_context():
        anna = db.session.scalars(db.select(Person).where(Person.name == "Anna")).one().id
    admin.get(f"/people/{anna}")
    shown = admin.submit("/link")
    link = text_of(next(node for node in shown.tree.iter("p") if node.get("id") == "reset-link"))
    assert link.startswith(f"{BASE}/password/forgotten/")


def test_every_external_address_is_one_of_base_url(public: Team) -> None:
    """Nobody who makes an absolute address in a request can forget it."""
    with public.app.test_request_context("/", base_url="http://localhost:5000"):
        assert url_for("security.login", _external=True) == f"{BASE}/login"


def test_the_trusted_hosts_follow_from_the_settings(make_settings: Callable[..., Settings]) -> None:
    """BASE_URL's host, the address that is listened on unless it means all of them, and the machine itself."""
    own = {"localhost", "127.0.0.1", "[::1]"}
    assert trusted_hosts(make_settings(BASE_URL="https://a.example:8443", HOST="0.0.0.0")) == own | {"a.example"}
    assert trusted_hosts(make_settings(HOST="10.0.0.5")) == own | {"10.0.0.5"}


def test_who_finds_a_weakness_learns_whom_to_tell(lite: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9116: a contact and an end that is not far; nothing where nobody is named."""
    client, place = lite.app.test_client(), "/.well-known/security.txt"
    assert client.get(place).status_code == 404
    made = lite.app.extensions["meldklok"]
    settings = made.settings.model_copy(update={"security_contact": "mailto:security@example.org"})
    monkeypatch.setitem(lite.app.extensions, "meldklok", replace(made, settings=settings))
    lines = dict(line.split(": ", 1) for line in client.get(place).text.splitlines())
    assert lines["Contact"] == "mailto:security@example.org"
    assert lite.clock.now() < datetime.fromisoformat(lines["Expires"]) < lite.clock.now() + timedelta(days=365)
