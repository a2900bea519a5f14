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
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from incident.domain.fact_sheet import from_json, told_hash
from incident.domain.kernel.events import OPEN_STATUSES, Status
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kinds import (
    Addressee,
    DecisionState,
    MailingState,
    NoticeKind,
    Subject,
    TaskKind,
)
from incident.domain.progress import Clock, Decided, MailingStand, NoticeStand, Progress, TaskStand
from incident.law.vocabulary import Role as PartyRole
from incident.law.vocabulary import Ternary
from incident.store.audit import is_untouched
from incident.store.commitments import is_told
from incident.store.models import (
    Assessment,
    AuditHead,
    FactSheet,
    Incident,
    Notice,
    Task,
    TimelineEntry,
)
from incident.store.queries.answered import response_beside
from incident.store.queries.progress_rows import Row, parts
from incident.store.rows import Statement, among, read

FOLLOWING = ("risk", "decision", "actions", "close")
"""The chapters of what was assessed, decided and done: they bear on no risk."""


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
    assessed_at: datetime | None
    response: str | None
    measures: int
    reopened_at: datetime | None
    known_at: datetime | None


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
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in map(Row._make, read(session, parts, chosen)):
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
    return _heads((Incident.id == mine,)), union_all(*(part.where(column == mine) for part, column in parts()))


def _heads(conditions: Sequence[ColumnElement[bool]]) -> Statement:
    sheet = and_(FactSheet.incident_id == Incident.id, FactSheet.version == Incident.fact_version)
    # Only what was written to somebody is compared with all facts, so only then are they read.
    told = exists().where(Notice.incident_id == Incident.id)
    assessed = select(func.max(Assessment.recorded_at)).where(Assessment.incident_id == Incident.id)
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
            assessed.scalar_subquery(),
            response_beside(),
            measures.scalar_subquery(),
            *_reopened(),
        )
        .outerjoin(FactSheet, sheet)
        .where(*conditions)
    )


def _reopened() -> tuple[ColumnElement[datetime], ColumnElement[datetime]]:
    """When an incident was last reopened, and of those, when something was last recorded that may bear on the risk."""
    taken_up = TimelineEntry.incident_id == Incident.id, TimelineEntry.kind == "reopened"
    reopened = select(func.max(TimelineEntry.recorded_at)).where(*taken_up).scalar_subquery()
    sheet = aliased(FactSheet)
    recorded = sheet.incident_id == Incident.id, sheet.chapter.not_in(FOLLOWING)
    known = select(func.max(sheet.recorded_at)).where(*recorded).scalar_subquery()
    return reopened, case((reopened.is_not(None), known))


def _rows(chosen: Select[UUID]) -> _Rows:
    ids = select(chosen.cte("chosen"))
    return union_all(*(part.where(column.in_(ids)) for part, column in parts()))


@lru_cache(maxsize=256)
def _progress(head: _Head, read: tuple[Row, ...]) -> Progress:
    """What follows from what was read, and from nothing else: the same rows need not be thought through again."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read:
        rows[row.sort].append(row)
    told = _told(_parsed(head.facts) or {}, head.response or "", rows["notice"]) if rows["notice"] else {}
    circle = _parsed(head.circle)
    again = head.reopened_at is not None and (head.assessed_at is None or head.assessed_at <= head.reopened_at)
    known = head.reopened_at is not None and head.known_at is not None and head.known_at > head.reopened_at
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
        assessed=head.assessed_at is not None and not (again and known),
        reopened=again and not known,
        changed_at=head.known_at if known else None,
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


def _decided(row: Row) -> Decided:
    person = _person(row.person)
    return Decided(
        UUID(row.id), Subject(row.text0), row.flag0, DecisionState(row.text1), row.at, person, row.text2 or ""
    )


def _told(sheet: JsonObject, response: str, notices: Sequence[Row]) -> dict[Addressee, str]:
    """What a notice that is not sent would have to tell by what is known today, in the hash of its addressee."""
    facts = from_json(sheet)
    waiting = {Addressee(row.text0) for row in notices if not row.flag2}
    return {addressee: told_hash(addressee, facts, response) for addressee in waiting}


def _notice(row: Row, told: Mapping[Addressee, str]) -> NoticeStand:
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


def _mailing(row: Row) -> MailingStand:
    return MailingStand(UUID(row.id), MailingState(row.text0), row.at, _person(row.person), row.flag0, row.flag1)


def _task(row: Row) -> TaskStand:
    return TaskStand(UUID(row.id), TaskKind(row.text0), row.text1, _person(row.person), row.at)
