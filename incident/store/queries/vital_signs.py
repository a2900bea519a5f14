"""The facts by which the installation's health is judged, in few statements over small partial indexes."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from incident.domain.kernel.health import HealthFacts
from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import OutboxOutcome
from incident.store.db import Base
from incident.store.models import Deadline, OutboxLane, OutboxMessage, Reminder, SettingVersion, WorkerHeartbeat
from incident.store.queries.clock import in_earnest
from incident.store.rows import Statement, read

FAILED: ColumnElement[str] = literal_column("'failed'")
"""Written out, so that both databases use the small index over dead letters."""
MAILING: ColumnElement[str] = literal_column("'subjects'")
"""The channel of the letters to data subjects, written out for the same reason."""
EVENTS: ColumnElement[str] = literal_column("'events'")
"""The channel of events. A system that does not listen keeps no message from a person, so it is counted apart."""
UNCOUNTED = (MAILING, EVENTS)
"""Channels whose messages are no reminders to people."""
NO_RECEIPT: ColumnElement[bool] = ~OutboxMessage.dedupe_key.startswith("mail_receipt:")
"""Anybody can write to us from an address that is none: a receipt that does not leave is no trouble of ours."""
SOON = timedelta(minutes=5)
"""A reminder whose message keeps failing is looked at again within this time."""


def health_facts(session: Session, now: datetime) -> HealthFacts:
    """Read what :func:`incident.domain.kernel.health.judge` wants to know, and what is counted besides."""
    due = (OutboxMessage.settled_at.is_(None), OutboxMessage.due_at <= now, OutboxMessage.channel != EVENTS)
    tried = (OutboxMessage.attempts > 0, OutboxMessage.last_error.is_not(None), NO_RECEIPT)
    running = in_earnest()
    backlog, retrying, clocks, overdue, troubled = session.execute(
        select(
            _count(OutboxMessage, *due),
            _count(OutboxMessage, OutboxMessage.settled_at.is_(None), *tried, OutboxMessage.channel != EVENTS),
            _count(Deadline, running),
            _count(Deadline, running, Deadline.due_at <= now),
            _troubled_subscribers(),
        )
    ).one()
    return replace(
        alarm_facts(session, now),
        backlog=backlog,
        retrying=retrying,
        open_clocks=clocks,
        overdue_clocks=overdue,
        paused_channels=_paused(session, now),
        troubled_subscribers=troubled,
    )


def alarm_facts(session: Session, now: datetime) -> HealthFacts:
    """What the banner of every page needs, in one statement that costs the same whatever the number of incidents."""
    [row] = read(session, _alarm(), {"now": now, "soon": now + SOON})
    swept_at, due_at, made_at, reminder_at, failed, stuck, channels, detail = row
    return HealthFacts(
        newest_sweep_at=swept_at,
        oldest_message_at=_earlier(due_at, made_at),
        oldest_reminder_at=reminder_at,
        failed=failed,
        stuck_reminders=stuck,
        channels=_named(channels),
        checkpoints_stuck=_says(detail, "checkpoints_stuck"),
        stamps_missing=_says(detail, "stamps_missing"),
        unwatched=_number(detail, "unwatched"),
        flood=_number(detail, "flood"),
        mail_stuck=_number(detail, "mail_stuck"),
        backup_old=_says(detail, "backup_old"),
    )


@cache
def _alarm() -> Statement:
    """Every page asks this, so it is put together once."""
    now: BindParameter[datetime] = bindparam("now")
    soon: BindParameter[datetime] = bindparam("soon")
    unsettled = Reminder.settled_at.is_(None)
    return select(
        select(func.max(WorkerHeartbeat.last_sweep_at)).scalar_subquery(),
        _oldest_due(now),
        _oldest_made(),
        select(func.min(Reminder.due_at)).where(unsettled, Reminder.due_at <= now).scalar_subquery(),
        _dead_letters(),
        _count(Reminder, unsettled, Reminder.due_at <= soon, Reminder.attempts > 0),
        _channels(),
        _last_detail(),
    )


def _oldest_due(now: BindParameter[datetime]) -> ScalarSelect[datetime]:
    """The first of those that are urgent or of the others, as the index has them.

    Every page asks this: while a mailing waits, each would otherwise look at all its letters.
    """
    due = (OutboxMessage.settled_at.is_(None), OutboxMessage.due_at <= now)
    query = select(OutboxMessage.due_at).where(*due, OutboxMessage.channel != EVENTS, NO_RECEIPT)
    query = query.order_by(OutboxMessage.due_at).limit(1)
    firsts = [query.where(OutboxMessage.urgent == said).subquery() for said in (true(), false())]
    both = union_all(*(select(first.c.due_at) for first in firsts)).subquery()
    return select(func.min(both.c.due_at)).scalar_subquery()


def _oldest_made() -> ScalarSelect[datetime]:
    """Putting a message off makes it no younger; only the messages of a mailing are spread over time on purpose."""
    query = select(func.min(OutboxMessage.created_at))
    waiting = (OutboxMessage.settled_at.is_(None), OutboxMessage.channel.not_in(UNCOUNTED), NO_RECEIPT)
    return query.where(*waiting).scalar_subquery()


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _dead_letters() -> ScalarSelect[int]:
    """Messages that failed for good and reached nobody another way. A mailing shows its own, person by person."""
    rescue = aliased(OutboxMessage)
    rescued = exists().where(rescue.fallback_of == OutboxMessage.id, rescue.outcome == OutboxOutcome.SENT)
    mine = (OutboxMessage.outcome == FAILED, OutboxMessage.channel.not_in(UNCOUNTED), NO_RECEIPT)
    return _count(OutboxMessage, *mine, ~rescued)


def _troubled_subscribers() -> ScalarSelect[int]:
    """Subscribers to events with a call that waits for another attempt, or was refused and is still looked at."""
    query = select(func.count(OutboxMessage.recipient.distinct())).where(OutboxMessage.channel == EVENTS, in_trouble())
    return query.scalar_subquery()


def in_trouble() -> ColumnElement[bool]:
    """Whether a call did not get through so far, or was given up."""
    waits = and_(OutboxMessage.settled_at.is_(None), OutboxMessage.last_error.is_not(None))
    return or_(waits, OutboxMessage.outcome == FAILED)


def _count(model: type[Base], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(*where).scalar_subquery()


def _channels() -> ScalarSelect[JsonObject]:
    query = select(SettingVersion.document).where(SettingVersion.name == "channels")
    return query.order_by(SettingVersion.version.desc()).limit(1).scalar_subquery()


def _last_detail() -> ScalarSelect[JsonObject]:
    return select(WorkerHeartbeat.detail).order_by(WorkerHeartbeat.seen_at.desc()).limit(1).scalar_subquery()


def _says(detail: JsonObject | None, what: str) -> bool:
    """What the worker seen last says of itself."""
    return bool(detail and detail.get(what))


def _number(detail: JsonObject | None, what: str) -> int:
    """How many of something the worker seen last has counted."""
    return int(detail.get(what) or 0) if detail else 0


def _named(document: JsonObject | None) -> tuple[str, ...]:
    return tuple(document["channels"]) if document else ()


def _paused(session: Session, now: datetime) -> tuple[str, ...]:
    """Whole channels that asked for a pause of more than the usual second."""
    lanes = select(OutboxLane.name).where(OutboxLane.next_at > now + timedelta(seconds=2))
    return tuple(session.scalars(lanes.where(~OutboxLane.name.startswith("events:")).order_by(OutboxLane.name)))
