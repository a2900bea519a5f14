"""What a machine waits for: the list, one incident, and a report by the API, with the rows of :mod:`bench.pages`."""

from collections.abc import Iterator
from functools import partial
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy import select

from bench.figure import Figure, measure
from bench.pages import ROUNDS, seed_pages, settings_for
from bench.place import Place
from incident import create_app
from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import Incident
from incident.usecases.people.api_tokens import make_api_token
from incident.wiring import wire
from tests.factories import make_person

LIST, SHOW, REPORT = 25.0, 15.0, 20.0
"""Milliseconds at the median: as much as the same takes on a page at most."""


def figures(where: Place, _many: int) -> Iterator[Figure]:
    """In this process, so that only our own work counts."""
    seed_pages(where)
    app = create_app(settings_for(where), wire(settings_for(where)))
    with app.app_context():
        session, now = db.session(), app.extensions["meldklok"].clock.now()
        person = make_person(session, "Machine", [Role.DPO], now)
        token = make_api_token(session, person.actor(), person.id, "bench", now=now)
        newest = session.scalars(select(Incident.reference).order_by(Incident.reported_at.desc()).limit(1)).one()
        session.commit()
        engine = db.engine
    client, numbers = app.test_client(), count()
    headers = {"Authorization": f"Bearer {token}"}
    for name, path, limit in (("list", "", LIST), ("show", f"/{newest}", SHOW)):
        act = partial(_get, client, path, headers)
        yield measure(f"API: {name}, in this process", act, ROUNDS, engine, limit=limit)
    yield measure("API: report", lambda: _report(client, next(numbers), headers), ROUNDS, engine, limit=REPORT)


def _get(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(f"/api/v1/incidents{path}", headers=headers)
    assert answer.status_code == 200, answer.status


def _report(client: FlaskClient, number: int, headers: dict[str, str]) -> None:
    """Committed, with its audit entries and planned reminders, before the answer."""
    answer = client.post("/api/v1/incidents", json={"summary": f"Export {number} mailed"}, headers=headers)
    assert answer.status_code == 201, answer.status
