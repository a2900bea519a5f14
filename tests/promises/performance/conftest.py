"""An installation with the examples, two of which hold many rows, and a walk along the whole URL map."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from incident.demo.examples import load_examples
from incident.demo.seed_register import Seed, seed_register
from incident.domain.doors import Door, DoorKind
from incident.domain.kernel.people import Role
from incident.domain.kinds import Addressee
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import DrillCall, Incident, Notice, Person
from incident.usecases.common import errands
from incident.usecases.exercise.play import StartExercise, end_exercise, start_exercise
from incident.usecases.messages.drill import StartDrill, start_drill
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.register.export import EXPORTS
from incident.usecases.register.saved_views import save_view
from incident.usecases.response.doors import SaveDoor, save_door
from tests.factories import make_actor, make_incident
from tests.promises.performance.counting import Cost, cost
from tests.promises.performance.crowd import Crowd, newest_mailing
from tests.promises.performance.plans import prefer_indexes, read_whole
from tests.web.client import Visitor
from tests.web.conftest import Team, app, team

__all__ = ["app", "team"]
LAPTOP, RELEASE = "Laptop", "Integratieplatform"
DPO = "femke@example.org"
OUTSIDE = frozenset({"static", "security.static", "security.tf_select", "openapi.spec"})
"""Not pages of the product: its assets, and what the sign-in library brings along and nobody can reach."""
FILES = frozenset(
    {
        "doors.sheet",
        "notices.whole",
        "notices.edpb_pdf",
        "notices.letters",
        "notices.download",
        "evidence.read",
        "api.evidence_file",
        "register.export",
        "register.export_file",
        "insight.report",
        "exercises.report",
        "insight.table",
    }
)
"""Downloads: made of everything an incident or the register holds, so they may grow with it; benches time them."""
COUNTS = "SELECT count(*)"
COUNTING = frozenset({"retention.index"})
"""Pages that count what grows, because that is what they are asked: how much the next night erases."""
EXPORT = UUID(int=7)
REGISTER = b"Datum;Omschrijving;Reden niet gemeld\n2025-01-02;Verkeerde bijlage;Laag risico\n"


@dataclass
class Installation:
    """The application, the Data Protection Officer who looks at it, and what fills it."""

    team: Team
    clock: FixedClock
    visitor: Visitor
    outsider: FlaskClient
    token: str
    crowds: dict[str, Crowd] = field(default_factory=dict)
    ticket: str = ""
    references: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Any:
        """The Flask application."""
        return self.team.app

    def grow(self, number: int, *systems: str) -> None:
        """Add so many rows of everything, to both incidents unless it is said to which."""
        with self.app.app_context():
            session = db.session()
            for system in systems or self.references:
                reference = self.references[system]
                incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
                self._crowd(session, system).fill(incident, number)
            self._around(session, number)
            session.commit()

    def _crowd(self, session: Session, system: str) -> Crowd:
        if system not in self.crowds:
            first = make_actor(session, f"First{system}", [Role.DPO], self.clock.now())
            second = make_actor(session, f"Second{system}", [Role.DPO], self.clock.now())
            self.crowds[system] = Crowd(session, self.app.extensions["meldklok"], first, second, self.clock.now())
        self.crowds[system].session = session
        return self.crowds[system]

    def _around(self, session: Session, number: int) -> None:
        """Open incidents with and without an owner, saved views, API keys."""
        dpo = session.scalars(select(Person).where(Person.email == DPO)).one()
        actor = dpo.actor()
        now = self.clock.now()
        for place in range(number):
            incident = make_incident(session, actor, now, summary=f"Export {place} to the wrong customer")
            incident.assignee_id = session.scalars(select(Person.id).offset(place)).first()
            make_api_token(session, actor, dpo.id, f"key {place}", now=now)
        for place in range(min(number, 20)):
            save_view(session, actor, f"view {number}-{place}"[:60], f"q={place}", now=now)

    def seed(self, number: int, still_open: int) -> None:
        """Add made-up incidents."""
        with self.app.app_context():
            session = db.session()
            for _ in seed_register(Seed(number, still_open), session=session, now=self.clock.now()):
                session.commit()
                session.expunge_all()

    def walk(self) -> dict[str, Cost]:
        """What every GET of the URL map costs, by rule and incident."""
        # The first use of a token is put on record, which is no part of what a page costs.
        self.cost("/api/v1/incidents")
        rules = self.app.url_map.iter_rules()
        wanted = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - OUTSIDE - FILES
        return {name: cost for endpoint in sorted(wanted) for name, cost in self.walk_of(endpoint).items()}

    def walk_of(self, endpoint: str) -> dict[str, Cost]:
        """What the addresses of one endpoint cost."""
        found: dict[str, Cost] = {}
        for rule in self.app.url_map.iter_rules(endpoint):
            for system in (LAPTOP, RELEASE) if "reference" in rule.arguments else (LAPTOP,):
                for mark, path in self.paths(rule, system):
                    found[f"{rule.rule} {endpoint} {mark} {system}"] = self.cost(path)
        return found

    def cost(self, path: str) -> Cost:
        """What one address costs, for somebody outside where signed-in people are sent away."""
        outside = path.startswith(("/login", "/password", "/setup/"))
        return cost(self.app, self.outsider if outside else self.visitor.client, path, self.token)

    def read_whole(self, costs: dict[str, Cost]) -> dict[str, tuple[str, str]]:
        """The statements behind these answers that read a big table from end to end: the first page, and its plan.

        The API promises how many incidents there are in all, so its list may count them; so may the pages of COUNTING.
        """
        asked = {ask[0]: (name, ask[1]) for name, cost in costs.items() for ask in cost.asked}
        asked = {text: known for text, known in asked.items() if not (COUNTS in text and _may_count(known[0]))}
        found: dict[str, tuple[str, str]] = {}
        with self.app.app_context(), db.engine.connect() as connection:
            prefer_indexes(connection)
            for statement, (name, parameters) in asked.items():
                if statement.startswith(("SELECT", "WITH")) and (plan := read_whole(connection, statement, parameters)):
                    found[statement] = (name, "; ".join(plan))
        return found

    def paths(self, rule: Rule, system: str) -> list[tuple[str, str]]:
        """Every address of a rule with what tells it apart: one, or several where an argument names a choice."""
        with self.app.test_request_context():
            choices = self._choices(db.session(), self.references[system])
            sets: list[tuple[str, dict[str, Any]]] = [("", {})]
            for name in sorted(rule.arguments):
                key = f"{rule.endpoint}:{name}" if f"{rule.endpoint}:{name}" in choices else name
                assert key in choices, f"Say in this file what stands for {name!r} in {rule.rule}."
                several = choices[key] if len(choices[key]) > 1 else {"": next(iter(choices[key].values()))}
                sets = [(mark + more, {**one, name: value}) for mark, one in sets for more, value in several.items()]
            return [(mark, url_for(rule.endpoint, **values)) for mark, values in sets]

    def _choices(self, session: Session, reference: str) -> dict[str, dict[str, Any]]:
        """What stands for each argument of the URL map: a mark that lasts, and the value of this moment."""
        incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
        notices = {addressee.value: _newest(session, incident, addressee) for addressee in Addressee}
        return {
            "notice_id": {mark: notice for mark, notice in notices.items() if notice is not None},
            "facts.edit:name": {name: name for name in [*CHAPTERS, "missing"]},
            **{name: {"": value} for name, value in self._single(session, incident).items()},
        }

    def _single(self, session: Session, incident: Incident) -> dict[str, Any]:
        return {
            "reference": incident.reference,
            "mailing_id": newest_mailing(session, incident).id,
            "report": "insurer",
            "notices.person:number": 2,
            "number": 1,
            "person_id": session.scalars(select(Person.id).where(Person.email == DPO)).one(),
            "addressee": "subjects",
            "notice_templates.edit:kind": "initial",
            "language": "nl",
            "key": "staff",
            "call_id": session.scalars(select(DrillCall.id).join(Person).where(Person.email == DPO)).one(),
            "ticket": self.ticket,
            "export_id": EXPORT,
            "token": "no-such-token",
            "secret": "no-such-secret",
            "subscription": "no-such-subscription",
        }


def _may_count(page: str) -> bool:
    return page.startswith("/api/") or not COUNTING.isdisjoint(page.split())


CHAPTERS = [
    "introduction",
    "international",
    "parties",
    "timeline",
    "incident",
    "data",
    "subjects",
    "protection",
    "consequences",
    "actions",
]


def _newest(session: Session, incident: Incident, addressee: Addressee) -> UUID | None:
    query = select(Notice.id).where(Notice.incident_id == incident.id, Notice.addressee == addressee)
    return session.scalars(query.order_by(Notice.created_at.desc(), Notice.id)).first()


@pytest.fixture
def installation(team: Team, clock: FixedClock) -> Installation:
    """The four examples, and somebody with every role who is signed in."""
    email = team.account("Femke", Role.DPO, Role.ADMIN)
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, "Maker", [Role.DPO, Role.ADMIN], clock.now())
        load_examples(session, actor=actor, now=clock.now(), writer=team.app.extensions["meldklok"].writer)
        found = {row.systems: row.reference for row in session.scalars(select(Incident))}
        dpo = session.scalars(select(Person).where(Person.email == email)).one()
        token = make_api_token(session, dpo.actor(), dpo.id, "walk", now=clock.now())
        start_drill(StartDrill(actor), session=session, now=clock.now())
        asked = {"person": str(dpo.id), "format": "csv", "rows": 3, "query": "", "language": "en"}
        errands.ask(session, EXPORTS, EXPORT, asked, clock.now())
        door = Door("staff", DoorKind.STAFF, "Staff", is_open=True)
        save_door(SaveDoor(actor, door), session=session, now=clock.now())
        start_exercise(StartExercise(actor, "processor", frozenset({dpo.id})), session=session, now=clock.now())
        end_exercise(1, actor=actor, session=session, now=clock.now())
        session.commit()
    visitor = Visitor(team.app)
    visitor.sign_in(email)
    made = Installation(team, clock, visitor, team.app.test_client(), token)
    made.references = {system: found[system] for system in (LAPTOP, RELEASE)}
    visitor.get("/register/import")
    made.ticket = visitor.submit("/register/import", file=("register.csv", REGISTER)).path.rsplit("/", 1)[-1]
    return made
