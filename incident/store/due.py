"""Due rows: found, claimed and settled by guarded updates, right on both databases and with any number of workers.

PostgreSQL skips rows that another worker holds; SQLite lets one writer in at a time and ignores ``FOR UPDATE``. So the
guard stands in the ``UPDATE`` itself, and what a statement returns is what this worker owns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Update, and_, bindparam, case, exists, or_, select, text, update
from sqlalchemy.orm import Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import OutboxOutcome, ReminderOutcome
from incident.store.insert import insert_missing
from incident.store.models import Incident, OutboxLane, OutboxMessage, Reminder

_ROWS = cast(Table, OutboxMessage.__table__)
_OUTBOX = _ROWS.c
_BEFORE = _ROWS.alias("before").c
_LANE = cast(Table, OutboxLane.__table__).c
LEASE = timedelta(seconds=60)
"""How long a claimed message belongs to its worker; every messenger gives up well before."""
LANE_PAUSE = timedelta(seconds=1)
"""The distance between two messages in one lane."""


LANES_TRIED = 5
"""How often another worker may be quicker at a lane before this one waits for its next tick."""
LONGEST_PAUSE = timedelta(minutes=15)
"""No message and no channel waits longer than this for its next attempt, whatever the other side asked for."""
AHEAD = timedelta(minutes=2)
"""What was made later than this after the present was made on a clock that ran ahead."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox row that belongs to one worker until its lease ends; ``attempts`` counts this one."""

    id: UUID
    incident_id: UUID | None
    channel: str
    recipient: str
    language: str
    payload: JsonObject
    dedupe_key: str
    urgent: bool
    lane: str | None
    created_at: datetime
    due_at: datetime
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


def anything_to_deliver(session: Session, now: datetime, without: str = "") -> bool:
    """Whether a message waits that may leave now, by another channel than ``without``; reads only."""
    return session.connection().execute(_CHOOSE, {**_instants(now), "without": without}).first() is not None


def claim_message(
    session: Session, worker: str, now: datetime, lease: timedelta = LEASE, without: str = ""
) -> Claimed | None:
    """Take the most urgent message that may leave now and its place in its lane; None when there is none.

    Those of the channel ``without`` are left to others. A row whose lease ran out belonged to a worker that died while
    sending: it comes back with ``maybe_sent``.
    """
    for _ in range(LANES_TRIED):
        claimed = _claim_one(session, worker, now, lease, without)
        if claimed is None or claimed.lane is None or enter_lane(session, claimed.lane, now):
            return claimed
        give_back(session, claimed, now + LANE_PAUSE)
    return None


def _claim_one(session: Session, worker: str, now: datetime, lease: timedelta, without: str) -> Claimed | None:
    connection, instants = session.connection(), _instants(now)
    chosen = connection.execute(_CHOOSE_AND_LOCK, {**instants, "without": without}).first()
    if chosen is None:
        return None
    row = connection.execute(_TAKE, {**instants, "row": chosen.id, "worker": worker, "until": now + lease}).first()
    return None if row is None else Claimed(**row._asdict(), claimed_by=worker)


def enter_lane(session: Session, lane: str, now: datetime) -> bool:
    """Take the place of this second in a lane; False when another process has it."""
    after = now + LANE_PAUSE
    if insert_missing(session, OutboxLane, name=lane, next_at=after):
        return True
    open_now = or_(OutboxLane.next_at <= now, OutboxLane.next_at > now + 2 * LONGEST_PAUSE)
    entered = session.execute(update(OutboxLane).where(OutboxLane.name == lane, open_now).values(next_at=after))
    return bool(entered.rowcount)  # type: ignore[attr-defined]


def lane_is_paused(session: Session, lane: str, now: datetime) -> bool:
    """Whether the other side asked for a pause; the second after a message is none."""
    asked = select(OutboxLane.next_at).where(OutboxLane.name == lane, OutboxLane.next_at > now + LANE_PAUSE)
    return session.scalars(asked.where(OutboxLane.next_at <= now + 2 * LONGEST_PAUSE)).first() is not None


def pause_lane(session: Session, lane: str, until: datetime) -> None:
    """Let nothing enter a lane (or a whole channel) before ``until``; an earlier end is never moved forward."""
    if not insert_missing(session, OutboxLane, name=lane, next_at=until):
        session.execute(
            update(OutboxLane).where(OutboxLane.name == lane, OutboxLane.next_at < until).values(next_at=until)
        )


def leave_lane(session: Session, claimed: Claimed, now: datetime) -> None:
    """Let the next one in a second from now, into a lane that was closed for as long as this message was on its way.

    Nothing happens where our lease ran out: then the lane is somebody else's.
    """
    values = {"next_at": now + LANE_PAUSE}
    ours = update(OutboxLane).where(OutboxLane.name == claimed.lane, exists().where(_mine())).values(values)
    session.execute(ours.execution_options(synchronize_session=False), _key(claimed))


def after_clock_was_set_back(session: Session, now: datetime) -> int:
    """Bring messages that were made, or put off, on a clock that ran ahead back to ``now``; says how many.

    What is spread over time on purpose (a mailing that was not tried yet) keeps its distances.
    """
    ahead = or_(
        OutboxMessage.created_at > now + AHEAD,
        and_(OutboxMessage.attempts > 0, OutboxMessage.due_at > now + 2 * LONGEST_PAUSE),
    )
    columns = (_OUTBOX.id, _OUTBOX.created_at, _OUTBOX.due_at, _OUTBOX.attempts)
    rows = session.execute(select(*columns).where(OutboxMessage.settled_at.is_(None), ahead))
    moved = [{"row": row.id, "due": now if row.attempts else now + (row.due_at - row.created_at)} for row in rows]
    if moved:
        statement = update(_ROWS).where(_OUTBOX.id == bindparam("row"), _OUTBOX.settled_at.is_(None))
        session.connection().execute(statement.values(due_at=bindparam("due")), moved)
    return len(moved)


def settle_message(
    session: Session,
    claimed: Claimed,
    outcome: OutboxOutcome,
    now: datetime,
    *,
    receipt: str | None = None,
    error: str | None = None,
) -> bool:
    """Settle a message that is still ours; False when its lease ran out and another worker took it over."""
    return _settle(
        session, claimed, settled_at=now, outcome=outcome, receipt=receipt, last_error=error, maybe_sent=False
    )


def give_back(
    session: Session,
    claimed: Claimed,
    due_at: datetime,
    *,
    error: str | None = None,
    maybe_sent: bool | None = None,
    counts: bool = False,
    lane: str | None = None,
) -> bool:
    """Free a message of ours to be claimed from ``due_at`` on, in its own lane or another one.

    An attempt that does not count is taken back.
    """
    values: dict[str, object] = {"due_at": due_at, "attempts": claimed.attempts if counts else claimed.attempts - 1}
    values["lane"] = lane or claimed.lane
    values["maybe_sent"] = claimed.maybe_sent if maybe_sent is None else maybe_sent
    if error is not None:
        values["last_error"] = error
    return _settle(session, claimed, **values)


def _settle(session: Session, claimed: Claimed, **values: object) -> bool:
    written = {f"new_{column}": value for column, value in values.items()}
    return bool(session.connection().execute(_settling(*values), {**_key(claimed), **written}).rowcount)


def _key(claimed: Claimed) -> dict[str, object]:
    return {"row": claimed.id, "worker": claimed.claimed_by, "attempt": claimed.attempts}


def _mine() -> ColumnElement[bool]:
    """A message that is still in the hands of who claimed it."""
    return and_(
        _OUTBOX.id == bindparam("row"),
        _OUTBOX.claimed_by == bindparam("worker"),
        _OUTBOX.attempts == bindparam("attempt"),
        _OUTBOX.settled_at.is_(None),
    )


@cache
def _settling(*columns: str) -> Update:
    """The statement that writes these columns of a message of ours; making it costs more than running it."""
    written: dict[str, object] = {column: bindparam(f"new_{column}") for column in columns}
    return update(_ROWS).where(_mine()).values(claimed_by=None, lease_until=None, **written)


def _instants(now: datetime) -> dict[str, datetime]:
    return {"now": now, "impossible_lease": now + 2 * LEASE, "impossible_pause": now + 2 * LONGEST_PAUSE}


def _unclaimed() -> ColumnElement[bool]:
    """Due and in nobody's hands. A lease that ends impossibly late was given before the clock was set back."""
    return and_(
        _OUTBOX.settled_at.is_(None),
        _OUTBOX.due_at <= bindparam("now"),
        or_(
            _OUTBOX.lease_until.is_(None),
            _OUTBOX.lease_until < bindparam("now"),
            _OUTBOX.lease_until > bindparam("impossible_lease"),
        ),
    )


def _waits_in_line() -> ColumnElement[bool]:
    """Whether one before it in its line has not been settled: also one that is being sent at this moment."""
    return (
        exists()
        .where(_BEFORE.line == _OUTBOX.line, _BEFORE.place < _OUTBOX.place, _BEFORE.settled_at.is_(None))
        .correlate(_ROWS)
    )


def _lane_is_closed() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            or_(_LANE.name == _OUTBOX.lane, _LANE.name == _OUTBOX.channel),
            _LANE.next_at > bindparam("now"),
            _LANE.next_at <= bindparam("impossible_pause"),
        )
        .correlate(_ROWS)
    )


# The statements of the hot path are built once: building them anew costs more than running them.
_CHOOSE = (
    select(_OUTBOX.id)
    .where(_OUTBOX.channel != bindparam("without"))
    .where(_unclaimed(), ~_lane_is_closed(), or_(_OUTBOX.line.is_(None), ~_waits_in_line()))
    .order_by(_OUTBOX.urgent.desc(), _OUTBOX.due_at)
    .limit(1)
)
_CHOOSE_AND_LOCK = _CHOOSE.with_for_update(skip_locked=True, of=_ROWS)
_RETURNED = (
    "id",
    "incident_id",
    "channel",
    "recipient",
    "language",
    "payload",
    "dedupe_key",
    "urgent",
    "lane",
    "created_at",
    "due_at",
    "attempts",
    "maybe_sent",
)
_TAKE = (
    update(_ROWS)
    .where(_OUTBOX.id == bindparam("row"), _unclaimed())
    .values(
        claimed_by=bindparam("worker"),
        lease_until=bindparam("until"),
        attempts=_OUTBOX.attempts + 1,
        maybe_sent=case((_OUTBOX.lease_until.is_not(None), True), else_=_OUTBOX.maybe_sent),
    )
    .returning(*(_OUTBOX[name] for name in _RETURNED))
)
