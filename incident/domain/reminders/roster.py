"""Who is on duty, who stands in, and who else is told: pure functions over the people and the roster document.

No audience is ever empty as long as one active person exists: whoever is away is passed over, and when a rung of the
house has nobody the next one is told instead.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import Permission, permissions_of


class Audience(StrEnum):
    """To whom a message goes, by what they are in the response and not by name."""

    DUTY = "duty"
    DPO = "dpo"
    DEPUTY = "deputy"
    MANAGEMENT = "management"
    SECOND = "second"
    EVERYBODY = "everybody"
    REPORTER = "reporter"
    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class OnCall:
    """A person as the roster sees them; ``away_from``/``away_to`` is a holiday or an absence."""

    id: UUID
    email: str
    name: str = ""
    language: str | None = None
    zone: str = "Europe/Amsterdam"
    slack_user_id: str | None = None
    roles: frozenset[Role] = frozenset()
    duty_order: int | None = None
    away_from: datetime | None = None
    away_to: datetime | None = None

    def present(self, at: datetime) -> bool:
        """Whether the person is not away at that instant."""
        if self.away_from is None and self.away_to is None:
            return True
        begun = self.away_from is None or self.away_from <= at
        ended = self.away_to is not None and self.away_to <= at
        return not begun or ended

    def able(self) -> bool:
        """Whether the person may work on incidents: who only reads them keeps no deadline."""
        return Permission.RECORD in permissions_of(self.roles)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time for which one person is named as duty officer."""

    person: UUID
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """The roster document: shifts that overrule the duty order, deputies, and the management to be told."""

    shifts: tuple[Shift, ...] = ()
    deputies: tuple[UUID, ...] = ()
    management: tuple[UUID, ...] = ()

    def among(self, people: Set[UUID]) -> "Roster":
        """The roster with only these people in it."""
        return Roster(
            tuple(shift for shift in self.shifts if shift.person in people),
            tuple(person for person in self.deputies if person in people),
            tuple(person for person in self.management if person in people),
        )


def roster_from(document: Mapping[str, Json]) -> Roster:
    """Read the stored document; raises :class:`Invalid` with a sentence when it cannot be understood."""
    try:
        shifts = tuple(
            Shift(UUID(str(row["person"])), _instant(row["begins_at"]), _instant(row["ends_at"]))
            for row in document.get("shifts", ())
        )
        deputies = tuple(UUID(str(person)) for person in document.get("deputies", ()))
        management = tuple(UUID(str(person)) for person in document.get("management", ()))
    except (KeyError, TypeError, ValueError) as problem:
        raise Invalid(
            "The roster has an entry that cannot be read: choose its person and its times again."
        ) from problem
    if any(shift.ends_at <= shift.begins_at for shift in shifts):
        raise Invalid("A shift must end after it begins.", field="shifts")
    return Roster(shifts, deputies, management)


def document_of(roster: Roster) -> JsonObject:
    """The document that :func:`roster_from` reads back."""
    return {
        "shifts": [
            {"person": str(s.person), "begins_at": s.begins_at.isoformat(), "ends_at": s.ends_at.isoformat()}
            for s in roster.shifts
        ],
        "deputies": [str(person) for person in roster.deputies],
        "management": [str(person) for person in roster.management],
    }


def duty_list(people: Iterable[OnCall], at: datetime) -> tuple[OnCall, ...]:
    """Everybody with a place in the duty order who is present, the duty officer first."""
    ordered = sorted((p for p in people if p.duty_order is not None), key=lambda p: (p.duty_order, str(p.id)))
    return _present_first(tuple(ordered), at)


def turns(people: Iterable[OnCall], roster: Roster, since: datetime, until: datetime) -> list[datetime]:
    """When somebody else may be told between the two instants: a shift begins or ends, somebody goes or comes back."""
    shifts = [moment for shift in roster.shifts for moment in (shift.begins_at, shift.ends_at)]
    away = [moment for person in people for moment in (person.away_from, person.away_to) if moment is not None]
    return sorted({moment for moment in (*shifts, *away) if since < moment < until})


def resolve(audience: Audience, people: Iterable[OnCall], roster: Roster, at: datetime) -> tuple[OnCall, ...]:
    """The persons of an audience at that instant, without repetition, in a stable order.

    With the whole duty order away, duty is with the next part of which somebody is there: reminders go to who can act.
    ``REPORTER`` and ``ASSIGNEE`` belong to an incident and are not resolved here; they give nobody.
    """
    everyone = tuple(people)
    match audience:
        case Audience.EVERYBODY:
            parts = (Audience.DUTY, Audience.DPO, Audience.DEPUTY, Audience.MANAGEMENT, Audience.SECOND)
            wholes = [person for part in parts for person in resolve(part, everyone, roster, at)]
            return unique([*wholes, *duty_list(everyone, at)])
        case Audience.REPORTER | Audience.ASSIGNEE:
            return ()
        case _:
            found = [part for step in _steps(audience) if (part := _exactly(step, everyone, roster, at))]
            there = [part for part in found if audience is not Audience.DUTY or any(one.present(at) for one in part)]
            return next(iter(there or found), ())


def others(
    audience: Audience, people: Iterable[OnCall], roster: Roster, at: datetime, told: frozenset[UUID]
) -> tuple[OnCall, ...]:
    """The persons of an escalation: people other than those already told, climbing until somebody else is found."""
    everyone = tuple(people)
    if audience is Audience.EVERYBODY:
        return resolve(audience, everyone, roster, at)
    for step in (audience, *_CLIMB[_CLIMB.index(audience) + 1 :]) if audience in _CLIMB else (audience,):
        fresh = tuple(person for person in _exactly(step, everyone, roster, at) if person.id not in told)
        if fresh:
            return fresh
    return resolve(audience, everyone, roster, at)


_CLIMB = (Audience.DUTY, Audience.DPO, Audience.DEPUTY, Audience.MANAGEMENT, Audience.SECOND)


def _steps(audience: Audience) -> tuple[Audience, ...]:
    """The audience itself and then, so that nobody is never the answer, the whole house from the top of the list."""
    return (audience, *(step for step in (Audience.DPO, *_CLIMB) if step is not audience), Audience.EVERYBODY)


def _exactly(audience: Audience, people: tuple[OnCall, ...], roster: Roster, at: datetime) -> tuple[OnCall, ...]:
    match audience:
        case Audience.DUTY:
            return _duty(people, roster, at)
        case Audience.DPO:
            return _present_first(_with(people, Role.DPO), at)
        case Audience.DEPUTY:
            named = _present_first(_named(people, roster.deputies), at)
            return named or duty_list(people, at)[1:2]
        case Audience.MANAGEMENT:
            return _present_first(_named(people, roster.management), at) or _present_first(
                _with(people, Role.SECOND), at
            )
        case Audience.SECOND:
            return _present_first(_with(people, Role.SECOND), at)
        case _:
            return _with(people, Role.ADMIN) or _with(people, Role.RESPONDER)


def _duty(people: tuple[OnCall, ...], roster: Roster, at: datetime) -> tuple[OnCall, ...]:
    """The person of the running shift, else the first in the duty order; a person who is away is passed over."""
    on_shift = [shift.person for shift in roster.shifts if shift.begins_at <= at < shift.ends_at]
    present = tuple(person for person in unique(_named(people, tuple(on_shift))) if person.present(at))
    return present or duty_list(people, at)[:1]


def _present_first(people: tuple[OnCall, ...], at: datetime) -> tuple[OnCall, ...]:
    """Those who are present; all of them when everybody is away, because somebody must be told."""
    return tuple(person for person in people if person.present(at)) or people


def _with(people: tuple[OnCall, ...], role: Role) -> tuple[OnCall, ...]:
    return tuple(person for person in people if role in person.roles)


def _named(people: tuple[OnCall, ...], ids: tuple[UUID, ...]) -> tuple[OnCall, ...]:
    by_id = {person.id: person for person in people}
    return tuple(by_id[person] for person in ids if person in by_id)


def unique(people: Iterable[OnCall]) -> tuple[OnCall, ...]:
    """Each of these people once."""
    return tuple({person.id: person for person in people}.values())


def _instant(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("an instant of the roster needs its zone")
    return moment
