"""Who is this person in Slack: an account by link or by verified e-mail address, else somebody who may only report."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.events import Tag
from incident.domain.people import SYSTEM, Actor, Role, Source
from incident.store.models import Person
from incident.usecases.record import record_system


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """What Slack says about one of its users.

    ``ours`` means: a member of our own workspace or organisation. ``verified`` means besides: a full member (no guest,
    no bot, not deactivated) whose e-mail address Slack has confirmed.
    """

    id: str
    team: str
    name: str
    email: str | None = None
    ours: bool = False
    verified: bool = False
    language: str = "nl"
    zone: str = "Europe/Amsterdam"


def slack_actor(session: Session, profile: SlackProfile, now: datetime) -> Actor:
    """The author of what this Slack user does; an account found by its address is linked, and the link recorded."""
    person = _linked(session, profile) or _by_address(session, profile, now)
    if person is not None:
        return person.actor(Source.SLACK)
    return Actor(None, profile.name, frozenset({Role.REPORTER}), Source.SLACK, profile.id)


def _linked(session: Session, profile: SlackProfile) -> Person | None:
    if not profile.ours:
        return None
    return session.scalars(select(Person).where(Person.slack_user_id == profile.id, Person.active)).one_or_none()


def _by_address(session: Session, profile: SlackProfile, now: datetime) -> Person | None:
    """The account with the address, unless it belongs to another Slack user already."""
    if not (profile.verified and profile.ours and profile.email):
        return None
    query = select(Person).where(
        func.lower(Person.email) == profile.email.lower(), Person.active, Person.slack_user_id.is_(None)
    )
    person = session.scalars(query).one_or_none()
    if person is not None:
        person.slack_user_id, person.slack_team_id = profile.id, profile.team
        session.flush()
        record_system(session, Tag.PERSON_CHANGED, SYSTEM, now, person=str(person.id), linked="slack")
    return person
