"""What somebody at a screen waits for: board, register, search, incident and report, beside a bare page.

The same addresses are measured in this process, where only our own work counts, and as they are deployed, behind two
synchronous workers. The register holds ten thousand incidents (or as many as ``BENCH_INCIDENTS`` says), two hundred of
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
from werkzeug.test import Client

from bench.controls import bare_page, prepare
from bench.deployed import Deployed, deployed
from bench.figure import Figure, measure, spread
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
LIMITS = {
    "board": 40.0,
    "register": 25.0,
    "register, page 100": 25.0,
    "search": 60.0,
    "search, one letter": 60.0,
    "search, system and words": 60.0,
    "incident": 40.0,
    "report": 20.0,
}
"""Milliseconds at the median, as each page is complete in one answer; insight, which reads a whole year, has none."""
ENOUGH = 100.0
"""Answers a second that two workers should give."""


def figures(where: Place, _many: int) -> Iterator[Figure]:
    """Seed, sign in, and measure both ways."""
    seconds = seed_pages(where)
    yield spread(f"seed {INCIDENTS} incidents", [seconds], unit="s")
    app = create_app(settings_for(where), wire(settings_for(where)))
    addresses = _people_and_addresses(app, where)
    client = app.test_client()
    _sign_in(client)
    yield from _in_process(where, client, addresses)
    yield _reports(client)
    yield from _deployed(where, client, addresses)


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
    where.settle()
    return time.perf_counter() - begun


def _people_and_addresses(app: Flask, where: Place) -> dict[str, str]:
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


def _in_process(where: Place, client: FlaskClient, addresses: dict[str, str]) -> Iterator[Figure]:
    prepare(where.engine)
    bare = Client(bare_page(where.engine))
    control = measure("control: a bare page, in this process", lambda: bare.get("/").data, ROUNDS, where.engine)
    yield control
    with client.application.app_context():
        engine = db.engine
    for name, path in addresses.items():
        act = partial(_open, client, path)
        made = measure(f"{name}, in this process", act, ROUNDS, engine, limit=LIMITS.get(name))
        yield made
        yield spread("  times the bare page", [made.median / control.median], unit="ratio")


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
    return spread("report form sent, in this process", values, limit=LIMITS["report"])


def _deployed(where: Place, client: FlaskClient, addresses: dict[str, str]) -> Iterator[Figure]:
    """The same pages behind two workers, one at a time and under load."""
    cookie = client.get_cookie("meldklok")
    assert cookie is not None
    variables = {
        **where.variables,
        **SECRETS,
    }
    with deployed("bench.controls:from_environment()", variables) as control:
        yield spread("control: a bare page, 2 workers", control.times("/", "", ROUNDS))
        bare = _load("control: a bare page, under load", control, "/", "")
        yield bare
    with deployed("incident:create_app()", variables) as ours:
        for name, path in addresses.items():
            yield spread(f"{name}, 2 workers", ours.times(path, f"meldklok={cookie.value}", ROUNDS))
        made = _load("register, under load", ours, addresses["register"], f"meldklok={cookie.value}")
        yield made
        yield spread("  share of the bare page", [made.median / bare.median], unit="ratio")
        yield spread("  time per answer", [1000 / made.median], limit=1000 / ENOUGH)


def _load(name: str, server: Deployed, path: str, cookie: str) -> Figure:
    return spread(name, [server.load(path, cookie, LOAD, THREADS)], unit="req/s")
