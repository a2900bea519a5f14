"""Who is this person in Slack: an account by link or by verified e-mail address, else somebody who may only report."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor, Role, Source
from incident.store.models import Person
from incident.usecases.common.record import record_system


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


def known_actor(session: Session, profile: SlackProfile) -> Actor | None:
    """The author of what this Slack user does, by reading only; None when an account waits to be linked first."""
    person = _linked(session, profile)
    if person is not None:
        return person.actor(Source.SLACK)
    if _by_address(session, profile) is not None:
        return None
    return Actor(None, profile.name, frozenset({Role.REPORTER}), Source.SLACK, profile.id)


def link_actor(session: Session, profile: SlackProfile, now: datetime) -> Actor:
    """Tie the account with this person's verified address to the Slack user, and record that."""
    person = _by_address(session, profile)
    if person is not None:
        person.slack_user_id, person.slack_team_id = profile.id, profile.team
        session.flush()
        record_system(session, Tag.PERSON_CHANGED, SYSTEM, now, person=str(person.id), linked="slack")
        return person.actor(Source.SLACK)
    return Actor(None, profile.name, frozenset({Role.REPORTER}), Source.SLACK, profile.id)


def _linked(session: Session, profile: SlackProfile) -> Person | None:
    if not profile.ours:
        return None
    return session.scalars(select(Person).where(Person.slack_user_id == profile.id, Person.active)).one_or_none()


def _by_address(session: Session, profile: SlackProfile) -> Person | None:
    """The account with the address, unless that or this Slack user is linked already."""
    if not (profile.verified and profile.ours and profile.email):
        return None
    query = select(Person).where(
        func.lower(Person.email) == profile.email.lower(), Person.active, Person.slack_user_id.is_(None)
    )
    taken = select(Person.id).where(Person.slack_user_id == profile.id)
    return session.scalars(query.where(~taken.exists())).one_or_none()
