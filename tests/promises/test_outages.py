"""An hour and a weekend without a channel, and without the database, in accelerated time.

Nothing is lost and nothing is dead, /health is red meanwhile, and right afterwards there is order: what is urgent
leaves at once, and each person gets one message about each deadline, which counts those that could not come.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kinds import OutboxOutcome
from incident.platform.clock import FixedClock
from incident.store.models import AuditEntry
from incident.usecases.messages.afterwards import REMINDERS
from incident.usecases.messages.channels import configured, write_down
from incident.usecases.messages.ports import Channel
from tests.chains import breaks
from tests.promises.outage import House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WEEKEND = timedelta(hours=62)
EVERY = {HOUR: MINUTE, WEEKEND: HOUR}
SPANS = pytest.mark.parametrize(
    "span", [HOUR, pytest.param(WEEKEND, marks=pytest.mark.slow)], ids=["an hour", "a weekend"]
)
WITHOUT_MAIL = [
    pytest.param(dialect, span, unsure, marks=pytest.mark.slow if span == WEEKEND else (), id=f"{dialect}-{name}")
    for dialect, name, span, unsure in (
        ("sqlite", "an hour-refuses", HOUR, False),
        ("sqlite", "an hour-hangs", HOUR, True),
        ("sqlite", "a weekend-refuses", WEEKEND, False),
        ("sqlite", "a weekend-hangs", WEEKEND, True),
        ("postgresql", "an hour-hangs", HOUR, True),
        ("postgresql", "a weekend-refuses", WEEKEND, False),
    )
]
"""On PostgreSQL two of the four: between them they run every statement of the others."""


@pytest.mark.parametrize(("dialect", "span", "unsure"), WITHOUT_MAIL)
def test_without_a_mail_server_nothing_is_lost_and_nothing_dead(
    engine: Engine, make_settings: Any, clock: FixedClock, span: timedelta, unsure: bool
) -> None:
    house = House(engine, make_settings(), clock, Channel.EMAIL)
    mail = house.lines[Channel.EMAIL]
    house.report()
    house.live(10 * MINUTE)
    assert house.health().ok
    mail.away, mail.unsure, left = True, unsure, clock.now()
    references = {house.report(summary="The second"), house.report(summary="The third")}
    red: list[bool] = []
    house.live(span, EVERY[span], lambda: red.append(not house.health().ok))
    assert all(red[3:])
    assert OutboxOutcome.FAILED not in house.outcomes()
    back = clock.now()
    mail.away = False
    house.live(2 * MINUTE, timedelta(seconds=5))
    house.live(11 * MINUTE, timedelta(seconds=30))
    assert house.health().ok
    assert house.outcomes() <= {OutboxOutcome.SENT, OutboxOutcome.COLLAPSED}
    arrived = {message.dedupe_key for _, message in mail.arrived}
    wanted = {row.dedupe_key for row in house.messages() if row.outcome is OutboxOutcome.SENT}
    assert arrived == wanted
    assert references <= {str(message.incident_reference) for message in mail.since(left)}
    if not unsure:
        _in_order(house, back)
    with Session(engine) as session:
        assert breaks(session) == []


def _in_order(house: House, back: Any) -> None:
    """All leave within two minutes, the urgent ones in ten seconds; each person hears once of a deadline."""
    arrived = [(when, message) for when, message in house.lines[Channel.EMAIL].arrived if when >= back]
    waited = {row.dedupe_key for row in house.messages() if row.created_at < back}
    first = [message for when, message in arrived if when <= back + 2 * MINUTE]
    opened = arrived[0][0]
    assert waited & {message.dedupe_key for _, message in arrived} <= {message.dedupe_key for message in first}
    late = [m for when, m in arrived if m.urgent and m.dedupe_key in waited and when > opened + timedelta(seconds=10)]
    assert late == []
    told = Counter(
        (message.recipient, message.template, message.dedupe_key.partition(":")[0])
        for message in first
        if message.template in REMINDERS
    )
    assert max(told.values(), default=1) == 1
    collapsed = sum(row.outcome is OutboxOutcome.COLLAPSED for row in house.messages())
    assert sum(int(message.params.get("missed") or 0) for message in first) >= collapsed


def test_a_weekend_of_reminders_becomes_one_that_counts_the_others(
    engine: Engine, make_settings: Any, clock: FixedClock
) -> None:
    """And it says the time that is left when it leaves, not when it was made."""
    house = House(engine, make_settings(), clock, Channel.EMAIL)
    house.report()
    house.live(MINUTE)
    mail = house.lines[Channel.EMAIL]
    mail.away = True
    house.live(WEEKEND, EVERY[WEEKEND])
    mail.away = False
    back = clock.now()
    house.live(2 * MINUTE, timedelta(seconds=5))
    reminders = [message for message in mail.since(back) if message.template == "reminder"]
    to_alice = [message for message in reminders if message.recipient == "alice@example.org"]
    counts = [int(message.params["missed"]) for message in to_alice]
    assert max(counts) >= 2
    assert all(message.params["late"] for message in to_alice)
    left = {int(message.params["hours"]) for message in to_alice if message.params["obligation"] == "gdpr_33_1"}
    assert left == {9}


def test_a_reminder_whose_deadline_ended_meanwhile_does_not_come(
    engine: Engine, make_settings: Any, clock: FixedClock
) -> None:
    from incident.domain.kinds import DeadlineState
    from incident.store.models import Deadline

    house = House(engine, make_settings(), clock, Channel.EMAIL)
    mail = house.lines[Channel.EMAIL]
    mail.away = True
    house.report()
    house.live(HOUR)
    with Session(engine) as session, session.begin():
        for deadline in session.scalars(select(Deadline)):
            deadline.state, deadline.met_at = DeadlineState.MET, clock.now()
    mail.away = False
    house.live(2 * MINUTE)
    assert {message.template for _, message in mail.arrived} == {"incident_reported", "morning"}
    assert OutboxOutcome.NOT_NEEDED in house.outcomes()


@SPANS
def test_without_slack_everybody_is_told_by_mail_and_slack_gets_its_own_afterwards(
    engine: Engine, make_settings: Any, clock: FixedClock, span: timedelta
) -> None:
    settings = make_settings(SLACK_CHANNEL="C0SECURITY")
    house = House(engine, settings, clock, Channel.EMAIL, Channel.SLACK)
    slack, mail = house.lines[Channel.SLACK], house.lines[Channel.EMAIL]
    slack.away = True
    reference = house.report()
    red: list[bool] = []
    house.live(span, EVERY[span], lambda: red.append(not house.health().ok))
    assert all(red[3:])
    assert {"alice@example.org", "charlie@example.org"} <= {message.recipient for _, message in mail.arrived}
    assert OutboxOutcome.FAILED not in house.outcomes()
    slack.away = False
    house.live(3 * MINUTE, timedelta(seconds=5))
    assert house.outcomes() <= {OutboxOutcome.SENT, OutboxOutcome.COLLAPSED}
    assert reference in {message.incident_reference for _, message in slack.arrived}
    assert house.health().ok


def test_without_mail_who_has_slack_is_told_there_within_six_minutes(
    engine: Engine, make_settings: Any, clock: FixedClock
) -> None:
    """Bob has only e-mail: an escalation that he does not get is told to others who can be reached."""
    house = House(engine, make_settings(SLACK_CHANNEL="C0SECURITY"), clock, Channel.EMAIL, Channel.SLACK)
    house.lines[Channel.EMAIL].away = True
    house.report()
    house.live(6 * MINUTE)
    told = {message.recipient for _, message in house.lines[Channel.SLACK].arrived}
    assert {"U0ALICE", "U0CHARLIE"} <= told


def test_a_worker_that_starts_while_the_database_is_busy_waits_for_it(
    engine: Engine, make_settings: Any, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died of it, and with it everything that `meldklok run` had started."""
    house = House(engine, make_settings(), clock, Channel.EMAIL)
    with Session(engine) as session, session.begin():
        write_down(session, [], clock.now())
    refusals = iter(range(2))

    def busy(*_: Any) -> None:
        if next(refusals, None) is not None:
            raise OperationalError("BEGIN", {}, Exception("database is locked"))

    monkeypatch.setattr("incident.worker.LOOK_AT_THE_CLOCK_SECONDS", 0.01)
    event.listen(Engine, "before_cursor_execute", busy)
    try:
        house.worker._announce()
    finally:
        event.remove(Engine, "before_cursor_execute", busy)
    with Session(engine) as session:
        assert configured(session) == {Channel.EMAIL}


@contextmanager
def no_database() -> Iterator[None]:
    """Every statement of every engine fails."""

    def away(*_: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(Engine, "before_cursor_execute", away)
    yield
    event.remove(Engine, "before_cursor_execute", away)


@SPANS
def test_without_the_database_the_worker_survives_and_the_most_urgent_comes_once(
    engine: Engine, make_settings: Any, clock: FixedClock, span: timedelta
) -> None:
    house = House(engine, make_settings(), clock, Channel.EMAIL)
    house.report()
    house.live(10 * MINUTE)
    with no_database():
        house.live(span, EVERY[span])
    assert not house.health().ok
    back = clock.now()
    house.live(2 * MINUTE, timedelta(seconds=5))
    assert house.health().ok
    assert house.outcomes() == {OutboxOutcome.SENT}
    reminders = [
        (message.recipient, message.dedupe_key.partition(":")[0])
        for message in house.lines[Channel.EMAIL].since(back)
        if message.template == "reminder"
    ]
    assert len(reminders) == len(set(reminders))
    with Session(engine) as session:
        assert Tag.MESSAGE_FAILED.value not in set(session.scalars(select(AuditEntry.tag)))
