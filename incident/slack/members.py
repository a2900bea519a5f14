"""Who is let into an incident's room in Slack."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.roles import Permission, permissions_of
from incident.domain.next_steps import NAMED
from incident.domain.reminders.roster import OnCall
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


def members(session: Session, directory: Directory, incident: Incident, card: Card, now: datetime) -> tuple[str, ...]:
    """Who is let in: those on duty, the DPO, whoever has the case, has acted in it, or is waited for."""
    wanted = (Audience.DUTY, Audience.DPO, Audience.ASSIGNEE)
    people = [person for one in wanted for person in directory.persons(one, incident, now)]
    people += _acted(session, directory, incident)
    team = directory.team(now)
    for step in card.steps:
        if step.ready and step.act in NAMED:
            people += team.waited_for(step, incident.assignee_id)
    return tuple(dict.fromkeys(person.slack_user_id for person in people if person.slack_user_id))


def _acted(session: Session, directory: Directory, incident: Incident) -> list[OnCall]:
    """Those who did something in the case and may still see it."""
    query = select(AuditEntry.actor).where(AuditEntry.chain == incident.reference, AuditEntry.tag.in_(ACTS)).distinct()
    keys = set(session.scalars(query))
    return [
        person
        for person in directory.people
        if f"person:{person.id}" in keys and Permission.VIEW_ALL in permissions_of(person.roles)
    ]
