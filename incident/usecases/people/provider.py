"""Accounts that a sign-in at the identity provider opens: found by who it is there, tied by a verified address only.

Why it is so stands in docs/adr/0008: a provider proves what a mailbox proves, and never more than that.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.domain.provider import UNVERIFIED, Identity, Rules
from incident.store.models import AuditEntry, Person, ProviderIdentity
from incident.usecases.common.record import record_system
from incident.usecases.messages.queue import queue
from incident.usecases.people import group_roles, powers
from incident.usecases.people.accounts import (
    ONLY_REPORTS,
    NewPerson,
    add_person,
    anybody,
    ensure_roles,
    is_last_admin,
    valid_email,
)

CLOSED = "This account has been switched off. Ask your administrator."
NO_ACCOUNT = "You have no account here yet. Ask your administrator for one."
TAKEN = "The account with this address belongs to somebody else at the sign-in service. Ask your administrator."


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sign-in at the provider brings along once it is complete; ``roles`` None changes none."""

    issuer: str
    subject: str
    roles: frozenset[Role] | None = None


def link_of(session: Session, issuer: str, subject: str) -> ProviderIdentity | None:
    """The tie between somebody there and an account here."""
    query = select(ProviderIdentity).where(ProviderIdentity.issuer == issuer, ProviderIdentity.subject == subject)
    return session.scalars(query).one_or_none()


def admit(identity: Identity, rules: Rules, *, session: Session, now: datetime) -> Person:
    """The account that this identity opens, made where the rules say whom the provider may send.

    Raises NotAllowed, with a sentence for the person.
    """
    link = link_of(session, identity.issuer, identity.subject)
    person = link.person if link else _with_address(session, identity) or _newcomer(session, identity, rules, now)
    if not person.active:
        raise NotAllowed(CLOSED)
    return person


def _with_address(session: Session, identity: Identity) -> Person | None:
    """The account with this verified address. Where somebody else there has it already, the address has moved on."""
    if identity.email is None:
        raise NotAllowed(UNVERIFIED)
    try:
        address = valid_email(identity.email).lower()
    except Invalid as problem:
        raise NotAllowed(UNVERIFIED) from problem
    person = session.scalars(select(Person).where(func.lower(Person.email) == address)).one_or_none()
    if person is not None and any(link.issuer == identity.issuer for link in group_roles.links_of(session, person)):
        raise NotAllowed(TAKEN)
    return person


def _newcomer(session: Session, identity: Identity, rules: Rules, now: datetime) -> Person:
    """The first account is made by the set-up link, and none for whoever happens to have one at a public provider."""
    if not rules.restricted or not anybody(session):
        raise NotAllowed(NO_ACCOUNT)
    email = valid_email(identity.email or "")
    name = identity.name or email.partition("@")[0]
    return add_person(session, NewPerson(SYSTEM, email, name, ONLY_REPORTS, language=identity.language), now=now)


def settle(session: Session, person: Person, entry: Entry, *, now: datetime) -> None:
    """The sign-in is complete: tie the account where it is not yet, and bring its roles in line with the groups."""
    link = link_of(session, entry.issuer, entry.subject)
    if link is None:
        link = ProviderIdentity(
            id=uuid4(),
            issuer=entry.issuer,
            subject=entry.subject,
            person_id=person.id,
            roles="",
            linked_at=now,
            heard_at=now,
        )
        session.add(link)
        session.flush()
        record_system(session, Tag.PERSON_LINKED, person.actor(), now, person=str(person.id))
        _tell_of_link(session, person, link, now)
    if entry.roles is not None:
        link.heard_at = now
        _follow_groups(session, person, entry.roles, now)


def _follow_groups(session: Session, person: Person, roles: frozenset[Role], now: datetime) -> None:
    """Give what the groups give; take what they gave and give no more. The last administrator stays one for now.

    What only rested comes back as it was: somebody agreed to it, and no group ever stopped giving it.
    """
    held = person.actor().roles
    by_groups = group_roles.given(session, person)
    given, back = by_groups & held, (by_groups - held) & roles
    gone = given - roles
    if Role.ADMIN in gone and is_last_admin(session, person):
        gone -= {Role.ADMIN}
    new = powers.roles_by_group(session, person, roles - held - back, now=now) | back
    group_roles.note_given(session, person, (given - gone) | new)
    result = (held - gone) | new or ONLY_REPORTS
    if result != held:
        entry = change_by_group(session, person, result, now)
        if gone:
            powers.tell_of_gone(session, person, gone, f"group_roles:{entry.seq}", now=now)


def change_by_group(session: Session, person: Person, roles: frozenset[Role], now: datetime) -> AuditEntry:
    """From now on the person has these roles, because of what a group says or no longer says; on record."""
    rows = ensure_roles(session)
    person.roles = [rows[role] for role in sorted(roles)]
    session.flush()
    facts = {"person": str(person.id), "roles": group_roles.joined(roles), "by": "group"}
    return record_system(session, Tag.PERSON_CHANGED, SYSTEM, now, **facts)


def unlink(session: Session, actor: Actor, person: Person, *, now: datetime) -> None:
    """Untie the account from everybody at the provider; who has its address there can tie it again.

    The roles that groups there gave go with the tie. Raises NotFound where it is tied to nobody.
    """
    found = group_roles.links_of(session, person)
    if not found:
        raise NotFound("This account is not tied to a sign-in service.")
    _follow_groups(session, person, frozenset(), now)
    for link in found:
        session.delete(link)
    session.flush()
    record_system(session, Tag.PERSON_UNLINKED, actor, now, person=str(person.id))


def _tell_of_link(session: Session, person: Person, link: ProviderIdentity, now: datetime) -> None:
    """Whoever owned the account until now learns of the new way in."""
    params = {"issuer": link.issuer, "path": "/account"}
    dedupe = f"linked:{link.id}"
    queue(
        session,
        incident=None,
        template="account_linked",
        params=params,
        to=person.id,
        now=now,
        dedupe=dedupe,
        personally=True,
    )


__all__ = ["Entry", "admit", "change_by_group", "link_of", "settle", "unlink"]
