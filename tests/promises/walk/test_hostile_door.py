"""Thousands of hostile posts to the public doors, with a worker beside them: nothing breaks, limits hold, no reminder
is late, and whoever comes to another door meanwhile is heard."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from incident.domain.doors import Door, DoorKind
from incident.domain.kernel.people import Role
from incident.domain.organisation import load_profile
from incident.store.db import harden
from incident.store.models import Evidence, Incident, OutboxMessage, PublicReport, Reminder
from incident.usecases.common import limits
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.response.doors import SaveDoor, save_door
from tests.chains import breaks
from tests.clock.processes import MailSink, wait_until
from tests.clock.test_processes import due_rows
from tests.factories import make_actor
from tests.ports import free_port
from tests.promises.walk.installation import Processes
from tests.promises.walk.mob import CODE, HIDDEN, NOT_TOLD, Answers, let_loose

pytestmark = pytest.mark.slow
LATE = timedelta(seconds=30)
"""The mob shares the machine with its victims; alone, a worker that looks every two seconds takes two or three."""


def set_up(engine: Engine) -> None:
    """An organisation with three doors, one of which the mob does not know."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        keeper = make_actor(session, "Keeper", [Role.ADMIN], now)
        save_organisation(SaveOrganisation(keeper, load_profile()), session=session, now=now)
        for kind in DoorKind:
            door = Door(kind.value, kind, f"Door {kind}", True, titles={"en": "Seen something?"})
            save_door(SaveDoor(keeper, door), session=session, now=now)


def honest_report(address: str) -> tuple[str, float]:
    """A processor reports as people do; gives the code and how long the answer took."""
    there = {"X-Forwarded-For": "192.0.2.1", "Accept-Language": "en"}
    with httpx.Client(base_url=address, timeout=60, headers=there) as client:
        fields = dict(HIDDEN.findall(client.get("/door/processors").text))
        time.sleep(3.1)
        fields |= {"company": "Hoster B.V.", "summary": f"A bucket was open, {time.time()}", "contact": "noc@h.example"}
        began = time.monotonic()
        answer = client.post("/door/processors", data=fields)
        took = time.monotonic() - began
    found = CODE.search(answer.text)
    assert answer.status_code == 201
    assert found is not None
    assert NOT_TOLD not in answer.text
    return found[1], took


def lateness(engine: Engine, since: datetime, until: datetime) -> list[timedelta]:
    """Of each reminder that was due meanwhile: how much later its mail had left."""
    query = (
        select(Reminder.due_at, OutboxMessage.settled_at)
        .join(Incident, Incident.id == Reminder.incident_id)
        .outerjoin(OutboxMessage, OutboxMessage.incident_id == Incident.id)
        .where(Incident.reference.like("T-%"), Reminder.due_at.between(since, until))
    )
    with Session(engine) as session:
        return [(left or datetime.max.replace(tzinfo=UTC)) - due for due, left in session.execute(query)]


def test_a_mob_at_the_door_breaks_nothing_and_delays_nobody(
    migrated_url: str, tmp_path: Path, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    """Posts of every kind from eighty-one networks, one of which shouts; a reminder is due every second."""
    number = pytestconfig.getoption("--hostile") or 400
    engine = harden(create_engine(migrated_url))
    set_up(engine)
    variables = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    with MailSink() as sink:
        mail = {"SMTP_URL": sink.url, "MAIL_FROM": "meldklok@example.org"}
        installation = Processes(tmp_path / "log", **variables, **mail, TRUSTED_PROXIES="1")
        try:
            due_rows(engine, 60 + number // 4, apart=timedelta(seconds=1))
            installation.revive()
            began, since = time.monotonic(), datetime.now(UTC)
            mob, answers = let_loose(installation.address, number)
            heard = []
            while any(browser.is_alive() for browser in mob):
                if len(heard) < limits.PUBLIC_FROM.times:
                    heard.append(honest_report(installation.address))
                time.sleep(1)
            took, ended = time.monotonic() - began, datetime.now(UTC)
            assert wait_until(lambda: max(lateness(engine, since, ended)) < timedelta(days=1), LATE.total_seconds())
        finally:
            installation.stop()
    late = [one.total_seconds() for one in lateness(engine, since, ended)]
    record_property(
        "hostile",
        f"{number} posts to the doors in {took:.0f} s, {dict(sorted(answers.statuses.items()))}, the longest "
        f"{answers.longest:.2f} s; {len(answers.codes)} kept; {len(late)} reminders, {median(late):.1f} s after they "
        f"were due, the latest {max(late):.1f} s; {len(heard)} at the door beside, the longest "
        f"{max(wait for _code, wait in heard):.2f} s",
    )
    assert not answers.surprises, "\n".join(answers.surprises[:20])
    assert answers.statuses.total() == number
    assert max(late) < LATE.total_seconds()
    limits_held(engine, answers, {code for code, _wait in heard})
    engine.dispose()


def limits_held(engine: Engine, answers: Answers, heard: set[str]) -> None:
    """Who got a code is on record, nobody else; and of each door and network there is no more than may be."""
    with Session(engine) as session:
        ways = Counter(session.scalars(select(PublicReport.way)))
        loud = Counter(
            session.scalars(
                select(PublicReport.way)
                .join(Incident, Incident.id == PublicReport.incident_id)
                .where(Incident.in_flood.is_(False))
            )
        )
        files = session.scalars(select(func.count()).select_from(Evidence)).one()
        assert breaks(session) == []
    assert ways == Counter(door for door, _, _ in answers.codes.values()) + Counter(processors=len(heard))
    assert loud["processors"] == len(heard)
    assert max(loud["customers"], loud["staff"]) <= limits.PUBLIC_DOOR.times
    assert max(ways["customers"], ways["staff"]) <= limits.KEPT_DOOR.times
    assert files <= limits.FILES_DOOR.times * 2
    told = Counter(network for _, network, is_told in answers.codes.values() if is_told)
    kept = Counter(network for _, network, _ in answers.codes.values())
    assert max(told.values()) <= limits.PUBLIC_FROM.times
    assert max(kept.values()) <= limits.KEPT_FROM.times
    assert max(answers.tried.values(), default=0) <= limits.CODES_FROM.times
