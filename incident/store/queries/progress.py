"""How far incidents are, as ``domain.next_steps`` wants to know it: two statements, however many incidents."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from incident.domain.fact_sheet import from_json, told_hash
from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kinds import (
    Addressee,
    DeadlineState,
    DecisionState,
    MailingState,
    NoticeKind,
    OutboxOutcome,
    Subject,
    TaskKind,
)
from incident.domain.progress import Clock, Decided, MailingStand, NoticeStand, Progress, TaskStand
from incident.law.vocabulary import Role as PartyRole
from incident.law.vocabulary import Ternary
from incident.store.audit import is_untouched
from incident.store.commitments import is_told
from incident.store.db import UtcDateTime
from incident.store.models import (
    Approval,
    Assessment,
    AuditHead,
    Deadline,
    Decision,
    FactSheet,
    Incident,
    Mailing,
    MailingRecipient,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Submission,
    Task,
)
from incident.store.queries.answered import response_beside
from incident.store.queries.mailings import TO_MAKE
from incident.store.rows import Statement, among, read

STANDING = (DecisionState.PROPOSED, DecisionState.FINAL)
_TEXTS, _FLAGS = 6, 3


KEPT = 4096
"""Incidents whose progress is remembered, by the head of their chain: most stand as they stood a minute ago."""
FEW = 500
"""So many are read by their ids; of more, all that are open are read."""
KEPT_STATEMENTS = 64


class _Head(NamedTuple):
    """What is read of the incident itself, ids and JSON as text: a key that costs little, as most of it is known."""

    id: str
    reference: str
    status: str
    summary: str
    is_breach: str
    awareness_stated: bool
    assignee: str | None
    notified: bool
    circle: str | None
    role: str | None
    customers: str | None
    facts: str | None
    assessed: bool
    response: str | None
    measures: int


class _Row(NamedTuple):
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


_Part = tuple[Select[*tuple[object, ...]], SQLColumnExpression[UUID]]
"""One kind of row, and the column that says of which incident each is."""
_Rows = CompoundSelect[*tuple[object, ...]]


def progress_of(session: Session, *conditions: ColumnElement[bool]) -> dict[UUID, Progress]:
    """The progress of the incidents that fulfil these conditions, by their ids."""
    return _read(session, *_of(conditions), {})


def open_progress(session: Session, visible: Sequence[ColumnElement[bool]]) -> dict[UUID, Progress]:
    """The progress of every open incident among the visible ones.

    It follows from rows that their chains commit to, so that those whose chain has not moved are not read again; only
    the messages of a mailing stand in none, and whoever has one is read at each look.
    """
    conditions = (among(Incident.status, *OPEN_STATUSES), *visible)
    if not is_told(session):
        return _read(session, *_of(conditions), {})
    places = {key: _known(head) for key, head in read(session, _stands(tuple(visible)))}
    unknown = [UUID(key) for key, place in places.items() if not place]
    anew: dict[UUID, Progress] = {}
    if len(unknown) > FEW:
        anew = _read(session, *_of(conditions), {})
    elif unknown:
        anew = _read(session, *_of_some(), {"incidents": unknown})
    for key, place in places.items():
        if not place and (found := anew.get(UUID(key))) and not found.mailings:
            place.append(found)
    return {place[0].incident: place[0] for place in places.values() if place} | anew


@lru_cache(maxsize=KEPT)
def _known(_head: str) -> list[Progress]:
    """The place for what follows from a chain with this head: empty until it was read."""
    return []


@lru_cache(maxsize=KEPT_STATEMENTS)
def _stands(visible: tuple[ColumnElement[bool], ...]) -> Select[str, str]:
    """Where the chain of each open incident stands; put together once for each person."""
    query = select(cast(Incident.id, String), AuditHead.hash).join(AuditHead, AuditHead.chain == Incident.reference)
    return query.where(among(Incident.status, *OPEN_STATUSES), *visible)


def progress_of_one(session: Session, incident: Incident, state: str | None = None) -> Progress:
    """The progress of one incident as it stands in this transaction; ``state`` is the head of its chain, where known.

    A transaction that writes may have moved it since.
    """
    place = _known(state) if state is not None and is_untouched(session) else []
    if place:
        return place[0]
    found = _read(session, *_of_one(), {"incident": incident.id})[incident.id]
    if not found.mailings:
        place.append(found)
    return found


def _read(session: Session, heads: Statement, parts: _Rows, chosen: Mapping[str, object]) -> dict[UUID, Progress]:
    rows: dict[str, list[_Row]] = defaultdict(list)
    for row in map(_Row._make, read(session, parts, chosen)):
        rows[row.incident_id].append(row)
    found = [_progress(head, tuple(rows[head.id])) for head in map(_Head._make, read(session, heads, chosen))]
    return {progress.incident: progress for progress in found}


def _of(conditions: tuple[ColumnElement[bool], ...]) -> tuple[Statement, _Rows]:
    return _heads(conditions), _rows(select(Incident.id).where(*conditions))


@cache
def _of_some() -> tuple[Statement, _Rows]:
    return _of((Incident.id.in_(bindparam("incidents", expanding=True)),))


@cache
def _of_one() -> tuple[Statement, _Rows]:
    """Every page of an incident asks this, so it is put together once."""
    mine: BindParameter[UUID] = bindparam("incident")
    return _heads((Incident.id == mine,)), union_all(*(part.where(column == mine) for part, column in _parts()))


def _heads(conditions: Sequence[ColumnElement[bool]]) -> Statement:
    sheet = and_(FactSheet.incident_id == Incident.id, FactSheet.version == Incident.fact_version)
    # Only what was written to somebody is compared with all facts, so only then are they read.
    told = exists().where(Notice.incident_id == Incident.id)
    assessed = exists().where(Assessment.incident_id == Incident.id)
    measures = select(func.count()).where(Task.incident_id == Incident.id, Task.kind == TaskKind.MEASURE)
    return (
        select(
            cast(Incident.id, String),
            Incident.reference,
            cast(Incident.status, String),
            Incident.summary,
            Incident.is_breach,
            Incident.awareness_stated,
            cast(Incident.assignee_id, String),
            Incident.notified_at.is_not(None),
            cast(Incident.circle, String),
            FactSheet.facts["role"].as_string(),
            cast(FactSheet.facts["affected_controllers"], String),
            case((told, cast(FactSheet.facts, String))),
            assessed,
            response_beside(),
            measures.scalar_subquery(),
        )
        .outerjoin(FactSheet, sheet)
        .where(*conditions)
    )


def _rows(chosen: Select[UUID]) -> _Rows:
    ids = select(chosen.cte("chosen"))
    return union_all(*(part.where(column.in_(ids)) for part, column in _parts()))


@cache
def _parts() -> tuple[_Part, ...]:
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


def _decisions() -> _Part:
    texts = (Decision.subject, Decision.state, Decision.ground)
    part = _part(
        "decision", Decision.incident_id, Decision.id, texts, Decision.author_id, Decision.recorded_at, (Decision.act,)
    )
    return part.where(among(Decision.state, *STANDING)), Decision.incident_id


def _clocks() -> _Part:
    texts = (Deadline.obligation,)
    part = _part("clock", Deadline.incident_id, Deadline.id, texts, at=Deadline.due_at, began=Deadline.starts_at)
    return part.where(Deadline.state == DeadlineState.OPEN), Deadline.incident_id


def _notices() -> _Part:
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


def _mailings() -> _Part:
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


def _tasks() -> _Part:
    part = _part("task", Task.incident_id, Task.id, (Task.kind, Task.title), Task.owner_id, Task.due_at)
    return part.where(Task.done_at.is_(None)), Task.incident_id


@lru_cache(maxsize=256)
def _progress(head: _Head, read: tuple[_Row, ...]) -> Progress:
    """What follows from what was read, and from nothing else: the same rows need not be thought through again."""
    rows: dict[str, list[_Row]] = defaultdict(list)
    for row in read:
        rows[row.sort].append(row)
    told = _told(_parsed(head.facts) or {}, head.response or "", rows["notice"]) if rows["notice"] else {}
    circle = _parsed(head.circle)
    return Progress(
        incident=UUID(head.id),
        reference=head.reference,
        status=Status(head.status),
        summary=head.summary,
        is_breach=Ternary(head.is_breach),
        awareness_stated=head.awareness_stated,
        role=PartyRole(head.role or PartyRole.UNKNOWN),
        customers=tuple(one["name"] for one in _parsed(head.customers) or ()),
        assignee=_person(head.assignee),
        assessed=bool(head.assessed),
        notified=bool(head.notified),
        decisions=tuple(sorted(map(_decided, rows["decision"]), key=lambda row: row.at)),
        clocks=tuple(Clock(row.text0, row.at, row.began) for row in sorted(rows["clock"], key=lambda row: row.at)),
        notices=tuple(_notice(row, told) for row in rows["notice"]),
        mailings=tuple(map(_mailing, rows["mailing"])),
        tasks=tuple(map(_task, rows["task"])),
        measures=head.measures,
        circle=None if circle is None else frozenset(map(UUID, circle)),
    )


def _person(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _parsed(text: str | None) -> Json:
    return None if text is None else json.loads(text)


def _decided(row: _Row) -> Decided:
    person = _person(row.person)
    return Decided(
        UUID(row.id), Subject(row.text0), row.flag0, DecisionState(row.text1), row.at, person, row.text2 or ""
    )


def _told(sheet: JsonObject, response: str, notices: Sequence[_Row]) -> dict[Addressee, str]:
    """What a notice that is not sent would have to tell by what is known today, in the hash of its addressee."""
    facts = from_json(sheet)
    waiting = {Addressee(row.text0) for row in notices if not row.flag2}
    return {addressee: told_hash(addressee, facts, response) for addressee in waiting}


def _notice(row: _Row, told: Mapping[Addressee, str]) -> NoticeStand:
    addressee = Addressee(row.text0)
    return NoticeStand(
        UUID(row.id),
        addressee,
        NoticeKind(row.text1),
        row.at,
        language=row.text2,
        recipient=row.text3,
        group=row.text4,
        author=_person(row.person),
        wanting=not row.flag2 and (row.flag0 or row.text5 != told.get(addressee)),
        approved=row.flag1,
        sent=row.flag2,
    )


def _mailing(row: _Row) -> MailingStand:
    return MailingStand(UUID(row.id), MailingState(row.text0), row.at, _person(row.person), row.flag0, row.flag1)


def _task(row: _Row) -> TaskStand:
    return TaskStand(UUID(row.id), TaskKind(row.text0), row.text1, _person(row.person), row.at)
