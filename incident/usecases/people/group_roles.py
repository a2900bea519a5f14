"""Which of somebody's roles came from groups at the identity provider: these go with the group, and no others do."""

from collections.abc import Iterable, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.store.models import Person, ProviderIdentity


def links_of(session: Session, person: Person) -> list[ProviderIdentity]:
    """Who opens this account from elsewhere, the latest tie last."""
    query = select(ProviderIdentity).where(ProviderIdentity.person_id == person.id)
    return list(session.scalars(query.order_by(ProviderIdentity.linked_at)))


def given(session: Session, person: Person) -> frozenset[Role]:
    """The roles that groups gave, also those at a provider that the house has left."""
    names = {name for link in links_of(session, person) for name in link.roles.split(",") if name}
    return frozenset(map(Role, names))


def note_given(session: Session, person: Person, roles: Iterable[Role]) -> None:
    """From now on these are the roles that groups gave; the latest tie says so, for all."""
    *older, latest = links_of(session, person)
    for link in older:
        link.roles = ""
    latest.roles = joined(roles)


def forget_taken(session: Session, person: Person, held: Set[Role]) -> None:
    """What an administrator takes away is no group's any more: given anew, it is given here."""
    for link in links_of(session, person):
        link.roles = joined(role for role in map(Role, filter(None, link.roles.split(","))) if role in held)


def joined(roles: Iterable[Role]) -> str:
    """Roles as rows and the record write them."""
    return ",".join(sorted(roles))


__all__ = ["forget_taken", "given", "joined", "links_of", "note_given"]
