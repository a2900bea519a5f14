"""The drill as a judgement: is every way to every person proven, and do the escalations reach more than one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from incident.domain.reminders.ladder import LadderPolicy
from incident.domain.reminders.roster import Audience, OnCall, Roster, others, resolve


class Standing(StrEnum):
    """How well a way to a person is proven."""

    PROVEN = "proven"
    OLD = "old"
    ASKED = "asked"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one way to one person."""

    person: OnCall
    channel: str
    called_at: datetime | None = None
    confirmed_at: datetime | None = None

    @property
    def is_asked_anew(self) -> bool:
        """Whether the newest call was not answered, whatever was confirmed before it."""
        return self.called_at is not None and self.confirmed_at is not None and self.confirmed_at < self.called_at

    def standing(self, now: datetime, every: timedelta) -> Standing:
        """Confirmed within ``every``; confirmed longer ago; called and not confirmed; or never called."""
        if self.confirmed_at is None:
            return Standing.NEVER if self.called_at is None else Standing.ASKED
        return Standing.PROVEN if now - self.confirmed_at <= every else Standing.OLD


def on_roster(people: Iterable[OnCall], roster: Roster, at: datetime) -> tuple[OnCall, ...]:
    """Everybody with a part in the roster, also who is away: a drill proves the ways, not the presence."""
    everyone = tuple(people)
    named = {*roster.deputies, *roster.management, *(shift.person for shift in roster.shifts)}
    found = [*resolve(Audience.EVERYBODY, everyone, roster, at)]
    found += [one for one in everyone if one.duty_order is not None or one.id in named]
    return tuple({one.id: one for one in found}.values())


def escalates_to(policy: LadderPolicy, people: Iterable[OnCall], roster: Roster, at: datetime) -> frozenset[UUID]:
    """All persons whom the escalations of the ladder reach; one alone means that nobody else is told when they do not
    act."""
    everyone = tuple(people)
    told = frozenset(one.id for one in resolve(Audience.DUTY, everyone, roster, at))
    audiences = {audience for step in policy.escalations for audience in step.audience}
    return frozenset(one.id for audience in audiences for one in others(audience, everyone, roster, at, told))
