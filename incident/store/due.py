"""Due rows: found, claimed and settled by guarded updates, right on both databases and with any number of workers.

PostgreSQL skips rows that another worker holds; SQLite lets one writer in at a time and ignores ``FOR UPDATE``. So the
guard stands in the ``UPDATE`` itself, and what a statement returns is what this worker owns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Final, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import OutboxOutcome
from incident.store.insert import insert_missing
from incident.store.models import OutboxLane, OutboxMessage

_ROWS = cast(Table, OutboxMessage.__table__)
_OUTBOX = _ROWS.c
_BEFORE = _ROWS.alias("before").c
_LANE = cast(Table, OutboxLane.__table__).c
LEASE = timedelta(seconds=60)
"""How long a claimed message belongs to its worker; every messenger gives up well before."""
LANE_PAUSE = timedelta(seconds=1)
"""The distance between two messages in one lane."""


LETTERS: Final = "subjects"
OUTSIDE: Final = (LETTERS, "events")
"""The channels of letters to data subjects and of events, which go by the thousand and tell nobody of the house."""
LANES_TRIED = 5
"""How often another worker may be quicker at a lane before this one waits for its next tick."""
LONGEST_PAUSE = timedelta(minutes=15)
"""No message and no channel waits longer than this for its next attempt, whatever the other side asked for."""
AHEAD = timedelta(minutes=2)
"""What was made later than this after the present was made on a clock that ran ahead."""


class Left(Enum):
    """What a sending thread leaves to others."""

    NOTHING = "nothing"
    EVENTS = "events"
    LETTERS_AND_EVENTS = "letters and events"


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


def anything_to_deliver(session: Session, now: datetime, left: Left = Left.NOTHING) -> bool:
    """Whether a message waits that may leave now, of those that are not ``left`` to others; reads only."""
    return session.connection().execute(_CHOOSE[left], _instants(now)).first() is not None


def claim_message(
    session: Session, worker: str, now: datetime, lease: timedelta = LEASE, left: Left = Left.NOTHING
) -> Claimed | None:
    """Take the most urgent message that may leave now and its place in its lane; None when there is none.

    Those that are ``left`` to others stay. A row whose lease ran out belonged to a worker that died while sending: it
    comes back with ``maybe_sent``.
    """
    for _ in range(LANES_TRIED):
        claimed = _claim_one(session, worker, now, lease, left)
        if claimed is None or claimed.lane is None or enter_lane(session, claimed.lane, now):
            return claimed
        give_back(session, claimed, now + LANE_PAUSE)
    return None


def _claim_one(session: Session, worker: str, now: datetime, lease: timedelta, left: Left) -> Claimed | None:
    """What the house tells its own people goes before all letters and events, however long these have waited."""
    connection, instants = session.connection(), _instants(now)
    chosen = connection.execute(_CHOOSE_AND_LOCK[left], instants).first()
    if chosen is not None and chosen.channel in OUTSIDE:
        chosen = connection.execute(_CHOOSE_AND_LOCK[Left.LETTERS_AND_EVENTS], instants).first() or chosen
    return next(iter(_take(session, [chosen.id], worker, now, lease)), None) if chosen is not None else None


def claim_letters(
    session: Session, first: Claimed, most: int, now: datetime, lease: timedelta = LEASE
) -> list[Claimed]:
    """Take so many more letters of the mailing to which the ``first`` belongs, the longest due first."""
    if most < 1:
        return []
    values = {**_instants(now), "mailing": first.payload["params"]["mailing"], "most": most}
    chosen = session.connection().execute(_CHOOSE_LETTERS, values).scalars().all()
    return _take(session, chosen, first.claimed_by, now, lease) if chosen else []


def _take(session: Session, ids: Sequence[UUID], worker: str, now: datetime, lease: timedelta) -> list[Claimed]:
    values = {**_instants(now), "rows": list(ids), "worker": worker, "until": now + lease}
    taken = [Claimed(**row._asdict(), claimed_by=worker) for row in session.connection().execute(_TAKE, values)]
    return sorted(taken, key=lambda one: ids.index(one.id))


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


def settle_sent(session: Session, sent: Sequence[tuple[Claimed, str]], now: datetime) -> list[Claimed]:
    """Settle what left of one worker, each with its receipt; returns what was still ours, as :func:`settle_message`."""
    ours = _still_ours(session, [claimed for claimed, _receipt in sent])
    same = {"new_settled_at": now, "new_outcome": OutboxOutcome.SENT, "new_last_error": None, "new_maybe_sent": False}
    rows = [{**_key(one), **same, "new_receipt": receipt} for one, receipt in sent if (one.id, one.attempts) in ours]
    if rows:
        columns = ("settled_at", "outcome", "receipt", "last_error", "maybe_sent")
        session.connection().execute(_settling(*columns), rows)
    return [one for one, _receipt in sent if (one.id, one.attempts) in ours]


def give_back_untried(session: Session, claimed: Sequence[Claimed]) -> None:
    """Free messages that were never tried, each as it was before it was claimed."""
    if claimed:
        rows = [{**_key(one), "new_attempts": one.attempts - 1} for one in claimed]
        session.connection().execute(_settling("attempts"), rows)


def _still_ours(session: Session, claimed: Sequence[Claimed]) -> set[tuple[UUID, int]]:
    """Those whose lease has not run out, held until the commit, so that what is said of them stays true."""
    values = {"rows": [one.id for one in claimed], "worker": claimed[0].claimed_by}
    return {(row.id, row.attempts) for row in session.connection().execute(_HELD, values)}


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
_MAY_LEAVE = (
    select(_OUTBOX.id, _OUTBOX.channel)
    .where(_unclaimed(), ~_lane_is_closed(), or_(_OUTBOX.line.is_(None), ~_waits_in_line()))
    .limit(1)
)
_IN_ORDER = _MAY_LEAVE.order_by(_OUTBOX.urgent.desc(), _OUTBOX.due_at)
# Written out, and in an order of which no index knows: so both databases look among the few rows of the index over what
# is neither letter nor event, and do not walk past a hundred thousand letters.
_OF_THE_HOUSE = _MAY_LEAVE.where(_OUTBOX.channel.not_in([literal_column(f"'{name}'") for name in OUTSIDE])).order_by(
    case((_OUTBOX.urgent, 0), else_=1), _OUTBOX.due_at
)
_CHOOSE = {
    Left.NOTHING: _IN_ORDER,
    Left.EVENTS: _IN_ORDER.where(_OUTBOX.channel != literal_column("'events'")),
    Left.LETTERS_AND_EVENTS: _OF_THE_HOUSE,
}
_CHOOSE_AND_LOCK = {left: query.with_for_update(skip_locked=True, of=_ROWS) for left, query in _CHOOSE.items()}
# The mailing is compared in the payload and not by an incident: no index may offer itself but that of what is due.
_CHOOSE_LETTERS = (
    select(_OUTBOX.id)
    .where(_OUTBOX.channel == literal_column(f"'{LETTERS}'"), _unclaimed())
    .where(_OUTBOX.payload[("params", "mailing")].as_string() == bindparam("mailing"))
    .order_by(_OUTBOX.urgent.desc(), _OUTBOX.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_HELD = (
    select(_OUTBOX.id, _OUTBOX.attempts)
    .where(_OUTBOX.id.in_(bindparam("rows", expanding=True)), _OUTBOX.claimed_by == bindparam("worker"))
    .where(_OUTBOX.settled_at.is_(None))
    .with_for_update()
)
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
    .where(_OUTBOX.id.in_(bindparam("rows", expanding=True)), _unclaimed())
    .values(
        claimed_by=bindparam("worker"),
        lease_until=bindparam("until"),
        attempts=_OUTBOX.attempts + 1,
        maybe_sent=case((_OUTBOX.lease_until.is_not(None), True), else_=_OUTBOX.maybe_sent),
    )
    .returning(*(_OUTBOX[name] for name in _RETURNED))
)
