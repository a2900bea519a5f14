"""Roles that a group gave and of which the provider has said nothing for long: they rest until it does.

Whoever signs in by a password or a passkey is not asked about groups, so somebody who left a group would keep its roles
for good. Time counts only while people do sign in at the provider: when it is away, nobody loses a role in a crisis. A
role that rests comes back with the person's next sign-in there, without another agreement (:mod:`provider`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.store.models import Person, ProviderIdentity
from incident.usecases.messages.queue import queue
from incident.usecases.people import group_roles, powers
from incident.usecases.people.accounts import ONLY_REPORTS, is_last_admin
from incident.usecases.people.provider import change_by_group

AHEAD: Final = timedelta(days=7)
"""So long before it rests the person is told."""


def rest_unheard(session: Session, *, now: datetime) -> int:
    """Let rest what was not confirmed in time, and tell who is next; gives how many people have fewer roles now.

    The last administrator stays one.
    """
    latest = session.scalar(select(func.max(ProviderIdentity.heard_at)))
    if latest is None:
        return 0
    rested = 0
    for key in _late(session, latest):
        person = session.get_one(Person, key, with_for_update=True)
        found = group_roles.standing(session, person)
        resting = found.holding if found is not None and person.active else frozenset()
        if Role.ADMIN in resting and is_last_admin(session, person):
            resting -= {Role.ADMIN}
        if found is None or not resting:
            continue
        if found.until > latest:
            _warn(session, person, found.heard_at, now)
            continue
        entry = change_by_group(session, person, person.actor().roles - resting or ONLY_REPORTS, now)
        powers.tell_of_gone(session, person, resting, f"group_roles:{entry.seq}", now=now, resting=True)
        rested += 1
    return rested


def _late(session: Session, latest: datetime) -> Sequence[UUID]:
    """Who has roles by groups of which nothing was heard for long, as of the latest sign-in of anybody there."""
    heard_at = func.max(ProviderIdentity.heard_at)
    query = select(ProviderIdentity.person_id).group_by(ProviderIdentity.person_id).order_by(ProviderIdentity.person_id)
    late = query.having(heard_at <= latest - group_roles.HOLD + AHEAD, func.max(ProviderIdentity.roles) != "")
    return session.scalars(late).all()


def _warn(session: Session, person: Person, heard_at: datetime, now: datetime) -> None:
    queue(
        session,
        incident=None,
        template="group_roles_rest_soon",
        params={"path": "/account"},
        to=person.id,
        now=now,
        dedupe=f"unheard:{person.id}:{heard_at.isoformat()}",
        personally=True,
    )


__all__ = ["rest_unheard"]
