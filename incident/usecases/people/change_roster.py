"""Change the roster: shifts, deputies, management, the duty order, and who is away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may, require
from incident.domain.reminders.roster import Roster, document_of, roster_from
from incident.store.models import Person, SettingVersion
from incident.usecases.common.record import record_system
from incident.usecases.common.settings import save_setting

NAME = "roster"


@dataclass(frozen=True, slots=True)
class ChangeRoster:
    """A new roster document: ``shifts``, ``deputies`` and ``management``."""

    actor: Actor
    document: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SetDutyOrder:
    """The people on duty, the first one first; whoever is not named has no place in the order."""

    actor: Actor
    order: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SetAbsence:
    """A holiday or an absence of a person; both None ends it."""

    actor: Actor
    person: UUID
    away_from: datetime | None
    away_to: datetime | None


def change_roster(command: ChangeRoster, *, session: Session, now: datetime) -> SettingVersion:
    """Store a new version of the roster; raises Invalid for people who do not exist or may open no incident."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    roster = roster_from(command.document)
    _check_able(session, _named(roster))
    return save_setting(session, NAME, document_of(roster), actor=command.actor, now=now)


def set_duty_order(command: SetDutyOrder, *, session: Session, now: datetime) -> None:
    """Give every named person a place in the duty order, and take it from the others."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    if len(set(command.order)) != len(command.order):
        raise Invalid("Somebody stands twice in the duty order.", field="order")
    _check_able(session, frozenset(command.order))
    place = {person: number for number, person in enumerate(command.order, start=1)}
    for person in session.scalars(select(Person)):
        person.duty_order = place.get(person.id)
    record_system(session, Tag.SETTINGS_CHANGED, command.actor, now, name="duty order", people=len(place))


def set_absence(command: SetAbsence, *, session: Session, now: datetime) -> Person:
    """Record when somebody is away; everybody may do so for themselves, others need the permission."""
    if command.actor.id != command.person and not may(command.actor, Permission.MANAGE_PEOPLE):
        require(command.actor, Permission.MANAGE_SETTINGS)
    person = session.get(Person, command.person)
    if person is None:
        raise NotFound("There is no such person.")
    if command.away_from and command.away_to and command.away_to <= command.away_from:
        raise Invalid("An absence must end after it begins.", field="away_to")
    person.away_from, person.away_to = command.away_from, command.away_to
    record_system(session, Tag.PERSON_CHANGED, command.actor, now, person=str(person.id), change="absence")
    return person


def _named(roster: Roster) -> frozenset[UUID]:
    return frozenset({*(shift.person for shift in roster.shifts), *roster.deputies, *roster.management})


def _check_able(session: Session, people: frozenset[UUID]) -> None:
    """Whoever is told of an incident must be able to open it."""
    known = session.scalars(select(Person).where(Person.id.in_(people), Person.active)).all()
    if people - {person.id for person in known}:
        raise Invalid("Somebody in the list has no active account. Choose another person.", field="people")
    for person in known:
        if not may(person.actor(), Permission.VIEW_ALL):
            raise Invalid(
                "%(person)s may open no incident, so reminders would lead nowhere. Choose another person, or give them "
                "another role.",
                field="people",
                person=person.name or person.email,
            )
