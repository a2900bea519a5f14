"""The installation of the run: settings, people, tokens, a mailing, clocks that fall due, an old register."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident import create_app
from incident.cli._database import OPERATOR
from incident.demo.seed_register import Seed, seed_register
from incident.domain.kernel.people import Role
from incident.domain.kernel.scopes import Scope
from incident.domain.kinds import Addressee, MailingChannel
from incident.platform.clock import SystemClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import Person
from incident.usecases.mailing.mailing import release_mailing, start_mailing
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.people.api_tokens import make_api_token
from incident.wiring import wire
from tests.factories import make_incident
from tests.failover.cables import address
from tests.failover.outside import Mail
from tests.failover.people import WEB_PORT
from tests.failover.servers import DATABASE
from tests.failover.store import PORT as STORE_PORT
from tests.fake_slack import FakeSlack
from tests.fake_slack.server import APP_TOKEN, BOT_TOKEN
from tests.nursery import SECRETS
from tests.store.buckets import ACCESS, FILES
from tests.usecases.mailing.test_mailing import Letters
from tests.web.conftest import Team

DATABASE_URL: Final = f"postgresql://{DATABASE}@{address('db1', 'db')}:5432,{address('db2', 'db')}:5432/{DATABASE}"
OLD: Final = 300
CLOCK: Final = "A clock that falls due in the run"
CLOCK_EVERY, LEAD, UNTIL = timedelta(seconds=12), timedelta(seconds=120), timedelta(hours=48)


@dataclass
class House:
    """Who and what there is."""

    emails: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    mailing: UUID | None = None
    letters: int = 0


def variables(mail: Mail, slack: FakeSlack, channel: str) -> dict[str, str]:
    """The settings that all machines share."""
    return {
        **SECRETS,
        **ACCESS,
        "DATABASE_URL": DATABASE_URL,
        "BLOB_URL": f"s3://{FILES}/evidence",
        "AWS_ENDPOINT_URL": f"http://{address('store', 'store')}:{STORE_PORT}",
        "HOST": "0.0.0.0",
        "PORT": str(WEB_PORT),
        "BASE_URL": "http://meldklok.example.org",
        "SMTP_URL": mail.url,
        "MAIL_FROM": "meldklok@example.org",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.url,
        "SLACK_CHANNEL": channel,
    }


def furnish(environ: Mapping[str, str], folder: Path, seconds: float) -> House:
    """Everything that has to be there before the first report; enough clocks and letters for so many seconds."""
    settings = Settings.from_env({**environ, "DATA_DIR": str(folder / "world")})
    clock = SystemClock()
    app, house = create_app(settings, wire(settings, clock)), House()
    team = Team(app, clock)  # type: ignore[arg-type]
    team.set_up()
    for name, roles in {
        "Femke": [Role.DPO],
        "Bas": [Role.SECOND],
        "Rik": [Role.RESPONDER],
        "Ria": [Role.RESPONDER],
    }.items():
        house.emails[name] = team.account(name, *roles)
    for number in range(6):
        house.emails[f"Script{number}"] = team.account(f"Script{number}", Role.RESPONDER)
    with app.app_context():
        _old_register(db.session())
        _tokens(db.session(), house)
        _mailing(db.session(), app, house, seconds)
        db.session.commit()
        _clocks(db.session(), seconds)
        db.session.commit()
        db.engine.dispose()
    return house


def _old_register(session: Session) -> None:
    for _ in seed_register(Seed(OLD, 0, live=True), session=session, now=datetime.now(UTC) - timedelta(days=400)):
        session.commit()


def _tokens(session: Session, house: House) -> None:
    for number in range(6):
        person = session.scalars(select(Person).where(Person.email == house.emails[f"Script{number}"])).one()
        scopes = [Scope.REPORT, Scope.READ]
        house.tokens.append(make_api_token(session, OPERATOR, person.id, "Run", now=datetime.now(UTC), scopes=scopes))


def _clocks(session: Session, seconds: float) -> None:
    """Incidents of two days ago, of which one after the other has 24 hours left from soon on."""
    rik = session.scalars(select(Person).where(Person.name == "Rik")).one().actor()
    now, number = datetime.now(UTC), int(seconds / CLOCK_EVERY.total_seconds())
    for n in range(number):
        began = now + LEAD + n * CLOCK_EVERY - UNTIL
        make_incident(session, rik, now, summary=f"{CLOCK} {n}", noticed_at=began)


def _mailing(session: Session, app: Flask, house: House, seconds: float) -> None:
    """Letters that leave all the time, one each second and a half."""
    now, house.letters = datetime.now(UTC), int(seconds / 1.5)
    people = {person.name: person.actor() for person in session.scalars(select(Person))}
    rows = "".join(f"Persoon {n};p{n}@people.example\n" for n in range(house.letters))
    incident = make_incident(session, people["Rik"], now)
    order = DraftNotice(people["Rik"], incident.id, Addressee.SUBJECTS)
    version = draft_notice(order, session=session, now=now, writer=Letters())
    approval = ApproveNotice(people["Femke"], version.notice_id, version.body_sha256, unsaid_reason="A text for tests.")
    approve_notice(approval, session=session, now=now)
    command = PrepareMailing(
        people["Femke"], incident.id, MailingChannel.EMAIL, [version.id], "l.csv", f"naam;email\n{rows}".encode(), 40
    )
    sealer = app.extensions["meldklok"].sealer
    mailing = prepare_mailing(command, session=session, now=now, sealer=sealer).mailing
    start_mailing(session, mailing.id, actor=people["Femke"], now=now)
    release_mailing(session, mailing.id, actor=people["Bas"], now=now, channels={"email", "subjects"})
    house.mailing = mailing.id
