"""The scenario as an application on a database with the schema, at eight minutes to two in the night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Flask
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from incident import create_app
from incident.domain.doors import Door, DoorKind
from incident.domain.kinds import MailingChannel
from incident.domain.subscriptions import EventKind, Subscription
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.slack.room import Rooms
from incident.store.db import db
from incident.store.models import DrillCall, Incident, MailingRecipient, Person, SlackRoom
from incident.usecases.common import errands
from incident.usecases.exercise.play import (
    StartExercise,
    deliver_inject,
    due_injects,
    end_exercise,
    start_exercise,
)
from incident.usecases.mailing.certificate import begin_mailings, record_bounce
from incident.usecases.mailing.mailing import release_mailing, start_mailing
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.mailing.unusable_rows import keep_unusable
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.drill import StartDrill, confirm_call, start_drill
from incident.usecases.messages.subscriptions import (
    SaveSubscription,
    TestSubscription,
    save_subscription,
    try_subscription,
)
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.register.export import EXPORTS
from incident.usecases.register.saved_views import save_view
from incident.usecases.response.doors import SaveDoor, save_door
from incident.usecases.response.share_status import ShareStatus, share_status
from incident.wiring import Deps, wire
from tests.promises.scenario.case import Letter
from tests.promises.scenario.cast import hire, settle
from tests.promises.scenario.months import old_register, play_autumn, play_import
from tests.promises.scenario.recipients import recipients
from tests.promises.scenario.slack import Workspace
from tests.promises.scenario.stage import CHANNELS, ZONE, Stage, instant
from tests.promises.scenario.week import play_week

NOW: Final = instant("19-11 01:52")
PASSWORD: Final = "a sentence is easy to remember"
PEOPLE_WRITTEN_TO: Final = 640
ALERTS: Final = "5f0e1d2c3b4a5968"
EXPORT: Final = UUID(int=7)


@dataclass(frozen=True)
class Installation:
    """What the browser looks at; ``references`` are incidents by a short name, ``status`` is a link's secret."""

    app: Flask
    clock: FixedClock
    references: Mapping[str, str]
    mailing: UUID
    status: str


def build(settings: Settings) -> Installation:
    """Play everything on the database of the settings, which must have the schema."""
    clock = FixedClock(NOW)
    deps = wire(settings, clock)
    app = create_app(settings, deps)
    with app.app_context():
        stage = _stage(deps, hash_password(PASSWORD))
        play_import(stage, old_register())
        play_autumn(stage)
        week = play_week(stage)
        mailing = _Mailing(stage, week.letter)
        mailing.plan()
        _habits(stage)
        stage.play(NOW)
        references = {name: case.reference for name, case in week.cases.items()}
        board = ShareStatus(stage.person("Noor"), references["hubspot"], "Raad van bestuur", 30)
        status = share_status(board, session=stage.session, now=NOW)
        _rooms(references)
    return Installation(app, clock, references, mailing.id, status)


def _stage(deps: Deps, password_hash: str) -> Stage:
    session, start = db.session(), instant("01-09 09:00")
    people = hire(session, start, password_hash)
    settle(session, people, start)
    write_down(session, CHANNELS, start)
    return Stage(session, deps.writer, deps.blobs, deps.sealer, people)


@dataclass
class _Mailing:
    """A list with problems, released at night by a second person; some letters came back already."""

    stage: Stage
    letter: Letter
    made: UUID | None = None

    @property
    def id(self) -> UUID:
        assert self.made is not None
        return self.made

    def plan(self) -> None:
        self.stage.on("18-11 23:20", self._prepare)
        self.stage.on("18-11 23:31", lambda now: self._act(start_mailing, "Noor", now))
        self.stage.on("19-11 01:14", lambda now: self._act(release_mailing, "Sanne", now, channels={"subjects"}))
        self.stage.on("19-11 01:15", lambda now: begin_mailings(self.stage.session, now))
        self.stage.on("19-11 01:40", self._come_back)

    def _act(self, act: Any, who: str, now: datetime, **more: Any) -> None:
        act(self.stage.session, self.id, actor=self.stage.person(who), now=now, **more)

    def _prepare(self, now: datetime) -> None:
        stage, noor = self.stage, self.stage.person("Noor")
        command = PrepareMailing(
            noor,
            self.letter.case.id,
            MailingChannel.EMAIL,
            [self.letter.newest("Noor").id],
            "ontvangers.csv",
            recipients(PEOPLE_WRITTEN_TO),
            per_minute=12,
            keep=timedelta(days=30),
        )
        done = prepare_mailing(command, session=stage.session, now=now, sealer=stage.sealer)
        keep_unusable(done.mailing, done.problems, actor=noor, session=stage.session, now=now, blobs=stage.blobs)
        self.made = done.mailing.id

    def _come_back(self, now: datetime) -> None:
        query = select(MailingRecipient.id).where(
            MailingRecipient.mailing_id == self.id, MailingRecipient.row.in_((9, 14))
        )
        for recipient in self.stage.session.scalars(query).all():
            record_bounce(self.stage.session, recipient, "Postvak vol", actor=self.stage.person("Noor"), now=now)


def _habits(stage: Stage) -> None:
    """Views that somebody keeps and a token that somebody made."""
    noor, views = stage.person("Noor"), {"Gemeld bij de AP": "notified=yes", "Freshdesk": "q=Freshdesk"}
    assert noor.id is not None
    for name, query in views.items():
        stage.on("12-10 10:00", partial(_keep, stage, name, query))
    person = noor.id
    stage.on("13-10 10:00", lambda now: make_api_token(stage.session, noor, person, "Power BI", now=now))

    stage.on("10-11 10:00", partial(_drill, stage))
    stage.on("12-11 14:00", partial(_exercise, stage, "processor"))
    for minute in range(5, 60, 5):
        stage.on(f"12-11 14:{minute:02}", partial(_goes_on, stage))
    stage.on("12-11 15:00", lambda now: end_exercise(1, actor=noor, session=stage.session, now=now))
    stage.on("19-11 01:20", partial(_exercise, stage, "misaddressed_mail"))
    stage.on("12-11 15:01", partial(_goes_on, stage))
    for minute in range(25, 50, 5):
        stage.on(f"19-11 01:{minute}", partial(_goes_on, stage))
    stage.on("14-10 10:00", partial(_doors, stage))
    stage.on("19-11 01:50", partial(_export, stage))
    stage.on("15-10 10:00", partial(_alerts, stage))


def _doors(stage: Stage, now: datetime) -> None:
    """A page for the own staff and one for suppliers."""
    staff = Door(
        "medewerkers", DoorKind.STAFF, "Medewerkers", is_open=True, titles={"nl": "Iets misgegaan met gegevens?"}
    )
    suppliers = Door("leveranciers", DoorKind.PROCESSORS, "Leveranciers", is_open=True)
    for door in (staff, suppliers):
        save_door(SaveDoor(stage.person("Noor"), door), session=stage.session, now=now)


def _alerts(stage: Stage, now: datetime) -> None:
    """The system with which the office wakes people hears of drills; it was tried."""
    wanted = Subscription(ALERTS, "Piketdienst", "https://alerts.example.org/hook", (EventKind.DRILL_FAILED,))
    command = SaveSubscription(stage.person("Noor"), wanted)
    save_subscription(command, session=stage.session, sealer=stage.sealer, now=now)
    try_subscription(TestSubscription(stage.person("Noor"), ALERTS), session=stage.session, now=now)


def _drill(stage: Stage, now: datetime) -> None:
    """Everybody is called, and confirms within the hour; only Noor's mail stays open."""
    start_drill(StartDrill(stage.person("Noor")), session=stage.session, now=now)
    calls = stage.session.scalars(select(DrillCall).order_by(DrillCall.channel, DrillCall.person_id)).all()
    for number, call in enumerate(calls):
        called = stage.session.get_one(Person, call.person_id)
        if (called.name.partition(" ")[0], call.channel) != ("Noor", "email"):
            confirm_call(stage.session, call.id, called.actor(), now=now + timedelta(minutes=4 * number))


def _exercise(stage: Stage, scenario: str, now: datetime) -> None:
    """Three of them play an hour that stands for three days."""
    people = frozenset(key for name in ("Noor", "Jelle", "Sanne") if (key := stage.person(name).id) is not None)
    start_exercise(StartExercise(stage.person("Noor"), scenario, people, 72), session=stage.session, now=now)


def _goes_on(stage: Stage, now: datetime) -> None:
    """What the script holds until now comes in."""
    for inject in due_injects(stage.session, now):
        deliver_inject(stage.session, inject, now)


def _export(stage: Stage, now: datetime) -> None:
    """A long export that waits for a worker."""
    asked = {"person": str(stage.person("Noor").id), "format": "csv", "rows": 4_200, "query": "", "language": "en"}
    errands.ask(stage.session, EXPORTS, EXPORT, asked, now)


def _keep(stage: Stage, name: str, query: str, now: datetime) -> None:
    save_view(stage.session, stage.person("Noor"), name, query, now=now)


def _rooms(references: Mapping[str, str]) -> None:
    """Every open incident has its room; that of the payslips was archived by somebody."""
    workspace = Workspace()
    rooms = Rooms(workspace, sessionmaker(db.engine).begin, "C0SECURITY", "https://datalek.alumio.example", ZONE)  # type: ignore[arg-type]
    session = db.session()
    ids = {row.reference: row.id for row in session.scalars(select(Incident))}
    session.commit()
    for number, reference in enumerate(references.values()):
        rooms.sync(ids[reference], NOW - timedelta(hours=3) + timedelta(minutes=number))
    room = session.get_one(SlackRoom, ids[references["payslips"]])
    workspace.archived.add(room.channel_id or "")
    session.commit()
    for reference in references.values():
        rooms.sync(ids[reference], NOW)
