"""Who is let into an incident's room in Slack."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.roles import Permission, permissions_of
from incident.domain.kinds import Part
from incident.domain.reminders.roster import OnCall
from incident.domain.turns import NAMED
from incident.slack.card import Card
from incident.store.models import AuditEntry, Incident
from incident.usecases.common.directory import Directory
from incident.usecases.messages.queue import Audience

ACTS: Final = (
    Tag.BREACH_CONFIRMED,
    Tag.BREACH_DENIAL_PROPOSED,
    Tag.BREACH_DENIED,
    Tag.BREACH_DENIAL_REFUSED,
    Tag.FACTS_RECORDED,
    Tag.RISK_ASSESSED,
    Tag.DECISION_PROPOSED,
    Tag.DECISION_MADE,
    Tag.DECISION_REFUSED,
    Tag.NOTICE_DRAFTED,
    Tag.NOTICE_APPROVED,
    Tag.NOTICE_SUBMITTED,
)
"""Whoever did one of these works on the case."""


IN, ON_DUTY, CASE = "in", "duty", "case"
"""What everybody is let in for, also the officer and whoever acted; being on duty; having the case."""


def duties(session: Session, directory: Directory, incident: Incident, card: Card, now: datetime) -> tuple[str, ...]:
    """Who is let in and for what, as entries ``member duty``; whoever is told of a new one is invited once more.

    Let in are those on duty, the DPO, whoever has the case or a part of it, has acted in it, or is waited for; into the
    room of a restricted incident: those who may know of it.
    """
    known = directory.within(incident)
    found = [(person, ON_DUTY) for person in known.persons(Audience.DUTY, incident, now)]
    found += [(person, IN) for person in known.persons(Audience.DPO, incident, now)]
    held = {CASE: incident.holder(None), **{part.value: incident.holder(part) for part in Part}}
    found += [(person, duty) for duty, key in held.items() for person in known.people if person.id == key]
    found += [(person, IN) for person in _acted(session, known, incident)]
    team = known.team(now)
    named = [step for step in card.steps if step.ready and step.act in NAMED]
    found += [(person, step.code) for step in named for person in team.waited_for(step, incident.assignee_id)]
    if incident.circle is not None:
        inside = directory.in_its_room(incident)
        found = [(person, IN) for person in inside] + [one for one in found if one[0] in inside]
    each = [(person.slack_user_id, duty) for person, last in found for duty in (IN, last) if person.slack_user_id]
    return tuple(dict.fromkeys(f"{member} {duty}" for member, duty in each))


def member_of(entry: str) -> str:
    """The member of an entry ``member duty``."""
    return entry.partition(" ")[0]


def _readers(people: Iterable[OnCall]) -> list[OnCall]:
    return [person for person in people if Permission.VIEW_ALL in permissions_of(person.roles)]


def _acted(session: Session, directory: Directory, incident: Incident) -> list[OnCall]:
    """Those who did something in the case and may still see it."""
    query = select(AuditEntry.actor).where(AuditEntry.chain == incident.reference, AuditEntry.tag.in_(ACTS)).distinct()
    keys = set(session.scalars(query))
    return _readers(person for person in directory.people if f"person:{person.id}" in keys)
