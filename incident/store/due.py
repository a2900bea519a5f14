"""Due rows: found, claimed and settled by guarded updates, right on both databases and with any number of workers.

PostgreSQL skips rows that another worker holds; SQLite lets one writer in at a time and ignores ``FOR UPDATE``. So the
guard stands in the ``UPDATE`` itself, and what a statement returns is what this worker owns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, exists, or_, select, text, update
from sqlalchemy.orm import Session

from incident.store.insert import insert_missing
from incident.store.models import Incident, OutboxLane, OutboxMessage, OutboxOutcome, Reminder, ReminderOutcome

LEASE = timedelta(seconds=60)
"""How long a claimed message belongs to its worker; every messenger gives up well before."""
LANE_PAUSE = timedelta(seconds=1)
"""The distance between two messages in one lane."""


LONGEST_PAUSE = timedelta(minutes=15)
"""No message and no channel waits longer than this for its next attempt, whatever the other side asked for."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox row that belongs to one worker until its lease ends; ``attempts`` counts this one."""

    id: UUID
    incident_id: UUID | None
    channel: str
    recipient: str
    language: str
    payload: dict[str, Any]
    dedupe_key: str
    urgent: bool
    lane: str | None
    created_at: datetime
    attempts: int
    maybe_sent: bool
    claimed_by: str


def database_now(session: Session, otherwise: datetime) -> datetime:
    """The instant on the clock that all workers share: that of PostgreSQL, or for SQLite the given one."""
    if session.get_bind().dialect.name != "postgresql":
        return otherwise
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment


def due_incidents(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Incidents with reminders that are due, the longest due first; costs what is due, not what is open."""
    due = select(Reminder.incident_id).where(Reminder.settled_at.is_(None), Reminder.due_at <= now)
    return list(dict.fromkeys(session.scalars(due.order_by(Reminder.due_at).limit(limit))))


def lock_incidents(session: Session, ids: Sequence[UUID]) -> list[Incident]:
    """Those of the incidents that no other transaction is changing, locked until the end of this one."""
    query = select(Incident).where(Incident.id.in_(ids)).order_by(Incident.id)
    return list(session.scalars(query.with_for_update(skip_locked=True, key_share=True)))


def settle_reminders(session: Session, ids: Sequence[UUID], outcome: ReminderOutcome, now: datetime) -> int:
    """Settle the rows that are not settled yet and say how many these were."""
    if not ids:
        return 0
    guard = (Reminder.id.in_(ids), Reminder.settled_at.is_(None))
    done = session.execute(update(Reminder).where(*guard).values(settled_at=now, outcome=outcome, last_error=None))
    return int(done.rowcount)  # type: ignore[attr-defined]


def postpone_reminders(session: Session, incident_id: UUID, now: datetime, pause: timedelta, problem: str) -> None:
    """Look at the due rows of an incident later: their message could not be made, and they must not block others."""
    guard = (Reminder.incident_id == incident_id, Reminder.settled_at.is_(None), Reminder.due_at <= now)
    values = {"due_at": now + pause, "attempts": Reminder.attempts + 1, "last_error": problem[:500]}
    session.execute(update(Reminder).where(*guard).values(values).execution_options(synchronize_session=False))


def anything_to_deliver(session: Session, now: datetime) -> bool:
    """Whether a message waits that may leave now; reads only."""
    return session.scalars(select(OutboxMessage.id).where(_free(now)).limit(1)).first() is not None


def claim_message(session: Session, worker: str, now: datetime, lease: timedelta = LEASE) -> Claimed | None:
    """Take the most urgent message that may leave now and its place in its lane; None when there is none.

    A row whose lease ran out belonged to a worker that died while sending: it comes back with ``maybe_sent``.
    """
    chosen = select(OutboxMessage.id).where(_free(now)).order_by(OutboxMessage.urgent.desc(), OutboxMessage.due_at)
    row_id = session.scalars(chosen.limit(1).with_for_update(skip_locked=True, of=OutboxMessage)).first()
    if row_id is None:
        return None
    left_alone = case((OutboxMessage.lease_until.is_not(None), True), else_=OutboxMessage.maybe_sent)
    take = update(OutboxMessage).where(OutboxMessage.id == row_id, _unclaimed(now))
    values = {
        "claimed_by": worker,
        "lease_until": now + lease,
        "attempts": OutboxMessage.attempts + 1,
        "maybe_sent": left_alone,
    }
    returned = take.values(values).returning(*_COLUMNS).execution_options(synchronize_session=False)
    row = session.execute(returned).first()
    if row is None:
        return None
    claimed = _claimed(row, worker)
    if claimed.lane is None or enter_lane(session, claimed.lane, now):
        return claimed
    give_back(session, claimed, now + LANE_PAUSE)
    return None


def enter_lane(session: Session, lane: str, now: datetime) -> bool:
    """Take the place of this second in a lane; False when another process has it."""
    after = now + LANE_PAUSE
    if insert_missing(session, OutboxLane, name=lane, next_at=after):
        return True
    open_now = or_(OutboxLane.next_at <= now, OutboxLane.next_at > now + 2 * LONGEST_PAUSE)
    entered = session.execute(update(OutboxLane).where(OutboxLane.name == lane, open_now).values(next_at=after))
    return bool(entered.rowcount)  # type: ignore[attr-defined]


def pause_lane(session: Session, lane: str, until: datetime) -> None:
    """Let nothing enter a lane (or a whole channel) before ``until``; an earlier end is never moved forward."""
    if not insert_missing(session, OutboxLane, name=lane, next_at=until):
        session.execute(
            update(OutboxLane).where(OutboxLane.name == lane, OutboxLane.next_at < until).values(next_at=until)
        )


def after_clock_was_set_back(session: Session, now: datetime) -> int:
    """Bring messages whose next attempt was planned on a clock that ran ahead back to ``now``; says how many."""
    tried = (OutboxMessage.settled_at.is_(None), OutboxMessage.attempts > 0)
    guard = (*tried, OutboxMessage.due_at > now + 2 * LONGEST_PAUSE)
    statement = update(OutboxMessage).where(*guard).values(due_at=now).execution_options(synchronize_session=False)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def settle_message(
    session: Session, claimed: Claimed, outcome: OutboxOutcome, now: datetime, *, receipt: str | None = None,
    error: str | None = None,
) -> bool:  # fmt: skip
    """Settle a message that is still ours; False when its lease ran out and another worker took it over."""
    return _settle(
        session, claimed, settled_at=now, outcome=outcome, receipt=receipt, last_error=error, maybe_sent=False
    )


def give_back(
    session: Session, claimed: Claimed, due_at: datetime, *, error: str | None = None, maybe_sent: bool | None = None,
    counts: bool = False,
) -> bool:  # fmt: skip
    """Free a message of ours to be claimed from ``due_at`` on; an attempt that does not count is taken back."""
    values: dict[str, Any] = {"due_at": due_at, "attempts": claimed.attempts if counts else claimed.attempts - 1}
    values["maybe_sent"] = claimed.maybe_sent if maybe_sent is None else maybe_sent
    if error is not None:
        values["last_error"] = error
    return _settle(session, claimed, **values)


def _settle(session: Session, claimed: Claimed, **values: Any) -> bool:
    mine = and_(
        OutboxMessage.id == claimed.id,
        OutboxMessage.claimed_by == claimed.claimed_by,
        OutboxMessage.attempts == claimed.attempts,
        OutboxMessage.settled_at.is_(None),
    )
    statement = update(OutboxMessage).where(mine).values(claimed_by=None, lease_until=None, **values)
    done = session.execute(statement.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    """Due and in nobody's hands. A lease that ends impossibly late was given before the clock was set back."""
    return and_(
        OutboxMessage.settled_at.is_(None),
        OutboxMessage.due_at <= now,
        or_(
            OutboxMessage.lease_until.is_(None),
            OutboxMessage.lease_until < now,
            OutboxMessage.lease_until > now + 2 * LEASE,
        ),
    )


def _free(now: datetime) -> ColumnElement[bool]:
    closed = exists().where(
        or_(OutboxLane.name == OutboxMessage.lane, OutboxLane.name == OutboxMessage.channel),
        OutboxLane.next_at > now,
        OutboxLane.next_at <= now + 2 * LONGEST_PAUSE,
    )
    return and_(_unclaimed(now), ~closed.correlate(OutboxMessage))


_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.incident_id,
    OutboxMessage.channel,
    OutboxMessage.recipient,
    OutboxMessage.language,
    OutboxMessage.payload,
    OutboxMessage.dedupe_key,
    OutboxMessage.urgent,
    OutboxMessage.lane,
    OutboxMessage.created_at,
    OutboxMessage.attempts,
    OutboxMessage.maybe_sent,
)


def _claimed(row: Row[Any], worker: str) -> Claimed:
    return Claimed(**row._asdict(), claimed_by=worker)
