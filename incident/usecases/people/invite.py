"""Accounts for several people at once, each of whom chooses a password by the link in an e-mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.invitations import read_invitations, with_roles
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Actor, Role
from incident.store.models import Person
from incident.usecases.messages.channels import configured
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue
from incident.usecases.people.accounts import NewPerson, create_person


@dataclass(frozen=True, slots=True)
class Invite:
    """The pasted lines, and the roles of those whose line names none. ``link`` makes somebody's invitation."""

    actor: Actor
    people: str
    roles: frozenset[Role]
    language: str
    link: Callable[[Person], str]


def invite(command: Invite, *, session: Session, now: datetime) -> list[Person]:
    """Make all accounts, or none: a line that cannot be used is named. Roles that decide wait for somebody else.

    Raises Invalid at ``people`` or ``roles``.
    """
    made = []
    for one, roles in with_roles(read_invitations(command.people), command.roles).items():
        person = NewPerson(command.actor, one.email, one.name, roles, language=command.language)
        try:
            made.append(create_person(person, session=session, now=now))
        except Invalid as refusal:
            message = "Line %(line)s: %(address)s cannot be used, or has an account already."
            raise Invalid(message, field="people", line=one.line, address=one.email) from refusal
    for person_made in made:
        send_invitation(session, command.actor, person_made, command.link(person_made), now=now)
    return made


def can_invite(session: Session) -> bool:
    """Whether an invitation reaches anybody: there is e-mail, or in a trial the terminal."""
    return bool({Channel.EMAIL, Channel.TERMINAL} & configured(session))


def send_invitation(session: Session, actor: Actor, person: Person, link: str, *, now: datetime) -> None:
    """Queue the mail with the link; nobody else sees it."""
    params = {"link": link, "by": actor.name, "whom": person.name or person.email}
    dedupe = f"invited:{person.id}"
    queue(
        session, incident=None, template="invited", params=params, to=person.id, now=now, dedupe=dedupe, personally=True
    )
