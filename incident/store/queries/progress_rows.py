"""The rows that tell how far an incident is: what was decided, runs, is written, is mailed, and is to be done."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Select,
    SQLColumnExpression,
    String,
    and_,
    cast,
    exists,
    false,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from incident.domain.kinds import Addressee, DeadlineState, DecisionState, NoticeKind, OutboxOutcome
from incident.store.db import UtcDateTime
from incident.store.models import (
    Approval,
    Deadline,
    Decision,
    Mailing,
    MailingRecipient,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Submission,
    Task,
)
from incident.store.queries.mailings import TO_MAKE
from incident.store.rows import among

STANDING: Final = (DecisionState.PROPOSED, DecisionState.FINAL)
_TEXTS, _FLAGS = 6, 3


class Row(NamedTuple):
    """A row of any kind; what its texts and flags say stands in the part that selects it."""

    sort: str
    incident_id: str
    id: str
    text0: str
    text1: str
    text2: str
    text3: str
    text4: str
    text5: str
    person: str | None
    at: datetime
    began: datetime
    flag0: bool
    flag1: bool
    flag2: bool


Part = tuple[Select[*tuple[object, ...]], SQLColumnExpression[UUID]]
"""One kind of row, and the column that says of which incident each is."""


@cache
def parts() -> tuple[Part, ...]:
    """Made once: no part depends on who asks, or when."""
    return _decisions(), _clocks(), _notices(), _mailings(), _tasks()


def _part(
    sort: str,
    incident_id: SQLColumnExpression[UUID],
    key: SQLColumnExpression[UUID],
    texts: Sequence[SQLColumnExpression[object]],
    person: SQLColumnExpression[UUID | None] | None = None,
    at: SQLColumnExpression[datetime | None] | None = None,
    flags: Sequence[SQLColumnExpression[bool]] = (),
    began: SQLColumnExpression[datetime] | None = None,
) -> Select[*tuple[object, ...]]:
    """One kind of row with the columns that all kinds share, so that one statement brings them all."""
    words = [*(cast(text, String) for text in texts), *(cast(null(), String) for _ in range(_TEXTS - len(texts)))]
    marks = [*flags, *(false() for _ in range(_FLAGS - len(flags)))]
    return select(
        literal(sort).label("sort"),
        cast(incident_id, String).label("incident_id"),
        cast(key, String).label("id"),
        *(word.label(f"text{place}") for place, word in enumerate(words)),
        cast(person if person is not None else null(), String).label("person"),
        (at if at is not None else cast(null(), UtcDateTime)).label("at"),
        (began if began is not None else cast(null(), UtcDateTime)).label("began"),
        *(cast(mark, Boolean).label(f"flag{place}") for place, mark in enumerate(marks)),
    )


def _decisions() -> Part:
    texts = (Decision.subject, Decision.state, Decision.ground)
    part = _part(
        "decision", Decision.incident_id, Decision.id, texts, Decision.author_id, Decision.recorded_at, (Decision.act,)
    )
    return part.where(among(Decision.state, *STANDING)), Decision.incident_id


def _clocks() -> Part:
    texts = (Deadline.obligation,)
    part = _part("clock", Deadline.incident_id, Deadline.id, texts, at=Deadline.due_at, began=Deadline.starts_at)
    return part.where(Deadline.state == DeadlineState.OPEN), Deadline.incident_id


def _notices() -> Part:
    later = aliased(NoticeVersion)
    newest = ~exists().where(later.notice_id == NoticeVersion.notice_id, later.number > NoticeVersion.number)
    told = NoticeVersion.facts_sha256
    texts = (Notice.addressee, Notice.kind, Notice.language, Notice.recipient, Notice.group, told)
    approved = exists().where(Approval.version_id == NoticeVersion.id, Approval.void_at.is_(None))
    sent = exists().where(Submission.notice_id == Notice.id)
    in_phases = or_(
        Notice.kind == NoticeKind.PROVISIONAL,
        and_(Notice.addressee == Addressee.AUTHORITY, Notice.kind == NoticeKind.FOLLOW_UP),
    )
    gaps = and_(cast(NoticeVersion.missing, String) != "[]", ~in_phases)
    flags = (gaps, approved, sent)
    part = _part("notice", Notice.incident_id, Notice.id, texts, NoticeVersion.author_id, Notice.created_at, flags)
    return part.join(NoticeVersion, NoticeVersion.notice_id == Notice.id).where(newest), Notice.incident_id


def _mailings() -> Part:
    mine = and_(MailingRecipient.mailing_id == Mailing.id, OutboxMessage.id == MailingRecipient.outbox_id)
    waiting = or_(exists().where(mine, OutboxMessage.settled_at.is_(None)), TO_MAKE)
    sent = exists().where(mine, OutboxMessage.outcome == OutboxOutcome.SENT)
    part = _part(
        "mailing",
        Mailing.incident_id,
        Mailing.id,
        (Mailing.state,),
        Mailing.started_by,
        Mailing.recorded_at,
        (waiting, sent),
    )
    return part, Mailing.incident_id


def _tasks() -> Part:
    part = _part("task", Task.incident_id, Task.id, (Task.kind, Task.title), Task.owner_id, Task.due_at)
    return part.where(Task.done_at.is_(None)), Task.incident_id
