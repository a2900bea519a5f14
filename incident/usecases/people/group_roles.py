"""Which of somebody's roles came from groups at the identity provider: these go with the group, and no others do."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.store.models import Person, ProviderIdentity

HOLD: Final = timedelta(days=30)
"""So long a role holds that a group gave, from the last time that the provider said so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What groups gave somebody: the roles that hold until ``until`` at least, and those that rest since."""

    holding: frozenset[Role]
    resting: frozenset[Role]
    heard_at: datetime

    @property
    def until(self) -> datetime:
        """When they rest unless the provider confirms them before."""
        return self.heard_at + HOLD


def standing(session: Session, person: Person) -> Standing | None:
    """How it stands with what groups gave; None where they gave nothing."""
    roles, held = given(session, person), person.actor().roles
    if not roles:
        return None
    heard_at = max(link.heard_at for link in links_of(session, person))
    return Standing(roles & held, roles - held, heard_at)


def links_of(session: Session, person: Person) -> list[ProviderIdentity]:
    """Who opens this account from elsewhere, the latest tie last."""
    query = select(ProviderIdentity).where(ProviderIdentity.person_id == person.id)
    return list(session.scalars(query.order_by(ProviderIdentity.linked_at)))


def given(session: Session, person: Person) -> frozenset[Role]:
    """The roles that groups gave, also those at a provider that the house has left."""
    return frozenset().union(*(named(link) for link in links_of(session, person)))


def named(link: ProviderIdentity) -> frozenset[Role]:
    """The roles that the groups of this tie gave."""
    return frozenset(map(Role, filter(None, link.roles.split(","))))


def note_given(session: Session, person: Person, roles: Iterable[Role]) -> None:
    """From now on these are the roles that groups gave; the latest tie says so, for all."""
    *older, latest = links_of(session, person)
    for link in older:
        link.roles = ""
    latest.roles = joined(roles)


def forget_taken(session: Session, person: Person, held: Set[Role]) -> None:
    """What an administrator takes away is no group's any more: given anew, it is given here."""
    for link in links_of(session, person):
        link.roles = joined(named(link) & held)


def joined(roles: Iterable[Role]) -> str:
    """Roles as rows and the record write them."""
    return ",".join(sorted(roles))


__all__ = ["HOLD", "Standing", "forget_taken", "given", "joined", "links_of", "named", "note_given", "standing"]
