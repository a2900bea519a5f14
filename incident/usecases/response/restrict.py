"""Restrict an incident to named people: a report about a colleague, a whistleblower, a case under seal.

The data protection officer always sees it. Whoever is let in, by whom and why is on record; so is every reading.
Reports that were merged are restricted together: they tell of the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incident.domain.kernel.errors import Invalid, NotAllowed
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.reference import meant_reference
from incident.domain.kernel.roles import Permission, may, require, sees
from incident.domain.kernel.text import required
from incident.domain.kinds import Part
from incident.store.models import AuditEntry, Incident, Person, Task
from incident.usecases.common import limits
from incident.usecases.common.access import incident_for
from incident.usecases.common.directory import load_directory
from incident.usecases.common.family import family, survivor
from incident.usecases.common.record import record, record_system, tell_timeline
from incident.usecases.messages.queue import queue


@dataclass(frozen=True, slots=True)
class Restrict:
    """``people`` are all who may know of it from now on, beside the DPO and the actor; None ends the restriction."""

    actor: Actor
    incident: UUID | str
    people: frozenset[UUID] | None
    reason: str


@dataclass(frozen=True, slots=True)
class LetIn:
    """Break the glass: let one more person in, without seeing the incident oneself."""

    actor: Actor
    reference: str
    person: UUID | None
    reason: str


def may_restrict(session: Session, actor: Actor, incident: Incident) -> bool:
    """The data protection officer, and whoever has the incident; who was let in is there to help, not to take over."""
    if not may(actor, Permission.RECORD) or incident.is_exercise:
        return False
    incident = survivor(session, incident)
    owns = actor.id is not None and actor.id == incident.assignee_id
    return Role.DPO in actor.roles or (owns and (incident.circle is None or _is_named(session, actor, incident)))


def may_assign(session: Session, actor: Actor, incident: Incident) -> bool:
    """Whoever has a restricted incident says who may know of it, so nobody takes it or a part; others may be taken."""
    free = incident.circle is None or incident.is_exercise
    return may(actor, Permission.RECORD) and (free or may_restrict(session, actor, incident))


def check_may_assign(session: Session, actor: Actor, incident: Incident) -> None:
    """Raise NotAllowed, saying who gives it or a part of it away, unless the actor may."""
    if not may_assign(session, actor, incident):
        raise NotAllowed("This incident is restricted: the data protection officer, or whoever has it, gives it away.")


def _is_named(session: Session, actor: Actor, incident: Incident) -> bool:
    """Whether somebody was named when it was restricted last; the others inside were let in since."""
    acts = AuditEntry.chain == incident.reference, AuditEntry.tag == Tag.INCIDENT_RESTRICTED
    last = session.scalars(select(AuditEntry).where(*acts).order_by(AuditEntry.seq.desc()).limit(1)).first()
    return last is not None and str(actor.id) in str(last.details["people"]).split(",")


def restrict(command: Restrict, *, session: Session, now: datetime) -> Incident:
    """Say who may know of it. Raises NotAllowed for others, Invalid at ``people`` or ``reason``."""
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    if not may_restrict(session, command.actor, incident):
        raise NotAllowed("The data protection officer, or whoever has the incident, says who may know of it.")
    reason = required(command.reason, "Write why.", field="reason")
    before, circle = incident.insiders or frozenset(), None
    if command.people is not None:
        circle = command.people if Role.DPO in command.actor.roles else command.people | {command.actor.id}
        reports = family(session, incident)
        if others := circle - {one.reporter_id for one in reports}:
            _check_known(session, others, field="people")
        for one in reports:
            _check_nobody_left(session, one, circle)
    tag = Tag.INCIDENT_UNRESTRICTED if circle is None else Tag.INCIDENT_RESTRICTED
    _set(session, incident, circle, tag, command.actor, now)
    _tell(session, incident, tag, before if circle is None else circle, command.actor, reason, now)
    return incident


def let_in(command: LetIn, *, session: Session, now: datetime) -> Incident:
    """Let a person in, in an emergency: on record, told to everybody who knew of it and to the DPO.

    Raises Invalid at ``reference``, ``person`` or ``reason``. Whoever lets in learns nothing of the incident by it, and
    whether there is one only by letting somebody in: each try is counted by :func:`note_try` before.
    """
    require(command.actor, Permission.LET_IN)
    reason = required(command.reason, "Write why.", field="reason")
    _check_known(session, {command.person} if command.person else set(), field="person")
    reference = meant_reference(command.reference)
    found = select(Incident).where(Incident.reference == (reference or ""), Incident.circle.is_not(None))
    found = found.where(Incident.exercise_id.is_(None))
    incident = session.scalars(found.with_for_update()).one_or_none()
    if incident is None or incident.insiders is None:
        raise Invalid("No incident with this reference is restricted.", field="reference")
    inside, to = incident.insiders | {command.person}, str(command.person)
    _set(session, incident, inside, Tag.INCIDENT_LET_IN, command.actor, now, to=to)
    _tell(session, incident, Tag.INCIDENT_LET_IN, inside, command.actor, reason, now, to=to)
    return incident


def note_try(session: Session, actor: Actor, *, now: datetime) -> None:
    """Count a try to let somebody in, right or wrong, and put it on record. The caller commits.

    Raises TooMany: whoever goes through references to learn which are restricted is stopped, and seen.
    """
    sentence = "You have tried this often within an hour. Try again in %(minutes)s minutes."
    limits.refuse_or_count(session, limits.LET_INS, actor.key, sentence, now=now)
    record_system(session, Tag.LET_IN_TRIED, actor, now)


def _set(
    session: Session,
    incident: Incident,
    circle: Iterable[UUID | None] | None,
    tag: Tag,
    actor: Actor,
    now: datetime,
    **details: str,
) -> None:
    """Give it and all that was merged with it this circle; the others say so in their own chains."""
    named = None if circle is None else sorted(map(str, circle))
    for one in family(session, incident):
        one.circle = named
        if one.id != incident.id:
            people = ",".join(named or ())
            record(session, one, tag, actor, now, people=people, merged=incident.reference, **details)


def _check_known(session: Session, people: Iterable[UUID | None], *, field: str) -> None:
    """Raise Invalid unless all of these have accounts with which incidents can be read."""
    wanted = set(people)
    rows = session.scalars(select(Person).options(joinedload(Person.roles)).where(Person.id.in_(wanted))).unique()
    able = {row.id for row in rows if row.active and may(row.actor(), Permission.VIEW_ALL)}
    if not wanted or wanted - able:
        raise Invalid("Choose people who may read incidents.", field=field)


def _check_nobody_left(session: Session, incident: Incident, circle: frozenset[UUID | None]) -> None:
    """Raise Invalid where somebody with work in it is not named."""
    owners = select(Task.owner_id).where(Task.incident_id == incident.id, Task.done_at.is_(None))
    holders = {incident.holder(part) for part in (None, *Part)}
    working = select(Person).where(Person.id.in_(owners) | Person.id.in_(holders - {None}))
    inside = frozenset(key for key in circle if key is not None)
    left = [row for row in session.scalars(working) if not sees(inside, row.id, row.actor().roles)]
    if left:
        names = ", ".join(sorted(row.name or row.email for row in left))
        raise Invalid("Tick %(names)s too, or give the work to others first.", field="people", names=names)


def _tell(
    session: Session,
    incident: Incident,
    tag: Tag,
    people: Iterable[UUID | None],
    actor: Actor,
    reason: str,
    now: datetime,
    **details: str,
) -> None:
    """Put it on record; tell those who know of it, and the DPO."""
    named = sorted(str(key) for key in people if key is not None)
    entry = record(session, incident, tag, actor, now, people=",".join(named), **details)
    kind, directory, inside = tag.value.partition(":")[2], load_directory(session).people, frozenset(map(UUID, named))
    meant = () if tag is Tag.INCIDENT_UNRESTRICTED else details.get("to", "").split() or named
    names = ", ".join(sorted(one.name for one in directory if str(one.id) in meant))
    text = ": ".join(filter(None, (names, reason)))
    tell_timeline(session, incident, actor, kind=kind, text=text, happened_at=now, now=now)
    told = [one.id for one in directory if sees(inside, one.id, one.roles) and one.id != actor.id]
    queue(
        session,
        incident=incident,
        template=f"incident_{kind}",
        params={"reference": incident.reference, "who": actor.name},
        to=told,
        now=now,
        dedupe=f"{kind}:{incident.reference}:{entry.seq}",
        personally=True,
    )
