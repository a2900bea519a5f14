"""The people whom messages can reach, and the roster: read once per batch, then resolved without the database."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import Permission, permissions_of, sees
from incident.domain.reminders.roster import Audience, OnCall, Roster, duty_list, others, resolve, roster_from, unique
from incident.domain.turns import Team
from incident.store.models import Incident, Person, RoleRow
from incident.store.rows import Statement, read
from incident.store.settings import newest

DEFAULT_LANGUAGE = "nl"
Recipient = Audience | UUID


@dataclass(frozen=True, slots=True)
class Directory:
    """A snapshot of the active people and of the roster."""

    people: tuple[OnCall, ...]
    roster: Roster

    def within(self, incident: Incident | None) -> "Directory":
        """Only those who may know of this incident, so that an audience without any of them climbs to others.

        Of an exercise only those who take part, be they the data protection officer or not.
        """
        circle = incident.insiders if incident is not None else None
        if circle is None:
            return self
        if incident is not None and incident.is_exercise:
            return replace(self, people=tuple(one for one in self.people if one.id in circle))
        return replace(self, people=tuple(one for one in self.people if sees(circle, one.id, one.roles)))

    def persons(self, to: Recipient, incident: Incident | None, at: datetime) -> tuple[OnCall, ...]:
        """The persons behind an audience or an id; nobody for a reporter without an account."""
        known = self.within(incident)
        match to:
            case Audience.REPORTER:
                return known._one(incident.reporter_id if incident is not None else None)
            case Audience.ASSIGNEE:
                found = known._one(incident.assignee_id if incident is not None else None)
                return found or resolve(Audience.DUTY, known.people, known.roster, at)
            case Audience():
                return resolve(to, known.people, known.roster, at)
            case _:
                return known._one(to)

    def escalated(
        self, audience: Audience, incident: Incident, at: datetime, told: frozenset[UUID]
    ) -> tuple[OnCall, ...]:
        """The other people of an escalation."""
        return others(audience, self.within(incident).people, self.roster, at, told)

    def in_its_room(self, incident: Incident) -> tuple[OnCall, ...]:
        """Who may be in the Slack room of this restricted incident: those who may know of it and read all of it."""
        inside = self.within(incident).people
        return tuple(one for one in inside if Permission.VIEW_ALL in permissions_of(one.roles) and one.slack_user_id)

    def ready(self, incident: Incident, at: datetime) -> tuple[OnCall, ...]:
        """Who may know of this incident, may work on it and is present."""
        return tuple(one for one in self.within(incident).people if one.able() and one.present(at))

    def unwatched(self, incident: Incident, at: datetime) -> bool:
        """Whether a restricted incident has nobody who could keep its deadlines at present."""
        return incident.circle is not None and not self.ready(incident, at)

    def openers(self, incident: Incident, at: datetime) -> tuple[OnCall, ...]:
        """Who outside a restricted incident can let somebody in; with the house where none of them is present."""
        inside = self.within(incident).people
        able = [one for one in self.people if Permission.LET_IN in permissions_of(one.roles) and one not in inside]
        present = [one for one in able if one.present(at)]
        house = resolve(Audience.EVERYBODY, self.people, self.roster, at)
        return tuple(present) or unique(one for one in (*able, *house) if one not in inside)

    def able_to(self, permission: Permission) -> dict[UUID, str]:
        """The names, by key and in their order, of the people whose roles permit it."""
        able = (one for one in self.people if permission in permissions_of(one.roles))
        return {one.id: one.name for one in sorted(able, key=lambda one: (one.name.lower(), one.email))}

    def duty(self, at: datetime) -> tuple[OnCall, ...]:
        """Everybody with a place in the duty order who is present, the first one first."""
        return duty_list(self.people, at)

    def team(self, at: datetime) -> Team:
        """The people and who of them is on duty: those for whom a step can wait."""
        on_duty = resolve(Audience.DUTY, self.people, self.roster, at)
        return Team(self.people, frozenset(person.id for person in on_duty), at)

    def _one(self, person: UUID | None) -> tuple[OnCall, ...]:
        return tuple(known for known in self.people if known.id == person)


def load_directory(session: Session) -> Directory:
    """Read the active people and the newest roster; one that can no longer be read counts as empty."""
    people: dict[UUID, Row[*tuple[Any, ...]]] = {}
    roles: dict[UUID, set[Role]] = defaultdict(set)
    for row in read(session, _people()):
        people[row.id] = row
        roles[row.id] |= {Role(row.role)} if row.role else set()
    try:
        roster = roster_from(newest(session, "roster") or {})
    except Invalid:
        roster = Roster()
    found = tuple(_on_call(row, frozenset(roles[key])) for key, row in people.items())
    return Directory(found, roster.among({one.id for one in found if _opens(one.roles)}))


def _opens(roles: frozenset[Role]) -> bool:
    """Whether a reminder leads somebody with these roles to an incident; nobody else is on duty, whatever is stored."""
    return Permission.VIEW_ALL in permissions_of(roles)


@cache
def _people() -> Statement:
    """One row for each role of each person; nearly everything asks this, so it is put together once."""
    return (
        select(
            Person.id,
            Person.email,
            Person.name,
            Person.language,
            Person.zone,
            Person.slack_user_id,
            Person.duty_order,
            Person.away_from,
            Person.away_to,
            RoleRow.name.label("role"),
        )
        .outerjoin(Person.roles)
        .where(Person.active)
        .order_by(Person.email)
    )


def _on_call(row: Row[*tuple[Any, ...]], roles: frozenset[Role]) -> OnCall:
    return OnCall(
        id=row.id,
        email=row.email,
        name=row.name or row.email,
        language=row.language,
        zone=row.zone,
        slack_user_id=row.slack_user_id,
        roles=roles,
        duty_order=row.duty_order if _opens(roles) else None,
        away_from=row.away_from,
        away_to=row.away_to,
    )
