"""What somebody at a screen waits for, as a multiple of the barest page of this stack, measured in turn with it.

The same addresses are measured in this process, where only our own work counts, and the register as it is deployed,
behind two synchronous workers. It holds ten thousand incidents (or as many as ``BENCH_INCIDENTS`` says), two hundred of
them open; ``--open`` does not matter.
"""

import os
import re
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session

from bench.controls import control_app, prepare
from bench.deployed import deployed
from bench.figure import Figure, in_turn, spread
from bench.place import AHEAD, Place
from incident import create_app
from incident.demo.seed_register import Seed, seed_register
from incident.domain.kernel.people import Actor, Role
from incident.domain.organisation import load_profile
from incident.platform.clock import SystemClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import Incident, Person
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from incident.wiring import wire
from tests.databases import KEY
from tests.factories import make_incident, make_person

INCIDENTS, OPEN, ENTRIES = int(os.environ.get("BENCH_INCIDENTS", "10000")), 200, 50
ROUNDS, LOAD, THREADS = 50, 400, 4
SECRETS = {
    "SECRET_KEY": "only-for-measuring-0123456789-abcdefgh",
    "ENCRYPTION_KEY": KEY,
}
EMAIL, PASSWORD = "bench@example.org", "a sentence is easy to remember"
GOALS = {
    "board": 3.5,
    "register": 2.5,
    "register, page 100": 2.5,
    "search": 2.5,
    "search, one letter": 2.5,
    "search, system and words": 2.5,
    "insight": 10,
    "incident": 2,
    "facts": 2.5,
    "timeline": 2.5,
    "report form": 1.5,
}
"""How many times the control page each may take."""
SHARE = 0.45
"""Of the control's answers a second, under load."""


def figures(where: Place, _many: int) -> Iterator[Figure]:
    """Seed, sign in, and measure both ways."""
    seconds = seed_pages(where)
    yield spread(f"seed {INCIDENTS} incidents", [seconds], unit="s")
    app = create_app(settings_for(where), wire(settings_for(where)))
    addresses = _people_and_addresses(app)
    client = app.test_client()
    _sign_in(client)
    prepare(where.engine)
    yield from _in_turn(where, client, addresses)
    yield _reports(client)
    yield from _deployed(where, client, addresses["register"])


def settings_for(where: Place) -> Settings:
    """The application on this database."""
    return Settings.from_env({**where.variables, **SECRETS})


def seed_pages(where: Place) -> float:
    """Fill the register; returns the seconds it took."""
    begun = time.perf_counter()
    with Session(where.engine) as session:
        order = Seed(INCIDENTS, OPEN, live=True, ahead=AHEAD)
        for _ in seed_register(order, session=session, now=SystemClock().now()):
            session.commit()
            session.expunge_all()
    seconds = time.perf_counter() - begun
    where.settle()
    return seconds


def _people_and_addresses(app: Flask) -> dict[str, str]:
    """Somebody who sees everything, and an incident with a long timeline."""
    now = app.extensions["meldklok"].clock.now()
    with app.app_context():
        session = db.session()
        person = make_person(session, "Bench", [Role.DPO, Role.ADMIN], now, email=EMAIL, language="en")
        person.password = hash_password(PASSWORD)
        save_organisation(SaveOrganisation(person.actor(), load_profile()), session=session, now=now)
        incident = _busy(session, person, now)
        session.commit()
        return {
            "board": "/",
            "register": "/register",
            "register, page 100": "/register?page=100",
            "search": "/register?q=laptop",
            "search, one letter": "/register?q=d",
            "search, system and words": "/register?q=customer&system=files",
            "insight": "/insight",
            "incident": f"/incidents/{incident.reference}",
            "facts": f"/incidents/{incident.reference}/facts",
            "timeline": f"/incidents/{incident.reference}/timeline",
            "report form": "/report",
        }


def _busy(session: Session, person: Person, now: datetime) -> Incident:
    actor: Actor = person.actor()
    made = make_incident(session, actor, now)
    for number in range(ENTRIES):
        add_timeline_entry(AddTimelineEntry(actor, made.id, f"Call {number}."), session=session, now=now)
    return made


def _sign_in(client: FlaskClient) -> None:
    token = _hidden(client.get("/login").text, "csrf_token")
    answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302, "The sign-in for the measurement did not work."


def _hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    value = re.search(r'value="([^"]*)"', field[0]) if field else None
    assert value is not None, f"The page has no field {name}."
    return value[1]


def _in_turn(where: Place, client: FlaskClient, addresses: dict[str, str]) -> Iterator[Figure]:
    """Ratios of the least times first: the least is what a page takes when nothing else wants the machine."""
    with client.application.app_context():
        engine = db.engine
    bare = control_app(where.url).test_client()
    acts = {name: partial(_open, client, path) for name, path in addresses.items()}
    control, *made = in_turn({"control": partial(_open, bare, "/"), **acts}, ROUNDS, engine)
    for figure in made:
        yield spread(
            f"{figure.name}, times the control", [figure.least / control.least], unit="ratio", limit=GOALS[figure.name]
        )
    yield from (control, *made)


def _open(client: FlaskClient, path: str) -> None:
    """One page, to its last byte."""
    answer = client.get(path)
    if answer.status_code != 200 or not answer.data:
        raise RuntimeError(f"{path} answered {answer.status_code}.")


def _reports(client: FlaskClient) -> Figure:
    """Send the form: the incident, its audit entries and its planned reminders are committed before the answer."""
    values: list[float] = []
    for number in range(ROUNDS):
        html = client.get("/report").text
        fields = {name: _hidden(html, name) for name in ("csrf_token", "ticket")}
        begun = time.perf_counter()
        answer = client.post("/report", data={**fields, "summary": f"Export {number} to the wrong customer"})
        values.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 302, "The report was refused."
    return spread("report form sent, in this process", values)


def _deployed(where: Place, client: FlaskClient, path: str) -> Iterator[Figure]:
    """The register behind two workers, one at a time and with four clients, beside the control page."""
    cookie = client.get_cookie("meldklok")
    assert cookie is not None
    variables = {**where.variables, **SECRETS}
    with deployed("bench.controls:from_environment()", variables) as control:
        bare = spread("control, four clients", [control.load("/", "", LOAD, THREADS)], unit="req/s")
    with deployed("incident:create_app()", variables) as ours:
        said = f"meldklok={cookie.value}"
        alone = spread("register, 2 workers", ours.times(path, said, ROUNDS))
        made = spread("register, four clients", [ours.load(path, said, LOAD, THREADS)], unit="req/s")
    yield spread("four clients, times the control", [bare.median / made.median], unit="ratio", limit=1 / SHARE)
    yield from (bare, made, alone)
