"""The register of GDPR art. 33(5): what somebody looks for in it, and its lines, in few statements however long.

A page first finds the ids of its incidents, from the indexes, and then reads those incidents alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, case, false, func, literal, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from incident.domain.kernel.events import CHANGES, OPEN_STATUSES, Status, Tag
from incident.domain.kernel.json import Json
from incident.domain.kinds import DecisionState
from incident.law.vocabulary import RiskLevel
from incident.store.models import (
    AuditEntry,
    Decision,
    FactSheet,
    Incident,
    Notice,
    Person,
    Search,
    Submission,
    search,
)
from incident.store.queries.incidents import HOLDER, REAL
from incident.store.queries.keyset import beyond
from incident.store.rows import read

BATCH = 500
KEY_BYTES = 16
FEW = 1_000
COUNTED, FOUND = 10_000, 1_000
"""A page says "more than" so many lines, or hits of words: nobody pages through them, and counting them all is slow."""


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What somebody looks for; empty parts do not narrow. ``whose`` is a person's id, or ``nobody``."""

    text: str = ""
    statuses: tuple[Status, ...] = ()
    still_open: bool | None = None
    risks: tuple[RiskLevel, ...] = ()
    kind: str = ""
    system: str = ""
    notified: bool | None = None
    whose: UUID | str | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None
    changed_since: datetime | None = None
    changes: frozenset[Tag] = CHANGES
    """What counts as a change."""
    without_examples: bool = False
    """Made-up examples are no breaches: what leaves the house as the register of art. 33(5) never holds them."""


@dataclass(frozen=True, slots=True)
class Act:
    """A final decision or a submission, as a line of the register shows it."""

    kind: str
    at: datetime
    by: str
    reason: str
    reference: str
    act: bool


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One incident with what the chosen columns need: who has it, its newest facts, its decisions and submissions.

    ``incident`` is a row of the columns that are needed alone, where they are named.
    """

    incident: Incident
    assignee: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)
    acts: Sequence[Act] = ()

    def last(self, kind: str) -> Act | None:
        """The newest act of a kind, such as ``decision:authority`` or ``submission:subjects``."""
        found = [act for act in self.acts if act.kind == kind]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Needs:
    """What the chosen columns need: which columns of the incident (all of it without), and what beyond it."""

    own: tuple[str, ...] | None = None
    holder: bool = False
    facts: bool = False
    acts: bool = False


def conditions(filters: RegisterFilter, words: Search) -> list[ColumnElement[bool]]:
    """The filter as conditions over incidents."""
    found: list[ColumnElement[bool]] = [*words.conditions, *_period(filters)]
    if filters.statuses:
        found.append(Incident.status.in_(filters.statuses))
    if filters.still_open is not None:
        is_open = Incident.status.in_(OPEN_STATUSES)
        found.append(is_open if filters.still_open else ~is_open)
    if filters.risks:
        found.append(Incident.risk.in_(filters.risks))
    if filters.kind:
        found.append(Incident.kind == filters.kind)
    if filters.notified is not None:
        found.append(Incident.notified_at.is_not(None) if filters.notified else Incident.notified_at.is_(None))
    if filters.without_examples:
        found.append(Incident.is_example.is_(False))
    if filters.changed_since is not None:
        changed = select(AuditEntry.chain).where(AuditEntry.at >= filters.changed_since)
        found.append(Incident.reference.in_(changed.where(AuditEntry.tag.in_(sorted(filters.changes)))))
    return found + _whose(filters.whose)


def _period(filters: RegisterFilter) -> list[ColumnElement[bool]]:
    found = []
    if filters.reported_from is not None:
        found.append(Incident.reported_at >= filters.reported_from)
    if filters.reported_to is not None:
        found.append(Incident.reported_at < filters.reported_to)
    return found


def _whose(whose: UUID | str | None) -> list[ColumnElement[bool]]:
    if whose is None:
        return []
    if isinstance(whose, UUID):
        return [Incident.assignee_id == whose]
    return [Incident.assignee_id.is_(None)] if whose == "nobody" else [false()]


def register_query(session: Session, filters: RegisterFilter, visible: Sequence[ColumnElement[bool]]) -> Select[UUID]:
    """The ids of the incidents that fit, newest first; no two stand at the same place, so pages never overlap."""
    words = search(session, filters.text, filters.system)
    return select(Incident.id).where(*conditions(filters, words), *visible).order_by(*words.newest_first)


def after(query: Select[UUID], place: tuple[datetime, str] | None) -> Select[UUID]:
    """What follows the incident that was reported then and has this reference; all of it without a place."""
    return query.where(*beyond((Incident.reported_at, Incident.reference), place, down=True))


def counted(filters: RegisterFilter) -> int:
    """How many a page counts before it says "more than"."""
    return FOUND if filters.text or filters.system else COUNTED


def count(
    session: Session, filters: RegisterFilter, visible: Sequence[ColumnElement[bool]], most: int | None = None
) -> int:
    """How many incidents fit; with ``most`` it stops counting just above that, and whole words may do to know it."""
    words = search(session, filters.text, filters.system)
    everything = _is_everything(filters, visible)
    if everything and not words.conditions:
        return session.scalar(_all_real(most)) or 0
    if everything and words.real is not None:
        return session.scalar(_how_many(words.real, most)) or 0
    fitting = _how_many(_fitting(filters, words, visible), most)
    if words.whole and most is not None:
        many = _how_many(_fitting(filters, replace(words, conditions=words.whole), visible), most).scalar_subquery()
        fitting = select(case((many > most, most + 1), else_=fitting.scalar_subquery()))
    return session.scalar(fitting) or 0


def _fitting(filters: RegisterFilter, words: Search, visible: Sequence[ColumnElement[bool]]) -> Select[int]:
    return select(literal(1)).select_from(Incident).where(*conditions(filters, words), *visible)


def _how_many(rows: Select[int], most: int | None) -> Select[int]:
    """How many rows, at most one more than ``most``."""
    return select(func.count()).select_from(rows.limit(None if most is None else most + 1).subquery())


def _is_everything(filters: RegisterFilter, visible: Sequence[ColumnElement[bool]]) -> bool:
    """Whether somebody who sees every incident asks for words alone, or for nothing: then an index knows them."""
    return filters == RegisterFilter(filters.text, system=filters.system) and tuple(visible) == (REAL,)


@cache
def _all_real(most: int | None) -> Select[int]:
    """All of an index without a look at any, less the few that are played."""
    played = select(func.count()).where(Incident.exercise_id.is_not(None)).correlate(None).scalar_subquery()
    above = None if most is None else most + 1 + played
    return select(func.count() - played).select_from(select(literal(1)).select_from(Incident).limit(above).subquery())


def newest(
    session: Session, filters: RegisterFilter, visible: Sequence[ColumnElement[bool]], total: int
) -> Select[UUID]:
    """The ids of :func:`register_query` in the same order, in the way that suits how many there are.

    A few are gathered and then sorted; among many a walk by date soon meets a page full. The databases would have to
    guess which it is, and guess wrong for rare words. Words that come by date themselves are walked always; and what
    lies before a page of everything is passed over in the index, which does not know an exercise but by its reference.
    """
    words = search(session, filters.text, filters.system)
    if not words.conditions and _is_everything(filters, visible):
        visible = (_not_played(),)
    query = select(Incident.id).where(*conditions(filters, words), *visible)
    if total > FEW or words.real is not None:
        return query.order_by(*words.newest_first)
    few = query.add_columns(Incident.reported_at, Incident.reference).limit(FEW).subquery()
    return select(few.c.id).order_by(few.c.reported_at.desc(), few.c.reference.desc())


def part_of(query: Select[UUID], page: int, size: int) -> Select[UUID]:
    """One page of these ids; pages count from 1.

    The numbers stand in the statement itself: PostgreSQL keeps its plan, and takes numbers that it does not know for
    a tenth of everything.
    """
    before = bindparam(None, (page - 1) * size, Integer, literal_execute=True)
    return query.limit(bindparam(None, size, Integer, literal_execute=True)).offset(before)


@cache
def _not_played() -> ColumnElement[bool]:
    played = select(Incident.reference).where(Incident.exercise_id.is_not(None))
    return Incident.reference.not_in(played.correlate(None))


def lines(session: Session, query: Select[UUID], needs: Needs) -> list[RegisterLine]:
    """The lines of one page, in one statement, or two when decisions and submissions are shown."""
    page = query.subquery()
    wide: Select[*tuple[object, ...]] = select(*_own(needs)).join_from(Incident, page, page.c.id == Incident.id)
    if needs.holder:
        wide = wide.outerjoin(HOLDER, HOLDER.id == Incident.assignee_id).add_columns(HOLDER.name, HOLDER.email)
    if needs.facts:
        current = (FactSheet.incident_id == Incident.id) & (FactSheet.version == Incident.fact_version)
        wide = wide.outerjoin(FactSheet, current).add_columns(FactSheet.facts)
    ordered = wide.order_by(Incident.reported_at.desc(), Incident.reference.desc())
    rows = session.execute(ordered).all() if needs.own is None else read(session, ordered)
    found = [(cast(Incident, row[0] if needs.own is None else row), row) for row in rows]
    acts = _acts(session, [incident.id for incident, _row in found]) if needs.acts else {}
    return [
        RegisterLine(
            incident,
            (row.name or row.email or "") if needs.holder else "",
            (row.facts or {}) if needs.facts else {},
            acts.get(incident.id, ()),
        )
        for incident, row in found
    ]


def _own(needs: Needs) -> Sequence[ColumnElement[object] | type[Incident]]:
    """The incident, or its columns: its id and who may know of it are always among them."""
    if needs.own is None:
        return (Incident,)
    return [getattr(Incident, name) for name in ("id", "circle", *needs.own)]


def every_line(session: Session, query: Select[UUID], needs: Needs) -> Iterator[RegisterLine]:
    """All lines: their ids are read once, then a batch of lines at a time.

    The ids wait as bytes: as keys those of a long register would be a quarter of what a process holds.
    """
    ids = packed(session.scalars(query.execution_options(yield_per=BATCH)))
    places = range(0, len(ids), KEY_BYTES)
    for start in range(0, len(places), BATCH):
        these = [UUID(bytes=bytes(ids[at : at + KEY_BYTES])) for at in places[start : start + BATCH]]
        yield from lines_of(session, these, needs)


def lines_of(session: Session, ids: Sequence[UUID], needs: Needs) -> list[RegisterLine]:
    """The lines of these incidents, newest first."""
    return lines(session, select(Incident.id).where(Incident.id.in_(ids)), needs)


def packed(keys: Iterable[UUID]) -> bytearray:
    """The bytes of these keys one after the other, without a list of them on the way."""
    ids = bytearray()
    for key in keys:
        ids += key.bytes
    return ids


def _acts(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Act]]:
    decided = select(
        Decision.incident_id,
        (literal("decision:") + sql_cast(Decision.subject, String)).label("kind"),
        Decision.recorded_at.label("at"),
        Decision.author_name.label("by"),
        Decision.reason.label("reason"),
        func.coalesce(Decision.ground, "").label("reference"),
        Decision.act.label("act"),
    ).where(Decision.incident_id.in_(ids), Decision.state == DecisionState.FINAL)
    submitted = (
        select(
            Submission.incident_id,
            (literal("submission:") + sql_cast(Notice.addressee, String)),
            Submission.submitted_at,
            Submission.by_name,
            Submission.delay_reason,
            Submission.reference,
            Submission.late,
        )
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id.in_(ids))
    )
    both = union_all(decided, submitted).subquery()
    found: dict[UUID, list[Act]] = {}
    for incident_id, *rest in session.execute(select(both).order_by(both.c.at)):
        found.setdefault(incident_id, []).append(Act(*rest))
    return found


def assignees(session: Session) -> list[tuple[UUID, str]]:
    """Everybody who may have an incident, for the filter."""
    return [(key, name or email) for key, name, email in read(session, _active())]


@cache
def _active() -> Select[UUID, str, str]:
    return select(Person.id, Person.name, Person.email).where(Person.active).order_by(Person.name)
